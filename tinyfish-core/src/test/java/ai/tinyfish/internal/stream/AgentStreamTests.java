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
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Behaviour of {@link AgentStream} alone: its iterator, its listener, and its closing.
 */
class AgentStreamTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void handsOutTheEventsOnceAndKnowsTheEnding() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			for (String event : List.of(Samples.STARTED, Samples.STREAMING_URL, Samples.PROGRESS, Samples.HEARTBEAT,
					Samples.PROGRESS, Samples.COMPLETE)) {
				exchange.event(event);
			}
		}); TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				List<AgentEvent> events = new ArrayList<>();
				Iterator<AgentEvent> iterator = stream.iterator();
				iterator.forEachRemaining(events::add);
				assertThat(events).extracting(AgentEvent::type)
					.containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "HEARTBEAT", "PROGRESS", "COMPLETE");
				assertThat(((ProgressEvent) events.get(2)).purpose()).isEqualTo("Reading the page");
				assertThat(stream.runId()).isEqualTo("run-1");
				assertThat(stream.await().result().toMap()).containsEntry("price", 7);
				assertThat(iterator.hasNext()).isFalse();
				assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
				assertThatIllegalStateException().isThrownBy(stream::iterator);
			}
		}
	}

	@Test
	void openingWaitsForTheAnswerAndThrowsWhatWentWrong() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			RecordingListener listener = new RecordingListener();
			TinyFishAuthenticationException ex = catchThrowableOfType(TinyFishAuthenticationException.class,
					() -> client.agent().stream(Samples.request(), listener));
			assertThat(listener.errors()).containsExactly(ex);
		}
		TinyFishClient closed = Samples.client("http://127.0.0.1:1").pollTolerance(Samples.BRIEF).build();
		closed.close();
		assertThatIllegalStateException().isThrownBy(() -> closed.agent().stream(Samples.request()));
	}

	@Test
	void openingEndsAtTheDeadline() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(300), (deadline) -> {
			try (ScriptedServer server = new ScriptedServer(Exchange::silence);
					TinyFishClient client = Samples.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.runTimeout(deadline)
						.build()) {
				Throwable thrown = catchThrowable(() -> client.agent().stream(Samples.request()));
				MoreTime.requireSent(server.requests());
				assertThat(thrown).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					.hasCauseInstanceOf(TinyFishTimeoutException.class);
				assertThat(server.requests()).hasSize(1);
			}
		});
	}

	@Test
	void fiveHundredMayBeOpenUnlessSaidOtherwise() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			List<AgentStream> streams = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				streams.add(client.agent().stream(Samples.request()));
			}
			TinyFishTooManyStreamsException ex = catchThrowableOfType(TinyFishTooManyStreamsException.class,
					() -> client.agent().stream(Samples.request()));
			assertThat(ex.limit()).isEqualTo(500);
			assertThat(server.requests()).hasSize(500);
			streams.get(0).close();
			client.agent().stream(Samples.request()).close();
			streams.forEach(AgentStream::close);
		}
	}

	@Test
	void closeOfAnIdleStreamIsSeenByTheServerWithinASecond() throws Exception {
		MoreTime.withinASecond(() -> {
			CompletableFuture<Boolean> closed = new CompletableFuture<>();
			CountDownLatch silent = new CountDownLatch(1);
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				silent.countDown();
				closed.complete(exchange.awaitClientClose(SOON));
			}); TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				AgentStream stream = client.agent().stream(Samples.request());
				assertThat(silent.await(20, TimeUnit.SECONDS)).isTrue();
				long begin = System.nanoTime();
				stream.close();
				assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
				Duration took = MoreTime.since(begin);
				assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(stream::await);
				return took;
			}
		});
	}

	@Test
	void closeFromAnotherThreadWakesTheReader() throws Exception {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			CompletableFuture<Throwable> outcome = new CompletableFuture<>();
			Thread reader = new Thread(() -> {
				try {
					stream.forEach((event) -> {
					});
					outcome.complete(null);
				}
				catch (Throwable ex) {
					outcome.complete(ex);
				}
			});
			reader.start();
			await().atMost(SOON).until(() -> stream.runId() != null && reader.getState() == Thread.State.WAITING);
			stream.close();
			assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("closed before the run ended");
		}
	}

	@Test
	void anEndingThatHasArrivedIsStillReadAfterClose() {
		RecordingListener clientListener = new RecordingListener();
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = Samples.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.runListener(clientListener)
					.build()) {
			AgentStream stream = client.agent().stream(Samples.request(), listener);
			await().atMost(SOON).until(() -> clientListener.calls().contains("finished"));
			stream.close();
			assertThat(stream.await().isCompleted()).isTrue();
			assertThat(listener.calls()).containsExactly("finished");
		}
		assertThat(clientListener.calls()).containsExactly("started", "progress", "finished");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("ai.tinyfish.internal.stream.StreamWireTests#breaks")
	void theListenerReceivesTheExceptionOfTheIteration(String name, FaultPoint point, Fault fault, boolean runKnown,
			Class<? extends Throwable> cause) {
		RecordingListener listener = new RecordingListener();
		try (TinyFishSimulator simulator = StreamWireTests.breaking(point, fault);
				TinyFishClient client = Samples.client(simulator.baseUrl()).pollTolerance(Samples.BRIEF).build();
				AgentStream stream = client.agent().stream(Samples.request(), listener)) {
			TinyFishException ex = catchThrowableOfType(TinyFishException.class, () -> stream.forEach((event) -> {
			}));
			assertThat(listener.errors()).containsExactly(ex);
			assertThat(ex.runId()).isEqualTo(runKnown ? simulator.journal().runs().get(0).id() : null);
			if (cause != null) {
				assertThat(ex).hasCauseInstanceOf(cause);
			}
		}
	}

	@Test
	void theListenerIsCalledOnTheIteratingThreadBeforeTheEventIsHandedOut() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.STREAMING_URL);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.HEARTBEAT);
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build();
				AgentStream stream = client.agent().stream(Samples.request(), listener)) {
			int handedOut = 0;
			for (AgentEvent event : stream) {
				handedOut++;
				assertThat(listener.calls()).hasSize(handedOut);
				assertThat(event).isNotNull();
			}
		}
		assertThat(listener.calls()).containsExactly("started", "streamingUrl", "progress", "heartbeat", "finished");
		assertThat(listener.threads()).containsOnly(Thread.currentThread().getName());
		assertThat(listener.contexts()).allSatisfy((context) -> {
			assertThat(context.runId()).isEqualTo("run-1");
			assertThat(context.tag()).isEqualTo("order-42");
		});
	}

	@Test
	void exceptionOfTheListenerReachesTheCaller() {
		RecordingListener listener = new RecordingListener() {
			@Override
			public void progress(RunContext context, ProgressEvent event) {
				throw new IllegalStateException("mine");
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThatIllegalStateException()
				.isThrownBy(() -> client.agent().stream(Samples.request(), listener).await())
				.withMessage("mine");
		}
	}

}
