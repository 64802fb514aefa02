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

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.KeyTool;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.TlsFront;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * For anything that the reactive client does on a thread that must not be blocked,
 * subscribing included, BlockHound sees no blocking call there. BlockHound changes
 * classes of the JVM and needs {@code -XX:+AllowRedefinitionToAddDeleteMethods}: these
 * tests have a JVM of their own, which the build starts for the tag {@code blockhound}.
 */
@Tag("blockhound")
class NonBlockingTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** Kept here as well, since the exception may end in one of ours. */
	private static final Queue<Throwable> blockingCalls = new ConcurrentLinkedQueue<>();

	private final RecordingListener listener = new RecordingListener();

	@BeforeAll
	static void installBlockHound() {
		BlockHound.install((builder) -> builder.blockingMethodCallback((method) -> {
			BlockingOperationError error = new BlockingOperationError(method);
			blockingCalls.add(error);
			throw error;
		}));
		// once in a JVM's life Netty loads its native libraries from jars: on this thread
		try (ScriptedServer server = succeeding(Operation.STREAM);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.build()) {
			client.agent().stream(Samples.request()).blockLast(SOON);
		}
	}

	@BeforeEach
	void forget() {
		blockingCalls.clear();
	}

	@AfterEach
	void nothingHasBlocked() {
		Throwable first = blockingCalls.peek();
		if (first != null) {
			throw new AssertionError(blockingCalls.size() + " blocking calls", first);
		}
	}

	@Test
	void aBlockingCallOnAThreadOfTheClientIsSeen() {
		try (ScriptedServer server = succeeding(Operation.STREAM);
				ReactiveTinyFishClient client = client(server).build()) {
			Throwable thrown = catchThrowable(() -> client.agent().stream(Samples.request()).doOnNext((event) -> {
				try {
					Thread.sleep(1);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}).blockLast(SOON));
			assertThat(thrown).hasStackTraceContaining("Blocking call!");
			assertThat(blockingCalls).hasSize(1);
		}
		blockingCalls.clear();
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void successDoesNotBlock(Operation operation) {
		try (ScriptedServer server = succeeding(operation); ReactiveTinyFishClient client = client(server).build()) {
			for (int i = 0; i < 3; i++) {
				assertThat((Object) onNonBlockingThread(operation.publish(client))).isNotNull();
			}
		}
	}

	@FourOperations
	void errorsDoNotBlock(Operation operation) {
		List<ScriptedServer.Script> scripts = List.of(
				(e) -> e.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")),
				(e) -> e.answer(502, "text/html", "<html>Bad gateway</html>"),
				(e) -> e.answer(200, "application/json", "{"), Exchange::reset,
				(e) -> e.answer(200, "text/event-stream", "data: " + Samples.STARTED + "\n\ndata: {\"type\":\n\n"));
		scripts.forEach((script) -> errorDoesNotBlock(operation, script, SOON));
		// each attempt waits for its time
		errorDoesNotBlock(operation, Exchange::silence, Duration.ofMillis(50));
	}

	private void errorDoesNotBlock(Operation operation, ScriptedServer.Script script, Duration timeout) {
		try (ScriptedServer server = new ScriptedServer(script);
				ReactiveTinyFishClient client = client(server).timeout(timeout).build()) {
			assertThat(catchThrowable(() -> onNonBlockingThread(operation.publish(client))))
				.isInstanceOf(RuntimeException.class);
		}
	}

	@FourOperations
	void retriesDoNotBlock(Operation operation) {
		AtomicInteger count = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (count.getAndIncrement() < 2) {
				exchange.answer(429, "application/json", Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow"));
			}
			else {
				exchange.answer(200, operation.contentType(), operation.success());
			}
		}); ReactiveTinyFishClient client = client(server).build()) {
			assertThat((Object) onNonBlockingThread(operation.publish(client))).isNotNull();
			assertThat(server.requests()).hasSize(3);
		}
	}

	@FourOperations
	void cancellingDoesNotBlock(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				ReactiveTinyFishClient client = client(server).build()) {
			Disposable subscription = operation.publish(client).subscribeOn(Schedulers.parallel()).subscribe();
			await().atMost(SOON).until(() -> !server.requests().isEmpty());
			onNonBlockingThread(Mono.fromRunnable(subscription::dispose));
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	/**
	 * The only one with TLS here: the trust store is read once in a JVM's life.
	 */
	@Test
	void trustStoreOfTheJvmIsNotReadOnAThreadThatMustNotBlock(@TempDir Path folder) {
		KeyStore key = KeyTool.create(folder, "dns:localhost");
		try (ScriptedServer server = succeeding(Operation.GET);
				TlsFront front = new TlsFront(KeyTool.context(key, key), server.address(), (socket) -> {
				});
				ReactiveTinyFishClient client = Samples.reactiveClient(front.baseUrl("localhost"))
					.pollTolerance(Samples.BRIEF)
					.build()) {
			assertThat(catchThrowable(() -> onNonBlockingThread(client.runs().get("run-1"))))
				.hasMessageContaining("could not connect")
				.hasStackTraceContaining("SSLHandshakeException");
		}
	}

	@Test
	void silenceAndTheDeadlineDoNotBlock() {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.silence();
		}, (exchange, n) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				ReactiveTinyFishClient quiet = client(server.baseUrl()).streamIdleTimeout(Duration.ofMillis(100))
					.build();
				ReactiveTinyFishClient late = client(server.baseUrl()).runTimeout(Duration.ofMillis(200)).build()) {
			for (ReactiveTinyFishClient client : List.of(quiet, late)) {
				assertThat(catchThrowable(() -> onNonBlockingThread(client.agent().stream(Samples.request()).last())))
					.isNotNull();
			}
		}
	}

	@Test
	void neitherAHandleNorGivingItUpBlocks() {
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			onNonBlockingThread(client.agent()
				.start(Samples.request(), new RecordingListener())
				.flatMap((handle) -> handle.cancel().thenReturn(handle.runId())));
			assertThat(server.cancels()).isEqualTo(1);
			Disposable subscription = client.agent()
				.start(Samples.request())
				.subscribeOn(Schedulers.parallel())
				.subscribe();
			await().atMost(SOON).until(() -> server.submissions() == 2);
			onNonBlockingThread(Mono.fromRunnable(subscription::dispose));
		}
	}

	@Test
	void aCallFromWithinAStreamDoesNotBlock() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean stream = exchange.request().contains("run-sse");
			exchange.answer(200, stream ? "text/event-stream" : "application/json",
					stream ? Operation.STREAM.success() : Samples.RUN);
		}); ReactiveTinyFishClient client = client(server).build()) {
			assertThat(onNonBlockingThread(client.agent()
				.stream(Samples.request())
				.flatMap((event) -> client.runs().get("run-1"))
				.collectList())).hasSize(2);
		}
	}

	@Test
	void closingTheClientDoesNotBlockHoweverSlowItsListenersAre() throws Exception {
		CountDownLatch notified = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		RecordingListener slow = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				notified.countDown();
				try {
					release.await(20, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				super.finished(context, event);
			}
		};
		try (ScriptedServer server = succeeding(Operation.RUN)) {
			ReactiveTinyFishClient client = client(server).runListener(slow).build();
			onNonBlockingThread(client.agent().run(Samples.request()));
			assertThat(notified.await(20, TimeUnit.SECONDS)).isTrue();
			onNonBlockingThread(Mono.fromRunnable(client::close));
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			release.countDown();
			await().atMost(SOON).until(() -> slow.calls().contains("finished"));
		}
	}

	private ReactiveTinyFishClient.Builder client(ScriptedServer server) {
		return client(server.baseUrl());
	}

	private ReactiveTinyFishClient.Builder client(String baseUrl) {
		return Samples.reactiveClient(baseUrl)
			.pollTolerance(Samples.BRIEF)
			.observationRegistry(TestObservationRegistry.create())
			.runListener(this.listener);
	}

	private static <T> T onNonBlockingThread(Mono<T> mono) {
		return mono.subscribeOn(Schedulers.parallel()).block(SOON);
	}

	private static ScriptedServer succeeding(Operation operation) {
		return new ScriptedServer((exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
	}

}
