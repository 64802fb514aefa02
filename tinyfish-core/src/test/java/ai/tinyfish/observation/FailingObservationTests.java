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

package ai.tinyfish.observation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.NamedHandler;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for observations of calls where conventions, handlers and predicates throw.
 */
class FailingObservationTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

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
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN)) {
			Run run = ObservedCalls.get(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(convention));
			assertThat(run.runId()).isEqualTo("run-1");
		}
	}

	@ParameterizedTest
	@MethodSource("failingSteps")
	void aHandlerThatThrowsAfterTheStartChangesNothingForTheCaller(ClientKind kind, String step) {
		ObservationRegistry plain = ObservationRegistry.create();
		CallHandler sound = new CallHandler();
		plain.observationConfig().observationHandler(sound).observationHandler(new FailingHandler(step));
		try (ScriptedServer server = ObservedCalls.failingTwice()) {
			assertThat(ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(plain)).runId())
				.isEqualTo("run-1");
			assertThat(ObservedCalls.run(kind, server.baseUrl(), ObservedCalls.recording(plain)).isCompleted())
				.isTrue();
		}
		try (ScriptedServer server = ObservedCalls.answering(404, Samples.envelope("NOT_FOUND", "None"))) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(plain)));
		}
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM))) {
			assertThat(ObservedCalls.stream(kind, server.baseUrl(), ObservedCalls.recording(plain)).isCompleted())
				.isTrue();
		}
		assertThat(plain.getCurrentObservationScope()).as("a scope left behind").isNull();
		assertThat(sound.steps).filteredOn((entry) -> entry.startsWith("start")).hasSize(4);
		// Micrometer notifies no other handler of a stop on which one failed
		assertThat(sound.steps).filteredOn((entry) -> entry.startsWith("stop")).hasSize("stop".equals(step) ? 0 : 4);
	}

	static Stream<Arguments> failingSteps() {
		return Stream.of("event", "error", "scope closed", "stop")
			.flatMap((step) -> Stream.of(ClientKind.values()).map((kind) -> Arguments.of(kind, step)));
	}

	@ParameterizedTest
	@EnumSource
	void theLineThatAHandlerFailedAtTheEndOfARunHasItsId(ClientKind kind) {
		this.registry.observationConfig().observationHandler(new NamedHandler("tinyfish.run", null, () -> {
			throw new IllegalStateException("thrown on purpose");
		}));
		try (LogCapture log = new LogCapture();
				ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM))) {
			ObservedCalls.stream(kind, server.baseUrl(), (builder) -> builder.observationRegistry(this.registry));
			assertThat(log.runsOf("An observation handler or convention failed")).containsExactly("run-1");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aHandlerWhoseFailureCannotBeLoggedLeavesNoCallerWaiting(ClientKind kind) throws Exception {
		ObservationRegistry plain = ObservationRegistry.create();
		plain.observationConfig().observationHandler(new NamedHandler("tinyfish.run", null, () -> {
			throw new IllegalStateException() {
				@Override
				public String getMessage() {
					throw new UnsupportedOperationException("thrown on purpose");
				}
			};
		}));
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM));
				TinyFishClient client = kind.client(server.baseUrl()).observationRegistry(plain).build()) {
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				assertThat(InBackground.value(InBackground.submit(client, how, Samples.request())).isCompleted())
					.isTrue();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aHandlerThatThrowsAtTheStartFailsTheCallBeforeAnythingIsSent(ClientKind kind) {
		for (String step : List.of("start", "scope opened")) {
			ObservationRegistry plain = ObservationRegistry.create();
			plain.observationConfig().observationHandler(new FailingHandler(step));
			assertNothingSent(kind, ObservedCalls.recording(plain));
			assertThat(plain.getCurrentObservationScope()).as("a scope left behind").isNull();
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
		assertNothingSent(kind, ObservedCalls.recording(this.registry));
		ObservedCalls.assertNoneObserved(this.registry, ObservedCalls.CALLS);
		ObservedCalls.assertNoneObserved(this.registry, "tinyfish.run");
	}

	@ParameterizedTest
	@EnumSource
	void aPollThatCannotBeObservedIsRepeated(ClientKind kind) {
		AtomicInteger calls = new AtomicInteger();
		this.registry.observationConfig().observationPredicate((name, context) -> {
			if (name.equals(ObservedCalls.CALLS) && calls.getAndIncrement() == 0) {
				throw new IllegalStateException("predicate");
			}
			return true;
		});
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN);
				TinyFishClient client = kind.client(server.baseUrl())
					.observationRegistry(this.registry)
					.pollInterval(Duration.ofMillis(10))
					.build();
				Stream<AgentRun> runs = client.runs()
					.awaitAll(List.of(QueuedRun.of("run-1")), Duration.ofSeconds(20))) {
			assertThat(runs).singleElement().matches(AgentRun::isCompleted);
			assertThat(calls).hasValueGreaterThan(1);
		}
	}

	private static void assertNothingSent(ClientKind kind, Consumer<TinyFishClient.Builder> settings) {
		try (ScriptedServer server = Operation.answering()) {
			Stream
				.<ThrowingCallable>of(() -> ObservedCalls.get(kind, server.baseUrl(), settings),
						() -> ObservedCalls.run(kind, server.baseUrl(), settings),
						() -> ObservedCalls.stream(kind, server.baseUrl(), settings))
				.forEach((call) -> assertThatThrownBy(call).isInstanceOf(TinyFishConnectionException.class)
					.hasMessageContaining("nothing was sent")
					.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun())
					.hasCauseInstanceOf(IllegalStateException.class));
			assertThat(server.requests()).isEmpty();
		}
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
	 * A handler that throws at one step of each observation of the client.
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

}
