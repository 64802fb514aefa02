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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
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
	void knowTheColumnsAndTheVersionOfTheScript(String platform) throws IOException {
		String script = new ClassPathResource("ai/tinyfish/durable/schema/schema-" + platform + ".sql")
			.getContentAsString(StandardCharsets.UTF_8);
		Map<String, List<String>> columns = new LinkedHashMap<>();
		Matcher table = Pattern.compile("create table if not exists (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL)
			.matcher(script);
		while (table.find()) {
			Matcher column = Pattern.compile("(?m)^  (?!primary key)(\\w+) ").matcher(table.group(2));
			List<String> names = columns.computeIfAbsent(table.group(1), (name) -> new ArrayList<>());
			while (column.find()) {
				names.add(column.group(1));
			}
		}
		Matcher added = Pattern.compile("(?m)^alter table (\\w+) add column if not exists (\\w+) ").matcher(script);
		while (added.find()) {
			columns.get(added.group(1)).add(added.group(2));
		}
		assertThat(columns.remove("tinyfish_schema")).containsExactly("name", "version");
		assertThat(columns).isEqualTo(Tables.COLUMNS);
		assertThat(script).endsWith("update tinyfish_schema set version = " + Tables.VERSION
				+ " where name = 'durable' and version < " + Tables.VERSION + ";\n");
	}

}
