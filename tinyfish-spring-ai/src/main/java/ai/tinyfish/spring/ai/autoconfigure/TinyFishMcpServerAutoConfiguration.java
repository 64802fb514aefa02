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
import java.util.Objects;
import java.util.stream.Stream;

import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.spring.ai.mcp.TinyFishMcpTools;
import ai.tinyfish.spring.ai.tools.TinyFishTool;
import ai.tinyfish.spring.ai.tools.TinyFishTool.Effect;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityValidator;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.ai.mcp.server.webflux.transport.WebFluxStreamableServerTransportProvider;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Auto-configuration that lets the MCP server of the application serve the tools that its
 * {@link TinyFishMcpTools} bean names.
 */
@AutoConfiguration(after = TinyFishToolsAutoConfiguration.class, beforeName = {
		"org.springframework.ai.mcp.server.webflux.autoconfigure.McpServerStreamableHttpWebFluxAutoConfiguration",
		"org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration" })
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

	private static ServerTransportSecurityValidator originCheck(TinyFishToolsProperties properties) {
		return DefaultServerTransportSecurityValidator.builder()
			.allowedOrigins(Objects.requireNonNullElse(properties.mcp().allowedOrigins(), List.of()))
			.build();
	}

	/**
	 * The transport of Spring AI for servlets, but with a check of the origin of requests
	 * from browsers, and of the principal.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebMvcStreamableServerTransportProvider.class)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnProperty(name = "spring.ai.mcp.server.protocol", havingValue = "STREAMABLE")
	@ConditionalOnBooleanProperty(name = "spring.ai.mcp.server.stdio", havingValue = false, matchIfMissing = true)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean
		WebMvcStreamableServerTransportProvider tinyFishMcpTransportProvider(
				@Qualifier("mcpServerJsonMapper") JsonMapper jsonMapper, McpServerStreamableHttpProperties http,
				TinyFishToolsProperties properties) {
			return WebMvcStreamableServerTransportProvider.builder()
				.jsonMapper(new JacksonMcpJsonMapper(jsonMapper))
				.mcpEndpoint(http.getMcpEndpoint())
				.keepAliveInterval(http.getKeepAliveInterval())
				.disallowDelete(http.isDisallowDelete())
				.securityValidator(originCheck(properties))
				.build();
		}

		@Bean
		@ConditionalOnMissingBean(name = WEBMVC_ROUTES)
		RouterFunction<ServerResponse> webMvcStreamableServerRouterFunction(
				WebMvcStreamableServerTransportProvider transport, McpSessions sessions) {
			return transport.getRouterFunction().filter(new McpServletSessionFilter(sessions));
		}

	}

	/**
	 * The same for WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebFluxStreamableServerTransportProvider.class)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnProperty(name = "spring.ai.mcp.server.protocol", havingValue = "STREAMABLE")
	@ConditionalOnBooleanProperty(name = "spring.ai.mcp.server.stdio", havingValue = false, matchIfMissing = true)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		WebFluxStreamableServerTransportProvider tinyFishMcpTransportProvider(
				@Qualifier("mcpServerJsonMapper") JsonMapper jsonMapper, McpServerStreamableHttpProperties http,
				TinyFishToolsProperties properties) {
			return WebFluxStreamableServerTransportProvider.builder()
				.jsonMapper(new JacksonMcpJsonMapper(jsonMapper))
				.messageEndpoint(http.getMcpEndpoint())
				.keepAliveInterval(http.getKeepAliveInterval())
				.disallowDelete(http.isDisallowDelete())
				.securityValidator(originCheck(properties))
				.build();
		}

		@Bean
		@ConditionalOnMissingBean(name = WEBFLUX_ROUTES)
		org.springframework.web.reactive.function.server.RouterFunction<?> webFluxStreamableServerRouterFunction(
				WebFluxStreamableServerTransportProvider transport, McpSessions sessions) {
			return new McpReactiveSessionFilter(sessions).filter(transport.getRouterFunction());
		}

	}

}
