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

import java.util.List;

import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a run whose outcome is unknown: it may exist, or may still be in
 * progress. Nothing was sent a second time. The message says how to check the run.
 *
 * @since 0.1.0
 */
public class TinyFishRunOutcomeUnknownException extends TinyFishException {

	private final List<String> runIds;

	/**
	 * Create a new exception.
	 * @param message the failure, and how to check the run
	 * @param cause the root cause, or null
	 * @param runId the run to check, or null if its id is not known
	 */
	public TinyFishRunOutcomeUnknownException(String message, @Nullable Throwable cause, @Nullable String runId) {
		this(message, cause, runId, (runId != null) ? List.of(runId) : List.of());
	}

	/**
	 * Create a new exception about several runs that were queued together.
	 * @param message the failure, and how to check the runs
	 * @param cause the root cause, or null
	 * @param runId the run to check, or null if it is not a single one
	 * @param runIds the runs to check: those that the service named, which may not be all
	 */
	public TinyFishRunOutcomeUnknownException(String message, @Nullable Throwable cause, @Nullable String runId,
			List<String> runIds) {
		super(message, cause, runId);
		this.runIds = List.copyOf(runIds);
	}

	/**
	 * Return the runs to check. If requests were queued together, these are the runs that
	 * the service named: in any order, and there may be more. Read them with
	 * {@link RunOperations#getAll}.
	 * @return their ids: that of {@link #runId()}, several, or an empty list
	 */
	public List<String> runIds() {
		return this.runIds;
	}

}
