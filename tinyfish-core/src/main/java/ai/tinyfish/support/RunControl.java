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
 * What the modules of this project do with {@code OpenRuns}, which always implement it:
 * for the lifecycle, the meters, the webhooks and the tests of an application.
 */
public interface RunControl {

	/**
	 * Return whether the outcome of a run has been published to the listeners, or will be
	 * because a submission by {@code stream} or {@code start} follows the run. A queued
	 * run is not followed; its outcome is published when it is awaited. That an await
	 * could not read the outcome does not count: the outcome may still be published.
	 * @param runId the run
	 * @param client a reactive client of the service: accounts at its base URL count,
	 * whichever client has them. All accounts count if it is null, or not a client of
	 * this library
	 * @return whether its outcome is published without a further request
	 * @see #isFollowed
	 */
	boolean publishesOutcomeOf(String runId, @Nullable Object client);

	/**
	 * Return whether an await of a run goes on, which publishes the outcome if it can
	 * read it.
	 * @param runId the run
	 * @param client a reactive client of the service, or null, as for
	 * {@link #publishesOutcomeOf}
	 * @return whether the run is awaited
	 */
	boolean isAwaited(String runId, @Nullable Object client);

	/**
	 * Await a run that may belong to another key than that of the client, since a webhook
	 * delivery named it. Its outcome is not published if an account at the same base URL
	 * has published it or will publish it, whichever its key.
	 * @param <T> the type of the outcome
	 * @param await an await of a reactive client
	 * @return the same await
	 */
	<T> Mono<T> withAnyKey(Mono<T> await);

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
	boolean isFollowed(String runId);

	/**
	 * Return the number of events that wait for their listeners, of all runs together.
	 * @return their number; zero where listeners are as fast as their runs
	 */
	long waitingEvents();

	/**
	 * Return the number of heartbeats that were dropped because listeners were slower
	 * than their run.
	 * @return their number, since the start
	 */
	long droppedHeartbeats();

	/**
	 * Return the number of progress events that were dropped because listeners were
	 * slower than their run.
	 * @return their number, since the start
	 */
	long droppedProgress();

	/**
	 * Return the number of listener calls that failed.
	 * @return their number, since the start
	 */
	long failedListenerCalls();

	/**
	 * Return the number of outcomes that were read after the stream of their run broke.
	 * @return their number, since the start
	 */
	long recoveredOutcomes();

	/**
	 * Return the number of outcomes that are not known, also because of a deadline.
	 * @return their number, since the start
	 */
	long unknownOutcomes();

	/**
	 * Return the limit on the runs in flight.
	 * @return the limit, or null if there is none
	 */
	@Nullable Integer maxInFlight();

	/**
	 * Return the longest wait of a run for its turn.
	 * @return the longest wait, zero if runs do not wait
	 */
	Duration maxWait();

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
	CompletableFuture<Void> stop(Duration timeout);

	/**
	 * Accept runs again after {@link #stop}.
	 */
	void resume();

}
