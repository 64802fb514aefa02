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

package ai.tinyfish.durable.internal.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Tables}.
 */
class TablesTests {

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void knowTheLastTableOfAScriptThatOnlyCreates(String platform) throws IOException {
		String script = new ClassPathResource("ai/tinyfish/durable/schema/schema-" + platform + ".sql")
			.getContentAsString(StandardCharsets.UTF_8);
		List<String> tables = Pattern.compile("create table if not exists (\\w+)")
			.matcher(script)
			.results()
			.map((MatchResult table) -> table.group(1))
			.toList();
		assertThat(tables).endsWith(Tables.LAST).doesNotHaveDuplicates();
		assertThat(script.split(";\\s*"))
			.allSatisfy((statement) -> assertThat(statement.replaceAll("(?m)^--.*\n|^\\s+", "")).startsWith("create "));
	}

}
