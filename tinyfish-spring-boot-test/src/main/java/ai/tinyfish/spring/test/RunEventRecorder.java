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

package ai.tinyfish.spring.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import ai.tinyfish.spring.event.TinyFishRunEvent;

/**
 * Record of the events of runs that the application has published since the test began,
 * on any thread. Spring's own {@code @RecordApplicationEvents} does not record them,
 * since it only follows the thread of the test.
 * <p>
 * An event is recorded once all of the application's synchronous listeners have been
 * called for it, or once a listener throws: the listeners after it are not called. Events
 * of the simulator's runs of earlier tests, which may come late, are not recorded.
 * <p>
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class RunEventRecorder {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final int MAX_EARLIER_RUNS = 10_000;

	/** The number of failures of listeners in a message. */
	private static final int MAX_FAILURES = 5;

	private final List<TinyFishRunEvent> events = new ArrayList<>();

	private final List<ListenerFailure> failures = new ArrayList<>();

	/** Ids of the runs of earlier tests, the latest last. */
	private final Set<String> earlierRuns = new LinkedHashSet<>();

	/**
	 * Create an empty recorder.
	 */
	public RunEventRecorder() {
	}

	/**
	 * Return the events.
	 * @return a copy of the list, in the order of recording
	 */
	public synchronized List<TinyFishRunEvent> events() {
		return List.copyOf(this.events);
	}

	/**
	 * Return the events of a type.
	 * @param <E> the type
	 * @param type the type
	 * @return the events, in the order of recording
	 */
	public <E extends TinyFishRunEvent> List<E> events(Class<E> type) {
		return events().stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Return the events of a run.
	 * @param runId the run
	 * @return the events, in the order of recording
	 */
	public List<TinyFishRunEvent> events(String runId) {
		return events().stream().filter((event) -> runId.equals(event.getRunId())).toList();
	}

	/**
	 * Wait for an event of a type, ten seconds at most.
	 * @param <E> the type
	 * @param type the type
	 * @return the first such event, which may have been recorded before the call
	 * @throws AssertionError if it is not published in time, or if a listener threw on
	 * it; the message names the listener
	 */
	public <E extends TinyFishRunEvent> E await(Class<E> type) {
		return await(type, (event) -> true);
	}

	/**
	 * Wait for an event, ten seconds at most.
	 * @param <E> the type
	 * @param type the type
	 * @param condition the condition for the event
	 * @return the first such event, which may have been recorded before the call
	 * @throws AssertionError if it is not published in time, if a listener threw on it
	 * (the message names the listener), or if the thread is interrupted
	 */
	public <E extends TinyFishRunEvent> E await(Class<E> type, Predicate<? super E> condition) {
		return await(type, condition, TIMEOUT);
	}

	synchronized <E extends TinyFishRunEvent> E await(Class<E> type, Predicate<? super E> condition, Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (true) {
			Optional<E> found = events(type).stream().filter(condition).findFirst();
			if (found.isPresent()) {
				requireNoFailure(found.get());
				return found.get();
			}
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				throw new AssertionError("Expected a " + type.getSimpleName() + " within " + timeout.toMillis()
						+ " ms, but recorded were: " + this.events
						+ this.failures.stream()
							.limit(MAX_FAILURES)
							.map((failure) -> ". " + failure)
							.collect(Collectors.joining()));
			}
			try {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new AssertionError("Interrupted while waiting for a " + type.getSimpleName(), ex);
			}
		}
	}

	private void requireNoFailure(TinyFishRunEvent event) {
		for (ListenerFailure failure : this.failures) {
			if (failure.event() == event) {
				throw new AssertionError(
						"Expected a " + event.getClass().getSimpleName() + " that listeners accept. " + failure,
						failure.exception());
			}
		}
	}

	/**
	 * Remove the events.
	 */
	public synchronized void clear() {
		this.events.clear();
		this.failures.clear();
	}

	/**
	 * Remove the events, and ignore events of some runs from now on.
	 * @param runIds the runs of the test before
	 */
	synchronized void clearAfter(Collection<String> runIds) {
		clear();
		this.earlierRuns.addAll(runIds);
		Iterator<String> oldest = this.earlierRuns.iterator();
		while (this.earlierRuns.size() > MAX_EARLIER_RUNS) {
			oldest.next();
			oldest.remove();
		}
	}

	synchronized void record(TinyFishRunEvent event) {
		if (!isOfEarlierRun(event)) {
			this.events.add(event);
			notifyAll();
		}
	}

	/**
	 * Record an event on which a listener threw, so that those after it are not called.
	 */
	synchronized void recordFailure(TinyFishRunEvent event, String listener, Throwable exception) {
		if (!isOfEarlierRun(event)) {
			this.failures.add(new ListenerFailure(event, listener, exception));
			record(event);
		}
	}

	private boolean isOfEarlierRun(TinyFishRunEvent event) {
		return event.getRunId() != null && this.earlierRuns.contains(event.getRunId());
	}

	@Override
	public String toString() {
		return "RunEventRecorder" + events();
	}

	private record ListenerFailure(TinyFishRunEvent event, String listener, Throwable exception) {

		@Override
		public String toString() {
			return "The listener " + this.listener + " threw " + this.exception + " on " + this.event;
		}

	}

}
