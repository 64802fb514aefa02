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
package ai.tinyfish.internal.call;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import ai.tinyfish.vault.DisconnectedVault;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A resource that was deleted by a request whose answer is lost is missing for the next
 * one.
 */
@BothClients(always = true)
class GoneTests {

	private static final Script NOT_FOUND = (exchange) -> exchange.answer(404, "application/json",
			Samples.envelope("NOT_FOUND", "There is nothing"));

	@Parameter
	ClientKind kind;

	static Stream<Named<Script>> lostAnswers() {
		return Stream.of(Named.of("reset", Exchange::reset), Named.of("half an answer",
				(exchange) -> exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{")),
				Named.of("a gateway's page", (exchange) -> exchange.answer(502, "text/html", "<html>")),
				Named.of("an error", (exchange) -> exchange.answer(500, "application/json",
						Samples.envelope("INTERNAL_ERROR", "Oops"))));
	}

	static Stream<Arguments> lostAnswersOfBoth() {
		return lostAnswers().flatMap((first) -> Stream.of(
				Arguments.of(first,
						Named.<Consumer<TinyFishClient>>of("close", (client) -> client.browser().close("br-1"))),
				Arguments.of(first,
						Named.<Consumer<TinyFishClient>>of("cancelSetup",
								(client) -> client.profiles().cancelSetup(Samples.setupSession("prof-1", "s-1")))),
				Arguments.of(first,
						Named.<Consumer<TinyFishClient>>of("disconnect",
								(client) -> assertThat(client.vault().disconnect("conn-1"))
									.isEqualTo(new DisconnectedVault("conn-1", true))))));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("lostAnswersOfBoth")
	void aMissingResourceAfterALostAnswerIsDeleted(Script first, Consumer<TinyFishClient> operation) {
		try (ScriptedServer server = inTurn(first, NOT_FOUND);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatNoException().isThrownBy(() -> operation.accept(client));
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void aResourceThatWasMissingAtFirstIsNotFound() {
		try (ScriptedServer server = new ScriptedServer(NOT_FOUND);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> client.vault().disconnect("conn-1"));
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.browser().close("br-1"));
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> client.profiles().cancelSetup(Samples.setupSession("prof-1", "s-1")));
		}
	}

	@Test
	void afterARequestThatWasRefusedItIsNotFoundEither() {
		for (int status : new int[] { 429, 408 }) {
			try (ScriptedServer server = inTurn(
					(exchange) -> exchange.answer(status, "application/json", Samples.envelope("LATER", "Not now")),
					NOT_FOUND); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatExceptionOfType(TinyFishNotFoundException.class)
					.isThrownBy(() -> client.vault().disconnect("conn-1"));
				assertThat(server.requests()).hasSize(2);
			}
		}
	}

	@Test
	void thePageOfAGatewayDoesNotSayThatItIsGone() {
		try (ScriptedServer server = inTurn(Exchange::reset, (exchange) -> exchange.answer(404, "text/html", "<html>"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> client.vault().disconnect("conn-1"));
		}
	}

	@Test
	void otherCallsAndOtherErrorsAreNotTouched() {
		try (ScriptedServer server = inTurn(Exchange::reset, NOT_FOUND);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.runs().cancel("run-1"));
		}
		try (ScriptedServer server = inTurn(Exchange::reset, NOT_FOUND);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> client.profiles().save(Samples.setupSession("prof-1", "s-1")));
			assertThat(server.requests()).hasSize(2);
		}
		try (ScriptedServer server = inTurn(Exchange::reset,
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.vault().disconnect("conn-1"))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(401));
		}
	}

	/**
	 * A server that answers the first request in one way and all others in another.
	 */
	private static ScriptedServer inTurn(Script first, Script then) {
		AtomicInteger requests = new AtomicInteger();
		return new ScriptedServer((exchange) -> ((requests.incrementAndGet() == 1) ? first : then).run(exchange));
	}

}
