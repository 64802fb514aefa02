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
import ai.tinyfish.internal.area.OpenBrowsers;
import ai.tinyfish.internal.session.RunLimiter;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * The runs of one or more clients that have no outcome yet: list them, cancel one of
 * them, and limit how many are in flight. Each client has its own instance, which it
 * shares with the clients derived from it. Clients with the same instance share the
 * limit, and publish the outcome of a run to their listeners once for each account,
 * whichever client receives it. An account is a base URL with a key.
 *
 * @since 0.1.0
 * @see TinyFishClientBuilder#openRuns
 */
public abstract class OpenRuns {

	private final SharedRuns runs;

	OpenRuns(SharedRuns runs) {
		this.runs = runs;
	}

	/**
	 * Create an instance without a limit.
	 * @return new open runs
	 */
	public static OpenRuns unlimited() {
		return new DefaultOpenRuns(new SharedRuns(RunLimiter.unlimited()));
	}

	/**
	 * Create an instance with a limit on the runs in flight: those that were sent by
	 * {@code run}, {@code stream} or {@code start} and have no outcome yet. Further runs
	 * wait, first come, first served.
	 * @param maxInFlight the limit, 1 or more
	 * @param maxWait the longest wait; with zero, a run over the limit is rejected at
	 * once
	 * @return new open runs
	 * @throws IllegalArgumentException if the limit is not positive, or the wait is
	 * negative
	 */
	public static OpenRuns limitedTo(int maxInFlight, Duration maxWait) {
		return new DefaultOpenRuns(new SharedRuns(RunLimiter.of(maxInFlight, maxWait)));
	}

	/**
	 * Return the number of runs in flight, which is limited if there is a limit.
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
	public final List<OpenRun> list() {
		return this.runs.openRuns();
	}

	/**
	 * Cancel one of {@link #list}, whichever client or key it belongs to: with the key
	 * that submitted it, or else with those that await it, one after the other while the
	 * response is 401, 403 or 404. Callers and listeners receive its outcome as if a
	 * caller had cancelled it. Continuations of the future may block.
	 * @param runId the run
	 * @return the response of the service; null if none of the runs has this id. Fails
	 * with the first refusal if all keys are refused, with a {@link TinyFishApiException}
	 * if the response cannot be used, with a {@link TinyFishRunOutcomeUnknownException}
	 * without a response within 10 seconds, and with an {@link IllegalStateException} if
	 * the client of the run is closed
	 */
	public final CompletableFuture<@Nullable CancelledRun> cancel(String runId) {
		return this.runs.cancel(runId).publishOn(Schedulers.boundedElastic()).toFuture();
	}

	final SharedRuns shared() {
		return this.runs;
	}

	/**
	 * Return the browser sessions of the clients.
	 */
	abstract OpenBrowsers browsers();

}
