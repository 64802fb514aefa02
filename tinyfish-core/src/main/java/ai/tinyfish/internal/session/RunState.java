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

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.listener.ListenerCalls;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.internal.session.PublishedOutcomes.Added;
import ai.tinyfish.run.AgentRun;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * State of one run: its phase, its id, its one outcome, and its events on their way to
 * listeners. Its monitor is the only lock of a session. Under the lock, fields are
 * changed, outcomes are stored, and entries are appended to the listener queue, nothing
 * else. Locks are taken in the order session, listener queue, published outcomes.
 */
abstract class RunState {

	private final SessionKind kind;

	private final Account account;

	private final ListenerQueue queue;

	private final Secrets secrets;

	private final CompletableFuture<String> started = new CompletableFuture<>();

	private volatile RunContext context;

	/** Moves forward only, in the order of the constants. */
	private volatile Phase phase;

	/**
	 * Written before the phase is {@link Phase#RECORD}, and again before it is
	 * {@link Phase#ENDED}, since its content may be completed in between.
	 */
	private volatile @Nullable SessionOutcome outcome;

	private boolean streamingUrlSeen;

	/** The last action of the agent, or null if no event has reported one. */
	private volatile @Nullable String lastStep;

	private final long begun = System.nanoTime();

	/**
	 * Create a new state.
	 * @param kind the kind of the session
	 * @param context the run, as far as it is known
	 * @param account the account of the run, and its published outcomes
	 * @param queue the events on their way to listeners
	 * @param secrets the secrets of the request
	 */
	RunState(SessionKind kind, RunContext context, Account account, ListenerQueue queue, Secrets secrets) {
		this.kind = kind;
		this.phase = kind.begin();
		this.context = context;
		this.account = account;
		this.queue = queue;
		this.secrets = secrets;
	}

	final SessionKind kind() {
		return this.kind;
	}

	final Account account() {
		return this.account;
	}

	final @Nullable Observation callerObservation() {
		return this.queue.caller().observation();
	}

	final Secrets secrets() {
		return this.secrets;
	}

	/**
	 * Return the description of the run, with its id once that is known.
	 */
	final RunContext context() {
		return this.context;
	}

	final @Nullable String runId() {
		return this.context.runId();
	}

	/**
	 * Return the future of the run id. It fails if the run ends before the id is known.
	 */
	final CompletableFuture<String> started() {
		return this.started;
	}

	final Phase phase() {
		return this.phase;
	}

	final boolean isWaiting() {
		return this.phase == Phase.WAITING;
	}

	/**
	 * Return whether the outcome is not decided. A decided outcome may not be published
	 * yet.
	 */
	public final boolean isOpen() {
		return this.phase.compareTo(Phase.RECORD) < 0;
	}

	/**
	 * Return the decided outcome, whose content may still be completed, or null.
	 */
	final @Nullable SessionOutcome decided() {
		return isOpen() ? null : this.outcome;
	}

	/**
	 * Return the published outcome, or null.
	 */
	final @Nullable SessionOutcome outcome() {
		return (this.phase == Phase.ENDED) ? this.outcome : null;
	}

