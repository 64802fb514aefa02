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

package ai.tinyfish.run;

import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a run that did not end before its deadline. The message says whether the
 * remote run was cancelled or continues.
 *
 * @since 0.1.0
 */
public class TinyFishRunTimeoutException extends TinyFishException {

	private final @Nullable AgentRun run;

	/**
	 * Create a new exception.
	 * @param message the deadline that passed, and the action on the remote run
	 * @param cause the root cause, or null
	 * @param runId the run, or null if its id is not known
	 */
	public TinyFishRunTimeoutException(String message, @Nullable Throwable cause, @Nullable String runId) {
		super(message, cause, runId);
		this.run = null;
	}

	/**
	 * Create a new exception for a run that was cancelled at its deadline.
	 * @param message the deadline that passed
	 * @param run the cancelled run
	 */
	public TinyFishRunTimeoutException(String message, AgentRun run) {
		super(message, null, run.runId());
		this.run = run;
	}

	/**
	 * Return the run that was cancelled at its deadline, such as for its number of steps,
	 * which are billed.
	 * @return the run; null if the service did not confirm the cancel, or the run was
	 * left running. Values that only its record has are null if that could not be read
	 */
	public @Nullable AgentRun run() {
		return this.run;
	}

}
