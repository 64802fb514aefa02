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
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.internal.stream.Ticker;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.HighCardinalityRunKeyNames;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityRunKeyNames;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.support.RunLog;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Lifecycle of one run: the resources that it holds (place among the runs in flight,
 * decision to send, stream, deadline, poll, observation, interceptors), and the one end
 * that releases them. A run ends in {@link #end}, or in {@link #keep} and
 * {@link #publish}, between which the record of the run is read. It reacts to no signal:
 * {@link RunSession} does.
 */
abstract class RunLifecycle extends RunState implements Ticker.Ticked {

	private final @Nullable InterceptedRun run;

	private final SharedRuns shared;

	/** Observation {@code tinyfish.run}, from the submission to the outcome. */
	private final Observation observation;

	private final SendDecision decision;

	private final CompletableFuture<SessionOutcome> ended = new CompletableFuture<>();

	/** A poll may end before it is set here. */
	private final Disposable.Swap poll = Disposables.swap();

	private volatile @Nullable StreamPermit stream;

	/** By {@link System#nanoTime()}. */
	private volatile long deadline;

	/**
	 * Create a new run.
	 * @param run the run with its interceptors, or null if it has no interceptors
	 * @param shared the runs of which this is one, with the limit on those in flight
	 * @param registry the registry that records the run, unless it is queued
	 */
	RunLifecycle(SessionKind kind, @Nullable InterceptedRun run, RunContext context, Account account, Secrets secrets,
			SharedRuns shared, ListenerQueue queue, ObservationRegistry registry, SendDecision decision) {
		super(kind, context, account, queue, secrets);
		this.run = run;
		this.shared = shared;
		this.observation = (kind.takesPlace() && !registry.isNoop()) ? observe(registry) : Observation.NOOP;
		this.decision = decision;
	}

	private Observation observe(ObservationRegistry registry) {
		String goalVersion = context().goalVersion();
		return ObservationSupport.start(() -> {
			Observation observation = TinyFishObservationDocumentation.RUN.observation(registry)
				.parentObservation(callerObservation())
				.lowCardinalityKeyValue(LowCardinalityRunKeyNames.OPERATION.withValue(kind().operation()))
				.lowCardinalityKeyValue(LowCardinalityRunKeyNames.STATUS.withValue(SessionOutcome.PENDING))
				.lowCardinalityKeyValue(
						LowCardinalityRunKeyNames.AGENT_INTERFACE.withValue(orNone(context().agentInterface())))
				.lowCardinalityKeyValue(
						LowCardinalityRunKeyNames.AGENT_METHOD.withValue(orNone(context().agentMethod())));
			if (goalVersion != null) {
				observation.lowCardinalityKeyValue(LowCardinalityRunKeyNames.GOAL_VERSION.withValue(goalVersion));
			}
			return observation.start();
		});
	}

	private static String orNone(@Nullable String name) {
		return (name != null) ? name : "none";
	}

	/**
	 * Stop the observation of the run.
	 * @param status its final status
	 * @param failure the failure, or null
	 */
	final void recorded(String status, @Nullable Throwable failure) {
		if (this.observation.isNoop()) {
			return;
		}
		String runId = runId();
		RunLog.about(runId, context().tag(), null, () -> stop(runId, status, failure));
	}

	private void stop(@Nullable String runId, String status, @Nullable Throwable failure) {
		ObservationSupport.quietly(() -> {
			this.observation.lowCardinalityKeyValue(LowCardinalityRunKeyNames.STATUS.withValue(status));
			if (runId != null) {
				this.observation
					.highCardinalityKeyValue(HighCardinalityRunKeyNames.RUN_ID.withValue(RunIds.printable(runId)));
			}
			if (failure != null) {
				this.observation.error(failure);
			}
		});
		ObservationSupport.quietly(this.observation::stop);
	}

	/**
	 * Return the observation that calls belong to: the caller's if the run is not
	 * recorded.
	 */
	public final Observation observation() {
		return ObservationSupport.recorded(this.observation, callerObservation());
	}

	public final SendDecision decision() {
		return this.decision;
	}

	/**
	 * Give up sending the request that starts the run.
	 * @return false if it may have been sent
	 */
	final boolean giveUpSending() {
		return kind().isSent() && this.decision.giveUp();
	}

	final RunLimiter limiter() {
		return this.shared.limiter();
	}

	final @Nullable StreamPermit stream() {
		return this.stream;
	}

	/**
	 * Hold the stream of the run until the end.
	 * @param opened the permit of the stream
	 * @return false if the run is already in this or a later phase
	 */
	final synchronized boolean holdStream(StreamPermit opened) {
		boolean holds = moveTo(Phase.STREAM);
		if (holds) {
			this.stream = opened;
		}
		return holds;
	}

	/**
	 * Release the permit of the stream, and end the reading.
	 */
	final void closeStream() {
		StreamPermit current = this.stream;
		if (current != null) {
			current.complete();
		}
	}

	final void startDeadline(Duration lifetime) {
		this.deadline = System.nanoTime() + lifetime.toNanos();
		Ticker.add(this);
		if (!isOpen()) {
			Ticker.remove(this);
		}
	}

	/**
	 * Return whether the deadline has passed.
	 * @param now the time by {@link System#nanoTime()}
	 */
	final boolean isOverdue(long now) {
		return now - this.deadline >= 0;
	}

	/**
	 * Hold a poll of the run until the end.
	 */
	final void holdPoll(Disposable started) {
		this.poll.replace(started);
	}

	final void stopPolling() {
		this.poll.dispose();
	}

	/** Return the future of the published outcome. */
	public final CompletableFuture<?> ended() {
		return this.ended;
	}

	/**
	 * Return an outcome that is not published yet to the caller of an await.
	 */
	final void answer(SessionOutcome outcome) {
		this.ended.complete(outcome);
	}

	/** Return a Mono that completes when the outcome is published. */
	public final Mono<Void> whenEnded() {
		return Mono.fromFuture(this.ended, true).then();
	}

	/**
	 * Wait for the outcome: fails if it is unknown.
	 */
	public final Mono<AgentRun> result() {
		return Mono.fromFuture(this::resultFuture, true);
	}

	final CompletableFuture<AgentRun> resultFuture() {
		return this.ended.thenApply(SessionOutcome::get);
	}

	/**
	 * Wait for the outcome as the last event.
	 */
	final Mono<AgentEvent> lastEvent() {
		return Mono.fromFuture(this.ended, true).flatMap(SessionOutcome::toEvent);
	}

	/**
	 * Leave the session without an outcome.
	 * @return false if an outcome was decided before
	 */
	final boolean leave() {
		boolean left = moveToLeft();
		if (left) {
			release();
			this.shared.remove(this);
		}
		return left;
	}

	/**
	 * Leave the session of a run that was queued and ends elsewhere. Its interceptors
	 * receive the outcome of an await.
	 * @param runId the run, or null if it is not known
	 * @return false if an outcome was decided before
	 */
	final boolean leaveQueued(@Nullable String runId) {
		account().queued(context().withRunId(runId), this.run);
		return leave();
	}

	/**
	 * End the run, unless an outcome was decided before.
	 * @return whether this is its outcome
	 */
	final boolean end(SessionOutcome last) {
		boolean kept = keep(last);
		if (kept) {
			publish(last);
		}
		return kept;
	}

	/**
	 * Decide the outcome without publishing it, and release the resources of the run. A
	 * cancel continues.
	 * @return false if another one was decided before
	 */
	final boolean keep(SessionOutcome kept) {
		// without the lock: an exception of the application may override it
		String runId = kept.runId();
		// first, otherwise a concurrent publish would report the run as sent
		this.decision.giveUp();
		Phase before = moveToRecord(kept, runId);
		if (before == null) {
			return false;
		}
		release();
		if (kind().takesPlace() && before != Phase.WAITING) {
			limiter().leave();
		}
		return true;
	}

	private void release() {
		Ticker.remove(this);
		stopPolling();
		closeStream();
	}

	/**
	 * Publish an outcome that is decided without waiting for the record of its run.
	 */
	final void publishKept() {
		SessionOutcome kept = decided();
		if (kept != null) {
			publish(kept);
		}
	}

	final void publish(SessionOutcome last) {
		SessionOutcome outcome = moveToEnd(last);
		if (outcome == null) {
			return;
		}
		String runId = runId();
		try {
			InterceptedRun intercepted = (kind() == SessionKind.AWAIT && outcome.run() != null)
					? account().removeQueued(runId) : this.run;
			if (intercepted != null) {
				intercepted.ended(runId, outcome.event(), this.decision.isGivenUp() ? null : outcome.exception());
			}
			recorded(outcome.status(), outcome.exception());
			outcome.countIn(this.shared.counters());
		}
		finally {
			// even if the application's code fails: otherwise callers and a stop would
			// wait forever
			endStart(outcome);
			this.ended.complete(outcome);
			this.shared.remove(this);
		}
	}

	private void endStart(SessionOutcome outcome) {
		String runId = runId();
		AgentRun run = outcome.run();
		if (runId != null) {
			started().complete(runId);
		}
		else {
			started().completeExceptionally((run != null)
					? new TinyFishRunFailedException(run.runId(), run.status(), run.error()) : outcome.failure());
		}
	}

}
