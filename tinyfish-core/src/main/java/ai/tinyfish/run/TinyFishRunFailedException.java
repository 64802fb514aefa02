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
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a run that failed or was cancelled, and therefore has no result.
 *
 * @since 0.1.0
 */
public class TinyFishRunFailedException extends TinyFishException {

	private static final int MAX_MESSAGE_LENGTH = 1024;

	private final RunStatus status;

	private final @Nullable RunError error;

	/**
	 * Create a new exception.
	 * @param runId the run, or null if the service names none
	 * @param status the status of the run
	 * @param error the reason, or null if the service does not say
	 */
	public TinyFishRunFailedException(@Nullable String runId, RunStatus status, @Nullable RunError error) {
		super(describe(runId, status, error), null, runId);
		this.status = status;
		this.error = error;
	}

	private static String describe(@Nullable String runId, RunStatus status, @Nullable RunError error) {
		StringBuilder text = new StringBuilder((runId != null) ? "Run " + RunIds.printable(runId) : "The run")
			.append(" ended ")
			.append(status);
		if (error != null && error.code() != null && !error.code().equals(error.message())) {
			text.append(" (").append(line(error.code())).append(')');
		}
		if (error != null && !error.message().isEmpty()) {
			text.append(": ").append(line(error.message()));
		}
		return text.toString();
	}

	/**
	 * Return a text of the service as one line, short enough for a log.
	 */
	private static String line(String text) {
		return Descriptions.excerpt(LogText.of(text), MAX_MESSAGE_LENGTH);
	}

	/**
	 * Return the status of the run.
	 * @return {@link RunStatus#FAILED} or {@link RunStatus#CANCELLED}
	 */
	public RunStatus status() {
		return this.status;
	}

	/**
	 * Return the reason.
	 * @return the error, or null if the service does not say
	 */
	public @Nullable RunError error() {
		return this.error;
	}

}
