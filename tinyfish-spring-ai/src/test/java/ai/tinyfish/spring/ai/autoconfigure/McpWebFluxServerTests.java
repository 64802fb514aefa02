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

import java.io.File;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Hooks;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.mcp.server.webflux.transport.WebFluxStreamableServerTransportProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.server.WebFilter;

import static ai.tinyfish.spring.ai.autoconfigure.McpServerTests.answer;
import static ai.tinyfish.spring.ai.autoconfigure.McpServerTests.outcome;
import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the tools of an MCP server in a WebFlux application.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "spring.main.web-application-type=reactive",
		"spring.autoconfigure.exclude=org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration",
		"spring.ai.mcp.server.protocol=STREAMABLE", "tinyfish.tools.mcp.enabled=true", "tinyfish.tools.mcp.max-wait=3s",
		"tinyfish.tools.mcp.allowed-origins=https://chat.example", "tinyfish.budget.runs-per-day=100" })
@AutoConfigureTinyFishSimulator
@Import(McpWebFluxConfiguration.class)
@DisabledIfSystemProperty(named = "tinyfish.test.stacks", matches = "SERVLET")
@ExtendWith(OutputCaptureExtension.class)
class McpWebFluxServerTests {

	private static final String CHEAPEST = "shop_cheapest";

	private static final Map<String, String> PHONE = Map.of("product", "phone");

	private static final Map<String, ?> RESULT = Map.of("seller", "Anna", "price", 640);

	@LocalServerPort
	int port;

	@Autowired
	TinyFishSimulator simulator;

	private RawMcpClient client;

	@BeforeEach
	void openSession() throws Exception {
		this.client = RawMcpClient.open(this.port);
		this.simulator.given("phone", Scenario.completed(RESULT));
	}

	@Test
	void toolsAreServedAndEqualCallsOfASessionPayOneRun() throws Exception {
		assertThat(this.client.tools()).extracting((tool) -> tool.path("name").asString())
			.containsExactlyInAnyOrder("web_search", CHEAPEST, "web_agent_status", "web_agent_cancel",
					McpServerTests.OTHER);
		JsonNode answer = outcome(this.client, PHONE);
		assertThat(answer.at("/content/price").asInt()).isEqualTo(640);
		assertThat(outcome(this.client, PHONE)).isEqualTo(answer);
		assertThat(this.simulator).hasStartedRuns(1);
		assertThat(outcome(RawMcpClient.open(this.port), PHONE)).isNotEqualTo(answer);
		assertThat(this.simulator).hasStartedRuns(2);
	}

	@Test
	void aSessionBelongsToThePrincipalThatOpenedIt() throws Exception {
		JsonNode answer = outcome(this.client, PHONE);
		Map<String, String> run = Map.of("run_id", answer.path("run_id").asString());
		RawMcpClient other = this.client.as("other");
		assertThat(other.callStatus(CHEAPEST, PHONE)).isEqualTo(404);
		assertThat(other.callStatus("web_agent_status", run)).isEqualTo(404);
		assertThat(other.callStatus("web_agent_cancel", run)).isEqualTo(404);
		assertThat(other.status("GET")).isEqualTo(404);
		assertThat(other.status("DELETE")).isEqualTo(404);
		assertThat(answer(this.client.call("web_agent_status", run))).isEqualTo(answer);
		assertThat(this.simulator).hasStartedRuns(1);
		assertThat(this.client.status("DELETE")).isEqualTo(200);
	}

	/**
	 * An id without an opened session takes no place, and a session that has ended gives
	 * its place back.
	 */
	@Test
	void aNewSessionIsRefusedAtTheBoundAndTheOthersStayWithTheirPrincipals(@Autowired McpSessions sessions)
			throws Exception {
		Map<String, String> user = Map.of("Authorization", RawMcpClient.AUTHORIZATION);
		JsonNode answer = outcome(this.client, PHONE);
		List<String> held = McpSessionsTests.fill(sessions);
		try {
			assertThat(this.client.inSession("invented").callStatus(CHEAPEST, PHONE)).isEqualTo(404);
			assertThat(RawMcpClient.initialize(this.port, user).statusCode()).isEqualTo(503);
			assertThat(this.client.as("other").callStatus(CHEAPEST, PHONE)).isEqualTo(404);
			assertThat(outcome(this.client, PHONE)).isEqualTo(answer);
			assertThat(this.simulator).hasStartedRuns(1);
			assertThat(this.client.status("DELETE")).isEqualTo(200);
			assertThat(this.client.callStatus(CHEAPEST, PHONE)).isEqualTo(404);
			assertThat(RawMcpClient.initialize(this.port, user).statusCode()).isEqualTo(200);
			assertThat(RawMcpClient.initialize(this.port, user).statusCode()).isEqualTo(503);
		}
		finally {
			held.forEach(sessions::end);
		}
	}

	@Test
	void stepsAreProgressUntilTheResult() throws Exception {
		this.simulator.given("phone",
				Scenario.builder()
					.steps("Open the shop", "Read the price")
					.endsAfter(Duration.ofMillis(500))
					.result(RESULT)
					.build());
		List<JsonNode> messages = this.client.callWithSteps(CHEAPEST, PHONE);
		assertThat(messages).hasSize(3);
		assertThat(messages.subList(0, 2)).extracting((step) -> step.at("/params/message").asString())
			.containsExactly("Open the shop", "Read the price");
		assertThat(answer(messages.get(2).path("result")).path("status").asString()).isEqualTo("COMPLETED");
	}

