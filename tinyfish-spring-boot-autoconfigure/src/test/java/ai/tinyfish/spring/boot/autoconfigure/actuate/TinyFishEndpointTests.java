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

package ai.tinyfish.spring.boot.autoconfigure.actuate;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import java.util.function.Predicate;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.RunTag;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint of an application of Spring MVC, and then of one of WebFlux, while runs of
 * both clients go on.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = { "SERVLET", "REACTIVE" })
@TestMethodOrder(OrderAnnotation.class)
class TinyFishEndpointTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private static final String KEY = "sk-endpoint-0123456789";

	private static final String PASSWORD = "hunter2-of-the-proxy";

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static TinyFishSimulator simulator;

	private static ConfigurableApplicationContext application;

	@Parameter
	private WebApplicationType type;

	@BeforeAll
	static void startSimulator() {
		simulator = TinyFishSimulator.builder().apiKey(KEY).pace(Duration.ofMillis(1)).start();
		simulator.given("Find", Scenario.builder().steps("Looking around", "Typing " + PASSWORD).neverEnds().build());
		simulator.given("Read", Scenario.builder().steps("Reading the page").neverEnds().build());
	}

	@AfterAll
	static void stopSimulator() {
		simulator.close();
	}

	@BeforeParameterizedClassInvocation
	static void startApplication(WebApplicationType type) {
		application = start(type, "--management.endpoint.tinyfish.access=unrestricted", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=tinyfish", "--tinyfish.budget.runs-per-day=1000");
	}

	@AfterParameterizedClassInvocation
	static void closeApplication() {
		application.close();
	}

	@AfterEach
	void cancelRuns() {
		OpenRuns openRuns = application.getBean(OpenRuns.class);
		// those that wait have no id yet
		await().atMost(SOON).until(() -> {
			openRuns.list()
				.stream()
				.map(OpenRun::runId)
				.filter(Objects::nonNull)
				.forEach((id) -> openRuns.cancel(id).join());
			return openRuns.list().isEmpty();
		});
	}

	@Test
	void runsAreShownWithoutSecrets() throws Exception {
		RunHandle first = client().agent()
			.start(request().tag("order-42")
				.proxy(ProxyConfig.builder()
					.enabled(true)
					.url("http://proxy.example:3128")
					.username("proxy-user")
					.password(PASSWORD)
					.build())
				.build());
		await().atMost(SOON)
			.until(() -> runs(application).get(0).path("lastStep").stringValue("").startsWith("Typing"));
		application.getBean(Prices.class).read("coffee", "agent-7");
		await().atMost(SOON).until(() -> runs(application).get(1).path("state").stringValue().equals("STREAMING"));
		application.getBean(ReactiveTinyFishClient.class).agent().start(request().build()).subscribe();
		await().atMost(SOON).until(() -> runs(application).size() == 3);
		HttpResponse<String> response = send("GET", application, "");
		JsonNode openRuns = openRuns(response);
		assertThat(openRuns.path("inFlight").intValue()).isEqualTo(2);
		assertThat(openRuns.path("waiting").intValue()).isEqualTo(1);
		assertThat(openRuns.path("maxInFlight").intValue()).isEqualTo(2);
		assertThat(openRuns.path("maxWait").stringValue()).isEqualTo("PT1M");
		JsonNode run = openRuns.path("runs").get(0);
		assertThat(run.path("runId").stringValue()).isEqualTo(first.runId());
		assertThat(run.path("operation").stringValue()).isEqualTo("agent.start");
		assertThat(run.has("agentInterface") || run.has("agentMethod")).isFalse();
		assertThat(run.path("tag").stringValue()).isEqualTo("order-42");
		assertThat(run.path("host").stringValue()).isEqualTo("shop.example");
		assertThat(Duration.parse(run.path("age").stringValue())).isPositive().isLessThan(SOON.multipliedBy(4));
		assertThat(run.path("lastStep").stringValue()).isEqualTo("Typing ***");
		assertThat(run.path("state").stringValue()).isEqualTo("STREAMING");
		JsonNode ofAgent = openRuns.path("runs").get(1);
		assertThat(ofAgent.path("agentInterface").stringValue()).isEqualTo(Prices.class.getName());
		assertThat(ofAgent.path("agentMethod").stringValue()).isEqualTo("read");
		assertThat(ofAgent.path("tag").stringValue()).isEqualTo("agent-7");
		JsonNode waiting = openRuns.path("runs").get(2);
		assertThat(waiting.path("state").stringValue()).isEqualTo("WAITING");
		assertThat(waiting.has("runId")).isFalse();
		assertThat(response.body()).doesNotContain(KEY, PASSWORD, "proxy-user", "proxy.example", "secret", "coffee");
	}

	@Test
	void deleteCancelsThisRunAlone() throws Exception {
		RunHandle first = client().agent().start(request().build());
		RunHandle second = client().agent().start(request().build());
		first.started().get(30, TimeUnit.SECONDS);
		String runId = second.started().get(30, TimeUnit.SECONDS);
		HttpResponse<String> response = send("DELETE", application, "/" + runId);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"runId\":\"" + runId + "\",\"status\":\"CANCELLED\"}");
		assertThat(second.await(SOON)).extracting(AgentRun::status).isEqualTo(RunStatus.CANCELLED);
		assertThat(first.result()).isNotDone();
		// a run that has ended is listed until its outcome is published
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(runs(application)).singleElement()
				.satisfies((run) -> assertThat(run.path("runId").stringValue()).isEqualTo(first.runId())));
		assertThat(send("DELETE", application, "/" + runId).statusCode()).isEqualTo(404);
	}

	@Test
	void postCarriesOutTheActionOfAContributor() throws Exception {
		HttpResponse<String> response = post("/teas", "pause");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"id\":\"teas\",\"action\":\"pause\"}");
		assertThat(post("/none", "pause").statusCode()).isEqualTo(404);
		HttpResponse<String> unknown = post("/teas", "stop");
		assertThat(unknown.statusCode()).isEqualTo(400);
		// it need not be the object that is missing
		assertThat(post("/defect", "pause").statusCode()).isEqualTo(500);
		HttpResponse<String> refused = post("/refused", "pause");
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(refused.body()).isEqualTo("{\"reason\":\"The budget has not enough left\"}");
	}

	@Test
	void anActionOfTwoContributorsPreventsTheStart() {
		TinyFishEndpointContributor teas = Application.contributor("teas", Map.of());
		TinyFishEndpointContributor coffees = Application.contributor("coffees", Map.of());
		assertThatIllegalStateException().isThrownBy(() -> new TinyFishEndpoint(Map.of(), List.of(teas, coffees)))
			.withMessageContaining("'pause'");
	}

	private static HttpResponse<String> post(String id, String action) throws Exception {
		String port = application.getEnvironment().getRequiredProperty("local.server.port");
		return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/tinyfish" + id))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"action\": \"" + action + "\"}"))
			.build(), BodyHandlers.ofString());
	}

	@Test
	void browserSessionsAreShownAndEnded() throws Exception {
		String first = client().browser().create().sessionId();
		String second = application.getBean(ReactiveTinyFishClient.class).browser().create().block(SOON).sessionId();
		HttpResponse<String> response = send("GET", application, "");
		JsonNode browsers = openRuns(response).path("browsers");
		assertThat(browsers).hasSize(2);
		assertThat(browsers.get(0).path("sessionId").stringValue()).isEqualTo(first);
		assertThat(browsers.get(0).path("openedBy").stringValue()).startsWith(getClass().getName() + ":");
		assertThat(browsers.get(0).has("openedAt")).isTrue();
		assertThat(response.body()).doesNotContain("/cdp");
		assertThat(simulator.journal().openBrowsers()).containsExactly(first, second);
		HttpResponse<String> ended = send("DELETE", application, "/" + second);
		assertThat(ended.statusCode()).isEqualTo(200);
		assertThat(ended.body()).isEqualTo("{\"sessionId\":\"" + second + "\"}");
		assertThat(simulator.journal().openBrowsers()).containsExactly(first);
		assertThat(send("DELETE", application, "/" + second).statusCode()).isEqualTo(404);
		assertThat(send("DELETE", application, "/" + first).statusCode()).isEqualTo(200);
		assertThat(openRuns(send("GET", application, "")).path("browsers")).isEmpty();
	}

	@Test
	void budgetIsShown() throws Exception {
		client().agent().start(request().build()).started().get(30, TimeUnit.SECONDS);
		await().atMost(SOON).untilAsserted(() -> {
			JsonNode budget = JsonMapper.shared()
				.readTree(send("GET", application, "").body())
				.path("details")
				.path("budget");
			assertThat(budget.path("limits").path("runs").intValue()).isEqualTo(1000);
			assertThat(budget.path("used").path("runs").intValue()).isPositive();
			assertThat(budget.path("left").path("runs").intValue())
				.isEqualTo(1000 - budget.path("used").path("runs").intValue());
		});
	}

	@Test
	void unknownRunIs404() throws Exception {
		long cancels = simulator.journal().requests("POST /v1/runs/{id}/cancel");
		assertThat(send("DELETE", application, "/no-such-run").statusCode()).isEqualTo(404);
		assertThat(simulator.journal().requests("POST /v1/runs/{id}/cancel")).isEqualTo(cancels);
	}

	@Test
	void detailsOfContributorsAreShownAlsoIfOneFails() throws Exception {
		JsonNode details = JsonMapper.shared().readTree(send("GET", application, "").body()).path("details");
		assertThat(details.path("stock").path("books").intValue()).isEqualTo(7);
		assertThat(details.path("broken").path("error").stringValue()).isEqualTo("java.lang.IllegalStateException");
	}

	/**
	 * Last: a server of WebFlux that stops releases the resources of the other one.
	 */
	@Test
	@Order(Integer.MAX_VALUE)
	void exposingTheEndpointDoesNotAllowCancels() throws Exception {
		try (ConfigurableApplicationContext readOnly = start(this.type)) {
			RunHandle run = readOnly.getBean(TinyFishClient.class).agent().start(request().build());
			String runId = run.started().get(30, TimeUnit.SECONDS);
			assertThat(runs(readOnly)).hasSize(1);
			assertThat(send("DELETE", readOnly, "/" + runId).statusCode()).isEqualTo(404);
			assertThat(run.result()).isNotDone();
			run.cancel();
		}
	}

	@Test
	void jmxHasBothOperations() throws Exception {
		String runId = client().agent().start(request().build()).started().get(30, TimeUnit.SECONDS);
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName endpoint = new ObjectName("org.springframework.boot:type=Endpoint,name=Tinyfish");
		assertThat(server.invoke(endpoint, "runs", new Object[0], new String[0])).asString().contains(runId);
		assertThat(server.invoke(endpoint, "cancel", new Object[] { runId }, new String[] { "java.lang.String" }))
			.isEqualTo(Map.of("runId", runId, "status", "CANCELLED"));
		assertThat(server.invoke(endpoint, "cancel", new Object[] { "other" }, new String[] { "java.lang.String" }))
			.isNull();
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.initializers(SystemEnvironment.empty())
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.reactor.netty.shutdown-quiet-period=0s", "tinyfish.api-key=" + KEY,
					"tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.run.max-in-flight=2",
					"tinyfish.run.max-wait=1m", "tinyfish.run.shutdown-timeout=0s",
					"management.endpoints.web.exposure.include=tinyfish")
			.run(properties);
	}

	private static TinyFishClient client() {
		return application.getBean(TinyFishClient.class);
	}

	private static AgentRequest.Builder request() {
		return AgentRequest.builder()
			.url("https://secret-user:secret-word@shop.example:8443/secret-path?secret=query")
			.goal("Find the secret price of coffee");
	}

	private static List<JsonNode> runs(ConfigurableApplicationContext context) throws Exception {
		return StreamSupport.stream(openRuns(send("GET", context, "")).path("runs").spliterator(), false).toList();
	}

	private static JsonNode openRuns(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode beans = JsonMapper.shared().readTree(response.body()).path("openRuns");
		assertThat(beans.propertyNames()).containsExactly("tinyFishOpenRuns");
		return Objects.requireNonNull(beans.get("tinyFishOpenRuns"));
	}

	private static HttpResponse<String> send(String method, ConfigurableApplicationContext context, String path)
			throws Exception {
		URI uri = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
				+ "/actuator/tinyfish" + path);
		return CLIENT.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
				BodyHandlers.ofString());
	}

	@WebAgent(url = "https://shop.example")
	interface Prices {

		@Goal("Read the price of {item}")
		RunHandle read(String item, @RunTag String tag);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportWebAgents(Prices.class)
	static class Application {

		@Bean
		TinyFishEndpointContributor stock() {
			return contributor("stock", Map.of("books", 7));
		}

		@Bean
		TinyFishEndpointContributor broken() {
			return contributor("broken", null);
		}

		private static TinyFishEndpointContributor contributor(String name, Map<String, ?> details) {
			return new TinyFishEndpointContributor() {

				@Override
				public String name() {
					return name;
				}

				@Override
				public Map<String, ?> details() {
					if (details == null) {
						throw new IllegalStateException("Broken on purpose with " + PASSWORD);
					}
					return details;
				}

				@Override
				public Map<String, Predicate<String>> actions() {
					return (details == null) ? Map.of() : Map.of("pause", (id) -> {
						if (id.equals("defect")) {
							throw new NoSuchElementException(id);
						}
						Assert.state(!id.equals("refused"), "The budget has not enough left");
						return id.equals("teas");
					});
				}

			};
		}

	}

}
