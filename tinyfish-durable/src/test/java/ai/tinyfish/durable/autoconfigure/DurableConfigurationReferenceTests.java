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

package ai.tinyfish.durable.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The part of the configuration reference that has the properties of this module. It is
 * the last one of the page.
 */
class DurableConfigurationReferenceTests {

	private static final Path PAGE = Path.of("..", "docs", "configuration.md");

	private static final String UPDATE = "tinyfish.docs.update";

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final String BEGINNING = "\n<!-- Written by DurableConfigurationReferenceTests,";

	private static final String INTRODUCTION = BEGINNING + """
			 from the Javadoc of TinyFishDurableProperties: change that instead. -->

			## `tinyfish.durable`

			These properties exist with the module `tinyfish-durable`. [Durable runs](durable.md) describes it.

			| property | type | default | |
			|---|---|---|---|
			""";

	private static final Map<String, String> TYPES = Map.of("java.lang.Boolean", "boolean", "java.lang.String",
			"string", "java.lang.Integer", "integer", "java.time.Duration", "duration",
			"org.springframework.boot.sql.init.DatabaseInitializationMode", "`always` \\| `embedded` \\| `never`",
			"ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties$UncertainPolicy", "`keep` \\| `abandon`");

	@Test
	void pageSaysWhatTheMetadataSays() throws IOException {
		StringBuilder part = new StringBuilder(INTRODUCTION);
		for (JsonNode property : metadata().path("properties")) {
			String type = property.path("type").asString();
			part.append("| `%s` | %s |%s | %s |\n".formatted(property.path("name").asString(),
					Objects.requireNonNull(TYPES.get(type), () -> "No words for the type " + type),
					property.path("defaultValue").asStringOpt().map((value) -> " `" + value + "`").orElse(""),
					property.path("description").asString()));
		}
		String page = Files.readString(PAGE).replace("\r\n", "\n");
		int beginning = page.indexOf(BEGINNING);
		if (Boolean.getBoolean(UPDATE)) {
			page = page.substring(0, (beginning >= 0) ? beginning : page.length()) + part;
			Files.writeString(PAGE, page);
		}
		assertThat(page).as("""
				docs/configuration.md, whose last part is written anew by: \
				mvn -pl tinyfish-durable -am test -Dtest=DurableConfigurationReferenceTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%s=true""", UPDATE).endsWith(part);
	}

	/**
	 * The metadata of this module, be it packaged or not, and of no other on the class
	 * path.
	 */
	private static JsonNode metadata() throws IOException {
		URL module = TinyFishDurableProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { module }, null);
				InputStream metadata = Objects.requireNonNull(loader.getResourceAsStream(METADATA), METADATA)) {
			return JsonMapper.shared().readTree(metadata);
		}
	}

}
