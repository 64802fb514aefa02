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

package ai.tinyfish.agent;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import ai.tinyfish.internal.RunIds;
import ai.tinyfish.internal.http.GuardedObservations;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Calls the listeners of one run, one call at a time and in order, on the event executor,
 * with the observation and the MDC of the thread that submitted the run. What a listener
 * throws is logged and changes nothing. Bounded: when full, the oldest droppable entry
 * goes.
 */
final class ListenerQueue {

	private static final Logger logger = LoggerFactory.getLogger(ListenerQueue.class);

	private static final int CAPACITY = 1024;

	/** After so many entries other runs get their turn on the thread. */
	private static final int BATCH = 64;

	private final Executor executor;

	private final @Nullable Observation observation;

	private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();

	private final ArrayDeque<Entry> entries = new ArrayDeque<>();

	private boolean draining;

	private boolean dropped;

	ListenerQueue(Executor executor, @Nullable Observation observation) {
		this.executor = executor;
		this.observation = observation;
	}

	void add(Entry entry) {
		synchronized (this.entries) {
			if (this.entries.size() >= CAPACITY && !makeRoom(entry)) {
				return;
			}
			this.entries.add(entry);
			if (this.draining) {
				return;
			}
			this.draining = true;
		}
		submit();
	}

	private boolean makeRoom(Entry entry) {
		if (!this.dropped) {
			this.dropped = true;
			logger.warn("Listeners of run {} are slower than its events; its oldest progress events are dropped",
					RunIds.printable(entry.runId()));
		}
		for (Iterator<Entry> iterator = this.entries.iterator(); iterator.hasNext();) {
			if (iterator.next().droppable()) {
				iterator.remove();
				return true;
			}
		}
		return !entry.droppable();
	}

	private void submit() {
		try {
			this.executor.execute(this::drain);
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			logger.warn("The event executor takes no task ({}); a thread of its own delivers what waits",
					ex.toString());
			Thread thread = new Thread(this::drain, "tinyfish-events-rejected");
			thread.setDaemon(true);
			thread.start();
		}
	}

	@SuppressWarnings("try")
	private void drain() {
		Map<String, String> previous = MDC.getCopyOfContextMap();
		setMdc(this.mdc);
		try (GuardedObservations.Scope scope = GuardedObservations.openScope(this.observation)) {
			for (int i = 1; i % BATCH != 0 || !resubmit(); i++) {
				Entry entry;
				synchronized (this.entries) {
					entry = this.entries.poll();
					if (entry == null) {
						this.draining = false;
						return;
					}
				}
				entry.tellListeners();
			}
		}
		finally {
			setMdc(previous);
		}
	}

	/**
	 * Let others have their turn.
	 * @return false if the executor takes no more tasks, so that this thread goes on
	 */
	private boolean resubmit() {
		try {
			this.executor.execute(this::drain);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static void setMdc(@Nullable Map<String, String> values) {
		if (values != null) {
			MDC.setContextMap(values);
		}
		else {
			MDC.clear();
		}
	}

	/**
	 * Tells one listener.
	 */
	@FunctionalInterface
	interface Notice {

		void tell(TinyFishRunListener listener);

	}

	/**
	 * One thing that happened.
	 *
	 * @param what its name, for the log
	 * @param runId the run, or null
	 * @param droppable whether it may go when the queue is full
	 * @param notice tells one listener
	 * @param listeners whom to tell
	 */
	record Entry(String what, @Nullable String runId, boolean droppable, Notice notice,
			List<TinyFishRunListener> listeners) {

		private void tellListeners() {
			for (TinyFishRunListener listener : this.listeners) {
				try {
					this.notice.tell(listener);
				}
				catch (Throwable ex) {
					logger.warn("A listener failed on {} of run {}", this.what, RunIds.printable(this.runId), ex);
				}
			}
		}

	}

}
