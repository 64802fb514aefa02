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
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A run in the background.
 *
 * @since 0.1.0
 */
public interface RunHandle {

	/**
	 * Return the run id.
	 * @return the run id, or null until the service has returned it
	 */
	@Nullable String runId();

	/**
	 * Return the start of the run.
	 * @return completes with the run id when the run has started, or with the exception
	 * that prevented its start. A copy: completing or cancelling it does not affect the
	 * run
	 */
	CompletableFuture<String> started();

	/**
	 * Return the outcome of the run. A failed or cancelled run is an outcome like any
	 * other; an exception means that the run was not accepted, that it passed its
	 * deadline, or that its outcome is unknown.
	 * @return a copy: completing or cancelling it does not affect the run
	 */
	CompletableFuture<AgentRun> result();

	/**
	 * Wait for the outcome.
	 * @return the outcome
	 * @throws TinyFishRunTimeoutException if the run passed its deadline
	 * @throws TinyFishException if the run was not accepted or its outcome is unknown
	 * @throws TinyFishRunOutcomeUnknownException if the thread is interrupted; the run
	 * continues and the interrupt flag is set
	 */
	AgentRun await();

	/**
	 * Wait for the outcome, up to a time.
	 * @param timeout the longest wait
	 * @return the outcome
	 * @throws TinyFishRunTimeoutException if the run has not ended by then (the run and
	 * this handle continue), or if the run itself passed its deadline
	 * @throws TinyFishException if the run was not accepted or its outcome is unknown
	 * @throws TinyFishRunOutcomeUnknownException if the thread is interrupted; the run
	 * continues and the interrupt flag is set
	 */
	AgentRun await(Duration timeout);

	/**
	 * Cancel the run. Once it has started, the service is asked to cancel it, and the
	 * handle ends with the outcome that the service then reports. Before that, the
	 * request is closed, and the handle ends with
	 * {@link TinyFishRunOutcomeUnknownException}, since a run may have been started
	 * nevertheless. If nothing had been sent, it ends with a {@link TinyFishException}
	 * that says so. If the outcome is unknown, such as after a deadline that leaves the
	 * run, the service is asked as well. Has no effect once the outcome is known, or the
	 * client is closed.
	 * <p>
	 * An interrupt does not prevent the cancel. It is also sent if the interrupt flag of
	 * the thread is set before, and sent again if the thread is interrupted while it
	 * waits. The thread then waits for 10 seconds at most, and its flag is set
	 * afterwards.
	 * @throws TinyFishException if the service could not be reached, or an interrupted
	 * thread got no response in time; the handle continues
	 */
	void cancel();

}
