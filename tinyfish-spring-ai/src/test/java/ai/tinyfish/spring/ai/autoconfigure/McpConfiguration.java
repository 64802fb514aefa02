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

import ai.tinyfish.spring.ai.autoconfigure.McpServerTests.Shop;
import ai.tinyfish.spring.ai.mcp.TinyFishMcpTools;
import ai.tinyfish.spring.ai.tools.TinyFishTools;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The configuration that the page about the MCP server shows.
 */
@Configuration
class McpConfiguration {

	@Bean
	TinyFishMcpTools mcpTools(TinyFishTools tools) {
		return TinyFishMcpTools.of(tools.search(), tools.agents(Shop.class));
	}

	@Bean
	@Order(1)
	SecurityFilterChain mcpSecurity(HttpSecurity http) {
		return http.securityMatcher("/mcp")
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.httpBasic(Customizer.withDefaults())
			.csrf((csrf) -> csrf.disable())
			.build();
	}

	@Bean
	SecurityFilterChain otherSecurity(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

}
