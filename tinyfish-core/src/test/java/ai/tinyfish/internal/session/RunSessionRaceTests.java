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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.interceptor.RunInterceptors;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.listener.CallerContext;
import ai.tinyfish.internal.listener.EventExecutor;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.RecordingListener;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Events that arrive while a session ends in another way.
 */
class RunSessionRaceTests {

	private static final int TRIES = 10_000;

	private final SharedRuns runs = new SharedRuns(RunLimiter.unlimited());

	private final EventExecutor events = new EventExecutor(null, 1);

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
		this.events.close(new CloseBudget());
	}

	@Test
	void theEndingIsTheLastThatListenersReceive() throws Exception {
		ListenerDelivery delivery = this.runs.delivery(this.events, Integer.MAX_VALUE);
		RecordingListener[] listeners = new RecordingListener[TRIES];
		RunSession[] sessions = new RunSession[TRIES];
		for (int i = 0; i < TRIES; i++) {
			listeners[i] = new RecordingListener();
			sessions[i] = session(delivery, listeners[i]);
		}
		giveUpDuring(sessions, (i) -> new ProgressEvent("run-1", null, "Reading", null));
		await().untilAsserted(
				() -> assertThat(listeners).allSatisfy((listener) -> assertThat(listener.errors()).hasSize(1)));
		this.events.close(new CloseBudget());
		assertThat(listeners).allSatisfy((listener) -> assertThat(listener.calls()).last().isEqualTo("error"));
	}

	@Test
	void aRunThatIsNamedAfterItsSubmissionEndedIsNotRemembered() {
		RecordingListener listener = new RecordingListener();
		RunSession session = session(this.runs.delivery(this.events, 10), listener);
		session.end(SessionOutcome.unknown(OutcomeExceptions.unknown("Given up", null, null)));
		session.event(new StartedEvent("run-1", null));
		assertThat(this.runs.publishesOutcomeOf("run-1", null)).isFalse();
		this.events.close(new CloseBudget());
		assertThat(listener.calls()).containsExactly("error");
	}

	/**
	 * An interrupted caller may be too late to decide the outcome.
	 */
	@Test
	void aStreamWhoseRunEndsWhileItsOpeningIsInterruptedCanBeRead() {
		RunSession session = session(this.runs.delivery(this.events, 10), new RecordingListener());
		AgentRun run = AgentRun.builder().runId("run-1").statusText("COMPLETED").build();
		session.end(SessionOutcome.of(run));
		Thread.currentThread().interrupt();
		AgentStream stream = DefaultAgentStream.open(Mono.never(), session, new RecordingListener());
		assertThat(stream.await()).isEqualTo(run);
		assertThat(Thread.interrupted()).isTrue();
	}

	/**
	 * The outcome of a close is published while the reader takes further events.
	 */
	@Test
	void aReaderGetsTheOutcomeOfListenersWhileAnotherThreadClosesItsStream() throws Exception {
		RecordingListener listener = new RecordingListener();
		RunSession session = session(this.runs.delivery(this.events, 10), listener);
		AgentRun run = AgentRun.builder().runId("run-1").statusText("COMPLETED").build();
		AgentEvent progress = new ProgressEvent("run-1", null, "Reading", null);
		CompletableFuture<Thread> reading = new CompletableFuture<>();
		CountDownLatch closing = new CountDownLatch(1);
		Flux<List<AgentEvent>> events = Flux.just(List.of(progress, progress))
			.concatWith(Flux.never())
			.doOnCancel(() -> {
				closing.countDown();
				Thread reader = reading.join();
				await().until(() -> !reader.isAlive() || reader.getState() == Thread.State.WAITING);
				session.keep(SessionOutcome.of(run));
				session.publishKept();
			});
		AgentStream stream = DefaultAgentStream.open(Mono.just(events), session, new RecordingListener());
		CompletableFuture<AgentRun> read = new CompletableFuture<>();
		Thread reader = new Thread(() -> {
			Iterator<AgentEvent> iterator = stream.iterator();
			iterator.next();
			reading.complete(Thread.currentThread());
			try {
				closing.await(20, TimeUnit.SECONDS);
				read.complete(stream.await());
			}
			catch (Throwable ex) {
				read.completeExceptionally(ex);
			}
		});
		reader.start();
		reading.get(20, TimeUnit.SECONDS);
		stream.close();
		assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(run);
		this.events.close(new CloseBudget());
		assertThat(listener.runs()).containsExactly(run);
	}

	@Test
	void anOutcomeThatComesAfterItsReaderWasClosedIsNotLoggedAsAnError() {
		BlockingEventReader reader = new BlockingEventReader();
		Flux.<List<AgentEvent>>never().subscribe(reader);
		try (LogCapture log = new LogCapture()) {
			reader.close();
			reader.onError(new IllegalStateException("mine"));
			assertThat(log.lines()).noneMatch((line) -> line.contains("onErrorDropped"));
		}
	}

	@Test
	void aSessionThatIsOverHasItsOutcome() throws Exception {
		ListenerDelivery delivery = this.runs.delivery(this.events, Integer.MAX_VALUE);
		RunSession[] sessions = new RunSession[TRIES];
		for (int i = 0; i < TRIES; i++) {
			sessions[i] = session(delivery, new RecordingListener());
		}
		Future<Long> seen = this.threads.submit(() -> {
			long withoutOutcome = 0;
			for (RunSession session : sessions) {
				while (session.isOpen()) {
					Thread.onSpinWait();
				}
				withoutOutcome += session.isUnknown() ? 0 : 1;
			}
			return withoutOutcome;
		});
		for (RunSession session : sessions) {
			session.end(SessionOutcome.unknown(OutcomeExceptions.unknown("Given up", null, null)));
		}
		assertThat(seen.get(180, TimeUnit.SECONDS)).isZero();
	}

	@Test
	void aStreamThatFailsByItselfEndsItsSession() {
		RecordingListener listener = new RecordingListener();
		RunSession session = session(this.runs.delivery(this.events, 10), listener);
		AgentStream stream = DefaultAgentStream.open(Mono.just(Flux.error(new IllegalStateException("mine"))), session,
				new RecordingListener());
		assertThatExceptionOfType(TinyFishException.class).isThrownBy(stream::await)
			.withRootCauseInstanceOf(IllegalStateException.class);
		assertThat(session.isOpen()).isFalse();
		this.events.close(new CloseBudget());
		assertThat(listener.calls()).containsExactly("error");
	}

	/**
	 * The run is not followed then.
	 */
	@Test
	void aRunWhoseOutcomeIsUnknownCanBeCancelledBeforeThatIsPublished() {
		RunSession session = session(this.runs.delivery(this.events, 10), new RecordingListener());
		session.known("run-1");
		session.keep(SessionOutcome.unknown(OutcomeExceptions.unknown("Left running", null, "run-1")));
		assertThat(session.handleCancelled(true)).isNotNull();
		session.publishKept();
	}

	/**
	 * The thread that closes the client, for example, publishes an outcome as soon as it
	 * is decided.
	 */
	@Test
	void interceptorsKnowThatARunWasNotSentAsSoonAsItsOutcomeIsDecided() {
		List<String> calls = new CopyOnWriteArrayList<>();
		TinyFishRunInterceptor interceptor = new TinyFishRunInterceptor() {

			@Override
			public AgentRequest beforeRun(RunSubmission submission) {
				return submission.request();
			}

			@Override
			public void error(RunSubmission submission, TinyFishException exception) {
				calls.add("error");
			}

			@Override
			public void notSent(RunSubmission submission) {
				calls.add("not sent");
			}

		};
		ListenerDelivery delivery = this.runs.delivery(this.events, 10);
		InterceptedRun run = new RunInterceptors(() -> List.of(interceptor), AllowedHosts.any(), delivery, () -> {
		}).ask("agent.start", List.of(AgentRequest.of("https://shop.example/item", "Read the price"))).get(0);
		RunSession session = session(delivery, new RecordingListener(), run);
		session.end(SessionOutcome.unknown(new TinyFishConnectionException("Not connected", null) {
			@Override
			public @Nullable String runId() {
				// asked for when the outcome is decided
				session.publishKept();
				return super.runId();
			}
		}));
		this.events.close(new CloseBudget());
		assertThat(calls).containsExactly("not sent");
	}

	/**
	 * Whichever of the two is first.
	 */
	@Test
	void aRunIsFollowedWhileListenersAreNotifiedAndNotForEver() throws Exception {
		ListenerDelivery delivery = this.runs.delivery(this.events, Integer.MAX_VALUE);
		List<String> notFollowed = new CopyOnWriteArrayList<>();
		AtomicInteger notified = new AtomicInteger();
		TinyFishRunListener listener = new TinyFishRunListener() {
			@Override
			public void error(RunContext context, TinyFishException exception) {
				if (context.runId() != null && !RunSessionRaceTests.this.runs.isFollowed(context.runId())) {
					notFollowed.add(context.runId());
				}
				notified.incrementAndGet();
			}
		};
		RunSession[] sessions = new RunSession[TRIES];
		for (int i = 0; i < TRIES; i++) {
			sessions[i] = session(delivery, listener);
		}
		giveUpDuring(sessions, (i) -> new StartedEvent("run-" + i, null));
		await().untilAsserted(() -> assertThat(notified).hasValue(TRIES));
		this.events.close(new CloseBudget());
		assertThat(notFollowed).isEmpty();
		for (int i = 0; i < TRIES; i++) {
			assertThat(this.runs.isFollowed("run-" + i)).isFalse();
		}
	}

	/**
	 * Have each session take an event and end, whichever is first.
	 */
	private void giveUpDuring(RunSession[] sessions, IntFunction<AgentEvent> events) throws Exception {
		CyclicBarrier together = new CyclicBarrier(2);
		Future<?> reading = this.threads.submit(() -> {
			for (int i = 0; i < TRIES; i++) {
				together.await(20, TimeUnit.SECONDS);
				sessions[i].event(events.apply(i));
			}
			return null;
		});
		Future<?> ending = this.threads.submit(() -> {
			for (RunSession session : sessions) {
				together.await(20, TimeUnit.SECONDS);
				session.end(SessionOutcome.unknown(OutcomeExceptions.unknown("Given up", null, null)));
			}
			return null;
		});
		reading.get(180, TimeUnit.SECONDS);
		ending.get(180, TimeUnit.SECONDS);
	}

	private RunSession session(ListenerDelivery delivery, TinyFishRunListener listener) {
		return session(delivery, listener, null);
	}

	private RunSession session(ListenerDelivery delivery, TinyFishRunListener listener, @Nullable InterceptedRun run) {
		ListenerQueue queue = new ListenerQueue(delivery, CallerContext.ofThread(ObservationRegistry.NOOP),
				List.of(listener));
		Secrets secrets = Secrets.of(List.of(), "key", List.of());
		return new RunSession(SessionKind.START, run, RunContext.builder().build(),
				this.runs.published().of("https://api.example", "key", secrets), secrets, Duration.ofMinutes(1),
				new RunSources(null, AbandonPolicy.LEAVE, AbandonPolicy.LEAVE, false), this.runs, queue,
				ObservationRegistry.NOOP, new SendDecision());
	}

}
