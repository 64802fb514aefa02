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

import org.jspecify.annotations.Nullable;

/**
 * Exception for a response with an error status. The well-known statuses have a subclass
 * each; any other status, and a successful response that cannot be read, is of this
 * class.
 *
 * @since 0.1.0
 */
public class TinyFishStatusException extends TinyFishApiException {

	private static final String INSUFFICIENT_CREDITS = "INSUFFICIENT_CREDITS";

	private final ApiErrorResponse response;

	/**
	 * Create a new exception.
	 * @param operation the operation that failed, such as {@code agent.run}
	 * @param response the response
	 * @param cause the root cause, or null
	 * @param runId the run that this is about, or null if it is not known
	 */
	public TinyFishStatusException(String operation, ApiErrorResponse response, @Nullable Throwable cause,
			@Nullable String runId) {
		super(describe(operation, response), cause, runId);
		this.response = response;
	}

	/**
	 * Create the exception that belongs to a response's status and code.
	 * @param operation the operation that failed, such as {@code agent.run}
	 * @param response the response
	 * @param runId the run that this is about, or null if it is not known
	 * @return an instance of this class or of the subclass for the status
	 */
	public static TinyFishStatusException of(String operation, ApiErrorResponse response, @Nullable String runId) {
		int status = response.status();
		// 402 on some hosts, 403 on others: the code decides
		if (status == 402 || (status == 403 && INSUFFICIENT_CREDITS.equalsIgnoreCase(response.code()))) {
			return new TinyFishInsufficientCreditsException(operation, response, runId);
		}
		return switch (status) {
			case 400 -> new TinyFishBadRequestException(operation, response, runId);
			case 401 -> new TinyFishAuthenticationException(operation, response, runId);
			case 403 -> new TinyFishPermissionDeniedException(operation, response, runId);
			case 404 -> new TinyFishNotFoundException(operation, response, runId);
			case 408 -> new TinyFishRequestTimeoutException(operation, response, runId);
			case 409 -> new TinyFishConflictException(operation, response, runId);
			case 422 -> new TinyFishUnprocessableEntityException(operation, response, runId);
			case 429 -> new TinyFishRateLimitException(operation, response, runId);
			default -> (status >= 500) ? new TinyFishServerException(operation, response, runId)
					: new TinyFishStatusException(operation, response, null, runId);
		};
	}

	private static String describe(String operation, ApiErrorResponse response) {
		StringBuilder text = new StringBuilder(operation).append(" was answered with HTTP ").append(response.status());
		if (response.code() != null) {
			text.append(' ').append(response.code());
		}
		if (response.message() != null) {
			text.append(": ").append(response.message());
		}
		return text.toString();
	}

	/**
	 * Return the HTTP status.
	 * @return the status code
	 */
	public int status() {
		return this.response.status();
	}

	/**
	 * Return the error code of TinyFish's envelope, such as {@code RATE_LIMIT_EXCEEDED}.
	 * An open set: new codes appear, some are lower case.
	 * @return the code, or null if the response has none
	 */
	public @Nullable String code() {
		return this.response.code();
	}

	/**
	 * Return whether the service itself has responded, and not a gateway before it, which
	 * knows neither requests nor runs.
	 * @return true if the response has an error code
	 */
	public boolean isFromService() {
		return code() != null;
	}

	/**
	 * Return the details of TinyFish's envelope: on 400 usually an array of validation
	 * issues.
	 * @return JSON text, or null if absent
	 */
	public @Nullable String details() {
		return this.response.details();
	}

	/**
	 * Return the time that the service asks to wait before the next attempt.
	 * @return the duration, or null if it does not ask to wait
	 */
	public @Nullable Duration retryAfter() {
		return this.response.retryAfter();
	}

	/**
	 * Return the runs that the response to a submission names, although it is an error or
	 * cannot be used. They may continue, and be billed.
	 * @return their ids, empty if the response names none
	 */
	public List<String> runIds() {
		return this.response.runIds();
	}

	/**
	 * Return all that was kept of the response, including its body, which is never in a
	 * message or description.
	 * @return the response
	 */
	public ApiErrorResponse response() {
		return this.response;
	}

}
