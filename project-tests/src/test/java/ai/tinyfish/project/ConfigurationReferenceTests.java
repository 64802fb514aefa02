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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ConfigurationReferenceTests {

	private static final Path PAGE = Documents.PAGES.resolve("configuration.md");

	private static final String UPDATE = "tinyfish.docs.update";

	@Test
	void pageSaysWhatTheMetadataSays() throws IOException {
		String page = ConfigurationReference.render(ConfigurationMetadata.ofAllModules());
		if (Boolean.getBoolean(UPDATE)) {
			Files.writeString(PAGE, page);
		}
		assertThat(Files.readString(PAGE)).as("""
				docs/configuration.md, which is written anew by: \
				mvn -pl project-tests -am test -Dtest=ConfigurationReferenceTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%s=true""", UPDATE).isEqualToNormalizingNewlines(page);
	}

	@Test
	void pageAboutTheRelayNamesItsProperties() throws IOException {
		List<String> names = ConfigurationMetadata.ofAllModules()
			.properties()
			.stream()
			.filter((property) -> property.name().startsWith("tinyfish.relay."))
			.map((property) -> "`" + property.name().substring("tinyfish.relay.".length()) + "`")
			.toList();
		assertThat(names).hasSizeGreaterThan(5);
		assertThat(Files.readString(Documents.PAGES.resolve("relay.md"))).contains(names);
	}

	@Test
	void propertiesAreGroupedByPrefixAndGeneralOnesComeFirst() {
		String page = render("""
				{"properties": [
					{"name": "tinyfish.archive.size", "type": "java.lang.Integer"},
					{"name": "tinyfish.run.timeout", "type": "java.time.Duration"},
					{"name": "tinyfish.stream.buffer.size", "type": "java.lang.Integer"},
					{"name": "tinyfish.timeout", "type": "java.time.Duration"}]}
				""");
		assertThat(page).containsSubsequence("\n## General\n", "| `tinyfish.timeout` |", "\n## `tinyfish.stream`\n",
				"| `tinyfish.stream.buffer.size` |", "\n## `tinyfish.run`\n", "| `tinyfish.run.timeout` |",
				"\n## `tinyfish.archive`\n", "| `tinyfish.archive.size` |");
	}

	@Test
	void groupHasItsDescriptionAndItsModuleIfThatIsOptional() {
		String page = render("""
				{"groups": [
					{"name": "tinyfish.relay", "description": "Relay of runs."},
					{"name": "tinyfish.ssl", "description": "TLS."}],
				"properties": [
					{"name": "tinyfish.relay.retention", "type": "java.time.Duration"},
					{"name": "tinyfish.ssl.bundle", "type": "java.lang.String"}]}
				""");
		assertThat(page).containsSubsequence("\n## `tinyfish.ssl`\n\nTLS.\n\n| property |",
				"\n## `tinyfish.relay`\n\nRelay of runs. These properties exist with the module `tinyfish-spring-boot-relay`",
				"\n\n| property |");
	}

	@Test
	void propertyHasARow() {
		String page = render(
				"""
						{"properties": [
							{"name": "tinyfish.delay", "type": "java.time.Duration", "defaultValue": "500ms", "description": "Delay."},
							{"name": "tinyfish.factor", "type": "java.lang.Double", "defaultValue": 2, "description": "Either | or."},
							{"name": "tinyfish.password", "type": "java.lang.String", "description": "Password."}]}
						""");
		assertThat(page).endsWith("""
				| property | type | default | meaning |
				|---|---|---|---|
				| `tinyfish.delay` | duration | `500ms` | Delay. |
				| `tinyfish.factor` | number | `2` | Either \\| or. |
				| `tinyfish.password` | string | | Password. |
				""");
	}

	@Test
	void valuesOfAnEnumAreListedAndExplained() {
		String page = render(
				"""
						{"properties": [
							{"name": "tinyfish.submissions", "type": "ai.tinyfish.settings.SubmissionRetry", "description": "When."},
							{"name": "tinyfish.simulator", "type": "ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties$SimulatorMode",
							"description": "Whether."}],
						"hints": [
							{"name": "tinyfish.simulator", "values": [
								{"value": "true", "description": "Always."}, {"value": "auto", "description": "Without a key."}]}]}
						""");
		assertThat(page).endsWith("""
				| `tinyfish.submissions` | `when-rejected` \\| `as-official-sdks` \\| `when-unsent` | | When. |
				| `tinyfish.simulator` | `true` \\| `false` \\| `auto` | | Whether. |

				Values of `tinyfish.simulator`:

				| value | meaning |
				|---|---|
				| `true` | Always. |
				| `auto` | Without a key. |
				""");
	}

	@Test
	void typeThatReadersDoNotKnowIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> render("""
				{"properties": [{"name": "tinyfish.retention", "type": "java.time.Period"}]}
				""")).withMessageContaining("tinyfish.retention").withMessageContaining("java.time.Period");
	}

	private static String render(String metadata) {
		return ConfigurationReference.render(ConfigurationMetadata.of(metadata));
	}

}
