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

package ai.tinyfish.internal.poll;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Set;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.Run;
import ai.tinyfish.support.agent.ReadFailure;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * The waiters of one run, and the state of its polls. Guarded by the account's lock.
 */
final class PolledRun {

	/** The first "not found" may arrive before the service has stored the run. */
	private static final int MISSING_ANSWERS = 3;

	final Set<MonoSink<Run>> waiters = new LinkedHashSet<>();

	final String runId;

	/** Whether the run has ended: its record is read once. */
	final boolean ended;

	private final PollSettings settings;

	/** In terms of {@link System#nanoTime()}. */
	long due;

	/** Time at which the poll in flight, or its last call, began. */
	long begun;

	boolean inFlight;

	/** The longest wait for the answer of the next call. */
	Duration deadline;

	private long interval;

	/** Time since which no poll has been answered, or null. */
	private @Nullable Long failingSince;

	/**
	 * Time at which the service first answered that it does not know the run, or null.
	 */
	private @Nullable Long missingSince;

	private int missingAnswers;

	PolledRun(String runId, long due, PollSettings settings) {
		this(runId, false, due, settings.firstDeadline(), settings);
	}

	private PolledRun(String runId, boolean ended, long due, Duration deadline, PollSettings settings) {
		this.runId = runId;
		this.ended = ended;
		this.settings = settings;
		this.due = due;
		this.interval = settings.interval().toNanos();
		this.deadline = deadline;
	}

	/**
	 * Create the read of the record of a run.
	 */
	static PolledRun ended(String runId, MonoSink<Run> waiter, PollSettings settings) {
		PolledRun run = new PolledRun(runId, true, 0, RunFollower.RECORD_TIMEOUT, settings);
		run.waiters.add(waiter);
		return run;
	}

	void begin(long now) {
		this.inFlight = true;
		this.begun = now;
	}

	/**
	 * Record that the service has returned the run's document.
	 */
	void found(long now) {
		answered(now);
		this.failingSince = null;
		this.missingSince = null;
		this.missingAnswers = 0;
	}

	private void answered(long now) {
		if (now - this.begun < this.settings.firstDeadline().toNanos()) {
			this.deadline = this.settings.firstDeadline();
		}
	}

	/**
	 * Record a poll without the run's document.
	 * @param failure the failure, or null without one
	 * @param about the subject of the failure
	 * @return the failure of the waiters, or null to continue
	 */
	@Nullable Throwable missed(@Nullable Throwable failure, ReadFailure about, long now) {
		if (about == ReadFailure.UNKNOWN_RUN) {
			answered(now);
			this.failingSince = null;
			this.missingSince = (this.missingSince != null) ? this.missingSince : now;
			this.missingAnswers++;
			return (this.ended || (this.missingAnswers >= MISSING_ANSWERS
					&& now - this.missingSince >= this.settings.notFoundToleranceNanos()))
							? new NoSuchElementException("The service does not know the run " + this.runId) : null;
		}
		if (this.ended) {
			return failure;
		}
		if (about == ReadFailure.NO_ANSWER) {
			this.deadline = this.settings.nextDeadline(this.deadline);
		}
		else if (about != ReadFailure.SERVICE) {
			answered(now);
		}
		this.failingSince = (this.failingSince != null) ? this.failingSince : this.begun;
		boolean last = about == ReadFailure.ACCOUNT || !(failure instanceof TinyFishApiException)
				|| now - this.failingSince >= this.settings.tolerance().toNanos();
		return last ? failure : null;
	}

	/**
	 * End the poll and schedule the next one.
	 * @param failure the failure, or null
	 */
	void later(@Nullable Throwable failure, long now) {
		this.inFlight = false;
		long delay = PollSettings.withJitter(this.interval);
		Duration asked = (failure instanceof TinyFishStatusException answered) ? answered.retryAfter() : null;
		this.due = now + ((asked != null) ? Math.max(delay, this.settings.withinTolerance(asked).toNanos()) : delay);
		this.interval = this.settings.nextIntervalNanos(this.interval);
	}

}
