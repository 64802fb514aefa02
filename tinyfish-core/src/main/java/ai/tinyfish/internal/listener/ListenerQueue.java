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

package ai.tinyfish.internal.listener;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.RunLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queue of the events of one run for its listeners. They are delivered in order, one at a
 * time, on the event executor. Adding an event does not wait. If listeners are slower
 * than the run, its oldest heartbeats are dropped, then its oldest progress events;
 * events that happen once in a run are never dropped.
 */
public final class ListenerQueue {

	private static final Logger logger = LoggerFactory.getLogger(ListenerQueue.class);

	/** Number of events after which other runs get their turn on the thread. */
	private static final int TURN = 64;

	/** Maximum number of characters of queued text. */
	private static final int MAX_TEXT = 1024 * 1024;

	private final ListenerDelivery delivery;

	private final CallerContext caller;

	private final List<TinyFishRunListener> listeners;

	private final Deque<Entry> entries = new ArrayDeque<>();

	private boolean draining;

	private boolean ended;

	private Runnable whenDelivered = () -> {
	};

	private int waitingHeartbeats;

	private long waitingText;

	private int droppedHeartbeats;

	private int droppedProgress;

	/** Only used by the draining thread, of which there is one at a time. */
	private boolean failed;

	public ListenerQueue(ListenerDelivery delivery, CallerContext caller, List<TinyFishRunListener> listeners) {
		this.delivery = delivery;
		this.caller = caller;
		this.listeners = listeners;
	}

	/**
	 * Return the context that the listeners are called with.
	 */
	public CallerContext caller() {
		return this.caller;
	}

	private RunCounters counters() {
		return this.delivery.counters();
	}

	/**
	 * Append an event, unless the outcome was appended before.
	 * @param entry the event
	 * @return whether {@link #dispatch} is to be called, outside any lock
	 */
	public boolean append(Entry entry) {
		synchronized (this.entries) {
			return !this.ended && take(entry);
		}
	}

	/**
	 * Append the outcome, after which nothing more is delivered.
	 * @param outcome the outcome, or null if it is not delivered to these listeners
	 * @param whenDelivered called once all was delivered
	 * @return whether {@link #dispatch} is to be called, outside any lock
	 */
	public boolean appendLast(@Nullable Entry outcome, Runnable whenDelivered) {
		synchronized (this.entries) {
			this.ended = true;
			if (outcome == null) {
				return false;
			}
			this.whenDelivered = whenDelivered;
			boolean idle = take(outcome);
			if (!this.draining) {
				whenDelivered.run();
			}
			return idle;
		}
	}

	/**
	 * Deliver the entries that were appended.
	 */
	public void dispatch() {
		this.delivery.executor().execute(this::drain);
	}

	/**
	 * Take an entry, if there is room.
	 * @return whether it is queued and no thread is delivering
	 */
	private boolean take(Entry entry) {
		if (this.listeners.isEmpty()) {
			return false;
		}
		while (this.waitingText + entry.text() > MAX_TEXT && dropOldest((waiting) -> waiting.text() > 0)) {
			// until there is room for its text, or no other entry is left
		}
		if (this.entries.size() >= this.delivery.buffer() && !makeRoom(entry)) {
			return false;
		}
		this.entries.add(entry);
		counters().waiting().increment();
		this.waitingText += entry.text();
		if (entry.kind() == Kind.HEARTBEAT) {
			this.waitingHeartbeats++;
		}
		if (this.draining) {
			return false;
		}
		this.draining = true;
		// before another thread can rely on it
		this.delivery.underWay().begin();
		return true;
	}

	/**
	 * Drop the least important entries.
	 * @return whether there is room for the entry, or it must be added anyway
	 */
	private boolean makeRoom(Entry entry) {
		if (this.waitingHeartbeats > 0 && dropOldest((waiting) -> waiting.kind() == Kind.HEARTBEAT)) {
			return true;
		}
		if (entry.kind() != Kind.HEARTBEAT && dropOldest((waiting) -> waiting.kind() == Kind.PROGRESS)) {
			return true;
		}
		if (entry.kind() == Kind.MILESTONE) {
			return true;
		}
		dropped(entry.kind());
		return false;
	}

	private boolean dropOldest(Predicate<Entry> which) {
		for (var iterator = this.entries.iterator(); iterator.hasNext();) {
			Entry entry = iterator.next();
			if (which.test(entry)) {
				iterator.remove();
				removed(entry);
				dropped(entry.kind());
				return true;
			}
		}
		return false;
	}

