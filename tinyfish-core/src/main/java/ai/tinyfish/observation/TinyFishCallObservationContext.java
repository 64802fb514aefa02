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

package ai.tinyfish.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation of one API call, its retries included. It contains neither
 * the API key nor the URL and goal of a run. Only the client changes it during a call:
 * any other context is that of a call that was not sent. A test of a convention overrides
 * the methods that it needs.
 *
 * @since 0.1.0
 */
public class TinyFishCallObservationContext extends Observation.Context {

	private final String operation;

	private final boolean submission;

	private final @Nullable String runId;

	/**
	 * Create a context for a call that was not sent yet.
	 * @param operation the name of the operation, such as {@code runs.get}
	 * @param submission whether the call starts a run or a session, or creates a profile
	 * @param runId the run that the call is about, or null
	 */
	public TinyFishCallObservationContext(String operation, boolean submission, @Nullable String runId) {
		this.operation = operation;
		this.submission = submission;
		this.runId = runId;
	}

	/**
	 * Return the name of the operation, such as {@code agent.run} or {@code runs.get}.
	 * @return the name, of low cardinality
	 */
	public String getOperation() {
		return this.operation;
	}

	/**
	 * Return whether the call starts a run or a session, or creates a profile.
	 * @return true for a submission
	 */
	public boolean isSubmission() {
		return this.submission;
	}

	/**
	 * Return the run that the call is about.
	 * @return the run id, or null if the call is not about a run, or starts one
	 */
	public @Nullable String getRunId() {
		return this.runId;
	}

	/**
	 * Return the number of retries so far.
	 * @return the number of attempts after the first
	 */
	public int getRetries() {
		return 0;
	}

	/**
	 * Return the HTTP status of the response: during a {@code retry} event the status of
	 * the failed attempt, and when the call has ended the last one.
	 * @return the status, or null while the call is in progress or without a response
	 */
	public @Nullable Integer getStatus() {
		return null;
	}

	/**
	 * Return whether the call is in progress. False during a {@code retry} event, which
	 * has the outcome of the attempt that failed.
	 * @return true until the call has ended
	 */
	public boolean isPending() {
		return true;
	}

	/**
	 * Return whether the caller cancelled the call before there was a response.
	 * @return true for a call that was cancelled
	 */
	public boolean isCancelled() {
		return false;
	}

}
