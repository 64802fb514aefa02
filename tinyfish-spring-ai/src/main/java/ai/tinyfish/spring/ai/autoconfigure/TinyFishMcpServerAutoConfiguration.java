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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.spring.ai.mcp.TinyFishMcpTools;
import ai.tinyfish.spring.ai.tools.TinyFishTool;
import ai.tinyfish.spring.ai.tools.TinyFishTool.Effect;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;

import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration that lets the MCP server of the application serve the tools that its
 * {@link TinyFishMcpTools} bean names.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishToolsAutoConfiguration.class)
@ConditionalOnClass(McpServerStreamableHttpProperties.class)
@ConditionalOnWebApplication
@ConditionalOnBean(TinyFishTools.class)
@ConditionalOnBooleanProperty("tinyfish.tools.mcp.enabled")
@ConditionalOnBooleanProperty(name = "spring.ai.mcp.server.enabled", matchIfMissing = true)
@EnableConfigurationProperties(McpServerStreamableHttpProperties.class)
public final class TinyFishMcpServerAutoConfiguration {

	/** As {@code springSecurityFilterChain}, in WebFlux. */
	private static final String WEBFLUX_SECURITY = "org.springframework.security.config.annotation.web.reactive."
			+ "WebFluxSecurityConfiguration.WebFilterChainFilter";

	private static final String WEBMVC_ROUTES = "webMvcStreamableServerRouterFunction";

	private static final String WEBFLUX_ROUTES = "webFluxStreamableServerRouterFunction";

	@Bean
	McpSessions tinyFishMcpSessions(TinyFishToolsProperties properties) {
		return new McpSessions(properties.maxRuns());
	}

	@Bean
	List<SyncToolSpecification> tinyFishMcpToolSpecifications(TinyFishToolsProperties properties, TinyFishTools tools,
			McpSessions sessions, ObjectProvider<TinyFishMcpTools> named,
			@Qualifier("tinyFishRunBudget") ObjectProvider<TinyFishRunInterceptor> budget, BeanFactory beans) {
		TinyFishMcpTools served = named.getIfAvailable();
		if (served == null) {
			throw invalid("There is no TinyFishMcpTools bean, which names the tools");
		}
		if (budget.getIfAvailable() == null) {
			throw invalid("Runs have no budget, and each new session of a client may start some."
					+ " Set a limit, such as tinyfish.budget.runs-per-day");
		}
		if (!properties.mcp().insecure()
				&& Stream.of("springSecurityFilterChain", WEBFLUX_SECURITY).noneMatch(beans::containsBean)) {
			throw invalid("Everybody who reaches the server could start runs. Add Spring Security,"
					+ " or set tinyfish.tools.mcp.insecure=true");
		}
		if (Stream.of(WEBMVC_ROUTES, WEBFLUX_ROUTES).noneMatch(beans::containsBean)
				|| !beans.containsBean("mcpSyncServer")) {
			throw invalid("The sessions and the check of the origin need a starter of the MCP server for Spring MVC or"
					+ " WebFlux, spring.ai.mcp.server.protocol=STREAMABLE, spring.ai.mcp.server.type=SYNC"
					+ " and spring.ai.mcp.server.stdio=false");
		}
		Map<String, TinyFishTool> all = new LinkedHashMap<>(served.tools());
		if (all.values().stream().anyMatch((tool) -> tool.effect() == Effect.RUN)) {
			TinyFishMcpTools.of(tools.runs()).tools().forEach(all::putIfAbsent);
		}
		McpToolSpecifications specifications = new McpToolSpecifications(sessions, properties.mcp().maxWait());
		return all.values().stream().map(specifications::of).toList();
	}

	private static InvalidConfigurationPropertyValueException invalid(String reason) {
		return new InvalidConfigurationPropertyValueException("tinyfish.tools.mcp.enabled", true, reason);
	}

	@Bean
	McpEndpoint tinyFishMcpEndpoint(McpServerStreamableHttpProperties http, TinyFishToolsProperties properties,
			McpSessions sessions) {
		return new McpEndpoint(http.getMcpEndpoint(), properties.mcp().allowedOrigins(), sessions);
	}

	/**
	 * The filter for servlets. All tools of the server are behind it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		McpServletFilter tinyFishMcpFilter(McpEndpoint endpoint) {
			return new McpServletFilter(endpoint);
		}

	}

	/**
	 * The same for WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		McpWebFilter tinyFishMcpFilter(McpEndpoint endpoint) {
			return new McpWebFilter(endpoint);
		}

	}

}
