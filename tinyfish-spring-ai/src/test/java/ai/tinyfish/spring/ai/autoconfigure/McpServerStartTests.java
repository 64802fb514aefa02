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

import java.util.List;
import java.util.Objects;

import ai.tinyfish.spring.ai.mcp.TinyFishMcpTools;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.budget.TinyFishBudgetAutoConfiguration;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.server.common.autoconfigure.McpServerAutoConfiguration;
import org.springframework.ai.mcp.server.common.autoconfigure.McpServerJsonMapperAutoConfiguration;
import org.springframework.ai.mcp.server.common.autoconfigure.ToolCallbackConverterAutoConfiguration;
import org.springframework.ai.mcp.server.webflux.autoconfigure.McpServerStreamableHttpWebFluxAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the demands of an MCP server with tools at its start.
 */
@ExtendWith(OutputCaptureExtension.class)
class McpServerStartTests {

	private static final String BUDGET = "tinyfish.budget.runs-per-day=10";

	private static final String INSECURE = "tinyfish.tools.mcp.insecure=true";

	private static final String NOT_SERVED = "There is a TinyFishMcpTools bean, but its tools are not served";

	private static final String[] ENABLED = { "tinyfish.api-key=sk-test", "tinyfish.tools.allowed-hosts=shop.example",
			"tinyfish.tools.mcp.enabled=true", "spring.ai.mcp.server.protocol=STREAMABLE" };

	private static final AutoConfigurations OURS = AutoConfigurations.of(TinyFishAutoConfiguration.class,
			TinyFishBudgetAutoConfiguration.class, TinyFishToolsAutoConfiguration.class,
			TinyFishMcpServerAutoConfiguration.class);

	private static final AutoConfigurations SERVER = AutoConfigurations.of(McpServerJsonMapperAutoConfiguration.class,
			McpServerAutoConfiguration.class, ToolCallbackConverterAutoConfiguration.class);

	private Environment environment;

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(OURS)
		.withConfiguration(SERVER)
		.withConfiguration(AutoConfigurations.of(McpServerStreamableHttpWebMvcAutoConfiguration.class))
		.withPropertyValues(ENABLED);

	private final ReactiveWebApplicationContextRunner webFlux = new ReactiveWebApplicationContextRunner()
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(OURS)
		.withConfiguration(SERVER)
		.withConfiguration(AutoConfigurations.of(McpServerStreamableHttpWebFluxAutoConfiguration.class))
		.withPropertyValues(ENABLED)
		.withUserConfiguration(Served.class);

	private final WebApplicationContextRunner withTools = this.contextRunner.withUserConfiguration(Served.class);

	@Test
	void toolsAreServedWithThoseForTheirRuns() {
		this.withTools.withPropertyValues(BUDGET, INSECURE)
			.run((context) -> assertThat(tools(context)).containsExactlyInAnyOrder("web_search", "web_agent",
					"web_agent_status", "web_agent_cancel"));
	}

	@Test
	void nothingIsServedUnlessItIsEnabled(CapturedOutput output) {
		this.withTools.withPropertyValues(BUDGET, INSECURE, "tinyfish.tools.mcp.enabled=false").run((context) -> {
			assertThat(tools(context)).isEmpty();
			assertThat(context).hasSingleBean(WebMvcStreamableServerTransportProvider.class)
				.doesNotHaveBean("tinyFishMcpFilter");
			assertThat(output).contains(NOT_SERVED);
		});
	}

