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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.DeadPort;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.ObservationContextAssert;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the observations of calls: keys, events and parents.
 */
class CallObservationTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@ParameterizedTest
	@EnumSource
	void aCallAboutARunHasItsIdAsAKeyOfHighCardinality(ClientKind kind) {
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN)) {
			assertThat(ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry)).runId())
				.isEqualTo("run-1");
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
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN)) {
			ObservedCalls.run(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
		}
		theCall().hasContextualNameEqualTo("tinyfish agent.run")
			.hasOnlyKeys("operation", "outcome", "status")
			.hasLowCardinalityKeyValue("operation", "agent.run");
		ObservedCalls.observed(this.registry, "tinyfish.run")
			.hasContextualNameEqualTo("tinyfish run")
			.hasOnlyKeys("operation", "status", "agent.interface", "agent.method", "run.id")
			.hasLowCardinalityKeyValue("operation", "agent.run")
			.hasLowCardinalityKeyValue("status", "COMPLETED")
			.hasHighCardinalityKeyValue("run.id", "run-1");
	}

	@ParameterizedTest
	@EnumSource
	void aStatusThatIsAnErrorIsAKey(ClientKind kind) {
		try (ScriptedServer server = ObservedCalls.answering(404, Samples.envelope("NOT_FOUND", "None"))) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry)));
		}
		theCall().hasOnlyKeys("operation", "outcome", "status", "run.id")
			.hasLowCardinalityKeyValue("outcome", "CLIENT_ERROR")
			.hasLowCardinalityKeyValue("status", "404")
			.hasError();
	}

	@ParameterizedTest
	@EnumSource
	void aCallWithoutAnAnswerHasTheSameKeys(ClientKind kind) {
		try (DeadPort deadPort = new DeadPort()) {
			assertThatExceptionOfType(TinyFishConnectionException.class)
				.isThrownBy(() -> ObservedCalls.get(kind, deadPort.baseUrl(), ObservedCalls.recording(this.registry)));
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
		try (ScriptedServer server = ObservedCalls.failingTwice()) {
			ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
		}
		assertThat(handler.steps).containsExactly("start 0 operation,outcome,status",
				"retry 1 operation,outcome,status", "retry 2 operation,outcome,status",
				"stop 2 operation,outcome,status");
		theCall().hasLowCardinalityKeyValue("outcome", "SUCCESS").hasLowCardinalityKeyValue("status", "200");
	}

	@ParameterizedTest
	@EnumSource
	void theCallersObservationIsTheParentOfTheRequestWhereOursAreSwitchedOff(ClientKind kind) {
		this.registry.observationConfig().observationPredicate((name, context) -> !name.startsWith("tinyfish."));
		Observation caller = Observation.start("caller", this.registry);
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN);
				ScriptedServer streams = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM))) {
			caller.scoped(() -> {
				ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
				ObservedCalls.run(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
				ObservedCalls.stream(kind, streams.baseUrl(), ObservedCalls.recording(this.registry));
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
	void theRecordedKeysAndEventsAreTheDocumentedOnes() {
		CallHandler handler = new CallHandler();
		this.registry.observationConfig().observationHandler(handler);
		try (ScriptedServer server = ObservedCalls.failingTwice();
				ScriptedServer streams = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM))) {
			for (ClientKind kind : ClientKind.values()) {
				ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
				ObservedCalls.run(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
				ObservedCalls.stream(kind, streams.baseUrl(), ObservedCalls.recording(this.registry));
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
		// a context exists from its start, and has its keys when it stops
		await().untilAsserted(() -> {
			List<Observation.Context> contexts = contexts(name);
			assertThat(contexts).hasSize(count)
				.allSatisfy((context) -> assertThat(ObservedCalls.keys(context.getLowCardinalityKeyValues()))
					.containsExactlyInAnyOrder(Stream.of(documentation.getLowCardinalityKeyNames())
						.filter(KeyName::isRequired)
						.map(KeyName::asString)
						.toArray(String[]::new)));
			Set<String> high = contexts.stream()
				.flatMap((context) -> ObservedCalls.keys(context.getHighCardinalityKeyValues()).stream())
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

	private ObservationContextAssert<?> theCall() {
		return ObservedCalls.observed(this.registry, ObservedCalls.CALLS);
	}

}
