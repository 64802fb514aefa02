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

package ai.tinyfish.internal.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Json}.
 */
class JsonTests {

	@Test
	void ignoresUnknownFields() {
		assertThat(read("""
				{"text":"a","new_field":{"deep":[1,2,{}]}}""").text()).isEqualTo("a");
	}

	@Test
	void readsAbsentAndNullPrimitivesAsTheirDefault() {
		assertThat(read("{}").flag()).isFalse();
		assertThat(read("{\"flag\":null}").flag()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', value = { "5,5", "5.0,5", "`\"5\"`,5", "`\" 5 \"`,5", "`\"5.0\"`,5", "5e2,500",
			"5.5,", "`\"five\"`,", "99999999999,", "true,", "{},", "[5],", "`\"\"`,", "null,", "1e999999999," })
	void readsWholeNumbersInAnyFormAndOthersAsNull(String json, Integer expected) {
		assertThat(read("{\"number\":" + json + ",\"text\":\"after\"}"))
			.isEqualTo(new Sample("after", false, expected, null, null));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "`\"2026-04-10 12:00:00\"`", "1775822400", "1775822400000", "`\"2026-04-10T14:00:00+02:00\"`" })
	void readsPointsInTimeInAnyForm(String json) {
		assertThat(read("{\"instant\":" + json + "}").instant()).isEqualTo(Instant.parse("2026-04-10T12:00:00Z"));
	}

	@Test
	void readsUnreadablePointsInTimeAsNull() {
		assertThat(read("{\"instant\":\"soon\",\"text\":\"after\"}").text()).isEqualTo("after");
		assertThat(read("{\"instant\":{\"at\":[1]},\"text\":\"after\"}").text()).isEqualTo("after");
	}

	@Test
	void keepsAllDigitsOfUntypedNumbers() {
		Map<?, ?> map = Json.read(utf8("{\"n\":0.10000000000000000000000000001}"), Map.class);
		assertThat(map.get("n")).isEqualTo(new BigDecimal("0.10000000000000000000000000001"));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "[]", "`\"text\"`", "5", "null", "``", "{} {}", "{}x", "{", "`{\"text\":`" })
	void refusesADocumentThatIsNotTheObjectExpected(String json) {
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> read(json));
	}

	@Test
	void refusesANumberThatNothingCanHold() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> Json.read(utf8("{\"n\":1e99999999999}"), JsonNode.class));
	}

	@Test
	void readsANumberThatNothingCanHoldAsATextWhereNoTypeIsAskedFor() {
		assertThat(Json.read(utf8("{\"n\":1e99999999999}"), new TypeReference<Map<String, Object>>() {
		})).isEqualTo(Map.of("n", "1e99999999999"));
	}

	@Test
	void showsNothingOfTheDocumentInErrors() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> read("{\"text\":\"very secret\", \"flag\" true}"))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	@Test
	void readsAStringAsLongAsAScreenshot() {
		String screenshot = "A".repeat(25 * 1024 * 1024);
		assertThat(read("{\"text\":\"" + screenshot + "\"}").text()).hasSameSizeAs(screenshot);
	}

	@Test
	void refusesNestingWithoutBounds() {
		String json = "{\"unknown\":" + "[".repeat(600) + "]".repeat(600) + "}";
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> read(json));
	}

	@Test
	void leavesOutAbsentPropertiesButKeepsNullsInMaps() {
		assertThat(write(new Sample("a", true, null, null, null))).isEqualTo("""
				{"text":"a","flag":true}""");
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("const", null);
		map.put("nested", List.of(Map.of("a", 1)));
		assertThat(write(map)).isEqualTo("""
				{"const":null,"nested":[{"a":1}]}""");
	}

	@Test
	void writesTimesAsIsoText() {
		assertThat(write(new Sample(null, false, 1, Instant.parse("2026-04-10T12:00:00Z"), Duration.ofSeconds(90))))
			.isEqualTo("""
					{"flag":false,"number":1,"instant":"2026-04-10T12:00:00Z","duration":"PT1M30S"}""");
	}

	private static Sample read(String json) {
		return Json.read(utf8(json), Sample.class);
	}

	private static String write(Object value) {
		return new String(Json.write(value), StandardCharsets.UTF_8);
	}

	private static byte[] utf8(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	record Sample(String text, boolean flag, Integer number, Instant instant, Duration duration) {

	}

}
