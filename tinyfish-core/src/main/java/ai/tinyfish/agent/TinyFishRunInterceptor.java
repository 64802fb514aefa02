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

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;

/**
 * Callback interface that is called for each run before anything is sent, and once with
 * its outcome. It may change the request, or refuse the run by throwing an exception,
 * which reaches the caller unchanged.
 * <p>
 * Interceptors are called in their order, each with the request that the one before it
 * has returned. If one of them refuses the run, or nothing is sent for another reason,
 * {@link #notSent} is called for the interceptors that were called before. Otherwise
 * {@link #finished} or {@link #error} is called, except for a queued run whose outcome
 * this application does not receive. For a durable run whose outcome was not known,
 * {@link #finished} may follow {@link #error}.
 * <p>
 * {@link #beforeRun} is called with the context of the caller (observation, MDC,
 * registered thread-local values), on its thread, or on a worker thread if the caller's
 * must not block. It may block, and the run waits for it. The other methods are called on
 * the event executor, without that context. Their exceptions are logged, and counted as
 * failures of listeners.
 * <p>
 * An interceptor that submits runs would be called for them, too. It needs a client
 * without interceptors, {@code client.mutate().withoutRunInterceptors().build()}.
 *
 * @since 0.1.0
 * @see TinyFishRunListener
 */
public interface TinyFishRunInterceptor {

	/**
	 * Change the request, refuse the run, or return the request unchanged. Called once
	 * for each submission, even if requests are repeated later.
	 * @param submission the run that is to be submitted
	 * @return the request that is to be sent
	 * @throws RuntimeException to refuse the run: nothing is sent, and no listener is
	 * called. If several runs are queued together, none of them is sent. A
	 * {@link TinyFishException} says so after {@link TinyFishException#withoutRun
	 * withoutRun()}
	 */
	AgentRequest beforeRun(RunSubmission submission);

	/**
	 * Handle the outcome of the run: completed, failed or cancelled.
	 * @param submission the run, with the request as it was sent
	 * @param run the outcome
	 */
	default void finished(RunSubmission submission, AgentRun run) {
	}

	/**
	 * Handle a run whose outcome is not known, that was cancelled at its deadline, or
	 * that the service has not accepted.
	 * @param submission the run, with the request as it was sent
	 * @param exception the failure; {@link TinyFishException#mayHaveStartedRun()} says
	 * whether a run may have been started, and {@code TinyFishRunTimeoutException.run()}
	 * has the steps of one that was cancelled
	 */
	default void error(RunSubmission submission, TinyFishException exception) {
	}

	/**
	 * Handle a run that was not sent, or that the service did not start and that was not
	 * sent again.
	 * @param submission the run
	 */
	default void notSent(RunSubmission submission) {
	}

}
