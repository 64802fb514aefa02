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

import org.jspecify.annotations.Nullable;

/**
 * Exception for an event of a run's stream that could not be read.
 *
 * @since 0.1.0
 */
public class TinyFishStreamParseException extends TinyFishApiException {

	private static final int MAX_LINE_LENGTH = 1024;

	private final String line;

	/**
	 * Create a new exception.
	 * @param message the problem with the event
	 * @param line the offending text; only its first 1,024 characters are kept
	 * @param cause the root cause, or null
	 * @param runId the run whose stream this is, or null if it is not known
	 */
	public TinyFishStreamParseException(String message, String line, @Nullable Throwable cause,
			@Nullable String runId) {
		super(message, cause, runId);
		this.line = (line.length() > MAX_LINE_LENGTH) ? line.substring(0, MAX_LINE_LENGTH) : line;
	}

	/**
	 * Return the offending text.
	 * @return the text as received, at most 1,024 characters of it
	 */
	public String line() {
		return this.line;
	}

}
