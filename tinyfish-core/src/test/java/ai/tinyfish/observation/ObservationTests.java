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
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

@BothClients(always = true)
class ObservationTests {

	@Parameter
	ClientKind kind;

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@ParameterizedTest
	@EnumSource(Operation.class)
	void everyCallIsObservedOnceWithItsRetries(Operation operation) {
		AtomicInteger count = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (count.getAndIncrement() == 0) {
				exchange.answer(429, "application/json", Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow"));
			}
			else {
				exchange.answer(200, operation.contentType(), operation.success());
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).observationRegistry(this.registry).build()) {
			operation.call(client);
			TestObservationRegistryAssert.assertThat(this.registry)
				.hasNumberOfObservationsWithNameEqualTo("tinyfish.client.calls", 1)
				.hasObservationWithNameEqualTo("tinyfish.client.calls")
				.that()
				.hasBeenStarted()
				.hasBeenStopped()
				.hasLowCardinalityKeyValue("operation", operation.method())
				.hasLowCardinalityKeyValue("outcome", "SUCCESS")
				.hasLowCardinalityKeyValue("status", "200")
				.doesNotHaveError();
			// each attempt is an observation of Spring's, with the template and not the
			// id
			TestObservationRegistryAssert.assertThat(this.registry)
				.hasNumberOfObservationsWithNameEqualTo("http.client.requests", 2);
			if (operation == Operation.GET) {
				TestObservationRegistryAssert.assertThat(this.registry)
					.hasAnObservationWithAKeyValue("uri", "/v1/runs/{id}");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aFailureIsObserved(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = this.kind.client(server.baseUrl()).observationRegistry(this.registry).build()) {
			assertThat(catchThrowable(() -> operation.call(client))).isNotNull();
		}
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("tinyfish.client.calls")
			.that()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("outcome", "CLIENT_ERROR")
			.hasLowCardinalityKeyValue("status", "401")
			.hasError();
		boolean run = operation.startsRun() && operation != Operation.QUEUE && operation != Operation.QUEUEALL;
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasNumberOfObservationsWithNameEqualTo("tinyfish.run", run ? 1 : 0);
		if (run) {
			TestObservationRegistryAssert.assertThat(this.registry)
				.hasObservationWithNameEqualTo("tinyfish.run")
				.that()
				.hasBeenStopped()
				.hasLowCardinalityKeyValue("operation", operation.method())
				.hasLowCardinalityKeyValue("status", "REJECTED")
				.hasError();
		}
	}

	@Test
	void aRunIsObservedFromItsSubmissionToItsEndingAndIsTheParentOfItsCall() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":\"Broke\"}");
		}); TinyFishClient client = this.kind.client(server.baseUrl()).observationRegistry(this.registry).build()) {
			client.agent().start(Samples.request()).await(Duration.ofSeconds(20));
			await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(this.registry)
				.hasObservationWithNameEqualTo("tinyfish.run")
				.that()
				.hasBeenStopped()
				.hasLowCardinalityKeyValue("operation", "agent.start")
				.hasLowCardinalityKeyValue("status", "FAILED")
				.doesNotHaveError());
		}
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("tinyfish.client.calls")
			.that()
			.hasParentObservationContextMatching((parent) -> parent.getName().equals("tinyfish.run"));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("http.client.requests")
			.that()
			.hasParentObservationContextMatching((parent) -> parent.getName().equals("tinyfish.client.calls"));
	}

}