	private void dropped(Kind kind) {
		if (kind == Kind.HEARTBEAT) {
			this.droppedHeartbeats++;
			counters().heartbeats().increment();
		}
		else {
			this.droppedProgress++;
			counters().progress().increment();
		}
	}

	/**
	 * Log the dropped events once, after the last event.
	 * @param run the run
	 */
	public void logDropped(RunContext run) {
		int heartbeats;
		int progress;
		synchronized (this.entries) {
			heartbeats = this.droppedHeartbeats;
			progress = this.droppedProgress;
		}
		if (heartbeats + progress > 0) {
			RunLog.about(run.runId(), run.tag(), null,
					() -> logger.warn(
							"Listeners were slower than run {}: {} progress events and {} heartbeats were dropped"
									+ " (up to {} events of a run are kept)",
							RunIds.printable(run.runId()), progress, heartbeats, this.delivery.buffer()));
		}
	}

	/**
	 * Deliver the queued entries, until it is the turn of other runs.
	 */
	private void drain() {
		this.delivery.run(() -> {
			if (deliverForATurn()) {
				this.delivery.underWay().end();
			}
		});
	}

	/**
	 * Deliver the queued entries for one turn.
	 * @return whether the queue is empty; false if another turn is needed
	 */
	private boolean deliverForATurn() {
		for (int delivered = 0; delivered < TURN || !this.delivery.executor().tryExecute(this::drain); delivered++) {
			Entry entry = next();
			if (entry == null) {
				return true;
			}
			for (TinyFishRunListener listener : this.listeners) {
				notify(listener, entry);
			}
		}
		return false;
	}

	/**
	 * Take the next entry.
	 * @return the entry, or null if the queue is empty, so that the thread that appends
	 * the next one drains it
	 */
	private @Nullable Entry next() {
		synchronized (this.entries) {
			Entry entry = this.entries.poll();
			if (entry == null) {
				this.draining = false;
				this.whenDelivered.run();
				return null;
			}
			removed(entry);
			return entry;
		}
	}

	/**
	 * Record that an entry is no longer queued.
	 */
	private void removed(Entry entry) {
		counters().waiting().decrement();
		this.waitingText -= entry.text();
		if (entry.kind() == Kind.HEARTBEAT) {
			this.waitingHeartbeats--;
		}
	}

	/**
	 * Notify one listener, in its own scope: thread-local values that it leaves must not
	 * reach the next one.
	 */
	private void notify(TinyFishRunListener listener, Entry entry) {
		this.caller.call(entry.context(), () -> {
			// again: thread-local values of the caller may be an MDC
			RunLog.about(entry.context().runId(), entry.context().tag(), null, () -> {
				try {
					entry.notice().accept(listener);
				}
				catch (Throwable ex) {
					failed(entry, ex);
				}
			});
			return Thread.interrupted();
		});
	}

	private void failed(Entry entry, Throwable failure) {
		counters().failures().increment();
		// the listener may have changed the MDC
		RunLog.about(entry.context().runId(), entry.context().tag(), null, () -> {
			try {
				log(entry, failure);
			}
			catch (RuntimeException | Error ex) {
				// it cannot even be printed
				logger.warn("A listener failed on {} of run {} with {}", entry.name(),
						RunIds.printable(entry.context().runId()), failure.getClass().getName());
			}
		});
	}

	private void log(Entry entry, Throwable failure) {
		String message = "A listener failed on {} of run {}";
		String runId = RunIds.printable(entry.context().runId());
		if (this.failed && entry.kind() != Kind.MILESTONE) {
			logger.debug(message, entry.name(), runId, failure);
			return;
		}
		this.failed = true;
		logger.warn(message, entry.name(), runId, failure);
	}

	/**
	 * Kinds of events, in the order in which they are dropped.
	 */
	public enum Kind {

		HEARTBEAT, PROGRESS, MILESTONE

	}

	/**
	 * Queued event or outcome.
	 *
	 * @param name the name of the event, for the log
	 * @param context the run
	 * @param kind whether it may be dropped
	 * @param text the number of characters of text of any length; 0 if it may not be
	 * dropped
	 * @param notice notifies one listener
	 */
	public record Entry(String name, RunContext context, Kind kind, int text, Consumer<TinyFishRunListener> notice) {

	}

}
