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

package ai.tinyfish.settings;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Options of single requests, and the metadata of responses.
 */
@BothClients(always = true)
class RequestOptionsTests {

	@Parameter
	ClientKind kind;

	private final List<ResponseMetadata> answers = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@EnumSource
	void keyAndHeadersAreSentAndTheAnswersHeadersAreSeen(Operation operation) {
		RequestOptions options = RequestOptions.builder()
			.apiKey("sk-of-another-tenant")
			.header("X-Correlation-Id", "order-42")
			.onResponse(this.answers::add)
			.build();
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			operation.call(client.withOptions(options));
			operation.call(client);
			assertThat(server.requests().get(0).toLowerCase(Locale.ROOT)).contains("x-api-key: sk-of-another-tenant",
					"x-correlation-id: order-42");
			assertThat(server.requests().get(1)).contains(Samples.KEY).doesNotContainIgnoringCase("x-correlation-id");
			assertThat(this.answers).singleElement().satisfies((answer) -> {
				assertThat(answer.status()).isEqualTo(200);
				assertThat(answer.operation()).isNotBlank();
				assertThat(answer.headers().getContentType()).hasToString(operation.contentType());
			});
		}
	}

	@Test
	void retriesAndTimeoutHoldForTheseRequestsOnly() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(500, "application/json", Samples.envelope("INTERNAL_ERROR", "Oops")));
				TinyFishClient client = client(server)) {
			TinyFishClient once = client
				.withOptions(RequestOptions.builder().maxRetries(0).onResponse(this.answers::add).build());
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(() -> once.runs().get("run-1"));
			assertThat(server.requests()).hasSize(1);
			TinyFishClient more = client
				.withOptions(RequestOptions.builder().maxRetries(3).onResponse(this.answers::add).build());
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(() -> more.runs().get("run-1"));
			assertThat(server.requests()).hasSize(5);
			assertThat(this.answers).extracting(ResponseMetadata::status).containsExactly(500, 500, 500, 500, 500);
		}
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::silence);
				TinyFishClient client = client(server)) {
			TinyFishClient quick = client
				.withOptions(RequestOptions.builder().maxRetries(0).timeout(Duration.ofMillis(150)).build());
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> quick.runs().get("run-1"))
				.withMessageContaining("150 ms");
		}
	}

	@ParameterizedTest
	@MethodSource("failures")
	void aListenerThatFailsTakesNoAnswerAway(Throwable failure) {
		try (ScriptedServer server = Operation.answering(); TinyFishClient client = client(server)) {
			TinyFishClient listening = client.withOptions(RequestOptions.builder().onResponse((answer) -> {
				throw RequestOptionsTests.<RuntimeException>unchecked(failure);
			}).build());
			assertThat(listening.runs().get("run-1").runId()).isEqualTo("run-1");
			assertThat(listening.agent().run(Samples.request()).isCompleted()).isTrue();
			assertThat(listening.agent().stream(Samples.request()).await().isCompleted()).isTrue();
		}
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("listener"), new IOException("as Kotlin code may"),
				new AssertionError("of a test"), new NoClassDefFoundError("thrown on purpose"));
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X unchecked(Throwable ex) throws X {
		throw (X) ex;
	}

	@Test
	void closingItClosesNothing() {
		try (ScriptedServer server = Operation.answering()) {
			TinyFishClient client = client(server);
			TinyFishClient once = client.withOptions(RequestOptions.none());
			assertThat(once.runs().get("run-1").runId()).isEqualTo("run-1");
			once.close();
			assertThat(client.runs().get("run-1").runId()).isEqualTo("run-1");
			client.close();
			TinyFishClient late = client.withOptions(RequestOptions.none());
			assertThatIllegalStateException().isThrownBy(() -> late.runs().get("run-1"));
		}
	}

	@Test
	void aDerivedClientKeepsTheDifferences() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = client(server);
				TinyFishClient derived = client.withOptions(RequestOptions.builder().header("X-A", "1").build())
					.mutate()
					.build()) {
			derived.agent().run(AgentRequest.of("https://shop.example/", "Read"));
			assertThat(server.requests().get(0).toLowerCase(Locale.ROOT)).contains("x-a: 1");
		}
	}

	@Test
	void theCaseOfAHeadersNameDoesNotMatter() {
		RequestOptions.Builder options = RequestOptions.builder()
			.header("X-Tenant", "1")
			.header("x-tenant", "2")
			.header("X-Tenant", "3");
		assertThat(options.build().headers()).hasSize(1).containsValue("3");
		assertThat(options.header("x-tenant", null).build().headers()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-API-Key", "x-api-key", "Host", "Content-Type", "content-length", "Accept", "Connection",
			"Transfer-Encoding", "Accept-Encoding", "Content-Encoding", "", "a b", "a:b", "a\r\nb" })
	void headersOfTheClientsOwnAndInvalidOnesAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> RequestOptions.builder().header(name, "secret-value"))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret-value"));
	}

	@Test
	void badOptionsAreRefusedAndSecretsAreNotShown() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RequestOptions.builder().header("X-Token", "secret\r\nX-Evil: 1"))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("X-Token").doesNotContain("secret"));
		assertThatIllegalArgumentException().isThrownBy(() -> RequestOptions.builder().timeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> RequestOptions.builder().maxRetries(-1));
		try (TinyFishClient client = this.kind.client("http://127.0.0.1:1").build()) {
			assertThatIllegalStateException()
				.isThrownBy(() -> client.withOptions(RequestOptions.builder().apiKey("sk bad key").build()))
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("sk bad key"));
		}
		assertThat(RequestOptions.builder().apiKey("sk-hidden").header("X-Token", "hidden").build()).asString()
			.contains("X-Token")
			.doesNotContain("hidden");
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).build();
	}

}
