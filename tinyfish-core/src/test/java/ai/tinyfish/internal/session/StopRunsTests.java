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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.HeldRuns;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * How runs come to an end before an application does.
 */
@BothClients
class StopRunsTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	@Parameter
	@Nullable ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	private OpenRuns registry = OpenRuns.unlimited();

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START" })
	void noRunIsTakenAnyMoreUntilTheyAreAgain(Operation operation) throws Exception {
		try (var server = Operation.answering(); TinyFishClient client = client(server.baseUrl())) {
			((RunControl) this.registry).stop(LONG).get(20, TimeUnit.SECONDS);
			assertThatIllegalStateException().isThrownBy(() -> operation.call(client))
				.withMessageContaining("stopping");
			assertThat(server.requests()).isEmpty();
			assertThat(this.registry.inFlight()).isZero();
			// calls that cost nothing go on
			assertThat(Operation.GET.call(client)).isNotNull();
			((RunControl) this.registry).resume();
			assertThat(operation.call(client)).isNotNull();
		}
		assertThat(this.listener.errors()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void aRunThatEndsInTimeIsPublished(Operation how) throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl())) {
			CompletableFuture<AgentRun> run = InBackground.submit(client, how, Samples.request());
			Soon.until(() -> server.goals().size() == 1);
			CompletableFuture<Void> stopped = ((RunControl) this.registry).stop(LONG);
			assertThat(stopped).isNotDone();
			server.letGo(1);
			stopped.get(20, TimeUnit.SECONDS);
			assertThat(this.listener.runs()).hasSize(1);
			assertThat(InBackground.value(run).isCompleted()).isTrue();
		}
		assertThat(this.listener.errors()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void howOneEndsThatTakesLongerIsUnknown(Operation how) throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl())) {
			CompletableFuture<AgentRun> run = InBackground.submit(client, how, Samples.request());
			Soon.until(() -> server.goals().size() == 1);
			if (how != Operation.RUN) {
				Soon.until(() -> this.listener.calls().contains("started"));
			}
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.listener.errors()).singleElement().isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(this.listener.errors().get(0).runId()).isEqualTo((how == Operation.RUN) ? null : "run-1");
			assertThat(this.listener.errors().get(0))
				.hasMessageStartingWith("The application stopped before the run had");
			assertThat(this.listener.runs()).isEmpty();
			assertThat(InBackground.failure(run)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessage(this.listener.errors().get(0).getMessage());
		}
		assertThat(this.listener.runs()).isEmpty();
		assertThat(this.listener.errors()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START" })
	void callersReceiveTheSameAsListeners(Operation how) throws Exception {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = client(server.baseUrl())) {
			CompletableFuture<Throwable> outcome = outcomeOf(() -> how.call(client));
			Soon.until(() -> server.requests().size() == 1);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertSameOutcome(outcome, how.submissions(), TinyFishRunOutcomeUnknownException.class);
			Soon.until(() -> server.openConnections() == 0);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "QUEUE", "QUEUEALL", "STREAM", "START" })
	void oneThatWaitsForItsNextAttemptIsNotSentAgain(Operation how) throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new RetryHandler(waiting));
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange
			.send("HTTP/1.1 429 Slow\r\nRetry-After: 50\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
				TinyFishClient client = builder(server.baseUrl()).observationRegistry(observations).build()) {
			CompletableFuture<Throwable> outcome = outcomeOf(() -> how.call(client));
			assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertSameOutcome(outcome, how.submissions(), TinyFishConnectionException.class);
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static CompletableFuture<Throwable> outcomeOf(ThrowingCallable call) {
		CompletableFuture<Throwable> outcome = new CompletableFuture<>();
		Thread caller = new Thread(() -> outcome.complete(catchThrowable(call)));
		caller.setDaemon(true);
		caller.start();
		return outcome;
	}

	private void assertSameOutcome(CompletableFuture<Throwable> outcome, int times,
			Class<? extends TinyFishException> as) throws Exception {
		Throwable thrown = outcome.get(20, TimeUnit.SECONDS);
		assertThat(thrown).isInstanceOf(as).hasMessageContaining("application stopped");
		assertThat(this.listener.errors()).hasSize(times)
			.allSatisfy((received) -> assertThat(received).hasSameClassAs(thrown).hasMessage(thrown.getMessage()));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aReaderOfAStreamThatNamesNoRunYetReceivesTheSameAsListeners(boolean open) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (open) {
				exchange.startStream();
			}
			asked.countDown();
			exchange.silence();
		}); TinyFishClient client = client(server.baseUrl())) {
			CompletableFuture<AgentRun> run = InBackground.submit(client, Operation.STREAM, Samples.request());
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.listener.errors()).singleElement()
				.satisfies((received) -> assertThat(InBackground.failure(run)).isInstanceOf(received.getClass())
					.hasMessage(received.getMessage()));
		}
	}

	@Test
	void itsRunIsCancelledOnDemand() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.silence();
		}, RunServer.ended("CANCELLED"));
				TinyFishClient client = builder(server.baseUrl()).onClose(AbandonPolicy.CANCEL).build()) {
			CompletableFuture<AgentRun> run = InBackground.submit(client, Operation.START, Samples.request());
			Soon.until(() -> this.listener.calls().contains("started"));
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(server.cancels()).isEqualTo(1);
			assertThat(this.listener.runs()).singleElement()
				.satisfies((ending) -> assertThat(ending.status()).isEqualTo(RunStatus.CANCELLED));
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
		}
		assertThat(this.listener.errors()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void oneThatWaitsForItsPlaceIsNotSent(Operation how) throws Exception {
		this.registry = OpenRuns.limitedTo(1, LONG);
		CompletableFuture<AgentRun> second;
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl())) {
			AgentRequest request = Samples.request();
			InBackground.submit(client, Operation.START, request.withTag("first"));
			Soon.until(() -> server.goals().size() == 1);
			second = InBackground.submit(client, how, request.withTag("second"));
			Soon.until(() -> this.registry.waiting() == 1);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.listener.errors()).hasSize(2)
				.filteredOn(TinyFishConnectionException.class::isInstance)
				.singleElement()
				.satisfies((ex) -> assertThat(ex).hasMessageContaining("no run was started"));
			server.letGo(1);
		}
		assertThat(InBackground.failure(second)).isInstanceOf(TinyFishConnectionException.class)
			.hasMessageContaining("no run was started")
			.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
		assertThat(this.listener.runs()).isEmpty();
		assertThat(this.listener.contexts()).filteredOn((context) -> "second".equals(context.tag())).hasSize(1);
	}

	@Test
	void aWaitForAQueuedRunReceivesTheOutcome() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")))) {
			TinyFishClient client = client(server.baseUrl());
			List<Thread> callers = new ArrayList<>();
			List<CompletableFuture<AgentRun>> waits = Stream
				.generate(() -> CompletableFuture.supplyAsync(() -> client.runs().await("run-1", LONG), (task) -> {
					Thread caller = new Thread(task);
					callers.add(caller);
					caller.start();
				}))
				.limit(2)
				.toList();
			Soon.until(() -> server.looks() > 0);
			Soon.until(() -> callers.stream()
				.map(Thread::getState)
				.allMatch((state) -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING));
			((RunControl) this.registry).stop(Duration.ofMillis(50)).get(20, TimeUnit.SECONDS);
			assertThat(this.listener.errors()).singleElement()
				.isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
			for (CompletableFuture<AgentRun> wait : waits) {
				assertThat(InBackground.failure(wait)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					.hasMessage(this.listener.errors().get(0).getMessage());
			}
			client.close();
		}
		assertThat(this.listener.errors()).hasSize(1);
	}

	@Test
	void aWaitThatIsOverHoldsNothingUp() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")));
				TinyFishClient client = client(server.baseUrl())) {
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> client.runs().await("run-1", Duration.ofMillis(50)))
				.withMessageContaining("did not end");
			((RunControl) this.registry).stop(LONG).get(20, TimeUnit.SECONDS);
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void aQueuedRunThatIsNotAwaitedHoldsNothingUp() throws Exception {
		try (var server = Operation.answering(); TinyFishClient client = client(server.baseUrl())) {
			Operation.QUEUE.call(client);
			Operation.QUEUEALL.call(client);
			((RunControl) this.registry).stop(LONG).get(20, TimeUnit.SECONDS);
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void listenersAreWaitedFor() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		RecordingListener slow = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				try {
					release.await(20, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				super.finished(context, event);
			}
		};
		try (var server = Operation.answering();
				TinyFishClient client = builder(server.baseUrl()).runListener(slow).build()) {
			Operation.RUN.call(client);
			CompletableFuture<Void> stopped = ((RunControl) this.registry).stop(LONG);
			Soon.until(() -> this.listener.runs().size() == 1);
			assertThat(stopped).isNotDone();
			release.countDown();
			stopped.get(20, TimeUnit.SECONDS);
			assertThat(slow.runs()).hasSize(1);
		}
	}

	@Test
	void aListenerThatStopsThemDoesNotWaitForItself() throws Exception {
		CompletableFuture<Duration> took = new CompletableFuture<>();
		CountDownLatch entered = new CountDownLatch(1);
		RecordingListener stopping = new RecordingListener() {

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				if ("stopping".equals(context.tag())) {
					long begin = System.nanoTime();
					((RunControl) StopRunsTests.this.registry).stop(LONG).join();
					took.complete(Duration.ofNanos(System.nanoTime() - begin));
				}
				else {
					entered.countDown();
					Soon.until(() -> ((RunControl) StopRunsTests.this.registry).counts().failedListenerCalls() == 1);
					super.finished(context, event);
				}
			}

			@Override
			public void started(RunContext context, StartedEvent event) {
				if ("stopping".equals(context.tag())) {
					throw new IllegalStateException("thrown on purpose");
				}
			}

		};
		try (var server = Operation.answering();
				TinyFishClient client = builder(server.baseUrl()).runListener(stopping).build()) {
			client.agent().start(Samples.request().withTag("waited for"));
			assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
			client.agent().start(Samples.request().withTag("stopping"));
			assertThat(took.get(20, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(15));
			assertThat(stopping.runs()).as("those of others are waited for").hasSize(1);
		}
	}

	@Test
	void twoCallersOfStopBothLearnWhenItIsDone() throws Exception {
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl())) {
			InBackground.submit(client, Operation.START, Samples.request());
			Soon.until(() -> this.listener.calls().contains("started"));
			CompletableFuture<Void> first = ((RunControl) this.registry).stop(Duration.ofMillis(50));
			CompletableFuture<Void> second = ((RunControl) this.registry).stop(LONG);
			first.get(20, TimeUnit.SECONDS);
			assertThat(this.listener.errors()).hasSize(1);
			second.get(20, TimeUnit.SECONDS);
		}
	}

	@Test
	void oneThatIsLookedForAfterItsStreamBrokeEndsAtOnce() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")));
				TinyFishClient client = client(server.baseUrl())) {
			InBackground.submit(client, Operation.START, Samples.request());
			Soon.until(() -> server.looks() > 0);
			CompletableFuture<Void> stopped = ((RunControl) this.registry).stop(Duration.ZERO);
			Soon.until(() -> this.listener.errors().size() == 1);
			stopped.get(20, TimeUnit.SECONDS);
		}
	}

	@Test
	void oneThatCameAfterResumingGoesOnWhileEarlierOnesAreStillCancelled() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		CountDownLatch cancelHeld = new CountDownLatch(1);
		CountDownLatch secondHeld = new CountDownLatch(1);
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			if (runs.incrementAndGet() == 1) {
				exchange.event(Samples.STARTED);
				exchange.silence();
			}
			else {
				exchange.event(Samples.STARTED.replace("run-1", "run-2"));
				secondHeld.await();
				exchange.event(Samples.COMPLETE.replace("run-1", "run-2"));
			}
		}, RunServer.RUNNING, (exchange) -> {
			cancelHeld.await();
			exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
		}); TinyFishClient client = builder(server.baseUrl()).onClose(AbandonPolicy.CANCEL).build()) {
			InBackground.submit(client, Operation.START, Samples.request().withTag("first"));
			Soon.until(() -> this.listener.calls().contains("started"));
			CompletableFuture<Void> stopped = ((RunControl) this.registry).stop(Duration.ZERO);
			Soon.until(() -> server.cancels() == 1);
			((RunControl) this.registry).resume();
			CompletableFuture<AgentRun> second = InBackground.submit(client, Operation.START,
					Samples.request().withTag("second"));
			Soon.until(() -> this.listener.calls().stream().filter("started"::equals).count() == 2);
			assertThat(stopped).isNotDone();
			cancelHeld.countDown();
			Soon.until(() -> !this.listener.runs().isEmpty());
			assertThat(second).isNotDone();
			assertThat(this.listener.errors()).isEmpty();
			assertThat(this.listener.runs()).singleElement()
				.satisfies((run) -> assertThat(run.runId()).isEqualTo("run-1"));
			// else the stop would wait for it as well, for ten seconds
			secondHeld.countDown();
			assertThat(second.get(20, TimeUnit.SECONDS).isCompleted()).isTrue();
			stopped.get(20, TimeUnit.SECONDS);
		}
		finally {
			cancelHeld.countDown();
			secondHeld.countDown();
		}
	}

	@Test
	void theTimeMustNotBeNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> ((RunControl) this.registry).stop(Duration.ofMillis(-1)))
			.withMessageContaining("timeout");
	}

	private TinyFishClient client(String baseUrl) {
		return builder(baseUrl).build();
	}

	private TinyFishClient.Builder builder(String baseUrl) {
		return this.kind.client(baseUrl)
			.openRuns(this.registry)
			.runListener(this.listener)
			.pollInterval(Duration.ofMillis(20));
	}

}
