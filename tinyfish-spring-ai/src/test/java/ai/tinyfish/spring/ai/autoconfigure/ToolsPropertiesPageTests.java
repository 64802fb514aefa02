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

package ai.tinyfish.spring.ai.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The properties on the pages about language models and the MCP server.
 */
class ToolsPropertiesPageTests {

	@Test
	void itsPropertiesAreThoseOfTheModule() throws IOException {
		String page = Files.readString(Path.of("../docs/language-models.md"));
		String mcpPage = Files.readString(Path.of("../docs/mcp.md"));
		List<String> names = find(
				new ClassPathResource("META-INF/spring-configuration-metadata.json",
						TinyFishToolsProperties.class.getClassLoader())
					.getContentAsString(StandardCharsets.UTF_8),
				"\"name\": \"(tinyfish\\.tools\\.[a-z.-]+)\"");
		assertThat(names).hasSizeGreaterThan(4);
		assertThat(find(page + mcpPage, "`(tinyfish\\.tools\\.[a-z.-]+)[`=]")).isNotEmpty().isSubsetOf(names);
		Binder binder = new Binder(ConfigurationPropertySources.from(new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(find(page, "^```yaml\\n(.*?)^```$").get(0).getBytes(StandardCharsets.UTF_8)))));
		assertThat(binder.bind("tinyfish.tools", TinyFishToolsProperties.class).get()).usingRecursiveComparison()
			.ignoringFields("allowedHosts")
			.as("defaults")
			.isEqualTo(new Binder().bindOrCreate("tinyfish.tools", Bindable.of(TinyFishToolsProperties.class)));
	}

	private static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern, Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

}
