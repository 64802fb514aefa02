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

package ai.tinyfish.internal.poll;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Cancels of threads that are interrupted: a paid run would go on otherwise.
 */
class InterruptedCancelTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@AfterEach
	void clearInterruptFlag() {
		Thread.interrupted();
	}

	@Test
	void theHandleCancelsOnAnInterruptedThread() {
		try (RunServer server = server(InterruptedCancelTests::cancelled); TinyFishClient client = client(server)) {
			RunHandle handle = client.agent().start(Samples.request());
			Soon.until(() -> handle.runId() != null);
			Thread.currentThread().interrupt();
			handle.cancel();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.cancels()).isEqualTo(1);
		}
	}

	@Test
	void theClientCancelsOnAnInterruptedThread() {
		try (RunServer server = server(InterruptedCancelTests::cancelled); TinyFishClient client = client(server)) {
			Thread.currentThread().interrupt();
			assertThat(client.runs().cancel("run-1").status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.cancels()).isEqualTo(1);
		}
	}

	@Test
	void anInterruptWhileItWaitsSendsTheCancelAgain() throws Exception {
		AtomicInteger cancels = new AtomicInteger();
		try (RunServer server = server((exchange) -> {
			if (cancels.incrementAndGet() == 1) {
				exchange.silence();
			}
			else {
				cancelled(exchange);
			}
		}); TinyFishClient client = client(server)) {
			CompletableFuture<CancelledRun> answer = new CompletableFuture<>();
			Interrupted interrupted = Interrupted.during(() -> answer.complete(client.runs().cancel("run-1")),
					() -> server.cancels() == 1);
			assertThat(interrupted.thrown()).isNull();
			assertThat(interrupted.flag()).isTrue();
			assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(server.cancels()).isEqualTo(2);
		}
	}

	@Test
	void anInterruptBetweenAttemptsSendsTheCancelAgain() throws Exception {
		AtomicInteger cancels = new AtomicInteger();
		try (RunServer server = server((exchange) -> {
			if (cancels.incrementAndGet() == 1) {
				exchange.send("HTTP/1.1 429 Slow\r\nRetry-After: 50\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
			}
			else {
				cancelled(exchange);
			}
		}); TinyFishClient client = client(server)) {
			Interrupted interrupted = Interrupted.during(() -> client.runs().cancel("run-1"),
					() -> server.cancels() == 1 && server.openConnections() == 0);
			assertThat(interrupted.thrown()).isNull();
			assertThat(interrupted.flag()).isTrue();
			assertThat(server.cancels()).isEqualTo(2);
		}
	}

	@Test
	void aRefusalOfTheServiceIsThrownOnAnInterruptedThread() {
		try (RunServer server = server(
				(exchange) -> exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such run")));
				TinyFishClient client = client(server)) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.runs().cancel("run-1"));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.cancels()).isEqualTo(1);
		}
	}

	@Test
	void anInterruptedThreadDoesNotWaitForEver() {
		try (RunServer server = server(Exchange::silence); TinyFishClient client = client(server)) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> client.runs().cancel("run-1"))
				.withMessageContaining("no response within 10000 ms")
				.matches((ex) -> !ex.mayHaveStartedRun());
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.cancels()).isEqualTo(1);
		}
	}

	@Test
	void subscribingOnAnInterruptedThreadSendsTheCancel() throws Exception {
		try (RunServer server = server(InterruptedCancelTests::cancelled);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).build()) {
			ReactiveRunHandle handle = client.agent().start(Samples.request()).block(SOON);
			Thread.currentThread().interrupt();
			List<CompletableFuture<?>> cancels = List.of(handle.cancel().toFuture(),
					client.runs().cancel("run-1").toFuture());
			assertThat(Thread.interrupted()).isTrue();
			for (CompletableFuture<?> cancel : cancels) {
				cancel.get(20, TimeUnit.SECONDS);
			}
			assertThat(server.cancels()).isEqualTo(2);
		}
	}

	private static void cancelled(Exchange exchange) throws IOException {
		exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
	}

	private static RunServer server(Script cancel) {
		return new RunServer(RunServer.SILENT, RunServer.RUNNING, cancel);
	}

	private static TinyFishClient client(RunServer server) {
		return Samples.client(server.baseUrl()).build();
	}

}
