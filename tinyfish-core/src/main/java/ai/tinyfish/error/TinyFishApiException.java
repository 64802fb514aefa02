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
 * Exception for a failed call to the API.
 *
 * @since 0.1.0
 */
public abstract class TinyFishApiException extends TinyFishException {

	/**
	 * Create a new exception.
	 * @param message the message; never contains the API key
	 * @param cause the root cause, or null
	 * @param runId the run that this is about, or null if it is not known
	 */
	protected TinyFishApiException(String message, @Nullable Throwable cause, @Nullable String runId) {
		super(message, cause, runId);
	}

}
