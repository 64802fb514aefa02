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

package ai.tinyfish.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.observation.DefaultTinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishCallObservationContext;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.DeadPort;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.ObservationContextAssert;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class ObservationConventionTests {

	private static final String CALLS = "tinyfish.client.calls";

	private static final String STREAM = "data: " + Samples.STARTED + "\n\ndata: " + Samples.COMPLETE + "\n\n";

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@ParameterizedTest
	@EnumSource
	void aCallAboutARunHasItsIdAsAKeyOfHighCardinality(ClientKind kind) {
		try (ScriptedServer server = answering(200, Samples.RUN)) {
			assertThat(get(kind, server.baseUrl(), recording(this.registry)).runId()).isEqualTo("run-1");
		}
		theCall().hasContextualNameEqualTo("tinyfish runs.get")
			.hasOnlyKeys("operation", "outcome", "status", "run.id")
			.hasLowCardinalityKeyValue("operation", "runs.get")
			.hasLowCardinalityKeyValue("outcome", "SUCCESS")
			.hasLowCardinalityKeyValue("status", "200")
			.hasHighCardinalityKeyValue("run.id", "run-1")
			.doesNotHaveLowCardinalityKeyValueWithKey("run.id")
			.doesNotHaveError();
	}

	@ParameterizedTest
	@EnumSource
	void aSubmissionHasNoRunIdButItsRunHas(ClientKind kind) {
		try (ScriptedServer server = answering(200, Samples.RUN)) {
			run(kind, server.baseUrl(), recording(this.registry));
		}
		theCall().hasContextualNameEqualTo("tinyfish agent.run")
			.hasOnlyKeys("operation", "outcome", "status")
			.hasLowCardinalityKeyValue("operation", "agent.run");
		observed("tinyfish.run").hasContextualNameEqualTo("tinyfish run")
			.hasOnlyKeys("how", "status", "run.id")
			.hasLowCardinalityKeyValue("how", "run")
			.hasLowCardinalityKeyValue("status", "COMPLETED")
			.hasHighCardinalityKeyValue("run.id", "run-1");
	}

	@ParameterizedTest
	@EnumSource
	void aStatusThatIsAnErrorIsAKey(ClientKind kind) {
		try (ScriptedServer server = answering(404, Samples.envelope("NOT_FOUND", "None"))) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> get(kind, server.baseUrl(), recording(this.registry)));
		}
		theCall().hasOnlyKeys("operation", "outcome", "status", "run.id")
			.hasLowCardinalityKeyValue("outcome", "CLIENT_ERROR")
			.hasLowCardinalityKeyValue("status", "404")
			.hasError();
	}

	@ParameterizedTest
	@EnumSource
	void aCallWithoutAnAnswerHasTheSameKeys(ClientKind kind) {
		try (DeadPort nobody = new DeadPort()) {
			assertThatExceptionOfType(TinyFishConnectionException.class)
				.isThrownBy(() -> get(kind, nobody.baseUrl(), recording(this.registry)));
		}
		theCall().hasOnlyKeys("operation", "outcome", "status", "run.id")
			.hasLowCardinalityKeyValue("outcome", "UNKNOWN")
			.hasLowCardinalityKeyValue("status", "none")
			.hasError();
	}

	@Test
	void aCancelledCallHasTheSameKeys() throws InterruptedException {
		CountDownLatch arrived = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			arrived.countDown();
			exchange.silence();
		});
				ReactiveTinyFishClient client = ReactiveTinyFishClient.builder()
					.apiKey(Samples.KEY)
					.baseUrl(server.baseUrl())
					.observationRegistry(this.registry)
					.build()) {
			Disposable subscription = client.runs().get("run-1").subscribe();
			assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
			subscription.dispose();
		}
		theCall().hasOnlyKeys("operation", "outcome", "status", "run.id")
			.hasLowCardinalityKeyValue("outcome", "CANCELLED")
			.hasLowCardinalityKeyValue("status", "none")
			.doesNotHaveError();
	}

	@ParameterizedTest
	@EnumSource
	void aRetryIsAnEventWithTheNumberOfRetriesSoFar(ClientKind kind) {
		CallHandler handler = new CallHandler();
		this.registry.observationConfig().observationHandler(handler);
		try (ScriptedServer server = failingTwice()) {
			get(kind, server.baseUrl(), recording(this.registry));
		}
		assertThat(handler.steps).containsExactly("start 0 operation,outcome,status",
				"retry 1 operation,outcome,status", "retry 2 operation,outcome,status",
				"stop 2 operation,outcome,status");
		theCall().hasLowCardinalityKeyValue("outcome", "SUCCESS").hasLowCardinalityKeyValue("status", "200");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionReplacesTheNameAndAddsKeys(ClientKind kind) {
		try (ScriptedServer server = failingTwice()) {
			get(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(new Tenants()));
		}
		assertNoneObserved(CALLS);
		observed("shop.tinyfish").hasContextualNameEqualTo("runs.get for acme")
			.hasLowCardinalityKeyValue("operation", "runs.get")
			.hasLowCardinalityKeyValue("outcome", "SUCCESS")
			.hasLowCardinalityKeyValue("status", "200")
			.hasLowCardinalityKeyValue("tenant", "acme")
			.hasLowCardinalityKeyValue("kind", "read")
			.hasHighCardinalityKeyValue("run.id", "run-1")
			.hasHighCardinalityKeyValue("retries", "2");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionIsAskedForTheOpeningOfStreams(ClientKind kind) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(STREAM))) {
			stream(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(new Tenants()));
		}
		observed("shop.tinyfish").hasLowCardinalityKeyValue("operation", "agent.stream")
			.hasLowCardinalityKeyValue("kind", "submission");
	}

	@Test
	void aDerivedClientKeepsTheConvention() {
		try (ScriptedServer server = answering(200, Samples.RUN);
				TinyFishClient client = Samples.client(server.baseUrl())
					.observationRegistry(this.registry)
					.observationConvention(new Tenants())
					.build();
				TinyFishClient derived = client.mutate().apiKey(Samples.KEY).build();
				TinyFishClient undone = client.mutate().observationConvention(null).build()) {
			derived.runs().get("run-1");
			assertNoneObserved(CALLS);
			undone.runs().get("run-1");
		}
		observed("shop.tinyfish").hasLowCardinalityKeyValue("tenant", "acme");
		theCall().doesNotHaveLowCardinalityKeyValueWithKey("tenant");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionOfTheRegistryCountsWhereTheClientHasNone(ClientKind kind) {
		this.registry.observationConfig().observationConvention(new GlobalTenants());
		try (ScriptedServer server = answering(200, Samples.RUN)) {
			get(kind, server.baseUrl(), recording(this.registry));
		}
		observed("shop.tinyfish").hasLowCardinalityKeyValue("tenant", "acme");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionForSomeCallsLeavesTheOthersToTheDefault(ClientKind kind) {
		TinyFishCallObservationConvention submissions = new DefaultTinyFishCallObservationConvention("submissions") {
			@Override
			public boolean supportsContext(Observation.Context context) {
				return context instanceof TinyFishCallObservationContext call && call.isSubmission();
			}
		};
		Consumer<TinyFishClient.Builder> settings = (builder) -> builder.observationRegistry(this.registry)
			.observationConvention(submissions);
		try (ScriptedServer server = answering(200, Samples.RUN)) {
			get(kind, server.baseUrl(), settings);
			run(kind, server.baseUrl(), settings);
		}
		theCall().hasLowCardinalityKeyValue("operation", "runs.get");
		observed("submissions").hasLowCardinalityKeyValue("operation", "agent.run");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionThatThrowsAtTheStartFailsTheCallBeforeAnythingIsSent(ClientKind kind) {
		assertNothingSent(kind, (builder) -> builder.observationRegistry(this.registry)
			.observationConvention(new ThrowingConvention()));
	}

	@ParameterizedTest
	@EnumSource
	void aConventionThatThrowsAtTheEndTakesNoAnswerAway(ClientKind kind) {
		TinyFishCallObservationConvention convention = new DefaultTinyFishCallObservationConvention() {
			@Override
			public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
				if (context.getStatus() != null) {
					throw new IllegalStateException("low cardinality");
				}
				return super.getLowCardinalityKeyValues(context);
			}
		};
		try (ScriptedServer server = answering(200, Samples.RUN)) {
			assertThat(get(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(convention))
				.runId()).isEqualTo("run-1");
		}
	}

	@ParameterizedTest
	@MethodSource("failingSteps")
	void whatAHandlerThrowsAfterTheStartChangesNothingForTheCaller(ClientKind kind, String step) {
		ObservationRegistry plain = ObservationRegistry.create();
		CallHandler sound = new CallHandler();
		plain.observationConfig().observationHandler(sound).observationHandler(new FailingHandler(step));
		try (ScriptedServer server = failingTwice()) {
			assertThat(get(kind, server.baseUrl(), recording(plain)).runId()).isEqualTo("run-1");
			assertThat(run(kind, server.baseUrl(), recording(plain)).isSuccessful()).isTrue();
		}
		try (ScriptedServer server = answering(404, Samples.envelope("NOT_FOUND", "None"))) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> get(kind, server.baseUrl(), recording(plain)));
		}
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(STREAM))) {
			assertThat(stream(kind, server.baseUrl(), recording(plain)).isSuccessful()).isTrue();
		}
		assertThat(plain.getCurrentObservationScope()).as("a scope left behind").isNull();
		assertThat(sound.steps).filteredOn((told) -> told.startsWith("start")).hasSize(4);
		// Micrometer tells no other handler of an end on which one failed
		assertThat(sound.steps).filteredOn((told) -> told.startsWith("stop")).hasSize("stop".equals(step) ? 0 : 4);
	}

	static Stream<Arguments> failingSteps() {
		return Stream.of("event", "error", "scope closed", "stop")
			.flatMap((step) -> Stream.of(ClientKind.values()).map((kind) -> Arguments.of(kind, step)));
	}

	@ParameterizedTest
	@EnumSource
	void aHandlerThatThrowsAtTheStartFailsTheCallBeforeAnythingIsSent(ClientKind kind) {
		for (String step : List.of("start", "scope opened")) {
			ObservationRegistry plain = ObservationRegistry.create();
			CallHandler sound = new CallHandler();
			plain.observationConfig().observationHandler(sound).observationHandler(new FailingHandler(step));
			assertNothingSent(kind, recording(plain));
			assertThat(plain.getCurrentObservationScope()).as("a scope left behind").isNull();
			// what was begun is ended
			assertThat(sound.steps).filteredOn((told) -> told.startsWith("start")).hasSize(1);
			assertThat(sound.steps).filteredOn((told) -> told.startsWith("stop")).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aPredicateThatThrowsFailsTheCallBeforeAnythingIsSent(ClientKind kind) {
		this.registry.observationConfig().observationPredicate((name, context) -> {
			if (name.startsWith("tinyfish.")) {
				throw new IllegalStateException("predicate");
			}
			return true;
		});
		assertNothingSent(kind, recording(this.registry));
		assertNoneObserved(CALLS);
		assertNoneObserved("tinyfish.run");
	}

	private static void assertNothingSent(ClientKind kind, Consumer<TinyFishClient.Builder> settings) {
		try (ScriptedServer server = Operation.answering()) {
			Stream
				.<ThrowingCallable>of(() -> get(kind, server.baseUrl(), settings),
						() -> run(kind, server.baseUrl(), settings), () -> stream(kind, server.baseUrl(), settings))
				.forEach((call) -> assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(call)
					.withMessageContaining("nothing was sent")
					.withCauseInstanceOf(IllegalStateException.class));
			assertThat(server.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theCallersObservationIsTheParentOfTheRequestWhereOursAreSwitchedOff(ClientKind kind) {
		this.registry.observationConfig().observationPredicate((name, context) -> !name.startsWith("tinyfish."));
		Observation caller = Observation.start("caller", this.registry);
		try (ScriptedServer server = answering(200, Samples.RUN);
				ScriptedServer streams = ScriptedServer.streaming((exchange) -> exchange.send(STREAM))) {
			caller.scoped(() -> {
				get(kind, server.baseUrl(), recording(this.registry));
				run(kind, server.baseUrl(), recording(this.registry));
				stream(kind, streams.baseUrl(), recording(this.registry));
			});
		}
		caller.stop();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasNumberOfObservationsEqualTo(4)
			.hasNumberOfObservationsWithNameEqualTo("http.client.requests", 3)
			.forAllObservationsWithNameEqualTo("http.client.requests",
					(request) -> request.hasParentObservationEqualTo(caller));
	}

	@Test
	void whatIsRecordedIsWhatIsDocumented() {
		CallHandler handler = new CallHandler();
		this.registry.observationConfig().observationHandler(handler);
		try (ScriptedServer server = failingTwice();
				ScriptedServer streams = ScriptedServer.streaming((exchange) -> exchange.send(STREAM))) {
			for (ClientKind kind : ClientKind.values()) {
				get(kind, server.baseUrl(), recording(this.registry));
				run(kind, server.baseUrl(), recording(this.registry));
				stream(kind, streams.baseUrl(), recording(this.registry));
			}
		}
		assertDocumented(TinyFishObservationDocumentation.CLIENT_CALL,
				new DefaultTinyFishCallObservationConvention().getName(), 6);
		assertDocumented(TinyFishObservationDocumentation.RUN, TinyFishObservationDocumentation.RUN.getName(), 4);
		assertThat(TinyFishObservationDocumentation.CLIENT_CALL.getDefaultConvention())
			.isEqualTo(DefaultTinyFishCallObservationConvention.class);
		assertThat(Stream.of(TinyFishObservationDocumentation.CLIENT_CALL.getEvents()).map(Observation.Event::getName))
			.containsExactlyInAnyOrderElementsOf(handler.events);
	}

	private void assertDocumented(TinyFishObservationDocumentation documentation, String name, int count) {
		// a context is there from its beginning, and has its keys when it ends
		await().untilAsserted(() -> {
			List<Observation.Context> contexts = contexts(name);
			assertThat(contexts).hasSize(count)
				.allSatisfy((context) -> assertThat(keys(context.getLowCardinalityKeyValues()))
					.containsExactlyInAnyOrder(names(documentation.getLowCardinalityKeyNames())));
			Set<String> high = contexts.stream()
				.flatMap((context) -> keys(context.getHighCardinalityKeyValues()).stream())
				.collect(Collectors.toSet());
			assertThat(high).containsExactlyInAnyOrder(names(documentation.getHighCardinalityKeyNames()));
		});
	}

	private List<Observation.Context> contexts(String name) {
		List<Observation.Context> contexts = new ArrayList<>();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasHandledContextsThatSatisfy(
					(all) -> all.stream().filter((context) -> name.equals(context.getName())).forEach(contexts::add));
		return contexts;
	}

	private static String[] names(KeyName[] names) {
		return Stream.of(names).map(KeyName::asString).toArray(String[]::new);
	}

	private static List<String> keys(KeyValues keyValues) {
		return keyValues.stream().map(KeyValue::getKey).toList();
	}

	private ObservationContextAssert<?> theCall() {
		return observed(CALLS);
	}

	private ObservationContextAssert<?> observed(String name) {
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> TestObservationRegistryAssert.assertThat(this.registry)
				.hasNumberOfObservationsWithNameEqualTo(name, 1)
				.hasObservationWithNameEqualTo(name)
				.that()
				.hasBeenStopped());
		return TestObservationRegistryAssert.assertThat(this.registry).hasObservationWithNameEqualTo(name).that();
	}

	private void assertNoneObserved(String name) {
		TestObservationRegistryAssert.assertThat(this.registry).hasNumberOfObservationsWithNameEqualTo(name, 0);
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

	private static ScriptedServer failingTwice() {
		AtomicInteger count = new AtomicInteger();
		return new ScriptedServer((exchange) -> {
			boolean failure = count.getAndIncrement() < 2;
			exchange.answer(failure ? 429 : 200, "application/json",
					failure ? Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow") : Samples.RUN);
		});
	}

	/**
	 * A convention as an application writes it.
	 */
	private static class Tenants extends DefaultTinyFishCallObservationConvention {

		Tenants() {
			super("shop.tinyfish");
		}

		@Override
		public String getContextualName(TinyFishCallObservationContext context) {
			return context.getOperation() + " for acme";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
			return super.getLowCardinalityKeyValues(context).and("tenant", "acme", "kind",
					context.isSubmission() ? "submission" : "read");
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(TinyFishCallObservationContext context) {
			return super.getHighCardinalityKeyValues(context).and("retries", String.valueOf(context.getRetries()));
		}

	}

	private static final class GlobalTenants extends Tenants
			implements GlobalObservationConvention<TinyFishCallObservationContext> {

	}

	private static final class ThrowingConvention implements TinyFishCallObservationConvention {

		@Override
		public String getName() {
			throw new IllegalStateException("name");
		}

		@Override
		public String getContextualName(TinyFishCallObservationContext context) {
			throw new IllegalStateException("contextual name");
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
			throw new IllegalStateException("low cardinality");
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(TinyFishCallObservationContext context) {
			throw new IllegalStateException("high cardinality");
		}

	}

	/**
	 * Writes down what it is told about calls.
	 */
	private static final class CallHandler implements ObservationHandler<TinyFishCallObservationContext> {

		private final List<String> steps = new CopyOnWriteArrayList<>();

		private final Set<String> events = ConcurrentHashMap.newKeySet();

		@Override
		public void onStart(TinyFishCallObservationContext context) {
			add("start", context);
		}

		@Override
		public void onEvent(Observation.Event event, TinyFishCallObservationContext context) {
			this.events.add(event.getName());
			add(event.getName(), context);
		}

		@Override
		public void onStop(TinyFishCallObservationContext context) {
			add("stop", context);
		}

		private void add(String step, TinyFishCallObservationContext context) {
			this.steps.add(step + " " + context.getRetries() + " "
					+ keys(context.getLowCardinalityKeyValues()).stream().sorted().collect(Collectors.joining(",")));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof TinyFishCallObservationContext;
		}

	}

	/**
	 * Throws at one step of every observation of ours.
	 */
	private record FailingHandler(String step) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStart(Observation.Context context) {
			failOn("start", context);
		}

		@Override
		public void onEvent(Observation.Event event, Observation.Context context) {
			failOn("event", context);
		}

		@Override
		public void onError(Observation.Context context) {
			failOn("error", context);
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			failOn("scope opened", context);
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			failOn("scope closed", context);
		}

		@Override
		public void onStop(Observation.Context context) {
			failOn("stop", context);
		}

		private void failOn(String reached, Observation.Context context) {
			if (this.step.equals(reached) && String.valueOf(context.getName()).startsWith("tinyfish.")) {
				throw new IllegalStateException("handler");
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static Consumer<TinyFishClient.Builder> recording(ObservationRegistry registry) {
		return (builder) -> builder.observationRegistry(registry);
	}

	private static Run get(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
		return call(kind, baseUrl, settings, (client) -> client.runs().get("run-1"));
	}

	private static AgentRun run(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
		return call(kind, baseUrl, settings, (client) -> client.agent().run(Samples.request()));
	}

	private static AgentRun stream(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
		return call(kind, baseUrl, settings, (client) -> client.agent().stream(Samples.request()).await());
	}

	private static <T> T call(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings,
			Function<TinyFishClient, T> call) {
		TinyFishClient.Builder builder = kind.client(baseUrl);
		settings.accept(builder);
		try (TinyFishClient client = builder.build()) {
			return call.apply(client);
		}
	}

}
