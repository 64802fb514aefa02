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

package ai.tinyfish.spring.event;

import java.io.Serial;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a run that was not accepted, exceeded its timeout, or whose outcome is
 * unknown. The last event of its run, with one exception: if an await could not read the
 * outcome and a later one can, a {@link TinyFishRunFinishedEvent} follows.
 *
 * @since 0.1.0
 */
public class TinyFishRunErrorEvent extends TinyFishRunEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable TinyFishException exception;

	private final String errorType;

	private final @Nullable String message;

	private final @Nullable Integer status;

	private final @Nullable String code;

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param run the run
	 * @param exception the failure
	 */
	public TinyFishRunErrorEvent(Object source, RunContext run, TinyFishException exception) {
		super(source, run);
		TinyFishStatusException answer = findAnswer(exception);
		this.exception = exception;
		this.errorType = exception.getClass().getSimpleName();
		this.message = exception.getMessage();
		this.status = (answer != null) ? answer.status() : null;
		this.code = (answer != null) ? answer.code() : null;
	}

	@JsonCreator
	TinyFishRunErrorEvent(@JsonProperty("runId") @Nullable String runId, @JsonProperty("url") @Nullable String url,
			@JsonProperty("goal") @Nullable String goal, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("errorType") String errorType, @JsonProperty("message") @Nullable String message,
			@JsonProperty("status") @Nullable Integer status, @JsonProperty("code") @Nullable String code) {
		super(JSON_SOURCE, run(runId, url, goal, tag));
		this.exception = null;
		this.errorType = errorType;
		this.message = message;
		this.status = status;
		this.code = code;
	}

	private static @Nullable TinyFishStatusException findAnswer(TinyFishException exception) {
		if (exception instanceof TinyFishStatusException answer) {
			return answer;
		}
		return (exception.getCause() instanceof TinyFishStatusException answer) ? answer : null;
	}

	/**
	 * Return the failure.
	 * @return the exception, or null if this event was read from JSON
	 */
	@JsonIgnore
	public @Nullable TinyFishException getException() {
		return this.exception;
	}

	/**
	 * Return the simple class name of the exception.
	 * @return the name, such as {@code TinyFishRunOutcomeUnknownException}
	 */
	public String getErrorType() {
		return this.errorType;
	}

	/**
	 * Return the message of the exception.
	 * @return the message, or null if the exception has none
	 */
	public @Nullable String getMessage() {
		return this.message;
	}

	/**
	 * Return the HTTP status of the response.
	 * @return the status, or null if there is no response
	 */
	public @Nullable Integer getStatus() {
		return this.status;
	}

	/**
	 * Return the error code of the response, such as {@code RATE_LIMIT_EXCEEDED}.
	 * @return the code, or null if there is no error code
	 */
	public @Nullable String getCode() {
		return this.code;
	}

	@Override
	public String toString() {
		return describe("errorType=" + this.errorType + ", message=" + this.message);
	}

}
