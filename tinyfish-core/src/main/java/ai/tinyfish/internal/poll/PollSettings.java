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
import java.util.concurrent.ThreadLocalRandom;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.settings.Timeouts;

/**
 * Intervals and deadlines of polls.
 *
 * @param interval the first interval between two polls of a run
 * @param maxInterval the longest interval
 * @param tolerance how long all polls of a run may fail
 */
public record PollSettings(Duration interval, Duration maxInterval, Duration tolerance) {

	/** Runs whose polls are due within this time are polled together. */
	private static final Duration SWEEP_GAP = Duration.ofMillis(200);

	private static final double GROWTH = 1.5;

	private static final double JITTER = 0.2;

	/** Short compared to most waits, and longer than an answer takes. */
	private static final Duration FIRST_DEADLINE = Duration.ofSeconds(3);

	private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(30);

	private static final int DEADLINE_GROWTH = 4;

	/** Shorter than the wait for a record, to leave time to read the records singly. */
	static final Duration RECORDS_DEADLINE = Duration.ofSeconds(1);

	/**
	 * Shortest time between two reads of records that are fewer than a batch, in
	 * nanoseconds: whenever runs end, they cause at most 20 calls a second, and one for
	 * each 100 runs.
	 */
	static final long RECORDS_GAP = Duration.ofMillis(50).toNanos();

	/** Longest time for which a read keeps the next one back, in nanoseconds. */
	static final long LONGEST_RECORDS_GAP = Duration.ofMillis(250).toNanos();

	/** A run that has just been accepted may not be found at once. */
	private static final Duration NOT_FOUND_TOLERANCE = Duration.ofSeconds(10);

	public PollSettings {
		interval = Timeouts.check("run pollInterval", interval);
		maxInterval = Timeouts.check("run maxPollInterval", maxInterval);
		tolerance = Timeouts.check("run pollTolerance", tolerance);
		Checks.that(maxInterval.compareTo(interval) >= 0,
				"run maxPollInterval must not be shorter than pollInterval: " + maxInterval + " < " + interval);
	}

	/**
	 * Return the shortest time between two sweeps over the runs.
	 */
	long sweepGapNanos() {
		return Math.min(SWEEP_GAP.toNanos(), this.interval.toNanos());
	}

	long nextIntervalNanos(long previousNanos) {
		return Math.min((long) (previousNanos * GROWTH), this.maxInterval.toNanos());
	}

	/**
	 * Vary an interval: runs whose streams broke at the same time are not always polled
	 * at the same time.
	 */
	static long withJitter(long nanos) {
		return (long) (nanos * (1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER)));
	}

	/**
	 * Return the wait that a service asks for, up to the tolerance: it may be any date.
	 */
	Duration withinTolerance(Duration asked) {
		return (asked.compareTo(this.tolerance) < 0) ? asked : this.tolerance;
	}

	/**
	 * Return the longest wait for the answer of a poll, unless earlier ones were not
	 * answered.
	 */
	Duration firstDeadline() {
		return withinTolerance(FIRST_DEADLINE);
	}

	/**
	 * Return the longest wait after one that was too short: a slow service must not be
	 * cut off each time.
	 */
	Duration nextDeadline(Duration previous) {
		Duration next = previous.multipliedBy(DEADLINE_GROWTH);
		return withinTolerance((next.compareTo(LONGEST_DEADLINE) < 0) ? next : LONGEST_DEADLINE);
	}

	long notFoundToleranceNanos() {
		return Math.min(NOT_FOUND_TOLERANCE.toNanos(), this.tolerance.toNanos());
	}

}
