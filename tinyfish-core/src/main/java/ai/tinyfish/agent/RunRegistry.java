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

import java.time.Duration;

/**
 * What clients know together about their runs: how many are in flight, and whose endings
 * were told. Each client has one of its own, which those derived from it share. Clients
 * that are given the same one count their runs against the same limit, and tell listeners
 * the ending of a run once, whichever of them learns it.
 */
public final class RunRegistry {

	private final EndedRuns endedRuns = new EndedRuns();

	private final RunLimiter limiter;

	private RunRegistry(RunLimiter limiter) {
		this.limiter = limiter;
	}

	/**
	 * A registry without a limit.
	 * @return a new registry
	 */
	public static RunRegistry create() {
		return new RunRegistry(RunLimiter.unlimited());
	}

	/**
	 * A registry with a limit on the runs in flight: those that were sent by {@code run},
	 * {@code stream} or {@code start} and whose ending is not known yet. Further ones
	 * wait, first come, first served.
	 * @param maxInFlight the limit, 1 or more
	 * @param maxWait the longest wait; with zero nothing waits, and what would have to is
	 * refused
	 * @return a new registry
	 * @throws IllegalArgumentException if the limit is not positive, or the wait is
	 * negative
	 */
	public static RunRegistry limitedTo(int maxInFlight, Duration maxWait) {
		return new RunRegistry(RunLimiter.of(maxInFlight, maxWait));
	}

	/**
	 * How many runs are in flight: those that count against the limit, if there is one.
	 * @return their number
	 */
	public int inFlight() {
		return this.limiter.taken();
	}

	/**
	 * How many runs wait to be sent.
	 * @return their number
	 */
	public int waiting() {
		return this.limiter.waiting();
	}

	/**
	 * Whether nobody has to ask how a run ended for listeners to be told: they were, or
	 * will be because a submission by {@code stream} or {@code start} follows it. A run
	 * that was queued is not followed; awaiting it tells them.
	 * @param runId the run
	 * @return whether its ending is told without further ado
	 */
	public boolean tellsEndingOf(String runId) {
		return this.endedRuns.tells(runId);
	}

	EndedRuns endedRuns() {
		return this.endedRuns;
	}

	RunLimiter limiter() {
		return this.limiter;
	}

}
