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

package ai.tinyfish.error;

import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Base class of all exceptions of this client. Unchecked.
 *
 * @since 0.1.0
 */
public abstract class TinyFishException extends RuntimeException {

	private final @Nullable String runId;

	private boolean withoutRun;

	/**
	 * Create a new exception. A run may exist, unless {@link #withoutRun} is called.
	 * @param message the message; never contains the API key. Control characters and line
	 * breaks are replaced, since it may quote the service
	 * @param cause the root cause, or null
	 * @param runId the run that this is about, or null if it is not known
	 */
	protected TinyFishException(String message, @Nullable Throwable cause, @Nullable String runId) {
		super(LogText.of(message), cause);
		this.runId = runId;
	}

	/**
	 * Return the run that this is about.
	 * @return the run id, or null if it is not known
	 */
	public @Nullable String runId() {
		return this.runId;
	}

	/**
	 * Return whether a run may exist, which may go on and be billed. Then the request
	 * must not be submitted again before the run was checked. The exception that a client
	 * throws has the answer, not its cause. An exception that an application creates,
	 * such as in a test, says true unless its class is about requests that were not sent:
	 * {@link #withoutRun} makes it say false.
	 * @return false if the failed operation has started no run: nothing was sent, the
	 * service refused the request, or the operation starts no runs; true if it has
	 * started one, or if that is not known
	 */
	public final boolean mayHaveStartedRun() {
		return !this.withoutRun;
	}

	/**
	 * Record that the failed operation has started no run. Clients call this for their
	 * exceptions.
	 * @return this exception, whose {@link #mayHaveStartedRun} is false from now on
	 */
	public final TinyFishException withoutRun() {
		this.withoutRun = true;
		return this;
	}

	@Override
	public String getMessage() {
		// never null: the constructor requires a message
		return String.valueOf(super.getMessage());
	}

}
