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
import java.util.function.Function;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.ObservationContextAssert;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls whose observations are tested, and the servers that answer them.
 */
final class ObservedCalls {

	/** The name of the observation of a call. */
	static final String CALLS = "tinyfish.client.calls";

	/** A stream that starts its run and completes it. */
	static final String STREAM = "data: " + Samples.STARTED + "\n\ndata: " + Samples.COMPLETE + "\n\n";

	private ObservedCalls() {
	}

	/**
	 * Return the names of keys.
	 */
	static List<String> keys(KeyValues keyValues) {
		return keyValues.stream().map(KeyValue::getKey).toList();
	}

	/**
	 * Wait for the end of the only observation with a name.
	 */
	static ObservationContextAssert<?> observed(TestObservationRegistry registry, String name) {
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
				.hasNumberOfObservationsWithNameEqualTo(name, 1)
				.hasObservationWithNameEqualTo(name)
				.that()
				.hasBeenStopped());
		return TestObservationRegistryAssert.assertThat(registry).hasObservationWithNameEqualTo(name).that();
	}

	/**
	 * Check that there is no observation with a name.
	 */
	static void assertNoneObserved(TestObservationRegistry registry, String name) {
		TestObservationRegistryAssert.assertThat(registry).hasNumberOfObservationsWithNameEqualTo(name, 0);
	}

	/**
	 * Create a server with one answer to everything.
	 */
	static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

	/**
	 * Create a server whose first two answers can be retried.
	 */
	static ScriptedServer failingTwice() {
		AtomicInteger count = new AtomicInteger();
		return new ScriptedServer((exchange) -> {
			boolean failure = count.getAndIncrement() < 2;
			exchange.answer(failure ? 429 : 200, "application/json",
					failure ? Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow") : Samples.RUN);
		});
	}

	/**
	 * Return settings of a client that has a registry.
	 */
	static Consumer<TinyFishClient.Builder> recording(ObservationRegistry registry) {
		return (builder) -> builder.observationRegistry(registry);
	}

	/**
	 * Call {@code runs().get} on a client of its own.
	 */
	static Run get(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
		return call(kind, baseUrl, settings, (client) -> client.runs().get("run-1"));
	}

	/**
	 * Call {@code agent().run} on a client of its own.
	 */
	static AgentRun run(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
		return call(kind, baseUrl, settings, (client) -> client.agent().run(Samples.request()));
	}

	/**
	 * Call {@code agent().stream} on a client of its own.
	 */
	static AgentRun stream(ClientKind kind, String baseUrl, Consumer<TinyFishClient.Builder> settings) {
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
