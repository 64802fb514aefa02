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

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import reactor.core.publisher.Mono;

/**
 * A run in the background that has started. The client follows the run even without a
 * subscriber here, and cancelling a subscription does not affect the run. Values arrive
 * on threads of the client that must not be blocked.
 *
 * @since 0.1.0
 */
public interface ReactiveRunHandle {

	/**
	 * Return the run id.
	 * @return the run id, as returned by the service
	 */
	String runId();

	/**
	 * Return the outcome of the run. A failed or cancelled run is an outcome like any
	 * other. {@link Mono#timeout(Duration) timeout} ends the wait and does not affect the
	 * run.
	 * @return the outcome, the same for each subscriber, early or late. Fails with
	 * {@link TinyFishRunTimeoutException} if the run passed its deadline, and with
	 * {@link TinyFishRunOutcomeUnknownException} if its outcome is unknown, such as when
	 * the client was closed before the run ended
	 */
	Mono<AgentRun> result();

	/**
	 * Cancel the run: each subscription sends a cancel to the service, unless the outcome
	 * is known or the client is closed. {@link #result()} then has the outcome that the
	 * service reports, or stays unknown if it was.
	 * @return completes when the service has responded. Fails with
	 * {@link TinyFishException} if the service could not be reached; the run continues.
	 * Cancelling the subscription closes the connection: the run may be cancelled or not.
	 * {@link Mono#block()} on an interrupted thread cancels the subscription at once;
	 * subscribing there sends the cancel
	 */
	Mono<Void> cancel();

}
