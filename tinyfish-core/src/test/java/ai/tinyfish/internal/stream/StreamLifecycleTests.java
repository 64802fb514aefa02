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

package ai.tinyfish.internal.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * How long a stream lives: closing, silence, deadlines, and how many may be open.
 */
@BothClients(always = true)
class StreamLifecycleTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void silenceEndsTheStream() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(200), (idle) -> {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				exchange.silence();
			});
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.streamIdleTimeout(idle)
						.build()) {
				Throwable thrown = catchThrowable(() -> client.agent().stream(Samples.request()).await());
				MoreTime.requireKnown(thrown);
				assertThat(thrown).isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class, (ex) -> {
					assertThat(ex.runId()).isEqualTo("run-1");
					assertThat(ex).hasMessageContaining("silent for " + idle.toMillis() + " ms")
						.hasCauseInstanceOf(TinyFishTimeoutException.class);
				});
				await().atMost(SOON).until(() -> server.openConnections() == 0);
			}
		});
	}

	@Test
	void heartbeatsAndCommentsAreSignsOfLife() throws Exception {
		MoreTime.whereTooLittle(Duration.ofSeconds(1), (idle) -> {
			AtomicLong longestGap = new AtomicLong();
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				long last = System.nanoTime();
				for (int i = 0; i < 15; i++) {
					if (exchange.awaitClientClose(idle.dividedBy(10))) {
						return;
					}
					exchange.send(": still here\n");
					longestGap.accumulateAndGet(System.nanoTime() - last, Math::max);
					last = System.nanoTime();
				}
				exchange.event(Samples.COMPLETE);
			});
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.streamIdleTimeout(idle)
						.build()) {
				Throwable thrown = catchThrowable(
						() -> assertThat(client.agent().stream(Samples.request()).await().isCompleted()).isTrue());
				if (thrown != null && Duration.ofNanos(longestGap.get()).compareTo(idle.dividedBy(2)) > 0) {
					// the server stood still itself
					throw MoreTime.tooLittle();
				}
				assertThat(thrown).isNull();
			}
		});
	}

	@Test
	void aSlowReaderIsNotTakenForASilentServer() throws Exception {
		// enough to fill the buffers between server and reader, so that the client stops
		// asking
		String big = "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"" + "x".repeat(64 * 1024) + "\"}";
		AtomicInteger sent = new AtomicInteger();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			for (int i = 0; i < 200; i++) {
				exchange.event(big);
				sent.incrementAndGet();
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
			// the reader sleeps for longer than the idle timeout
			CountDownLatch never = new CountDownLatch(1);
			assertThat(never.await(1500, TimeUnit.MILLISECONDS)).isFalse();
			assertThat(sent).as("it cannot send any more").hasValueLessThan(200);
			List<String> types = new ArrayList<>();
			events.forEachRemaining((event) -> types.add(event.type()));
			assertThat(types).hasSize(201).endsWith("PROGRESS", "COMPLETE");
		}
	}

	@Test
	void theDeadlineEndsTheStreamAndSaysThatTheRunGoesOn() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(500), (deadline) -> {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				while (!exchange.awaitClientClose(Duration.ofMillis(50))) {
					exchange.event(Samples.HEARTBEAT);
				}
			});
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.runTimeout(deadline)
						.onTimeout(AbandonPolicy.LEAVE)
						.build()) {
				TinyFishRunTimeoutException ex = MoreTime
					.timeoutOf(() -> client.agent().stream(Samples.request()).await());
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex).hasMessageContaining(deadline.toMillis() + " ms").hasMessageContaining("left running");
			}
		});
	}

	@Test
	void theDeadlineBeforeTheRunIsKnownIsAnUnknownOutcome() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(300), (deadline) -> {
			try (ScriptedServer server = new ScriptedServer(Exchange::silence);
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.runTimeout(deadline)
						.build()) {
				Throwable thrown = catchThrowable(() -> client.agent().stream(Samples.request()).await());
				MoreTime.requireSent(server.requests());
				assertThat(thrown).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					.hasCauseInstanceOf(TinyFishTimeoutException.class);
				assertThat(server.requests()).hasSize(1);
			}
		});
	}

	@Test
	void noMoreStreamsAreOpenedThanMayBeOpen() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxOpenStreams(5)
					.runListener(listener)
					.build()) {
			List<AgentStream> streams = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				streams.add(client.agent().stream(Samples.request()));
			}
			for (Operation operation : List.of(Operation.STREAM, Operation.START)) {
				TinyFishTooManyStreamsException ex = catchThrowableOfType(TinyFishTooManyStreamsException.class,
						() -> operation.call(client));
				assertThat(ex.limit()).isEqualTo(5);
			}
			// nothing was submitted, so that no listener is notified
			await().atMost(SOON).until(() -> listener.calls().size() == 5);
			assertThat(listener.calls()).containsOnly("started");
			assertThat(server.requests()).hasSize(5);
			streams.get(0).close();
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				assertThat(stream.iterator().next().type()).isEqualTo("STARTED");
			}
			streams.forEach(AgentStream::close);
		}
	}

}
