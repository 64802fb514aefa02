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

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.request.RunOrigin;
import ai.tinyfish.internal.session.Recovery.RunAccess;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One run of a client, from its place among the runs in flight to its outcome. It owns
 * what the run takes (place, stream, deadline, observation, listener queue), the one id
 * and the one outcome: {@link #settle} decides it, and everything else that happens later
 * has no effect.
 */
public final class RunSession extends RunState {

	private final RunAccess access;

	private final SharedRuns shared;

	private final RunObservation observation;

	private final SendDecision decision;

	private final @Nullable InterceptedRun run;

	private final OutcomeSource source;

	private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

	private volatile boolean givenUp;

	/**
	 * Create a session.
	 * @param run the run as interceptors know it, or null if it was submitted before
	 */
	RunSession(SessionKind kind, @Nullable InterceptedRun run, RunContext context, RunAccess access, SharedRuns shared,
			ListenerQueue queue, RunObservation observation, SendDecision decision) {
		super(kind, context, access.outcomes(), queue, access.secrets());
		this.run = run;
		this.access = access;
		this.shared = shared;
		this.observation = observation;
		this.decision = decision;
		this.source = new OutcomeSource(this, this, kind, access);
	}

	public String apiKey() {
		return this.access.apiKey();
	}

	public Observation observation() {
		return this.observation.current();
	}

	public SendDecision decision() {
		return this.decision;
	}

	RunOrigin origin() {
		return (this.run != null) ? RunOrigin.of(this.run.request()) : RunOrigin.NONE;
	}

	OutcomeSource source() {
		return this.source;
	}

	/** The outcome, once it is published. */
	public CompletableFuture<?> ended() {
		return this.ended;
	}

	/** Completes when the outcome is published. */
	public Mono<Void> whenEnded() {
		return Mono.fromFuture(this.ended, true).then();
	}

	/**
	 * Take a place among the runs in flight.
	 * @return false if the session has ended meanwhile
	 */
	boolean takePlace() {
		return moveTo(Phase.ANSWER);
	}

	boolean isWaiting() {
		return phase() == Phase.WAITING;
	}

	/**
	 * Decide the outcome, unless another one was decided before.
	 * @param outcome the outcome
	 * @return whether it is the one
	 */
	boolean settle(Outcome outcome) {
		if (!decide(outcome)) {
			return false;
		}
		publish(outcome);
		return true;
	}

	/**
	 * Decide the outcome without publishing it.
	 */
	boolean decide(Outcome outcome) {
		// first, or who publishes the outcome meanwhile would take the run for sent
		this.decision.giveUp();
		Phase before = moveToRecord(outcome);
		if (before == null) {
			return false;
		}
		this.source.release();
		if (kind().takesPlace() && before != Phase.WAITING) {
			this.shared.limiter().leave();
		}
		return true;
	}

	/**
	 * Publish an outcome that is decided without waiting for the record of its run.
	 */
	void publishDecided() {
		Outcome current = decided();
		if (current != null) {
			publish(current);
		}
	}

	void publish(Outcome last) {
		Outcome outcome = moveToEnd(last);
		if (outcome == null) {
			return;
		}
		try {
			InterceptedRun intercepted = (this.run == null && outcome.run() != null)
					? this.access.outcomes().removeQueued(runId()) : this.run;
			if (intercepted != null) {
				intercepted.ended(runId(), outcome.event(), this.decision.isGivenUp() ? null : outcome.exception());
			}
			this.observation.stop(outcome.status(), runId(), outcome.exception());
			this.shared.count(outcome);
		}
		finally {
			// whatever fails in the application, or callers and a stop would wait for
			// ever
			endStart(outcome);
			complete(outcome);
			this.shared.remove(this.source);
		}
	}

	/**
	 * Complete {@link #ended()}.
	 */
	void complete(Outcome outcome) {
		this.ended.complete(outcome);
	}

	private void endStart(Outcome outcome) {
		String runId = runId();
		AgentRun run = outcome.run();
		if (runId != null) {
			started().complete(runId);
		}
		else {
			started().completeExceptionally((run != null) ? Outcomes.neverStarted(run) : outcome.failure());
		}
	}

	/**
	 * Decide the outcome that the call of the run has answered.
	 */
	public void answered(AgentRun run) {
		settle(Outcome.of(run));
	}

	/**
	 * Decide that the call of the run failed.
	 * @return false if another outcome was decided before, which the caller gets
	 */
	public boolean failed(Throwable failure) {
		return settle(Outcome.unknown(Outcomes.ofSubmission(failure, this.decision, runId())));
	}

	/**
	 * Decide that the caller has cancelled its call, or its wait for the run.
	 * @param problem what happened, where something may have been sent
	 */
	public void cancelled(String problem) {
		if (!giveUp("Cancelled")) {
			settle(Outcome.unknown(Outcomes.unknown(problem, null, runId())));
		}
	}

	/**
	 * Leave the session, since the run was queued and ends elsewhere. That it could not
	 * be queued is an outcome.
	 * @throws TinyFishException if another outcome was decided before
	 */
	public void queued(QueuedRun queued) {
		RunError reason = queued.error();
		boolean first;
		if (queued.isAccepted() || reason == null) {
			this.access.outcomes().queued(context().withRunId(queued.runId()), this.run);
			first = leave();
		}
		else {
			first = settle(Outcome.unknown(Outcomes.notQueued(reason)));
		}
		if (!first) {
			requireOpen();
		}
	}

	/**
	 * Leave the session without an outcome.
	 * @return false if one was decided before
	 */
	boolean leave() {
		boolean open = moveToLeft();
		if (open) {
			this.shared.remove(this.source);
		}
		return open;
	}

	/**
	 * Return whether the outcome that is decided does not say how the run ended.
	 */
	boolean isUnknown() {
		Outcome current = decided();
		return current != null && current.run() == null;
	}

	/**
	 * Check that no outcome is decided.
	 * @throws TinyFishException if there is one, and it is not how the run ended
	 */
	public void requireOpen() {
		Outcome current = decided();
		if (current != null) {
			current.get();
		}
	}

	/**
	 * Wait for the outcome on the calling thread.
	 * @return how the run ended
	 * @throws TinyFishException if that is not known, or the thread is interrupted
	 */
	public AgentRun await() {
		return BlockingWait.get(this.ended, (interrupted) -> {
			TinyFishException unknown = Outcomes.unknown(BlockingWait.INTERRUPTED, interrupted, runId());
			settle(Outcome.unknown(unknown));
			return unknown;
		}).get();
	}

	/**
	 * End the wait for an answer when an outcome is published, and fail with that then.
	 */
	public <T> Mono<T> untilEnded(Mono<T> answer) {
		return answer.takeUntilOther(whenEnded())
			.onErrorMap((failure) -> failed(failure) ? failure : failureOr(failure))
			.switchIfEmpty(Mono.defer(() -> Mono.error(failureOr(new IllegalStateException("There was no response")))));
	}

	/** Why the outcome is not known, where that is so. */
	TinyFishException failure() {
		return Objects.requireNonNull(decided()).failure();
	}

	private Throwable failureOr(Throwable other) {
		Outcome current = decided();
		return (current != null && current.exception() != null) ? current.exception() : other;
	}

	/**
	 * Wait for the outcome: fails where it is not known how the run ended.
	 */
	public Mono<AgentRun> result() {
		return Mono.fromFuture(this.ended, true).flatMap(Outcome::toMono);
	}

	/**
	 * Wait for the outcome as the last event.
	 */
	Mono<AgentEvent> lastEvent() {
		return Mono.fromFuture(this.ended, true).flatMap(Outcome::toEvent);
	}

	/**
	 * Poll the run, since its answer was lost. See {@link OutcomeSource#lost}.
	 */
	public void lost(Throwable failure) {
		this.source.lost(failure);
	}

	/**
	 * Give up the run, if nothing was sent.
	 * @param how what happened
	 * @return false if something may have been sent
	 */
	public boolean giveUp(String how) {
		if (!kind().isSent() || !this.decision.giveUp()) {
			return false;
		}
		this.givenUp = true;
		settle(Outcome.unknown(isWaiting() ? this.shared.limiter().givenUp(how) : Outcomes.givenUpBeforeSending(how)));
		return true;
	}

	/** Whether the caller gave the run up before anything was sent. */
	boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "RunSession[" + kind() + ", run " + RunIds.printable(runId()) + ", " + (isOpen() ? "open" : "ended")
				+ "]";
	}

}