	final Throwable failureOr(Throwable other) {
		SessionOutcome current = decided();
		return (current != null && current.exception() != null) ? current.exception() : other;
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
	 * Describe the run for operators.
	 * @param now the time by {@link System#nanoTime()}
	 */
	final OpenRun describe(long now) {
		RunContext known = this.context;
		return OpenRun.builder()
			.runId(known.runId())
			.operation(this.kind.operation())
			// for a wait, it may be stored since the run was queued
			.agentInterface(this.kind.isSent() ? known.agentInterface() : null)
			.agentMethod(this.kind.isSent() ? known.agentMethod() : null)
			.tag(known.tag())
			.host(Descriptions.host(known.url()))
			.age(Duration.ofNanos(Math.max(0, now - this.begun)))
			.lastStep(Descriptions.text(this.secrets.redactIfPresent(this.lastStep)))
			.state(this.phase.shown)
			.build();
	}

	/**
	 * Move forward.
	 * @return false if the run is already in this or a later phase
	 */
	final synchronized boolean moveTo(Phase next) {
		boolean moves = this.phase.compareTo(next) < 0;
		if (moves) {
			this.phase = next;
		}
		return moves;
	}

	/**
	 * Decide the outcome, unless another one was decided before.
	 * @param kept the outcome
	 * @param runId its run id, or null if the outcome does not have one
	 * @return the phase until now; null if this is not the outcome
	 */
	final synchronized @Nullable Phase moveToRecord(SessionOutcome kept, @Nullable String runId) {
		Phase before = this.phase;
		if (!isOpen()) {
			return null;
		}
		// first, for readers without the lock
		this.outcome = kept;
		this.phase = Phase.RECORD;
		setRunId(runId);
		return before;
	}

	/**
	 * End the session without an outcome.
	 * @return false if an outcome was decided before
	 */
	final synchronized boolean moveToLeft() {
		return isOpen() && moveTo(Phase.ENDED);
	}

	/**
	 * Publish the decided outcome, unless that was done before.
	 * @param last the outcome, perhaps with more content than was decided
	 * @return the published outcome, which is that of an await if only that is known;
	 * null if one was published before
	 */
	final @Nullable SessionOutcome moveToEnd(SessionOutcome last) {
		RunContext known;
		SessionOutcome best;
		boolean notified;
		synchronized (this) {
			if (this.phase == Phase.ENDED) {
				return null;
			}
			// an await may be faster than the answer to the call that queued the run
			boolean awaited = this.kind == SessionKind.AWAIT;
			known = awaited ? this.account.complete(this.context) : this.context;
			Added added = awaited ? this.account.addAwaited(known.runId(), last)
					: this.account.addSubmitted(known.runId(), last, this.kind.isStreamed());
			// an outcome that an await has read still contains the secrets of the request
			best = (added.outcome() != last) ? redacted(added.outcome()) : last;
			notified = added.published();
			this.outcome = best;
			this.phase = Phase.ENDED;
		}
		// without the lock: there have been no more events since the outcome was decided
		if (this.queue.appendLast(notified ? entry(best, known) : null, () -> this.account.delivered(known.runId()))) {
			this.queue.dispatch();
		}
		this.queue.logDropped(known);
		return best;
	}

	/**
	 * Set the run id, unless it is known or the session has ended.
	 */
	final void known(@Nullable String runId) {
		boolean first;
		synchronized (this) {
			first = isOpen() && setRunId(runId);
		}
		if (first) {
			this.started.complete(runId);
		}
	}

	private boolean setRunId(@Nullable String runId) {
		RunContext current = this.context;
		if (runId == null || current.runId() != null) {
			return false;
		}
		this.context = current.withRunId(runId);
		if (isOpen()) {
			this.account.follow(runId);
		}
		return true;
	}

	/**
	 * Pass an event on to the listeners. Has no effect once the outcome is decided.
	 * @param event any event but the last
	 */
	final void event(AgentEvent event) {
		boolean first;
		boolean dispatch = false;
		synchronized (this) {
			if (!isOpen()) {
				return;
			}
			ListenerQueue.Kind kind = kindOf(event);
			first = setRunId(event.runId());
			if (event instanceof ProgressEvent progress) {
				this.lastStep = progress.purpose();
			}
			if (ListenerCalls.isNotified(event)) {
				dispatch = this.queue.append(ListenerCalls.entry(event, this.context, kind));
			}
		}
		if (dispatch) {
			this.queue.dispatch();
		}
		if (first) {
			this.started.complete(event.runId());
		}
	}

	/**
	 * Only the first event of its type is a milestone: a server that repeats itself
	 * cannot fill the queue.
	 */
	private ListenerQueue.Kind kindOf(AgentEvent event) {
		if (event instanceof StreamingUrlEvent && !this.streamingUrlSeen) {
			this.streamingUrlSeen = true;
			return ListenerQueue.Kind.MILESTONE;
		}
		if (event instanceof StartedEvent && this.context.runId() == null) {
			return ListenerQueue.Kind.MILESTONE;
		}
		return (event instanceof HeartbeatEvent) ? ListenerQueue.Kind.HEARTBEAT : ListenerQueue.Kind.PROGRESS;
	}

	private SessionOutcome redacted(SessionOutcome awaited) {
		AgentRun run = awaited.run();
		return (run != null) ? SessionOutcome.recovered(RunRedaction.redact(run, this.secrets)) : awaited;
	}

	private static ListenerQueue.Entry entry(SessionOutcome outcome, RunContext context) {
		CompleteEvent event = outcome.event();
		return (event != null)
				? new ListenerQueue.Entry("finished", context, ListenerQueue.Kind.MILESTONE, 0,
						(listener) -> listener.finished(context, event))
				: new ListenerQueue.Entry("error", context, ListenerQueue.Kind.MILESTONE, 0,
						(listener) -> listener.error(context, outcome.failure()));
	}

	/**
	 * Phases of a run, in their order.
	 */
	enum Phase {

		/** The run waits for a place among the runs in flight. */
		WAITING(OpenRun.State.WAITING),

		/** The answer to the call that submits the run is awaited. */
		ANSWER(OpenRun.State.AWAITING_RESPONSE),

		/** The stream is being opened, or is open. */
		STREAM(OpenRun.State.STREAMING),

		/** The run is polled. */
		POLL(OpenRun.State.POLLING),

		/** The service is asked to cancel the run. */
		CANCEL(OpenRun.State.CANCELLING),

		/** The outcome is decided, and the record of the run is read for its content. */
		RECORD(OpenRun.State.ENDED),

		/** The outcome is published, or the session was left without one. */
		ENDED(OpenRun.State.ENDED);

		/** The state that operators see. */
		final OpenRun.State shown;

		Phase(OpenRun.State shown) {
			this.shown = shown;
		}

	}

}
