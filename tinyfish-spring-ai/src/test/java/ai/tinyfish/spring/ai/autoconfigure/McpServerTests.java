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

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.web.filter.ServerHttpObservationFilter;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the tools of an MCP server on the wire.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.ai.mcp.server.protocol=STREAMABLE", "tinyfish.tools.mcp.enabled=true",
				"tinyfish.tools.mcp.max-wait=3s", "tinyfish.tools.mcp.allowed-origins=https://chat.example",
				"tinyfish.budget.runs-per-day=100", "server.shutdown=immediate" })
@AutoConfigureTinyFishSimulator
@Import(McpConfiguration.class)
@ExtendWith(OutputCaptureExtension.class)
class McpServerTests {

	private static final String CHEAPEST = "shop_cheapest";

	static final String OTHER = "opening_hours";

	private static final Map<String, String> PHONE = Map.of("product", "phone");

	private static final Map<String, ?> RESULT = Map.of("seller", "Anna", "price", 640);

	private static final JsonMapper JSON = new JsonMapper();

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
	void toolsHaveSchemasAndHints() throws Exception {
		List<JsonNode> tools = this.client.tools();
		assertThat(tools).extracting((tool) -> tool.path("name").asString())
			.containsExactlyInAnyOrder("web_search", CHEAPEST, "web_agent_status", "web_agent_cancel", OTHER);
		JsonNode cheapest = tool(tools, CHEAPEST);
		assertThat(cheapest.path("description").asString()).contains("cheapest offer", "each run is billed");
		assertThat(cheapest.at("/inputSchema/properties/product/type").asString()).isEqualTo("string");
		assertThat(cheapest.at("/inputSchema/required/0").asString()).isEqualTo("product");
		assertThat(hints(cheapest)).isEqualTo(hints(false, true, false, true));
		assertThat(hints(tool(tools, "web_search"))).isEqualTo(hints(true, false, true, true));
		assertThat(hints(tool(tools, "web_agent_status"))).isEqualTo(hints(true, false, true, true));
		assertThat(hints(tool(tools, "web_agent_cancel"))).isEqualTo(hints(false, true, true, false));
	}

	private static JsonNode tool(List<JsonNode> tools, String name) {
		return tools.stream().filter((tool) -> name.equals(tool.path("name").asString())).findFirst().orElseThrow();
	}

	private static Map<String, Boolean> hints(JsonNode tool) {
		JsonNode hints = tool.path("annotations");
		return hints(hints.path("readOnlyHint").asBoolean(), hints.path("destructiveHint").asBoolean(),
				hints.path("idempotentHint").asBoolean(), hints.path("openWorldHint").asBoolean());
	}

	private static Map<String, Boolean> hints(boolean readOnly, boolean destructive, boolean idempotent,
			boolean openWorld) {
		return Map.of("readOnly", readOnly, "destructive", destructive, "idempotent", idempotent, "openWorld",
				openWorld);
	}

	@Test
	void theResultIsTheOutcomeOfARunThatIsObservedBelowTheRequest(@Autowired TestObservationRegistry observations)
			throws Exception {
		JsonNode answer = outcome(this.client, PHONE);
		assertThat(answer.at("/content/price").asInt()).isEqualTo(640);
		assertThat(this.simulator).hasStartedRuns(1).hasStartedRunWithGoal("offer for <product>phone");
		assertRunIsBelowRequest(observations);
	}

	@Test
	void aFailedRunIsAnError() throws Exception {
		this.simulator.given("phone", Scenario.failed("SITE_BLOCKED", "Access denied"));
		assertThat(error(this.client.call(CHEAPEST, PHONE))).contains("SITE_BLOCKED", "do not repeat it unchanged");
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
		assertThat(messages.subList(0, 2)).allSatisfy((step) -> {
			assertThat(step.path("method").asString()).isEqualTo("notifications/progress");
			assertThat(step.at("/params/progressToken").asString()).isEqualTo("steps");
		})
			.extracting((step) -> step.path("params").path("progress").asInt() + " "
					+ step.at("/params/message").asString())
			.containsExactly("1 Open the shop", "2 Read the price");
		assertThat(answer(messages.get(2).path("result")).path("status").asString()).isEqualTo("COMPLETED");
	}

	@Test
	void aCallAnswersAfterTheLongestWaitAndTheRunGoesOn() throws Exception {
		this.simulator.given("phone",
				Scenario.builder().steps("Open the shop").endsAfter(Duration.ofSeconds(5)).result(RESULT).build());
		JsonNode running = answer(this.client.call(CHEAPEST, PHONE));
		assertThat(running.path("status").asString()).isEqualTo("RUNNING");
		assertThat(running.path("next").asString()).contains("web_agent_status", "Do not start it again");
		Map<String, String> run = Map.of("run_id", running.path("run_id").asString());
		JsonNode ended = await().until(() -> answer(this.client.call("web_agent_status", run)),
				(answer) -> "COMPLETED".equals(answer.path("status").asString()));
		assertThat(ended.at("/content/price").asInt()).isEqualTo(640);
		assertThat(answer(this.client.call(CHEAPEST, PHONE))).isEqualTo(ended);
		assertThat(this.simulator).hasStartedRuns(1).hasReceivedNoCancels();
	}

