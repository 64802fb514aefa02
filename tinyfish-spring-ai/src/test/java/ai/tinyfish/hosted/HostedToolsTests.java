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
package ai.tinyfish.hosted;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.Test;

import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStreamableHttpClientProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStreamableHttpClientProperties.ConnectionParameters;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TinyFish's own MCP server in an application that uses Spring AI's MCP client. The
 * server is not called.
 */
class HostedToolsTests {

	private final HostedTools hosted = new HostedTools();

	@Test
	void propertiesOfThePageAreThoseOfTheClient() throws IOException {
		String page = Files.readString(Path.of("../docs/mcp.md"));
		String yaml = page.substring(page.indexOf("spring:\n  ai:\n    mcp:\n      client:"));
		Binder binder = new Binder(ConfigurationPropertySources.from(new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(yaml.substring(0, yaml.indexOf("```")).getBytes(StandardCharsets.UTF_8)))));
		assertThat(binder.bind("spring.ai.mcp.client", McpClientCommonProperties.class).get().getRequestTimeout())
			.isEqualTo(Duration.ofMinutes(10));
		assertThat(binder.bind("spring.ai.mcp.client.streamable-http", McpStreamableHttpClientProperties.class)
			.get()
			.getConnections())
			.isEqualTo(Map.of("tinyfish", new ConnectionParameters("https://agent.tinyfish.ai", "/mcp")));
	}

	@Test
	void onlyToolsThatAreNamedReachTheModel() {
		assertThat(this.hosted.toolFilter().test(null, tool("run_web_automation"))).isTrue();
		assertThat(this.hosted.toolFilter().test(null, tool("create_monitor"))).isFalse();
	}

	@Test
	void keyIsSentToTinyFishAlone() {
		assertThat(keySentTo("https://agent.tinyfish.ai/mcp")).contains("sk-test");
		assertThat(keySentTo("https://tools.example/mcp")).isEmpty();
	}

	private Optional<String> keySentTo(String endpoint) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint));
		this.hosted.apiKey("sk-test").customize(request, "POST", URI.create(endpoint), null, McpTransportContext.EMPTY);
		return request.build().headers().firstValue("X-API-Key");
	}

	private static McpSchema.Tool tool(String name) {
		return McpSchema.Tool.builder(name, Map.of("type", "object")).build();
	}

}
