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

package ai.tinyfish;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Settings that a client derived with {@code mutate()} changes and keeps.
 */
@BothClients(always = true)
class DerivedClientTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String KEY = "sk-derived-0123456789";

	private static final String OTHER_KEY = "sk-other-0123456789";

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@EnumSource(Operation.class)
	void itsKeyIsSentAndTheOtherClientKeepsItsOwn(Operation operation) {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			operation.call(derived);
			operation.call(root);
			assertThat(keys(server)).containsExactly(KEY, Samples.KEY);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "STREAM", "START" })
	void itsCallsGoOverTheConnectionsOfTheOther(Operation operation) {
		Map<Exchange, Set<String>> keys = new ConcurrentHashMap<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			keys.computeIfAbsent(exchange, (key) -> ConcurrentHashMap.newKeySet()).add(key(exchange.request()));
			exchange.answer(200, operation.contentType(), operation.success());
		}); TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			// a call may come before the connection of the last one is back
			await().atMost(SOON).until(() -> {
				operation.call(root);
				operation.call(derived);
				return keys.containsValue(Set.of(KEY, Samples.KEY));
			});
		}
	}

	@Test
	void itsKeyWinsOverTheProviderOfTheOther() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).apiKeyProvider(() -> OTHER_KEY).build()) {
			Operation.GET.call(root.mutate().apiKey(KEY).build());
			Operation.GET.call(root);
			assertThat(keys(server)).containsExactly(KEY, OTHER_KEY);
		}
	}

	@Test
	void itsProviderWinsOverTheKeyOfTheOther() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			Operation.GET.call(root.mutate().apiKeyProvider(() -> KEY).build());
			Operation.GET.call(root);
			assertThat(keys(server)).containsExactly(KEY, Samples.KEY);
		}
	}

	@Test
	void withoutAKeyOfItsOwnItHasTheKeyOrTheProviderOfTheOther() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient withKey = this.kind.client(server.baseUrl()).build();
				TinyFishClient withProvider = this.kind.client(server.baseUrl())
					.apiKeyProvider(() -> OTHER_KEY)
					.build()) {
			Operation.GET.call(withKey.mutate().timeout(SOON).build());
			Operation.GET.call(withProvider.mutate().timeout(SOON).build());
			assertThat(keys(server)).containsExactly(Samples.KEY, OTHER_KEY);
		}
	}

	@Test
	void itKeepsTheTimeouts() {
		try (ScriptedServer silent = new ScriptedServer(Exchange::silence);
				TinyFishClient root = this.kind.client(silent.baseUrl())
					.timeout(Duration.ofMillis(201))
					.maxRetries(0)
					.build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> Operation.GET.call(derived))
				.withMessageContaining("201 ms");
		}
		try (RunServer quiet = startedThenQuiet();
				TinyFishClient root = this.kind.client(quiet.baseUrl())
					.streamIdleTimeout(Duration.ofMillis(202))
					.build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			assertThat(catchThrowable(() -> Operation.STREAM.call(derived))).hasMessageContaining("202 ms");
		}
		try (RunServer quiet = startedThenQuiet();
				TinyFishClient root = this.kind.client(quiet.baseUrl()).runTimeout(Duration.ofMillis(503)).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			assertThat(catchThrowable(() -> Operation.STREAM.call(derived))).hasMessageContaining("503 ms");
		}
	}

	@Test
	void itKeepsTheRetrySettings() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(429, "application/json", Samples.envelope("RATE", "Wait")));
				TinyFishClient root = this.kind.client(server.baseUrl())
					.retry(Samples.QUICK_RETRY.withMaxRetries(4))
					.build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			assertThat(catchThrowable(() -> Operation.RUN.call(derived))).hasMessageContaining("429");
			assertThat(server.requests()).hasSize(5);
		}
	}

	@Test
	void itKeepsTheListenersAndTheirExecutor() {
		RecordingListener ofRoot = new RecordingListener();
		RecordingListener ofDerived = new RecordingListener();
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl())
					.runListener(ofRoot)
					.eventExecutor((task) -> new Thread(task, "given-executor").start())
					.build()) {
			TinyFishClient derived = root.mutate().runListener(ofDerived).build();
			Operation.STREAM.call(derived);
			await().atMost(SOON).until(() -> ofRoot.runs().size() == 1 && ofDerived.runs().size() == 1);
			Operation.STREAM.call(root);
			await().atMost(SOON).until(() -> ofRoot.runs().size() == 2);
			assertThat(ofDerived.runs()).hasSize(1);
			assertThat(ofRoot.threads()).containsOnly("given-executor");
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void itKeepsTheIntegrationTheBuildersAndTheCustomizers(Operation operation) {
		try (ScriptedServer server = Operation.answering()) {
			TinyFishClient.Builder builder = this.kind.client(server.baseUrl())
				.integration("acme")
				.webClientBuilder(WebClient.builder().defaultHeader("X-Given", "yes"))
				.customizeWebClient((webClient) -> webClient.defaultHeader("X-Customized", "yes"));
			if (this.kind == ClientKind.BLOCKING) {
				builder.restClientBuilder(RestClient.builder().defaultHeader("X-Given", "yes"))
					.customizeRestClient((restClient) -> restClient.defaultHeader("X-Customized", "yes"));
			}
			try (TinyFishClient root = builder.build()) {
				operation.call(root.mutate().apiKey(KEY).build());
				assertThat(server.requests()).hasSize(1);
			}
			assertThat(server.requests().get(0)).containsIgnoringCase("x-given: yes")
				.containsIgnoringCase("x-customized: yes");
			assertThat(server.requests().get(0).contains("\"api_integration\":\"acme\""))
				.isEqualTo(operation.isTagged());
		}
	}

	@Test
	void itKeepsTheObservationRegistry() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).observationRegistry(registry).build()) {
			Operation.GET.call(root.mutate().apiKey(KEY).build());
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("tinyfish.client.calls")
				.that()
				.hasLowCardinalityKeyValue("operation", "runs.get");
		}
	}

	@Test
	void itMayHaveAnotherBaseUrl() {
		try (ScriptedServer server = Operation.answering();
				ScriptedServer other = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			Operation.GET.call(root.mutate().baseUrl(other.baseUrl()).build());
			assertThat(server.requests()).isEmpty();
			assertThat(other.requests()).hasSize(1);
		}
	}

	@Test
	void settingsOfTheConnectionsAreRefused() {
		Map<String, Consumer<TinyFishClient.Builder>> settings = Map.of("connectTimeout",
				(builder) -> builder.connectTimeout(SOON), "sslContext", (builder) -> builder.sslContext(null),
				"sslParameters", (builder) -> builder.sslParameters(null), "httpProxy",
				(builder) -> builder.httpProxy(null), "maxOpenStreams", (builder) -> builder.maxOpenStreams(7));
		try (TinyFishClient root = this.kind.client("http://127.0.0.1:1").build()) {
			TinyFishClient derived = root.mutate().build();
			settings.forEach((name, setting) -> {
				assertThatIllegalStateException().isThrownBy(() -> setting.accept(root.mutate()))
					.withMessageStartingWith(name + " ");
				assertThatIllegalStateException().isThrownBy(() -> setting.accept(derived.mutate()))
					.withMessageStartingWith(name + " ");
			});
		}
	}

	@Test
	void oneCanBeDerivedFromOneThatIsDerived() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).integration("acme").build();
			TinyFishClient another = derived.mutate().apiKey(OTHER_KEY).build();
			Operation.RUN.call(another);
			assertThat(keys(server)).containsExactly(OTHER_KEY);
			assertThat(server.requests().get(0)).contains("\"api_integration\":\"acme\"");
			derived.close();
			assertClosed(another);
			assertThat(Operation.RUN.call(root)).isNotNull();
		}
	}

	@Test
	void theBuilderCanBeUsedAgainAndDoesNotTouchWhatItHasBuilt() {
		RecordingListener late = new RecordingListener();
		try (ScriptedServer server = Operation.answering()) {
			TinyFishClient.Builder builder = this.kind.client(server.baseUrl());
			TinyFishClient first = builder.build();
			TinyFishClient second = builder.apiKey(KEY)
				.integration("acme")
				.baseUrl(server.baseUrl() + "/second")
				.maxOpenStreams(1)
				.runListener(late)
				.customizeWebClient((webClient) -> webClient.defaultHeader("X-Late", "yes"))
				.build();
			Operation.STREAM.call(first);
			// a derived client starts from the client, not from the present state of its
			// builder
			Operation.STREAM.call(first.mutate().build());
			assertThat(server.requests()).hasSize(2)
				.allMatch((request) -> key(request).equals(Samples.KEY))
				.allMatch((request) -> request.startsWith("POST /v1/"))
				.noneMatch((request) -> request.contains("api_integration"))
				.noneMatch((request) -> request.contains("X-Late"));
			// each has connections of its own
			first.close();
			Operation.STREAM.call(second);
			second.close();
			assertThat(server.requests().get(2)).startsWith("POST /second/v1/").contains("X-Late").contains("acme");
			assertThat(keys(server)).containsExactly(Samples.KEY, Samples.KEY, KEY);
			assertThat(late.runs()).hasSize(1);
		}
	}

	@Test
	void theBuilderOfADerivedClientCanBeUsedAgain() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient.Builder builder = root.mutate().apiKey(KEY);
			TinyFishClient first = builder.build();
			TinyFishClient second = builder.apiKey(OTHER_KEY).build();
			first.close();
			assertClosed(first);
			Operation.GET.call(second);
			assertThat(keys(server)).containsExactly(OTHER_KEY);
		}
	}

	private static void assertClosed(TinyFishClient client) {
		for (Operation operation : Operation.values()) {
			assertThatIllegalStateException().isThrownBy(() -> operation.call(client))
				.as(operation.name())
				.withMessageContaining("closed");
		}
	}

	/**
	 * Of the run it says no more, once its stream is silent.
	 */
	private static RunServer startedThenQuiet() {
		return new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.silence();
		}, (exchange, n) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
	}

	private static List<String> keys(ScriptedServer server) {
		return server.requests().stream().map(DerivedClientTests::key).toList();
	}

	private static String key(String request) {
		return request.lines()
			.filter((line) -> line.regionMatches(true, 0, "x-api-key:", 0, 10))
			.map((line) -> line.substring(10).trim())
			.findFirst()
			.orElseThrow();
	}

}
