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

package ai.tinyfish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.internal.session.SharedRuns;

/**
 * What clients know together about their runs: how many are in flight, and whose endings
 * were told. Each client has one of its own, which those derived from it share. Clients
 * that are given the same one count their runs against the same limit, and tell listeners
 * the ending of a run once, whichever of them learns it.
 */
public final class RunRegistry {

	private final SharedRuns runs;

	private RunRegistry(SharedRuns runs) {
		this.runs = runs;
	}

	/**
	 * A registry without a limit.
	 * @return a new registry
	 */
	public static RunRegistry create() {
		return new RunRegistry(SharedRuns.create());
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
		return new RunRegistry(SharedRuns.limitedTo(maxInFlight, maxWait));
	}

	/**
	 * How many runs are in flight: those that count against the limit, if there is one.
	 * @return their number
	 */
	public int inFlight() {
		return this.runs.inFlight();
	}

	/**
	 * How many runs wait to be sent.
	 * @return their number
	 */
	public int waiting() {
		return this.runs.waiting();
	}

	/**
	 * Whether nobody has to ask how a run ended for listeners to be told: they were, or
	 * will be because a submission by {@code stream} or {@code start} follows it. A run
	 * that was queued is not followed; awaiting it tells them.
	 * @param runId the run
	 * @return whether its ending is told without further ado
	 * @see #isFollowed
	 */
	public boolean tellsEndingOf(String runId) {
		return this.runs.tellsEndingOf(runId);
	}

	/**
	 * Whether listeners are still to be told how a run ended, and will be without further
	 * ado: a submission by {@code stream} or {@code start} follows it, or its ending is
	 * on the way to them. True from when the run id is known until all listeners were
	 * told.
	 * @param runId the run
	 * @return whether something is still to be heard of it; false for a run that was
	 * queued and whose ending is not known yet
	 * @see #tellsEndingOf
	 */
	public boolean isFollowed(String runId) {
		return this.runs.isFollowed(runId);
	}

	/**
	 * How many heartbeats were dropped because listeners were slower than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedHeartbeats() {
		return this.runs.droppedHeartbeats();
	}

	/**
	 * How many progress events were dropped because listeners were slower than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedProgress() {
		return this.runs.droppedProgress();
	}

	/**
	 * How many calls of listeners failed.
	 * @return their number, since this registry exists
	 */
	public long failedListenerCalls() {
		return this.runs.failedListenerCalls();
	}

	/**
	 * Take no more runs: what submits one throws {@link IllegalStateException} from now
	 * on. Those that are in flight, queued runs that are awaited among them, get some
	 * time to end. Then what the clients' {@code onClose} says becomes of those that are
	 * streamed, and how the others end is unknown. Clients stay open, so that runs can
	 * still be asked for.
	 * @param timeout how long runs may go on; zero ends them at once
	 * @return completes when all runs have ended and their listeners were told, or when
	 * that takes some seconds longer than it should; never fails
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public CompletableFuture<Void> stop(Duration timeout) {
		return this.runs.stop(timeout);
	}

	/**
	 * Take runs again after {@link #stop}.
	 */
	public void resume() {
		this.runs.resume();
	}

	SharedRuns shared() {
		return this.runs;
	}

}
