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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.observation.DefaultTinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.WebClientObservationAutoConfiguration;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TinyFishTracingTests {

	private static final String RUN_ID = "run-4711";

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String RUN = """
			{"run_id": "run-4711", "status": "COMPLETED", "result": {"price": 42}}""";

	private static final String EVENTS = """
			data: {"type":"STARTED","run_id":"run-4711"}

			data: {"type":"COMPLETE","run_id":"run-4711","status":"COMPLETED","result":{"price":42}}

			""";

	private static final WireMockServer server = new WireMockServer(
			wireMockConfig().bindAddress("127.0.0.1").dynamicPort().containerThreads(10));

	private final Spans spans = new Spans();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
				ObservationAutoConfiguration.class, MicrometerTracingAutoConfiguration.class,
				BraveAutoConfiguration.class, RestClientAutoConfiguration.class,
				RestClientObservationAutoConfiguration.class, WebClientAutoConfiguration.class,
				WebClientObservationAutoConfiguration.class, TinyFishAutoConfiguration.class))
		.withBean(SpanHandler.class, () -> this.spans)
		.withPropertyValues("management.tracing.sampling.probability=1.0", "tinyfish.api-key=sk-tinyfish-tracing",
				"tinyfish.base-url=" + baseUrl(), "tinyfish.retry.delay=1ms", "tinyfish.retry.jitter=0",
				"tinyfish.run.read-outcome=false");

	@BeforeAll
	static void startServer() {
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.stop();
	}

	@BeforeEach
	void answerEverything() {
		server.resetAll();
		server.stubFor(WireMock.get(urlPathMatching(".*/v1/runs/" + RUN_ID)).willReturn(okJson(RUN)));
		server.stubFor(WireMock.get(urlPathMatching(".*/v1/runs")).willReturn(okJson("""
				{"data": [], "pagination": {"total": 0, "next_cursor": null, "has_more": false}}""")));
		server.stubFor(WireMock.post(urlPathMatching(".*/v1/runs/" + RUN_ID + "/cancel")).willReturn(okJson("""
				{"run_id": "run-4711", "status": "CANCELLED"}""")));
		server.stubFor(WireMock.post(urlPathMatching(".*/v1/automation/run")).willReturn(okJson(RUN)));
		server.stubFor(WireMock.post(urlPathMatching(".*/v1/automation/run-async")).willReturn(okJson("""
				{"run_id": "run-4711", "error": null}""")));
		server.stubFor(WireMock.post(urlPathMatching(".*/v1/automation/run-sse"))
			.willReturn(okForContentType("text/event-stream", EVENTS)));
	}

	@ParameterizedTest
	@MethodSource("clientsAndOperations")
	void theCallersTraceGoesOutWithTheRequest(Client client, Operation operation) {
		this.contextRunner.run((context) -> {
			inObservation(context, () -> client.call(context, operation));
			assertSpansNest(operation);
		});
	}

	@ParameterizedTest
	@EnumSource
	void theTraceOfTheReactorContextGoesOutWithTheRequest(Operation operation) {
		this.contextRunner.run((context) -> {
			Observation caller = Observation.start("caller", context.getBean(ObservationRegistry.class));
			Flux.from(operation.reactive.apply(context.getBean(ReactiveTinyFishClient.class)))
				.contextWrite((reactor) -> reactor.put("micrometer.observation", caller))
				.blockLast(SOON);
			caller.stop();
			assertSpansNest(operation);
		});
	}

	@ParameterizedTest
	@MethodSource("clientsAndOperations")
	void theCallersTraceGoesOutAlsoWhereOurObservationsAreSwitchedOff(Client client, Operation operation) {
		this.contextRunner.withPropertyValues("management.observations.enable.tinyfish=false").run((context) -> {
			inObservation(context, () -> client.call(context, operation));
			Span caller = this.spans.await("caller");
			Span request = this.spans.await("http " + operation.method);
			assertThat(request.parentId()).isEqualTo(caller.id());
			assertThat(theTraceparent()).isEqualTo("00-" + caller.traceId() + "-" + request.id() + "-01");
			assertThat(this.spans.names()).hasSize(2);
		});
	}

	@ParameterizedTest
	@EnumSource
	void eachAttemptIsASpanOfItsOwnInOneCall(Client client) {
		server.stubFor(WireMock.get(urlPathMatching(".*/v1/runs/" + RUN_ID))
			.inScenario("once")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(aResponse().withStatus(503).withBody("""
					{"error": {"code": "SERVICE_BUSY", "message": "Busy"}}"""))
			.willSetStateTo("available"));
		this.contextRunner.run((context) -> {
			client.call(context, Operation.GET);
			Span call = this.spans.await("tinyfish runs.get");
			// the span of an attempt may end after its result was read
			await().untilAsserted(() -> assertThat(this.spans.named("http get")).hasSize(2));
			List<Span> attempts = this.spans.named("http get");
			assertThat(attempts).allSatisfy((attempt) -> {
				assertThat(attempt.traceId()).isEqualTo(call.traceId());
				assertThat(attempt.parentId()).isEqualTo(call.id());
			});
			assertThat(requests()).extracting((request) -> request.getHeader("traceparent"))
				.containsExactlyInAnyOrderElementsOf(attempts.stream()
					.map((attempt) -> "00-" + call.traceId() + "-" + attempt.id() + "-01")
					.toList());
			assertThat(call.annotations()).containsExactly("retry");
		});
	}

	@ParameterizedTest
	@EnumSource
	void theRunIdIsOnSpansAndOnNoMeter(Client client) {
		this.contextRunner.run((context) -> {
			client.call(context, Operation.GET);
			client.call(context, Operation.RUN);
			assertThat(this.spans.await("tinyfish runs.get").tags()).containsEntry("run.id", RUN_ID)
				.containsEntry("operation", "runs.get")
				.containsEntry("outcome", "SUCCESS")
				.containsEntry("status", "200");
			assertThat(this.spans.await("tinyfish run").tags()).containsEntry("run.id", RUN_ID)
				.containsEntry("operation", "agent.run")
				.containsEntry("status", "COMPLETED");
			assertNoTagHasAnId(context);
		});
	}

	@ParameterizedTest
	@MethodSource("clientsAndPaths")
	void requestsAreRecordedWithTheTemplateOfTheirUri(Client client, String path) {
		this.contextRunner.withPropertyValues("tinyfish.base-url=" + baseUrl() + path).run((context) -> {
			for (Operation operation : Operation.values()) {
				client.call(context, operation);
			}
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(meters.find("http.client.requests").timers())
					.extracting((timer) -> timer.getId().getTag("uri"))
					.containsExactlyInAnyOrder(path + "/v1/runs/{id}", path + "/v1/runs", path + "/v1/runs/{id}/cancel",
							path + "/v1/automation/run", path + "/v1/automation/run-async",
							path + "/v1/automation/run-sse"));
			assertThat(requests()).allSatisfy((request) -> assertThat(request.getUrl()).startsWith(path + "/v1/"));
			assertNoTagHasAnId(context);
		});
	}

	@ParameterizedTest
	@EnumSource
	void aConventionOfTheApplicationIsUsed(Client client) {
		this.contextRunner
			.withBean(TinyFishCallObservationConvention.class,
					() -> new DefaultTinyFishCallObservationConvention("shop.tinyfish"))
			.run((context) -> {
				client.call(context, Operation.GET);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("shop.tinyfish").tag("operation", "runs.get").timer().count()).isEqualTo(1);
				assertThat(meters.find("tinyfish.client.calls").meters()).isEmpty();
			});
	}

	@Test
	void aCallWithoutACallersTraceStartsOne() {
		this.contextRunner.run((context) -> {
			Client.BLOCKING.call(context, Operation.GET);
			Span call = this.spans.await("tinyfish runs.get");
			assertThat(call.parentId()).isNull();
			assertThat(theTraceparent()).startsWith("00-" + call.traceId() + "-");
		});
	}

	static Stream<Arguments> clientsAndOperations() {
		return Stream.of(Client.values())
			.flatMap((client) -> Stream.of(Operation.values()).map((operation) -> Arguments.of(client, operation)));
	}

	static Stream<Arguments> clientsAndPaths() {
		return Stream.of(Client.values())
			.flatMap((client) -> Stream.of("", "/behind/a-gateway").map((path) -> Arguments.of(client, path)));
	}

	private static String baseUrl() {
		return "http://127.0.0.1:" + server.port();
	}

	private static void inObservation(ApplicationContext context, Runnable task) {
		Observation.createNotStarted("caller", context.getBean(ObservationRegistry.class)).observe(task);
	}

	/**
	 * The caller's span, the run's if there is one, the call's, and the request's, which
	 * goes out.
	 */
	private void assertSpansNest(Operation operation) {
		Span caller = this.spans.await("caller");
		Span parent = caller;
		if (operation.run) {
			Span run = this.spans.await("tinyfish run");
			assertThat(run.parentId()).isEqualTo(caller.id());
			parent = run;
		}
		Span call = this.spans.await("tinyfish " + operation.name);
		assertThat(call.parentId()).isEqualTo(parent.id());
		Span request = this.spans.await("http " + operation.method);
		assertThat(request.parentId()).isEqualTo(call.id());
		assertThat(this.spans.all).allSatisfy((span) -> assertThat(span.traceId()).isEqualTo(caller.traceId()));
		assertThat(theTraceparent()).isEqualTo("00-" + caller.traceId() + "-" + request.id() + "-01");
	}

	private static String theTraceparent() {
		assertThat(requests()).hasSize(1);
		return requests().get(0).getHeader("traceparent");
	}

	private static List<LoggedRequest> requests() {
		return server.findAll(anyRequestedFor(anyUrl()));
	}

	private static void assertNoTagHasAnId(ApplicationContext context) {
		List<Meter> meters = context.getBean(MeterRegistry.class).getMeters();
		assertThat(meters).extracting((meter) -> meter.getId().getName())
			.contains("http.client.requests", "tinyfish.client.calls", "tinyfish.run");
		assertThat(meters).flatExtracting((meter) -> meter.getId().getTags())
			.extracting(Tag::getValue)
			.noneMatch((value) -> value.contains(RUN_ID));
	}

	private enum Client {

		BLOCKING {
			@Override
			void call(ApplicationContext context, Operation operation) {
				operation.blocking.apply(context.getBean(TinyFishClient.class));
			}
		},

		REACTIVE {
			@Override
			void call(ApplicationContext context, Operation operation) {
				Flux.from(operation.reactive.apply(context.getBean(ReactiveTinyFishClient.class))).blockLast(SOON);
			}
		};

		abstract void call(ApplicationContext context, Operation operation);

	}

	private enum Operation {

		GET("runs.get", "get", false, (client) -> client.runs().get(RUN_ID), (client) -> client.runs().get(RUN_ID)),

		LIST("runs.list", "get", false, (client) -> client.runs().list(), (client) -> client.runs().list()),

		CANCEL("runs.cancel", "post", false, (client) -> client.runs().cancel(RUN_ID),
				(client) -> client.runs().cancel(RUN_ID)),

		RUN("agent.run", "post", true, (client) -> client.agent().run(request()),
				(client) -> client.agent().run(request())),

		QUEUE("agent.queue", "post", false, (client) -> client.agent().queue(request()),
				(client) -> client.agent().queue(request())),

		STREAM("agent.stream", "post", true, (client) -> client.agent().stream(request()).await(),
				(client) -> client.agent().stream(request())),

		START("agent.start", "post", true, (client) -> client.agent().start(request()).await(),
				(client) -> client.agent().start(request()).flatMap(ReactiveRunHandle::result));

		private final String name;

		private final String method;

		private final boolean run;

		private final Function<TinyFishClient, Object> blocking;

		private final Function<ReactiveTinyFishClient, Publisher<?>> reactive;

		Operation(String name, String method, boolean run, Function<TinyFishClient, Object> blocking,
				Function<ReactiveTinyFishClient, Publisher<?>> reactive) {
			this.name = name;
			this.method = method;
			this.run = run;
			this.blocking = blocking;
			this.reactive = reactive;
		}

		private static AgentRequest request() {
			return AgentRequest.of("https://shop.example/item", "Read the price");
		}

	}

	private record Span(String name, String traceId, String id, String parentId, Map<String, String> tags,
			List<String> annotations) {

		static Span of(MutableSpan span) {
			return new Span(String.valueOf(span.name()), span.traceId(), span.id(), span.parentId(),
					Map.copyOf(span.tags()), span.annotations().stream().map(Map.Entry::getValue).toList());
		}

	}

	/**
	 * Keeps the spans that have ended.
	 */
	private static final class Spans extends SpanHandler {

		private final List<Span> all = new CopyOnWriteArrayList<>();

		@Override
		public boolean end(TraceContext context, MutableSpan span, Cause cause) {
			return this.all.add(Span.of(span));
		}

		Span await(String name) {
			org.awaitility.Awaitility.await()
				.atMost(SOON)
				.untilAsserted(() -> assertThat(names()).containsOnlyOnce(name));
			return named(name).get(0);
		}

		List<Span> named(String name) {
			return this.all.stream().filter((span) -> span.name().equals(name)).toList();
		}

		List<String> names() {
			return this.all.stream().map(Span::name).toList();
		}

	}

}
