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

package ai.tinyfish.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Operations of {@code OpenRuns} for the modules of this project: for the lifecycle, the
 * meters, the webhooks and the tests of an application. All {@code OpenRuns} implement
 * it.
 *
 * @since 0.1.0
 */
public interface RunControl {

	/**
	 * Return whether the outcome of a run has been published to the listeners, or will be
	 * because a submission by {@code stream} or {@code start} follows the run. A queued
	 * run is not followed; its outcome is published when it is awaited. A failed await
	 * does not count: the outcome may still be published.
	 * @param runId the run
	 * @param service a client: accounts of all clients at its base URL count. All
	 * accounts count if it is null
	 * @return whether its outcome is published without a further request
	 * @see #isFollowed
	 */
	boolean publishesOutcomeOf(String runId, @Nullable BaseUrlSource service);

	/**
	 * Return whether an await of a run is in progress, which publishes the outcome if it
	 * can read it.
	 * @param runId the run
	 * @param service a client, or null, as for {@link #publishesOutcomeOf}
	 * @return whether the run is awaited
	 */
	boolean isAwaited(String runId, @Nullable BaseUrlSource service);

	/**
	 * Await a run that may belong to another key than that of the client, since a webhook
	 * delivery named it. Its outcome is not published if an account at the same base URL
	 * has published it or will publish it, with any key.
	 * @param <T> the type of the outcome
	 * @param await an await of a reactive client
	 * @return the same await
	 */
	<T> Mono<T> withAnyKey(Mono<T> await);

	/**
	 * Return whether the outcome of a run will still be published: a submission by
	 * {@code stream} or {@code start} follows the run, or its outcome is being delivered.
	 * True from when the run id is known until all listeners have been notified.
	 * @param runId the run
	 * @return whether an outcome is still to come, for an account of any of the clients;
	 * false for a run that was queued and has no outcome yet
	 * @see #publishesOutcomeOf
	 */
	boolean isFollowed(String runId);

	/**
	 * Return the numbers of events, calls of listeners and outcomes that meters show.
	 * @return the present numbers, of all runs together
	 */
	Counts counts();

	/**
	 * Return the limit on the runs in flight.
	 * @return the limit, or null if runs are not limited
	 */
	@Nullable Integer maxInFlight();

	/**
	 * Return the longest wait of a run for a place.
	 * @return the longest wait, zero if runs do not wait
	 */
	Duration maxWait();

	/**
	 * Stop accepting runs and browser sessions: from now on a submission or creation
	 * throws {@link IllegalStateException}. Runs in flight, including queued runs that
	 * are awaited, have the given time to end. After that, streamed runs are cancelled or
	 * left according to the {@code onClose} of their client, and the outcome of the
	 * others is unknown. The service has 10 seconds to cancel them: without its response
	 * the outcome is unknown. Within the same time, all browser sessions are ended, or
	 * logged. Clients stay open, so that runs can still be requested.
	 * @param timeout the time in which runs may end; zero ends them at once
	 * @return completes when all runs have ended and their listeners were notified, or
	 * some seconds after the timeout; never fails
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	CompletableFuture<Void> stop(Duration timeout);

	/**
	 * Accept runs again after {@link #stop}.
	 */
	void resume();

	/**
	 * Return the browser sessions of the clients.
	 * @return their operations
	 */
	BrowserControl browsers();

	/**
	 * Numbers since the start, except for the events that wait.
	 *
	 * @param waitingEvents the events that wait for their listeners; zero where listeners
	 * are as fast as their runs
	 * @param droppedHeartbeats the heartbeats that were dropped because listeners were
	 * slower than their run
	 * @param droppedProgress the progress events that were dropped for the same reason
	 * @param failedListenerCalls the listener calls that failed
	 * @param recoveredOutcomes the outcomes that were read after the stream of their run
	 * broke
	 * @param unknownOutcomes the outcomes that are not known, also because of a deadline
	 * @since 0.1.0
	 */
	record Counts(long waitingEvents, long droppedHeartbeats, long droppedProgress, long failedListenerCalls,
			long recoveredOutcomes, long unknownOutcomes) {
	}

}