	@Test
	void aServerThatIsTurnedOffServesNothing(CapturedOutput output) {
		this.withTools.withPropertyValues(BUDGET, INSECURE, "spring.ai.mcp.server.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(McpSyncServer.class);
			assertThat(output).contains(NOT_SERVED);
		});
	}

	@Test
	void withoutAStarterNothingIsServed(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(OURS)
			.withPropertyValues(ENABLED)
			.withUserConfiguration(Served.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.ai.mcp.server"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains(NOT_SERVED);
			});
	}

	private static List<String> tools(ApplicationContext context) {
		return context.getBean(McpSyncServer.class).listTools().stream().map(McpSchema.Tool::name).toList();
	}

	@Test
	void itDemandsABeanThatNamesTheTools() {
		this.contextRunner.withPropertyValues(BUDGET, INSECURE)
			.run((context) -> assertThat(reason(context)).contains("There is no TinyFishMcpTools bean"));
	}

	@Test
	void itDemandsABudget() {
		this.withTools.withPropertyValues(INSECURE)
			.run((context) -> assertThat(reason(context)).contains("Runs have no budget",
					"tinyfish.budget.runs-per-day"));
	}

	@Test
	void itDemandsSpringSecurity() {
		this.withTools.withPropertyValues(BUDGET)
			.run((context) -> assertThat(reason(context)).contains("Everybody who reaches the server could start runs",
					INSECURE));
	}

	@Test
	void itDemandsAllowedHostsIfAToolTakesAUrl() {
		this.withTools.withPropertyValues(BUDGET, INSECURE, "tinyfish.tools.allowed-hosts=")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Set tinyfish.tools.allowed-hosts"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "protocol=", "protocol=SSE", "protocol=STATELESS", "type=ASYNC", "stdio=true" })
	void itDemandsSessionsAndTheCheckOfTheOrigin(String setting) {
		this.withTools.withPropertyValues(BUDGET, INSECURE, "spring.ai.mcp.server." + setting)
			.run((context) -> assertThat(reason(context)).contains("spring.ai.mcp.server.protocol=STREAMABLE",
					"spring.ai.mcp.server.type=SYNC", "spring.ai.mcp.server.stdio=false"));
	}

	@Test
	void webFluxDemandsTheSame() {
		this.webFlux.withPropertyValues(INSECURE)
			.run((context) -> assertThat(reason(context)).contains("Runs have no budget"));
		this.webFlux.withPropertyValues(BUDGET)
			.run((context) -> assertThat(reason(context)).contains("Everybody who reaches the server"));
		this.webFlux.withPropertyValues(BUDGET, INSECURE, "spring.ai.mcp.server.protocol=SSE")
			.run((context) -> assertThat(reason(context)).contains("spring.ai.mcp.server.protocol=STREAMABLE"));
		this.webFlux.withPropertyValues(BUDGET)
			.withUserConfiguration(WebFluxSecurity.class)
			.run((context) -> assertThat(tools(context)).hasSize(4));
	}

	@Test
	void withoutAChainOfItsOwnSpringSecurityRefusesClientsWithoutACsrfToken() {
		this.withTools.withUserConfiguration(Security.class).withPropertyValues(BUDGET).run((context) -> {
			assertThat(tools(context)).isNotEmpty();
			MockHttpServletRequest request = new MockHttpServletRequest("POST", "/mcp");
			request.addHeader("Authorization", RawMcpClient.AUTHORIZATION);
			MockHttpServletResponse response = new MockHttpServletResponse();
			context.getBean("springSecurityFilterChain", Filter.class)
				.doFilter(request, response, new MockFilterChain());
			assertThat(response.getStatus()).isEqualTo(403);
		});
	}

	@Test
	void onlyToolsOfTinyFishToolsCanBeNamedAndEachOnce() {
		ToolCallback other = FunctionToolCallback.builder("other", (String text) -> text)
			.inputType(String.class)
			.build();
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishMcpTools.of(List.of(other)))
			.withMessageContaining("Only tools of TinyFishTools can be served");
		this.contextRunner.withPropertyValues("tinyfish.tools.mcp.enabled=false").run((context) -> {
			TinyFishTools tools = context.getBean(TinyFishTools.class);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TinyFishMcpTools.of(tools.search(), List.of(tools.search())))
				.withMessage("Two tools have the name web_search");
		});
	}

	/**
	 * Return the reason of a failed start, as Spring Boot shows it.
	 */
	private String reason(ApplicationContextAssertProvider<?> context) {
		assertThat(context.getStartupFailure()).isNotNull();
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(Environment.class, this.environment)
						.and(BeanFactory.class, new DefaultListableBeanFactory()))
			.stream()
			.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
			.filter(Objects::nonNull)
			.findFirst()
			.map(FailureAnalysis::getDescription)
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Served {

		@Bean
		TinyFishMcpTools served(TinyFishTools tools) {
			return TinyFishMcpTools.of(tools.search(), List.of(tools.agent()));
		}

	}

	/**
	 * Everything needs credentials, as with Spring Boot's defaults.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Security {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("user").password("{noop}secret").build());
		}

	}

	/**
	 * The same for WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class WebFluxSecurity {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}secret").build());
		}

	}

}
