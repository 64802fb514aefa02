/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.sample.page;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Results as tables, and as CSV.
 */
class ResultTableTests {

	@Test
	void cellsAreQuotedAndNeverFormulas() {
		ResultTable table = table("""
				{"items": [{"name": "a, \\"b\\"", "price": -1.50, "=sum": "=1+1"},
				           {"name": "+1", "price": "-1", "more": null},
				           {"name": "@x", "=sum": "\\t=1", "more": ["=1", 2]},
				           {"name": "line\\nbreak", "price": 1E+999999999, "=sum": "\\r=1", "more": true}]}""");
		assertThat(table).isNotNull();
		assertThat(table.csv()).isEqualTo("""
				name,price,'=sum,more\r
				"a, ""b""\",-1.50,'=1+1,\r
				'+1,'-1,,\r
				'@x,,"\t'=1","[""=1"",2]"\r
				"line\nbreak",1E+999999999,"\r'=1",true\r
				""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "  \t ", "\u00a0", "\u2003", "\u3000", "\ufeff", "\ufeff ", "\u200b", "\u0000",
			"\u000b", "\r\n", ";", "; ", ";;", "a;", "a;\ufeff", "a\t", "a\n", "a\r\n ", ";\n;", ";\"", "a;\"",
			"\t\"" })
	void signStartsNoFormulaAfterCharactersThatASpreadsheetSkipsOrSplitsAt(String before) {
		for (String sign : List.of("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) {
			String json = JsonMapper.shared().writeValueAsString(List.of(Map.of("a", before + sign + "1")));
			ResultTable table = table(json);
			assertThat(table).isNotNull();
			String cell = table.csv().substring("a\r\n".length()).strip();
			// as a program reads it that splits at all of these, and skips invisible
			// characters
			assertThat(cell.split("[;\t\r\n]")).as(cell)
				.noneMatch((part) -> part.replaceAll("[\\p{Z}\\p{C}\"]", "").startsWith(sign));
			assertThat(cell).contains("'").contains(sign + "1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a=b", "a - b", "x@example.com", "1; 2", "a;b=1", "\ufeffa", " a", "a\n b" })
	void otherTextsStayAsTheyAre(String text) {
		ResultTable table = table(JsonMapper.shared().writeValueAsString(List.of(Map.of("a", text))));
		assertThat(table).isNotNull();
		assertThat(table.csv()).contains(text).doesNotContain("'");
	}

	@Test
	void longRunsOfBlanksTakeNoTime() {
		String blanks = "; \n".repeat(300_000) + " ".repeat(1_000_000);
		ResultTable table = table(JsonMapper.shared().writeValueAsString(List.of(Map.of("a", blanks))));
		assertThat(table).isNotNull();
		assertThat(assertTimeoutPreemptively(Duration.ofSeconds(30), table::csv)).contains(blanks);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "[{}]", "7", "\"text\"", "[1, 2]", "[{\"a\": 1}, null]",
			"{\"a\": 1, \"b\": [{\"c\": 2}]}" })
	void otherResultsAreNotATable(String json) {
		assertThat(table(json)).isNull();
	}

	@Test
	void tableHasABound() {
		String wide = IntStream.range(0, 51)
			.mapToObj((i) -> "\"column" + i + "\": 1")
			.collect(Collectors.joining(", ", "[{", "}]"));
		assertThat(table(wide)).isNull();
		String rows = IntStream.range(0, 150)
			.mapToObj((i) -> "{\"a\": " + i + "}")
			.collect(Collectors.joining(",", "[", "]"));
		ResultTable table = table(rows);
		assertThat(table).isNotNull();
		assertThat(table.shownRows()).hasSize(100);
		assertThat(table.csv().lines()).hasSize(151);
	}

	private static @Nullable ResultTable table(String json) {
		return ResultTable.of(RunResult.ofJson(json));
	}

}