	@Test
	void aRunGoesOnAfterAHangUpAndAfterTheLongestWait(@Autowired AtomicInteger openRequests, CapturedOutput output)
			throws Exception {
		this.simulator.given("phone",
				Scenario.builder()
					.steps(IntStream.rangeClosed(1, 100).mapToObj((number) -> "Step " + number).toList())
					.pace(Duration.ofMillis(50))
					.neverEnds()
					.build());
		int before = output.getAll().length();
		this.client.begin(CHEAPEST, PHONE).join().body().close();
		// it interrupts the thread of the tool
		await().until(() -> openRequests.get() == 0);
		JsonNode running = answer(this.client.call(CHEAPEST, PHONE));
		assertThat(running.path("status").asString()).isEqualTo("RUNNING");
		assertThat(this.simulator).hasStartedRuns(1).hasReceivedNoCancels();
		assertThat(output.getAll().substring(before).lines()).noneMatch((line) -> line.matches(".* (WARN|ERROR) .*"));
		Map<String, String> run = Map.of("run_id", running.path("run_id").asString());
		assertThat(this.client.call("web_agent_cancel", run).toString()).containsIgnoringCase("cancelled");
	}

	@Test
	void requestsFromBrowsersNeedAnOriginThatIsListed() throws Exception {
		assertThat(initializeFrom("https://chat.example")).isEqualTo(200);
		assertThat(initializeFrom("https://other.example")).isEqualTo(403);
		assertThat(initializeFrom("null")).isEqualTo(403);
	}

	private int initializeFrom(String origin) throws Exception {
		return RawMcpClient.initialize(this.port, Map.of("Authorization", RawMcpClient.AUTHORIZATION, "Origin", origin))
			.statusCode();
	}

	@Test
	void otherToolsOfTheServerAreServedBehindTheSameChecks(@Autowired ConfigurableApplicationContext context)
			throws Exception {
		assertThat(context.getBeanFactory()
			.getBeanDefinition("webFluxStreamableServerRouterFunction")
			.getFactoryBeanName()).startsWith("org.springframework.ai.");
		assertThat(context.getBeanNamesForType(WebFluxStreamableServerTransportProvider.class)).hasSize(1)
			.noneMatch((name) -> name.startsWith("tinyFish"));
		Map<String, String> monday = Map.of("day", "Monday");
		assertThat(this.client.call(McpServerTests.OTHER, monday).at("/content/0/text").asString())
			.contains("9 to 5 on Monday");
		assertThat(this.client.as("other").callStatus(McpServerTests.OTHER, monday)).isEqualTo(404);
		assertThat(this.client.inSession("invented").callStatus(McpServerTests.OTHER, monday)).isEqualTo(404);
	}

	@Test
	void callsWithoutCredentialsAreRefused() throws Exception {
		assertThat(RawMcpClient.initialize(this.port, Collections.emptyMap()).statusCode()).isEqualTo(401);
		HttpRequest other = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/other")).build();
		assertThat(HttpClient.newHttpClient().send(other, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
	}

	/**
	 * As with {@code spring.reactor.context-propagation=auto}.
	 */
	@Test
	void aRunIsObservedBelowTheRequestIfReactorPropagatesTheContext(@Autowired TestObservationRegistry observations)
			throws Exception {
		observations.clear();
		Hooks.enableAutomaticContextPropagation();
		try {
			outcome(this.client, PHONE);
			McpServerTests.assertRunIsBelowRequest(observations);
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	/**
	 * The class path of a WebFlux application has no Servlet API.
	 */
	@Test
	void callsNeedNoServletApi() throws Exception {
		List<URL> urls = new ArrayList<>();
		for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (!path.contains("tomcat-embed-core")) {
				urls.add(new File(path).toURI().toURL());
			}
		}
		try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			assertThat(loader.getResource("jakarta/servlet/Servlet.class")).isNull();
			Class<?> type = loader.loadClass(McpToolSpecifications.class.getName() + "$OpenCall");
			Constructor<?> constructor = type.getDeclaredConstructors()[0];
			constructor.setAccessible(true);
			Object call = constructor.newInstance(null, null);
			assertThat(ReflectionTestUtils.<Boolean>invokeMethod(call, "end")).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TestObservationRegistry observationRegistry() {
			return TestObservationRegistry.create();
		}

		/**
		 * Spring Security stops some of its observations twice, which the registry for
		 * tests refuses.
		 */
		@Bean
		SecurityObservationSettings securityObservations() {
			return SecurityObservationSettings.noObservations();
		}

		/**
		 * It stores no passwords, as that of {@link McpServerTests}.
		 */
		@Bean
		ReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}secret").build(),
					User.withUsername("other").password("{noop}secret").build())::findByUsername;
		}

		@Bean
		ToolCallback openingHours() {
			return McpServerTests.openingHours();
		}

		@Bean
		AtomicInteger openRequests() {
			return new AtomicInteger();
		}

		@Bean
		WebFilter openRequestsFilter(AtomicInteger openRequests) {
			return (exchange, chain) -> {
				openRequests.incrementAndGet();
				return chain.filter(exchange).doFinally((signal) -> openRequests.decrementAndGet());
			};
		}

	}

}
