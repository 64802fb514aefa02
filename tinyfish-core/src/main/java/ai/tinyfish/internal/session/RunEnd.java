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

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.observation.TinyFishObservationDocumentation;
import ai.tinyfish.observation.TinyFishObservationDocumentation.HighCardinalityRunKeyNames;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityRunKeyNames;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.TinyFishRunFailedException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * End of a run, shared by all signals: {@link #end}, or {@link #keep} and
 * {@link #publish}, between which the record of the run is read. This class has the
 * signals that end a run at once: the answer to its call, and a caller that gives it up.
 */
abstract class RunEnd extends RunState {

	private final @Nullable InterceptedRun run;

	private final RunLimiter limiter;

	private final Consumer<RunEnd> onEnd;

	/** Observation {@code tinyfish.run}, from the submission to the outcome. */
	private final Observation observation;

	private final SendDecision decision;

	private final CompletableFuture<SessionOutcome> ended = new CompletableFuture<>();

	private volatile boolean givenUp;

	/**
	 * Create a new run.
	 * @param run the run with its interceptors, or null if it has no interceptors
	 * @param limiter the limiter to which the place among the runs in flight is returned
	 * @param onEnd called when the run has ended, or was left
	 * @param registry the registry that records the run, unless it is queued
	 */
	RunEnd(SessionKind kind, @Nullable InterceptedRun run, RunContext context, Account account, Secrets secrets,
			RunLimiter limiter, Consumer<RunEnd> onEnd, ListenerQueue queue, ObservationRegistry registry,
			SendDecision decision) {
		super(kind, context, account, queue, secrets);
		this.run = run;
		this.limiter = limiter;
		this.onEnd = onEnd;
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
	 * Release the resources of the sources of the outcome. Called once, without the lock.
	 */
	abstract void release();

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

	final Throwable failureOr(Throwable other) {
		SessionOutcome current = decided();
		return (current != null && current.exception() != null) ? current.exception() : other;
	}

	/** Return why the outcome is unknown, if it is. */
	final TinyFishException failure() {
		return Objects.requireNonNull(decided()).failure();
	}

	/**
	 * Return whether the decided outcome is unknown.
	 */
	final boolean isUnknown() {
		SessionOutcome current = decided();
		return current != null && current.run() == null;
	}

	/**
	 * Check that the outcome is not decided yet.
	 * @throws TinyFishException if it is decided and unknown
	 */
	public final void requireOpen() {
		SessionOutcome current = decided();
		if (current != null) {
			current.get();
		}
	}

	/**
	 * Wait for the outcome on the calling thread.
	 * @return the outcome of the run
	 * @throws TinyFishException if it is unknown, or the thread is interrupted
	 */
	public final AgentRun await() {
		return BlockingWait.get(this.ended, (interrupted) -> {
			TinyFishException unknown = OutcomeExceptions.unknown(BlockingWait.INTERRUPTED, interrupted, runId());
			end(SessionOutcome.unknown(unknown));
			throw unknown;
		}).get();
	}

	/**
	 * End the wait for an answer when an outcome is published, and fail with it.
	 */
	public final <T> Mono<T> untilEnded(Mono<T> answer) {
		return answer.takeUntilOther(whenEnded())
			.onErrorMap((failure) -> failed(failure) ? failure : failureOr(failure))
			.switchIfEmpty(Mono.defer(() -> Mono.error(failureOr(new IllegalStateException("There was no response")))));
	}

	final boolean isWaiting() {
		return phase() == Phase.WAITING;
	}

	/**
	 * End the run with the answer to the call that submitted it.
	 */
	public final void answered(AgentRun answer) {
		end(SessionOutcome.of(answer));
	}

	/**
	 * End the run, since it failed before its outcome was known.
	 * @return false if another outcome was decided before, which the caller receives
	 */
	public final boolean failed(Throwable failure) {
		return end(SessionOutcome.unknown(OutcomeExceptions.ofSubmission(failure, this.decision, runId())));
	}

	/**
	 * Leave the session, since the run was queued and ends elsewhere. If it could not be
	 * queued, this is its outcome.
	 * @throws TinyFishException if another outcome was decided before
	 */
	public final void queued(QueuedRun queued) {
		RunError reason = queued.error();
		boolean first;
		if (queued.isAccepted() || reason == null) {
			account().queued(context().withRunId(queued.runId()), this.run);
			first = leave();
		}
		else {
			first = end(SessionOutcome.unknown(OutcomeExceptions.notQueued(reason)));
		}
		if (!first) {
			requireOpen();
		}
	}

	/**
	 * Give up the run, if nothing was sent.
	 * @param how the way in which it was given up
	 * @return false if something may have been sent
	 */
	public final boolean giveUp(String how) {
		if (!kind().isSent() || !this.decision.giveUp()) {
			return false;
		}
		this.givenUp = true;
		end(SessionOutcome
			.unknown(isWaiting() ? this.limiter.givenUp(how) : OutcomeExceptions.givenUpBeforeSending(how)));
		return true;
	}

	/** Return whether the caller gave the run up before anything was sent. */
	final boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * End the run, since the caller has cancelled its call, or its wait for the run.
	 * @param problem the reason, if something may have been sent
	 */
	public final void cancelled(String problem) {
		if (!giveUp("Cancelled")) {
			end(SessionOutcome.unknown(OutcomeExceptions.unknown(problem, null, runId())));
		}
	}

	/**
	 * End the session, unless its request may have been sent.
	 * @return false if the request may have been sent
	 */
	final boolean abandonUnsent() {
		if (!kind().isSent() || !this.decision.giveUp()) {
			return false;
		}
		end(SessionOutcome.unknown(OutcomeExceptions.givenUpBeforeSending(OutcomeExceptions.STOPPED)));
		return true;
	}

	/**
	 * Leave the session without an outcome.
	 * @return false if an outcome was decided before
	 */
	final boolean leave() {
		boolean left = moveToLeft();
		if (left) {
			release();
			this.onEnd.accept(this);
		}
		return left;
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
			this.limiter.leave();
		}
		return true;
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
			outcome.countIn(counters());
		}
		finally {
			// even if the application's code fails: otherwise callers and a stop would
			// wait forever
			endStart(outcome);
			this.ended.complete(outcome);
			this.onEnd.accept(this);
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
