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

import java.util.Set;

import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;

import org.springframework.ai.mcp.McpToolFilter;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class HostedTools {

	private static final Set<String> NAMES = Set.of("search", "fetch_content", "run_web_automation", "get_run",
			"list_runs", "cancel_run");

	@Bean
	McpToolFilter toolFilter() {
		return (connection, tool) -> NAMES.contains(tool.name());
	}

	@Bean
	McpSyncHttpClientRequestCustomizer apiKey(@Value("${tinyfish.api-key}") String apiKey) {
		return (request, method, endpoint, body, context) -> {
			if ("agent.tinyfish.ai".equals(endpoint.getHost())) {
				request.setHeader("X-API-Key", apiKey);
			}
		};
	}

}
