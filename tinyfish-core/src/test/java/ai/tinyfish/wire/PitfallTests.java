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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer;
import ai.tinyfish.testing.ScriptedServer.Exchange;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Twelve traps of the HTTP stack below us that were seen to bite, numbered so that one
 * can be pointed at: connectors that leave a cancelled stream open, timeouts that take a
 * slow reader for a dead server, an SSE reader that hands out half an event, transports
 * that repeat a request on their own, success that is none, and keys that follow a
 * redirect. The fourth is about Spring Boot's choice of a client, and so are halves of
 * others; those are tested where Spring Boot is known.
 */
@BothClients
class PitfallTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void pitfall01CancellingAnIdleStreamClosesItsConnection() throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		CountDownLatch idle = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			idle.countDown();
			closed.complete(exchange.awaitClientClose(SOON));
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			stream.iterator().next();
			assertThat(idle.await(20, TimeUnit.SECONDS)).isTrue();
			long start = System.nanoTime();
			stream.close();
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@Test
	void pitfall02ASlowReaderDoesNotKillAHealthyStream() throws Exception {
		String big = "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"" + "x".repeat(64 * 1024) + "\"}";
		int count = 400;
		AtomicInteger sent = new AtomicInteger();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			while (sent.getAndIncrement() < count) {
				exchange.event(big);
			}
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.streamIdleTimeout(Duration.ofSeconds(1))
					.build();
				AgentStream stream = client.agent().stream(Samples.request())) {
			Iterator<AgentEvent> events = stream.iterator();
			events.next();
			// longer than the idle timeout, in which the server can send nothing more
			CountDownLatch never = new CountDownLatch(1);
			assertThat(never.await(2500, TimeUnit.MILLISECONDS)).isFalse();
			assertThat(sent.get()).isLessThan(count);
			assertThat(types(events)).hasSize(count + 1).endsWith("PROGRESS", "COMPLETE");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uFEFFdata: {S}\n\ndata: {C}\n\n", "data: {S}\r\rdata: {C}\r\r",
			"data: {S}\r\n\r\ndata: {C}\r\n\r\n", "retry: abc\ndata: {S}\n\ndata: {C}\n\n",
			"id: \u0000\nevent:  x\n: comment\ndata: {S}\n\n\n\n: comment\n\ndata\n\ndata:{C}\n\n",
			"data: {\"type\":\"STARTED\",\rdata: \"run_id\":\"run-1\"}\n\ndata: {C}\n\n",
			"data: {S}\r\rdata: {C}\n\n" })
	void pitfall03TheStreamIsReadAsTheStandardSays(String text) {
		byte[] bytes = text.replace("{S}", Samples.STARTED)
			.replace("{C}", Samples.COMPLETE)
			.getBytes(StandardCharsets.UTF_8);
		// whole, and cut into single bytes
		for (int size : new int[] { bytes.length, 1 }) {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				for (int i = 0; i < bytes.length; i += size) {
					exchange.send(Arrays.copyOfRange(bytes, i, i + size));
				}
			}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				assertThat(types(client.agent().stream(Samples.request()).iterator())).containsExactly("STARTED",
						"COMPLETE");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "data: {C}", "data: {C}\n", "data: {\"type\":\"COMPLETE\",\"status\":\"COMP" })
	void pitfall03HalfAnEventAtTheEndIsNoEnding(String end) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.send(end.replace("{C}", Samples.COMPLETE));
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			TinyFishRunOutcomeUnknownException thrown = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> Operation.STREAM.call(client));
			assertThat(thrown.runId()).isEqualTo("run-1");
		}
	}

	@Test
	void pitfall03AnEventOfAMegabyteIsRead() {
		String text = "x".repeat(1024 * 1024);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange
				.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":{\"text\":\""
						+ text + "\"}}");
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentRun run = client.agent().stream(Samples.request()).await();
			assertThat(run.result().toMap()).containsEntry("text", text);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall05NothingBelowUsRepeatsARequest(Operation operation) {
		List<ScriptedServer.Script> failures = List.of(
				(exchange) -> exchange.send("HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
				(exchange) -> exchange.send("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
				(exchange) -> {
					// closed without an answer
				}, Exchange::reset);
		for (ScriptedServer.Script failure : failures) {
			try (ScriptedServer server = new ScriptedServer(failure);
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.maxRetries(0)
						.build()) {
				assertThatExceptionOfType(TinyFishException.class).isThrownBy(() -> operation.call(client));
				assertThat(server.requests()).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE,
			names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START", "BROWSER_CREATE" })
	void pitfall05WhatIsRepeatedIsRepeatedAsOftenAsWeSay(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(Exchange::reset);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxRetries(2)
					.build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> operation.call(client));
			assertThat(server.requests()).hasSize(3);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall06AConnectionThatBreaksInsideTheBodyIsAnExceptionOfOurs(Operation operation) {
		String head = "HTTP/1.1 200 OK\r\nContent-Type: " + operation.contentType() + "\r\n";
		List<ScriptedServer.Script> failures = List
			.of((exchange) -> exchange.send(head + "Content-Length: 1000\r\n\r\n{\"run_id\""), (exchange) -> {
				exchange.send(head + "Content-Length: 1000\r\n\r\n{\"run_id\"");
				exchange.reset();
			}, (exchange) -> exchange.send(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\""),
					(exchange) -> exchange.send(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{\"a\""));
		for (ScriptedServer.Script failure : failures) {
			try (ScriptedServer server = new ScriptedServer(failure);
					TinyFishClient client = this.kind.client(server.baseUrl())
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

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall07SuccessThatIsNoneIsAnError(Operation operation) {
		List<String> answers = List.of("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
				"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
				"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
				"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
				"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
		for (String answer : answers) {
			try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.send(answer));
					TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				TinyFishException thrown = catchThrowableOfType(TinyFishException.class, () -> operation.call(client));
				boolean success = operation.needsNoBody() && (answer.startsWith("HTTP/1.1 204")
						|| answer.contains("Content-Length: 0") || answer.endsWith("{}"));
				assertThat(thrown == null).as(answer).isEqualTo(success);
				// with a status of success a run may have been started
				assertThat(thrown instanceof TinyFishRunOutcomeUnknownException).as(answer)
					.isEqualTo(operation.startsRun() && !answer.startsWith("HTTP/1.1 304"));
				assertThat(server.requests()).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall08TheKeyDoesNotFollowARedirect(Operation operation) {
		try (ScriptedServer other = new ScriptedServer(
				(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
				ScriptedServer server = new ScriptedServer(
						(exchange) -> exchange.send("HTTP/1.1 307 Elsewhere\r\nLocation: " + other.baseUrl()
								+ "/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThat(catchThrowableOfType(TinyFishStatusException.class, () -> operation.call(client)).status())
				.isEqualTo(307);
			assertThat(server.requests()).hasSize(1);
			assertThat(other.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall09RequestsAreHttp11WithoutAnUpgradeAndBodiesHaveALength(Operation operation) {
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
	void pitfall10AListenerThatThrowsHarmsNeitherTheRunNorTheNextListener() {
		RecordingListener next = new RecordingListener();
		AtomicInteger thrown = new AtomicInteger();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.runListener(new ThrowingListener(thrown))
					.runListener(next)
					.build()) {
			assertThat(types(client.agent().stream(Samples.request()).iterator())).containsExactly("STARTED",
					"PROGRESS", "COMPLETE");
			await().atMost(SOON).until(() -> next.calls().size() == 3);
			assertThat(next.calls()).containsExactly("started", "progress", "finished");
			assertThat(thrown).hasValue(3);
		}
	}

	@Test
	void pitfall11ReadingDependsOnNoDefaultsOfJacksonOrTheApplication() {
		String answer = "{\"run_id\":\"run-1\",\"status\":\"PAUSED\",\"num_of_steps\":null,\"new_field\":{\"a\":[1]},"
				+ "\"created_at\":\"2026-03-01T08:00:00Z\",\"started_at\":\"yesterday\",\"result\":{\"price\":7}}";
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, "application/json", answer))) {
			TinyFishClient.Builder builder = this.kind.client(server.baseUrl())
				.pollTolerance(Samples.BRIEF)
				.webClientBuilder(WebClient.builder().codecs((codecs) -> codecs.registerDefaults(false)));
			if (this.kind == ClientKind.BLOCKING) {
				builder.restClientBuilder(RestClient.builder()
					.configureMessageConverters(
							(converters) -> converters.configureMessageConvertersList((list) -> list.clear())));
			}
			try (TinyFishClient client = builder.build()) {
				Run run = client.runs().get("run-1");
				assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
				assertThat(run.statusText()).isEqualTo("PAUSED");
				assertThat(run.numOfSteps()).isNull();
				assertThat(run.createdAt()).isEqualTo(Instant.parse("2026-03-01T08:00:00Z"));
				assertThat(run.startedAt()).isNull();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void pitfall11WhatIsNoDocumentIsRefused(Operation operation) {
		List<String> answers = List.of(Samples.RUN + "{}", Samples.RUN + "]", Samples.RUN.substring(0, 40),
				"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"data\":" + "[".repeat(600) + "]".repeat(600) + "}");
		for (String answer : answers) {
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(200, "application/json", answer));
					TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				assertThatExceptionOfType(TinyFishException.class).as(answer).isThrownBy(() -> operation.call(client));
			}
		}
	}

	@Test
	void pitfall12WhatOurClassesNeedIsThere() throws ClassNotFoundException {
		JavaClasses classes = new ClassFileImporter().importLocations(
				List.of(Location.of(TinyFishClient.class.getProtectionDomain().getCodeSource().getLocation())));
		assertThat(classes.size()).isGreaterThan(100);
		List<String> missing = new ArrayList<>();
		for (JavaClass javaClass : classes) {
			Class<?> type = Class.forName(javaClass.getName(), true, TinyFishClient.class.getClassLoader());
			assertThatNoException().as(type.getName())
				.isThrownBy(() -> List.of(type.getDeclaredMethods(), type.getDeclaredConstructors(),
						type.getDeclaredFields()));
			// what is called inside the methods, which the JVM looks for only then
			javaClass.getAccessesFromSelf()
				.stream()
				.filter((access) -> !access.getTargetOwner().isArray())
				.filter((access) -> access.getTarget().resolveMember().isEmpty())
				.map(JavaAccess::getDescription)
				.forEach(missing::add);
		}
		assertThat(missing).isEmpty();
	}

	private static List<String> types(Iterator<AgentEvent> events) {
		List<String> types = new ArrayList<>();
		events.forEachRemaining((event) -> types.add(event.type()));
		return types;
	}

	private record ThrowingListener(AtomicInteger thrown) implements TinyFishRunListener {

		@Override
		public void started(RunContext context, StartedEvent event) {
			fail();
		}

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			fail();
		}

		@Override
		public void finished(RunContext context, AgentRun run) {
			fail();
		}

		private void fail() {
			this.thrown.incrementAndGet();
			throw new IllegalStateException("A listener that fails");
		}

	}

}
