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

import java.time.Duration;
import java.util.List;

import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Error response of the service, or of a gateway before it. The API key and the other
 * known secrets of the request are redacted. Secrets of the response may be in
 * {@code details} and {@code body}, which its description and the messages of exceptions
 * do not show.
 *
 * @param status the HTTP status
 * @param code the error code of TinyFish's envelope such as {@code INVALID_INPUT}, or
 * null if the response has none; an open set, not always upper case
 * @param message the service's own message, or null if absent
 * @param details the envelope's details as JSON text, or null if absent
 * @param retryAfter the time that the service asks to wait, or null if it does not ask
 * @param body the beginning of the body as text, or null if absent
 * @param runIds the runs that the response to a submission names, although it is an error
 * or cannot be used; they may be billed. Empty if it names no run
 * @since 0.1.0
 */
public record ApiErrorResponse(int status, @Nullable String code, @Nullable String message, @Nullable String details,
		@Nullable Duration retryAfter, @Nullable String body, List<String> runIds) {

	/**
	 * Create a new response.
	 * @param status the HTTP status
	 * @param code the error code, or null
	 * @param message the message, or null
	 * @param details the details as JSON text, or null
	 * @param retryAfter the time that the service asks to wait, or null
	 * @param body the beginning of the body, or null
	 * @param runIds the runs that it names
	 */
	public ApiErrorResponse {
		runIds = List.copyOf(runIds);
	}

	/**
	 * Return a description without the details and the body, which may contain secrets,
	 * such as the address of a browser or parts of the request.
	 * @return status, code, message, and the time to wait
	 */
	@Override
	public String toString() {
		return LogText.of("ApiErrorResponse[status=%s, code=%s, message=%s, retryAfter=%s]".formatted(this.status,
				this.code, this.message, this.retryAfter));
	}

	/**
	 * Create a response with status, code and message only, such as for a test that
	 * throws an exception.
	 * @param status the HTTP status
	 * @param code the error code, or null
	 * @param message the message, or null
	 * @return the response
	 * @throws IllegalArgumentException if the code has a space, as a message has
	 */
	public static ApiErrorResponse of(int status, @Nullable String code, @Nullable String message) {
		if (code != null && code.indexOf(' ') >= 0) {
			throw new IllegalArgumentException("code must have no spaces; the message follows it");
		}
		return new ApiErrorResponse(status, code, message, null, null, null, List.of());
	}

}
