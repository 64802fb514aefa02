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

import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Use of the calling thread by the blocking client: whether it may block, and its
 * interrupt flag.
 */
class CallingThreadTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void blockingOnANonBlockingThreadIsRefusedBeforeAnythingIsSent() {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			for (Operation operation : EnumSet.complementOf(EnumSet.of(Operation.START))) {
				assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(() -> Mono.fromCallable(() -> operation.call(client))
						.subscribeOn(Schedulers.parallel())
						.block(SOON))
					.withMessageContaining("nothing was sent. Use ReactiveTinyFishClient");
			}
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void anInterruptedThreadSendsNothingButACancel() {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			for (Operation operation : EnumSet.complementOf(EnumSet.of(Operation.START, Operation.CANCEL))) {
				Thread.currentThread().interrupt();
				Throwable thrown = catchThrowable(() -> operation.call(client));
				assertThat(Thread.interrupted()).isTrue();
				assertThat(thrown).hasMessageContaining("nothing was sent")
					.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
			}
			assertThat(server.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, mode = EnumSource.Mode.EXCLUDE,
			names = { "STREAM", "START", "CANCEL", "BROWSER_CREATE" })
	void anInterruptInsideTheBodyEndsTheWaitAndClosesTheConnection(Operation operation) throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		CountDownLatch begun = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
			begun.countDown();
			closed.complete(exchange.awaitClientClose(SOON));
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			Interrupted outcome = Interrupted.during(() -> operation.call(client), () -> begun.getCount() == 0);
			assertThat(outcome.flag()).isTrue();
			assertThat(outcome.thrown()).isInstanceOf(operation.unknown(TinyFishConnectionException.class));
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void anInterruptEndsTheWaitBetweenAttemptsAndKeepsTheFlag() throws InterruptedException {
		CountDownLatch waiting = new CountDownLatch(1);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new RetryHandler(waiting));
		try (ScriptedServer server = new ScriptedServer((e) -> e
			.send("HTTP/1.1 429 Slow\r\nRetry-After: 50\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
				TinyFishClient client = Samples.client(server.baseUrl()).observationRegistry(registry).build()) {
			Interrupted outcome = Interrupted.during(() -> client.runs().get("run-1"), () -> waiting.getCount() == 0);
			assertThat(outcome.flag()).isTrue();
			assertThat(outcome.thrown()).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("Interrupted")
				.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun())
				.hasCauseInstanceOf(TinyFishRateLimitException.class);
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void anInterruptEndsTheOpeningOfAStream() throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> closed.complete(exchange.awaitClientClose(SOON)));
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			Interrupted outcome = Interrupted.during(() -> client.agent().stream(Samples.request()),
					() -> !server.requests().isEmpty());
			assertThat(outcome.flag()).isTrue();
			assertThat(outcome.thrown()).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void anInterruptEndsTheReadingOfAStreamAndKeepsTheFlag() throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			closed.complete(exchange.awaitClientClose(SOON));
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			Interrupted outcome = Interrupted.during(stream::await, () -> stream.runId() != null);
			assertThat(outcome.flag()).isTrue();
			assertThat(outcome.thrown()).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void anInterruptOfTheWaitForAHandleLeavesTheRunAlone() throws Exception {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			Interrupted outcome = Interrupted.during(handle::await, () -> handle.runId() != null);
			assertThat(outcome.flag()).isTrue();
			assertThat(outcome.thrown()).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(server.openConnections()).isEqualTo(1);
			assertThat(handle.result()).isNotDone();
		}
	}

}
