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

import java.util.concurrent.CompletableFuture;

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.internal.listener.ListenerCalls;
import ai.tinyfish.internal.listener.ListenerQueue;
import ai.tinyfish.internal.poll.RunRedaction;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.session.PublishedOutcomes.Added;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;

/**
 * State of one session: where it stands, the id of the run, its one outcome, and the
 * events on their way to listeners. Its monitor is the lock of the session. Inside it
 * fields are changed and the listener queue is appended to, nothing else; locks are taken
 * in the order session, listener queue, published outcomes.
 */
final class SessionState {

	private final SessionKind kind;

	private final PublishedOutcomes.OfAccount published;

	private final ListenerQueue queue;

	private final Secrets secrets;

	private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

	private volatile RunContext context;

	/**
	 * Moves forward only, in the order of the constants. Ended when the outcome is
	 * decided, or the session is left.
	 */
	private volatile OpenRun.State state;

	/** The decided outcome, whose content may still be completed. */
	private volatile @Nullable Outcome decided;

	private volatile @Nullable Outcome outcome;

	private boolean streamingUrlSeen;

	/** The last action of the agent, or null. */
	private @Nullable String lastStep;

	/**
	 * Create a new state.
	 * @param kind the kind of the session
	 * @param context the run, as far as it is known
	 * @param published the published outcomes of the account
	 * @param queue the events on their way to listeners
	 * @param secrets the secrets of the request
	 */
	SessionState(SessionKind kind, RunContext context, PublishedOutcomes.OfAccount published, ListenerQueue queue,
			Secrets secrets) {
		this.kind = kind;
		this.state = kind.begin();
		this.context = context;
		this.published = published;
		this.queue = queue;
		this.secrets = secrets;
	}

	/**
	 * Return the run, as far as it is known.
	 */
	RunContext context() {
		return this.context;
	}

	/**
	 * Return where the session stands.
	 */
	OpenRun.State get() {
		return this.state;
	}

	/**
	 * Move forward.
	 * @return false if the session has come as far before, or has ended
	 */
	synchronized boolean moveTo(OpenRun.State next) {
		boolean moves = this.state.compareTo(next) < 0;
		if (moves) {
			this.state = next;
		}
		return moves;
	}

	/**
	 * Return the last action of the agent, or null where no event has reported one.
	 */
	synchronized @Nullable String lastStep() {
		return this.lastStep;
	}

	/**
	 * Return the decided outcome, or null as long as there is none.
	 */
	@Nullable Outcome decided() {
		return this.decided;
	}

	/**
	 * Return the published outcome, or null as long as there is none.
	 */
	@Nullable Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Return the published outcome, once there is one. Only {@link #complete} completes
	 * it.
	 */
	CompletableFuture<Outcome> ended() {
		return this.ended;
	}

	/**
	 * Learn the id of the run. The first one counts, and none after the outcome.
	 * @return whether this was the first
	 */
	synchronized boolean known(String runId) {
		return this.state != OpenRun.State.ENDED && setRunId(runId);
	}

	private boolean setRunId(@Nullable String runId) {
		RunContext current = this.context;
		if (runId == null || current.runId() != null) {
			return false;
		}
		this.context = current.withRunId(runId);
		if (this.state != OpenRun.State.ENDED) {
			this.published.follow(runId);
		}
		return true;
	}

	/**
	 * Pass an event on to the listeners. Has no effect once the outcome is decided.
	 * @param event any event but the last
	 * @return whether it was the first with the id of the run
	 */
	boolean event(AgentEvent event) {
		boolean first;
		boolean dispatch = false;
		synchronized (this) {
			if (this.state == OpenRun.State.ENDED) {
				return false;
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
		return first;
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

	/**
	 * Leave the session without an outcome.
	 * @return false if one was decided before
	 */
	boolean leave() {
		return moveTo(OpenRun.State.ENDED);
	}

	/**
	 * Decide the outcome, unless another one was decided before.
	 * @param outcome the outcome
	 * @return where the session stood: at its end if this is not the one
	 */
	synchronized OpenRun.State decide(Outcome outcome) {
		OpenRun.State before = this.state;
		if (before != OpenRun.State.ENDED) {
			// first, for those who read without the lock
			this.decided = outcome;
			this.state = OpenRun.State.ENDED;
			setRunId(outcome.runId());
		}
		return before;
	}

	/**
	 * Publish the decided outcome, unless that was done before.
	 * @param outcome the outcome, perhaps with more content than was decided
	 * @return the published outcome, which is that of an await if only that is known;
	 * null if one was published before
	 */
	@Nullable Outcome publish(Outcome outcome) {
		String runId;
		boolean dispatch;
		Added added;
		synchronized (this) {
			if (this.outcome != null) {
				return null;
			}
			// an await may be faster than the answer of the call that queued the run
			boolean awaited = this.kind == SessionKind.AWAIT;
			RunContext context = awaited ? this.published.complete(this.context) : this.context;
			runId = context.runId();
			added = awaited ? this.published.addAwaited(runId, outcome)
					: this.published.addSubmitted(runId, outcome, this.kind.isStreamed());
			if (added.outcome() != outcome) {
				// what an await has read still has the secrets of the request
				added = new Added(redacted(added.outcome()), added.published());
			}
			this.outcome = added.outcome();
			dispatch = this.queue.appendLast(added.published() ? entry(added.outcome(), context) : null,
					() -> this.published.delivered(runId));
		}
		if (dispatch) {
			this.queue.dispatch();
		}
		this.queue.logDropped(runId);
		return added.outcome();
	}

	private Outcome redacted(Outcome awaited) {
		AgentRun run = awaited.run();
		return (run != null) ? Outcome.recovered(RunRedaction.redact(run, this.secrets)) : awaited;
	}

	private static ListenerQueue.Entry entry(Outcome outcome, RunContext context) {
		CompleteEvent event = outcome.event();
		return (event != null)
				? new ListenerQueue.Entry("finished", context, ListenerQueue.Kind.MILESTONE, 0,
						(listener) -> listener.finished(context, event))
				: new ListenerQueue.Entry("error", context, ListenerQueue.Kind.MILESTONE, 0,
						(listener) -> listener.error(context, outcome.failure()));
	}

	/**
	 * Complete {@link #ended()}.
	 */
	void complete(Outcome outcome) {
		this.ended.complete(outcome);
	}

}