	@Test
	void aClientThatGivesUpAndCallsAgainPaysOneRun() throws Exception {
		this.simulator.given("phone",
				Scenario.builder().steps("Open the shop").endsAfter(Duration.ofMillis(500)).result(RESULT).build());
		CompletableFuture<?> first = this.client.begin(CHEAPEST, PHONE);
		await().until(() -> this.simulator.journal().runsCreated() == 1);
		first.cancel(true);
		assertThat(outcome(this.client, PHONE).at("/content/price").asInt()).isEqualTo(640);
		assertThat(this.simulator).hasStartedRuns(1).hasReceivedNoCancels();
	}

	@Test
	void aRunIsCancelledByItsId() throws Exception {
		this.simulator.given("phone", Scenario.builder().neverEnds().build());
		this.client.begin(CHEAPEST, PHONE);
		await().until(() -> this.simulator.journal().runsCreated() == 1);
		Map<String, String> run = Map.of("run_id", this.simulator.journal().runs().get(0).id());
		// the id is known here once the stream has sent it
		await().untilAsserted(() -> assertThat(this.client.call("web_agent_cancel", run).toString())
			.containsIgnoringCase("cancelled"));
		assertThat(this.simulator).runs()
			.extracting(SimulatedRun::status)
			.containsExactly(SimulatedRun.Status.CANCELLED);
	}

	@Test
	void idsThatAreMadeUpAreAnsweredAtOnce() throws Exception {
		for (String tool : List.of("web_agent_status", "web_agent_cancel")) {
			assertThat(error(this.client.call(tool, Map.of("run_id", "made-up"))))
				.contains("Refused, nothing was sent");
		}
		assertThat(this.simulator.journal().requests()).isEmpty();
	}

