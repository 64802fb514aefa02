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

package ai.tinyfish.spring.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The part of the configuration reference that has the properties of this module, before
 * the parts of other optional modules, and the settings on the page about the relay.
 */
class RelayConfigurationReferenceTests {

	private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");

	private static final Path PAGE = Path.of("..", "docs", "relay.md");

	private static final String UPDATE = "tinyfish.docs.update";

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final String PART_OF_MODULE = "\n<!-- Written by ";

	private static final String BEGINNING = PART_OF_MODULE + "RelayConfigurationReferenceTests,";

	private static final String INTRODUCTION = BEGINNING + """
			 from the Javadoc of TinyFishRelayProperties: change that instead. -->

			## `tinyfish.relay`

			These properties exist with the module `tinyfish-spring-boot-relay`. \
			[Relaying runs to browsers](relay.md#limits) describes them.

			| property | type | default | |
			|---|---|---|---|
			""";

	private static final Map<String, String> TYPES = Map.of("java.lang.Integer", "integer", "java.time.Duration",
			"duration", "org.springframework.util.unit.DataSize", "data size");

	@Test
	void referenceHasThePropertiesOfTheMetadata() throws IOException {
		StringBuilder part = new StringBuilder(INTRODUCTION);
		for (JsonNode property : metadata().path("properties")) {
			String type = property.path("type").asString();
			part.append("| `%s` | %s | `%s` | %s |\n".formatted(property.path("name").asString(),
					Objects.requireNonNull(TYPES.get(type), () -> "No words for the type " + type),
					property.path("defaultValue").asString(), property.path("description").asString()));
		}
		String page = Files.readString(REFERENCE).replace("\r\n", "\n");
		if (Boolean.getBoolean(UPDATE)) {
			page = replace(page, part);
			Files.writeString(REFERENCE, page);
		}
		assertThat(page).as("""
				docs/configuration.md, whose part for the relay is written anew by: \
				mvn -pl tinyfish-spring-boot-relay -am test -Dtest=RelayConfigurationReferenceTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%s=true""", UPDATE).isEqualTo(replace(page, part));
	}

	/**
	 * Replace the part of this module, or else insert it before those of other modules.
	 */
	private static String replace(String page, CharSequence part) {
		int own = page.indexOf(BEGINNING);
		int start = (own >= 0) ? own : page.indexOf(PART_OF_MODULE);
		int end = (own >= 0) ? page.indexOf(PART_OF_MODULE, own + 1) : start;
		return (start >= 0) ? page.substring(0, start) + part + ((end >= 0) ? page.substring(end) : "") : page + part;
	}

	@Test
	void pageHasTheSettingsOfTheMetadata() throws IOException {
		List<String> rows = metadata().path("properties")
			.valueStream()
			.map((property) -> "| `%s` | `%s` | %s |".formatted(property.path("name").asString(),
					property.path("defaultValue").asString(), property.path("description").asString()))
			.toList();
		String page = Files.readString(PAGE);
		assertThat(page.substring(page.indexOf("## Settings"), page.indexOf("## Meters")).lines())
			.filteredOn((line) -> line.startsWith("| `tinyfish."))
			.hasSizeGreaterThan(5)
			.containsExactlyElementsOf(rows);
	}

	/**
	 * Read the metadata of this module alone, be it packaged or not.
	 */
	private static JsonNode metadata() throws IOException {
		URL module = TinyFishRelayProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { module }, null);
				InputStream metadata = Objects.requireNonNull(loader.getResourceAsStream(METADATA), METADATA)) {
			return JsonMapper.shared().readTree(metadata);
		}
	}

}
