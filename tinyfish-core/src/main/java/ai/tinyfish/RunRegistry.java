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
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.internal.session.RunLimiter;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Registry of the runs of one or more clients: the runs in flight, and the outcomes that
 * were published. Each client has its own, which it shares with the clients derived from
 * it. Clients that are given the same registry count their runs against the same limit,
 * and publish the outcome of a run to their listeners once for each account, whichever
 * client receives it. An account is a base URL with a key.
 */
public abstract class RunRegistry {

	private final SharedRuns runs;

	RunRegistry(SharedRuns runs) {
		this.runs = runs;
	}

	/**
	 * Create a registry without a limit.
	 * @return a new registry
	 */
	public static RunRegistry create() {
		return new DefaultRunRegistry(new SharedRuns(RunLimiter.unlimited()));
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
		return new DefaultRunRegistry(new SharedRuns(RunLimiter.of(maxInFlight, maxWait)));
	}

	/**
	 * Return the number of runs in flight: those that count against the limit, if there
	 * is one.
	 * @return their number
	 */
	public final int inFlight() {
		return this.runs.limiter().taken();
	}

	/**
	 * Return the number of runs that wait to be sent.
	 * @return their number
	 */
	public final int waiting() {
		return this.runs.limiter().waiting();
	}

	/**
	 * Return the runs of which this process expects an outcome: those in flight, those
	 * that wait to be sent, and queued runs while they are sent or awaited.
	 * @return a snapshot, the oldest first
	 */
	public final List<OpenRun> openRuns() {
		return this.runs.openRuns();
	}

	/**
	 * Cancel one of {@link #openRuns}, whichever client or key it belongs to: with the
	 * key that submitted it, or else with those that await it, one after the other while
	 * the response is 401, 403 or 404. Callers and listeners receive its outcome as if a
	 * caller had cancelled it. Continuations of the future may block.
	 * @param runId the run
	 * @return the response of the service; null if none of the runs has this id. Fails
	 * with the first refusal if all keys are refused, with a {@link TinyFishApiException}
	 * if there is no usable response, with a {@link TinyFishRunOutcomeUnknownException}
	 * if there is none within 10 seconds, and with an {@link IllegalStateException} if
	 * the client of the run is closed
	 */
	public final CompletableFuture<@Nullable CancelledRun> cancel(String runId) {
		return this.runs.cancel(runId).publishOn(Schedulers.boundedElastic()).toFuture();
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
	public final CompletableFuture<Void> stop(Duration timeout) {
		return this.runs.stop(timeout);
	}

	final SharedRuns shared() {
		return this.runs;
	}

}
