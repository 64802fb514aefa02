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

package ai.tinyfish.internal.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import org.springframework.web.client.RestClientException;
import org.springframework.web.reactive.function.client.WebClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

@BothClients(always = true)
class TransportTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void aBodyThatDribblesEndsAtTheDeadline() throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
			for (int i = 0; i < 200; i++) {
				if (exchange.awaitClientClose(Duration.ofMillis(100))) {
					closed.complete(true);
					return;
				}
				exchange.send(" ");
			}
			closed.complete(false);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.timeout(Duration.ofMillis(500))
					.maxRetries(0)
					.build()) {
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> client.runs().get("run-1"))
				.withMessageContaining("500 ms");
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void anAnswerOverTheLimitIsRefusedAndNotRepeated() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n");
			byte[] megabyte = new byte[1024 * 1024];
			for (int i = 0; i < 70; i++) {
				exchange.send(megabyte);
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> client.runs().get("run-1"))
				.withMessageContaining("larger than 67108864 bytes");
			assertThat(server.requests()).hasSize(1);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	@Test
	void aCompressedAnswerThatExpandsOverTheLimitIsRefused() throws Exception {
		ByteArrayOutputStream bomb = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
			byte[] megabyte = new byte[1024 * 1024];
			for (int i = 0; i < 80; i++) {
				gzip.write(megabyte);
			}
		}
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.size() + "\r\n\r\n");
			exchange.send(bomb.toByteArray());
		}); TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> client.runs().get("run-1"))
				.withMessageContaining("larger than");
		}
	}

	@FourOperations
	void invalidHttpIsAnExceptionOfOurs(Operation operation) {
		for (String answer : List.of("garbage\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
				"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
				"HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000))) {
			try (LogCapture log = new LogCapture();
					ScriptedServer server = new ScriptedServer((exchange) -> exchange.send(answer));
					TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).timeout(SOON).build()) {
				assertThat(catchThrowableOfType(TinyFishException.class, () -> operation.call(client))).as(answer)
					.isNotNull();
				assertThat(log.warnings()).as("at most one, without a stack trace")
					.hasSizeLessThan(2)
					.allSatisfy((warning) -> assertThat(warning).hasLineCount(2).contains("is not valid HTTP"));
			}
		}
	}

	@FourOperations
	void aConnectionThatBreaksInsideTheBodyIsAnExceptionOfOurs(Operation operation) {
		String head = "HTTP/1.1 200 OK\r\nContent-Type: " + operation.contentType() + "\r\n";
		byte[] half = ascii(head + "Content-Length: 1000\r\n\r\n{\"run_id\"");
		List<Fault> faults = List.of(Fault.bytes(half), Fault.bytes(half, Fault.reset()),
				Fault.bytes(ascii(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"")),
				Fault.bytes(ascii(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{\"a\"")));
		for (Fault fault : faults) {
			try (TinyFishSimulator simulator = operation.simulator(fault);
					TinyFishClient client = this.kind.client(simulator.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.maxRetries(0)
						.build()) {
				TinyFishException thrown = catchThrowableOfType(TinyFishException.class, () -> operation.call(client));
				assertThat(thrown).isInstanceOf(operation.unknown(TinyFishConnectionException.class));
				for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
					// theirs hold the headers of the request
					assertThat(cause).isNotInstanceOfAny(RestClientException.class, WebClientException.class);
				}
			}
		}
	}

	@FourOperations
	void otherBodiesThanDocumentsAreRefused(Operation operation) {
		List<String> answers = List.of(Samples.RUN + "{}", Samples.RUN + "]", Samples.RUN.substring(0, 40),
				"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"data\":" + "[".repeat(600) + "]".repeat(600) + "}");
		for (String answer : answers) {
			try (TinyFishSimulator simulator = operation.simulator(Fault.answer(200, "application/json", answer));
					TinyFishClient client = this.kind.client(simulator.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.build()) {
				assertThatExceptionOfType(TinyFishException.class).as(answer).isThrownBy(() -> operation.call(client));
			}
		}
	}

	@FourOperations
	void requestsAreHttp11WithoutAnUpgradeAndBodiesHaveALength(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			operation.call(client);
			String[] parts = server.requests().get(0).split("\r\n\r\n", 2);
			String head = parts[0].toLowerCase(Locale.ROOT);
			assertThat(head.lines().findFirst().orElseThrow()).endsWith(" http/1.1");
			assertThat(head).doesNotContain("\r\nupgrade:", "\r\nhttp2-settings:", "\r\ntransfer-encoding:");
			if (operation.isSubmission()) {
				int length = parts[1].getBytes(StandardCharsets.UTF_8).length;
				assertThat(length).isPositive();
				assertThat(head).contains("\r\ncontent-length: " + length);
			}
		}
	}

	@Test
	void connectionsOfCallsAreUsedAgain() {
		Set<Exchange> connections = ConcurrentHashMap.newKeySet();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			connections.add(exchange);
			exchange.answer(200, "application/json", Samples.RUN);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			for (int i = 0; i < 20; i++) {
				client.runs().get("run-1");
			}
			assertThat(server.requests()).hasSize(20);
			// a call may come before the connection of the last one is back
			assertThat(connections).hasSizeLessThan(20);
		}
	}

	@Test
	void nothingIsStartedBeforeTheFirstCallAndNothingIsLeftAfterClose() throws IOException {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200,
				exchange.request().contains("run-sse") ? "text/event-stream" : "application/json",
				exchange.request().contains("run-sse") ? Operation.STREAM.success() : Samples.RUN))) {
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
			TinyFishClient client = this.kind.client(server.baseUrl()).runListener(new RecordingListener()).build();
			assertThat(OwnThreads.names()).isEmpty();
			client.runs().get("run-1");
			client.agent().run(Samples.request());
			client.agent().stream(Samples.request()).await();
			client.agent().start(Samples.request()).await();
			assertThat(OwnThreads.names()).isNotEmpty();
			client.close();
			client.close();
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