	@Test
	void eachSessionHasItsOwnRuns() throws Exception {
		String runId = outcome(this.client, PHONE).path("run_id").asString();
		RawMcpClient other = RawMcpClient.open(this.port);
		assertThat(error(other.call("web_agent_status", Map.of("run_id", runId)))).contains("Refused");
		assertThat(outcome(other, PHONE).path("run_id").asString()).isNotEqualTo(runId);
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
	void aSessionStartsALimitedNumberOfRuns() throws Exception {
		for (String product : List.of("phone 1", "phone 2", "phone 3")) {
			outcome(this.client, Map.of("product", product));
		}
		assertThat(error(this.client.call(CHEAPEST, PHONE))).contains("Refused, nothing was sent", "3 runs");
		assertThat(this.simulator).hasStartedRuns(3);
	}

	@Test
	void theBudgetLimitsNewSessions(@Autowired BudgetLedger budget) throws Exception {
		List<String> held = IntStream.range(0, 100).mapToObj((number) -> "held-" + number).toList();
		try {
			held.forEach((id) -> budget.reserve(
					new BudgetLedger.Reservation(id, null, LocalDate.now(ZoneOffset.UTC), 1, BigDecimal.ZERO, false),
					BudgetLedger.Amount.UNLIMITED));
			assertThat(error(this.client.call(CHEAPEST, PHONE))).contains("Refused, nothing was sent",
					"budget of today");
			assertThat(this.simulator).hasStartedNoRuns();
		}
		finally {
			held.forEach(budget::release);
		}
	}

	@ParameterizedTest
	@CsvSource({ "https://chat.example, 200", "https://other.example, 403", "null, 403" })
	void requestsFromBrowsersNeedAnOriginThatIsListed(String origin, int status) throws Exception {
		assertThat(RawMcpClient
			.initialize(this.port, Map.of("Authorization", RawMcpClient.AUTHORIZATION, "Origin", origin))
			.statusCode()).isEqualTo(status);
	}

	/**
	 * Spring AI's own server and transport serve them, at the same endpoint.
	 */
	@Test
	void otherToolsOfTheServerAreServedBehindTheSameChecks(@Autowired ConfigurableApplicationContext context)
			throws Exception {
		assertThat(context.getBeanNamesForType(WebMvcStreamableServerTransportProvider.class))
			.containsExactly("webMvcStreamableServerTransportProvider");
		assertThat(
				context.getBeanFactory().getBeanDefinition("webMvcStreamableServerRouterFunction").getFactoryBeanName())
			.startsWith("org.springframework.ai.");
		Map<String, String> monday = Map.of("day", "Monday");
		assertThat(this.client.call(OTHER, monday).at("/content/0/text").asString()).contains("9 to 5 on Monday");
		assertThat(this.client.as("other").callStatus(OTHER, monday)).isEqualTo(404);
		assertThat(this.client.inSession("invented").callStatus(OTHER, monday)).isEqualTo(404);
		assertThat(this.simulator).hasStartedNoRuns();
	}

	/**
	 * Return a tool of the application that has nothing to do with TinyFish.
	 */
	static ToolCallback openingHours() {
		return FunctionToolCallback.builder(OTHER, (Day day) -> "9 to 5 on " + day.day())
			.description("Opening hours of the shop")
			.inputType(Day.class)
			.build();
	}

	record Day(String day) {
	}

	@Test
	void callsWithoutCredentialsAreRefused() throws Exception {
		assertThat(RawMcpClient.initialize(this.port, Collections.emptyMap()).statusCode()).isEqualTo(401);
		HttpRequest other = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/other")).build();
		assertThat(HttpClient.newHttpClient().send(other, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
	}

	@Test
	void clientOfTheSdk() {
		McpSyncClient sdk = McpClient
			.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + this.port)
				.httpRequestCustomizer((request, method, endpoint, body, context) -> request.header("Authorization",
						RawMcpClient.AUTHORIZATION))
				.build())
			.build();
		try (sdk) {
			sdk.initialize();
			assertThat(sdk.listTools().tools()).hasSize(5);
			assertThat(sdk.callTool(CallToolRequest.builder(CHEAPEST).arguments(Map.copyOf(PHONE)).build()).content())
				.asString()
				.contains("640");
		}
		assertThat(this.simulator).hasStartedRuns(1);
	}

	@Test
	void aHangUpIsAtMostOneLineOfTheLog(@Autowired OpenRequests requests, CapturedOutput output) throws Exception {
		this.simulator.given("other phone",
				Scenario.builder()
					.steps(IntStream.rangeClosed(1, 40).mapToObj((number) -> "Step " + number).toList())
					.pace(Duration.ofMillis(25))
					.build());
		outcome(this.client, PHONE);
		await().until(() -> requests.open.get() == 0);
		int before = output.getAll().length();
		HttpResponse<Stream<String>> response = this.client.begin(CHEAPEST, Map.of("product", "other phone")).join();
		try (Stream<String> lines = response.body()) {
			assertThat(lines.anyMatch((line) -> line.contains("Step 1"))).isTrue();
		}
		await().until(() -> requests.open.get() == 0);
		assertThat(this.simulator).hasStartedRuns(2).hasReceivedNoCancels();
		assertThat(output.getAll().substring(before).lines().filter((line) -> line.matches(".* (WARN|ERROR) .*")))
			.hasSizeLessThan(2);
	}

	static void assertRunIsBelowRequest(TestObservationRegistry observations) {
		TestObservationRegistryAssert.assertThat(observations)
			.hasObservationWithNameEqualTo("tinyfish.run")
			.that()
			.hasParentObservationContextMatching((parent) -> Stream
				.iterate(parent, Objects::nonNull,
						(context) -> (context.getParentObservation() != null)
								? context.getParentObservation().getContextView() : null)
				.anyMatch((context) -> "http.server.requests".equals(context.getName())));
	}

	/**
	 * Return the answer with the outcome. On a slow machine it takes more than one call.
	 */
	static JsonNode outcome(RawMcpClient client, Map<String, String> arguments) {
		return await().atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.until(() -> answer(client.call(CHEAPEST, arguments)),
					(answer) -> "COMPLETED".equals(answer.path("status").asString()));
	}

	static JsonNode answer(JsonNode result) {
		assertThat(result.path("isError").asBoolean()).as("%s", result).isFalse();
		return JSON.readTree(result.at("/content/0/text").asString());
	}

	private static String error(JsonNode result) {
		assertThat(result.path("isError").asBoolean()).as("%s", result).isTrue();
		return result.at("/content/0/text").asString();
	}

	@WebAgent(url = "https://shop.example/")
	interface Shop {

		@Goal("Find the cheapest offer for {product}")
		Offer cheapest(String product);

		record Offer(String seller, int price) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TestObservationRegistry observationRegistry() {
			return TestObservationRegistry.create();
		}

		/** As Spring Boot registers it with its modules for observations. */
		@Bean
		FilterRegistrationBean<ServerHttpObservationFilter> requestObservations(TestObservationRegistry registry) {
			var filter = new FilterRegistrationBean<>(new ServerHttpObservationFilter(registry));
			filter.setOrder(Integer.MIN_VALUE);
			return filter;
		}

		/**
		 * It stores no passwords. Those of one that does become bcrypt hashes at the
		 * first login, which each request then takes its time to compare.
		 */
		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("user").password("{noop}secret").build(),
					User.withUsername("other").password("{noop}secret").build())::loadUserByUsername;
		}

		@Bean
		ToolCallback openingHours() {
			return McpServerTests.openingHours();
		}

		@Bean
		OpenRequests openRequests() {
			return new OpenRequests();
		}

		@Bean
		Filter openRequestsFilter(OpenRequests requests) {
			return (request, response, chain) -> {
				requests.open.incrementAndGet();
				try {
					chain.doFilter(request, response);
				}
				finally {
					requests.open.decrementAndGet();
				}
			};
		}

	}

	/**
	 * The number of requests that the server works on.
	 */
	static class OpenRequests {

		final AtomicInteger open = new AtomicInteger();

	}

}
