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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Set;

import ai.tinyfish.error.TinyFishStatusException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * The waiters of one run, and the state of its polls. Guarded by the account's lock.
 *
 * @param <R> the document that says how a run stands
 */
final class PolledRun<R> {

	/** The first "not found" may come before the service has noted the run. */
	private static final int MISSING_ANSWERS = 3;

	final Set<MonoSink<R>> waiters = new LinkedHashSet<>();

	/** In terms of {@link System#nanoTime()}. */
	long due;

	private long interval;

	/** The poll in flight, or null. */
	private @Nullable Poll inFlight;

	/** The longest wait for the answer of the next poll. */
	private Duration deadline;

	private boolean silent;

	/** Since when no poll has been answered, or null. */
	private @Nullable Long failingSince;

	/** When the service first answered that it does not know the run, or null. */
	private @Nullable Long missingSince;

	private int missingAnswers;

	PolledRun(long due, PollSettings settings) {
		this.due = due;
		this.interval = settings.interval().toNanos();
		this.deadline = settings.firstDeadline();
	}

	void polledBy(Poll poll) {
		this.inFlight = poll;
	}

	boolean isInFlight() {
		return this.inFlight != null;
	}

	boolean isPolledBy(Poll poll) {
		return this.inFlight == poll;
	}

	/**
	 * Return whether the last poll was not answered in time, although others were. Such a
	 * run is polled alone: others would wait for its answer.
	 */
	boolean isSilent() {
		return this.silent;
	}

	/**
	 * Return whether the last poll gave no state of the run.
	 */
	boolean isFailing() {
		return this.failingSince != null;
	}

	Duration deadline() {
		return this.deadline;
	}

	/**
	 * Record that the service has given the run's document.
	 * @param took the time that the answer took, in nanoseconds
	 */
	void found(long took, PollSettings settings) {
		this.failingSince = null;
		this.missingSince = null;
		this.missingAnswers = 0;
		answered(took, settings);
	}

	private void answered(long took, PollSettings settings) {
		this.silent = false;
		if (took < settings.firstDeadline().toNanos()) {
			this.deadline = settings.firstDeadline();
		}
	}

	/**
	 * Record a poll that did not give the run's document.
	 * @param failure why not, or null if the service does not know the run
	 * @return the failure of the waiters, or null to go on
	 */
	@Nullable Throwable missed(Poll poll, @Nullable Throwable failure, String runId, long now, PollSettings settings) {
		if (failure == null) {
			answered(now - poll.begun(), settings);
			this.failingSince = null;
			this.missingSince = (this.missingSince != null) ? this.missingSince : now;
			this.missingAnswers++;
			return (this.missingAnswers >= MISSING_ANSWERS
					&& now - this.missingSince >= settings.notFoundToleranceNanos())
							? new NoSuchElementException("The service does not know the run " + runId) : null;
		}
		if (Failures.isUnanswered(failure)) {
			this.silent |= poll.answered;
			this.deadline = settings.nextDeadline(this.deadline);
		}
		else if (failure instanceof TinyFishStatusException) {
			answered(now - poll.begun(), settings);
		}
		this.failingSince = (this.failingSince != null) ? this.failingSince : poll.begun();
		return (Failures.isFinal(failure) || now - this.failingSince >= settings.tolerance().toNanos()) ? failure
				: null;
	}

	/**
	 * End the poll and schedule the next one.
	 */
	void later(@Nullable Throwable failure, long now, PollSettings settings) {
		this.inFlight = null;
		long delay = PollSettings.withJitter(this.interval);
		Duration asked = (failure instanceof TinyFishStatusException answered) ? answered.retryAfter() : null;
		this.due = now + ((asked != null) ? Math.max(delay, settings.withinTolerance(asked).toNanos()) : delay);
		this.interval = settings.nextIntervalNanos(this.interval);
	}

	/**
	 * One poll of runs, with one call or with more; compared by identity. Guarded by the
	 * account's lock.
	 */
	static final class Poll {

		private final long begun;

		private boolean amongBatches;

		private boolean answered;

		private @Nullable Throwable unanswered;

		Poll(long begun, boolean amongBatches) {
			this.begun = begun;
			this.amongBatches = amongBatches;
		}

		/**
		 * Return when it began, in terms of {@link System#nanoTime()}.
		 */
		long begun() {
			return this.begun;
		}

		/**
		 * Leave the place among the batches in flight.
		 * @return whether it was still held
		 */
		boolean leaveBatches() {
			boolean held = this.amongBatches;
			this.amongBatches = false;
			return held;
		}

		/**
		 * Record the result of the call for one of the runs.
		 * @param failure why nothing was said of it, or null
		 */
		void answered(@Nullable Throwable failure) {
			if (failure == null) {
				this.answered = true;
			}
			else if (Failures.isUnanswered(failure)) {
				this.unanswered = failure;
			}
		}

		/**
		 * Return why none of the runs got an answer, or null.
		 */
		@Nullable Throwable whyDown() {
			return this.answered ? null : this.unanswered;
		}

	}

}
