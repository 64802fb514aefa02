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
import org.jspecify.annotations.Nullable;

/**
 * Registry of the runs of one or more clients: the runs in flight, and the outcomes that
 * were published. Each client has its own, which it shares with the clients derived from
 * it. Clients that are given the same registry count their runs against the same limit,
 * and publish the outcome of a run to their listeners once for each account, whichever
 * client receives it. An account is a base URL with a key.
 */
public final class RunRegistry {

	private final SharedRuns runs;

	private RunRegistry(SharedRuns runs) {
		this.runs = runs;
	}

	/**
	 * Create a registry without a limit.
	 * @return a new registry
	 */
	public static RunRegistry create() {
		return new RunRegistry(SharedRuns.create());
	}

	/**
	 * Create a registry with a limit on the runs in flight: those that were sent by
	 * {@code run}, {@code stream} or {@code start} and have no outcome yet. Further runs
	 * wait, first come, first served.
	 * @param maxInFlight the limit, 1 or more
	 * @param maxWait the longest wait; with zero, a run over the limit is rejected at
	 * once
	 * @return a new registry
	 * @throws IllegalArgumentException if the limit is not positive, or the wait is
	 * negative
	 */
	public static RunRegistry limitedTo(int maxInFlight, Duration maxWait) {
		return new RunRegistry(SharedRuns.limitedTo(maxInFlight, maxWait));
	}

	/**
	 * Return the number of runs in flight: those that count against the limit, if there
	 * is one.
	 * @return their number
	 */
	public int inFlight() {
		return this.runs.inFlight();
	}

	/**
	 * Return the number of runs that wait to be sent.
	 * @return their number
	 */
	public int waiting() {
		return this.runs.waiting();
	}

	/**
	 * Return whether the outcome of a run has been published to the listeners, or will be
	 * because a submission by {@code stream} or {@code start} follows the run. A queued
	 * run is not followed; its outcome is published when it is awaited. That an await
	 * could not read the outcome does not count: the outcome may still be published.
	 * @param runId the run
	 * @return whether its outcome is published without a further request, for an account
	 * of any of the clients
	 * @see #isFollowed
	 */
	public boolean publishesOutcomeOf(String runId) {
		return this.runs.publishesOutcomeOf(runId, null);
	}

	/**
	 * Return whether the outcome of a run of one service has been published to the
	 * listeners, or will be, as {@link #publishesOutcomeOf(String)} says.
	 * @param runId the run
	 * @param client a client of the service: accounts at its base URL count, whichever
	 * client has them. All accounts count if it is not a client of this library
	 * @return whether its outcome is published without a further request
	 */
	public boolean publishesOutcomeOf(String runId, ReactiveTinyFishClient client) {
		return this.runs.publishesOutcomeOf(runId, baseUrl(client));
	}

	/**
	 * Return whether an await of a run of one service goes on, which publishes the
	 * outcome if it can read it.
	 * @param runId the run
	 * @param client a client of the service: accounts at its base URL count, whichever
	 * client has them. All accounts count if it is not a client of this library
	 * @return whether the run is awaited
	 */
	public boolean isAwaited(String runId, ReactiveTinyFishClient client) {
		return this.runs.isAwaited(runId, baseUrl(client));
	}

	private static @Nullable String baseUrl(ReactiveTinyFishClient client) {
		return (client instanceof DefaultReactiveTinyFishClient known) ? known.baseUrl() : null;
	}

	/**
	 * Return whether the outcome of a run has yet to be published and will be: a
	 * submission by {@code stream} or {@code start} follows the run, or its outcome is
	 * being delivered. True from when the run id is known until all listeners have been
	 * notified.
	 * @param runId the run
	 * @return whether an outcome is still to come, for an account of any of the clients;
	 * false for a run that was queued and has no outcome yet
	 * @see #publishesOutcomeOf
	 */
	public boolean isFollowed(String runId) {
		return this.runs.isFollowed(runId);
	}

	/**
	 * Return the number of events that wait for their listeners, of all runs together.
	 * @return their number; zero where listeners are as fast as their runs
	 */
	public long waitingEvents() {
		return this.runs.waitingEvents();
	}

	/**
	 * Return the number of heartbeats that were dropped because listeners were slower
	 * than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedHeartbeats() {
		return this.runs.droppedHeartbeats();
	}

	/**
	 * Return the number of progress events that were dropped because listeners were
	 * slower than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedProgress() {
		return this.runs.droppedProgress();
	}

	/**
	 * Return the number of listener calls that failed.
	 * @return their number, since this registry exists
	 */
	public long failedListenerCalls() {
		return this.runs.failedListenerCalls();
	}

	/**
	 * Stop accepting runs: from now on a submission throws {@link IllegalStateException}.
	 * Runs in flight, including queued runs that are awaited, have the given time to end.
	 * After that, streamed runs are cancelled or left as the {@code onClose} of their
	 * client says, and the outcome of the others is unknown. The service has 10 seconds
	 * to cancel them: without its response the outcome is unknown. Clients stay open, so
	 * that runs can still be requested.
	 * @param timeout how long runs may go on; zero ends them at once
	 * @return completes when all runs have ended and their listeners were notified, or
	 * when that takes some seconds longer than it should; never fails
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public CompletableFuture<Void> stop(Duration timeout) {
		return this.runs.stop(timeout);
	}

	/**
	 * Accept runs again after {@link #stop}.
	 */
	public void resume() {
		this.runs.resume();
	}

	SharedRuns shared() {
		return this.runs;
	}

}
