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

package ai.tinyfish.internal.retry;

import java.time.Duration;
import java.util.Locale;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishStatusException;
import org.jspecify.annotations.Nullable;

/**
 * Reason for which one attempt at a call failed, in the terms of the retry rules.
 *
 * @param kind the stage of the failure
 * @param exception the exception for the caller if this was the last attempt
 * @param envelope whether the answer was an error in TinyFish's own envelope
 * @param startNamed whether the answer to a submission has the id of the started object
 */
public record AttemptFailure(Kind kind, TinyFishApiException exception, boolean envelope, boolean startNamed) {

	/**
	 * Create a failure without an answer.
	 * @param kind the stage of the failure
	 * @param exception the exception for the caller
	 * @return the failure
	 */
	public static AttemptFailure of(Kind kind, TinyFishApiException exception) {
		return new AttemptFailure(kind, exception, false, false);
	}

	/**
	 * Return the status of the answer.
	 * @return the HTTP status, or 0 if there is no answer
	 */
	public int status() {
		return (this.exception instanceof TinyFishStatusException answered) ? answered.status() : 0;
	}

	/**
	 * The error code of the answer.
	 * @return the code in upper case, or an empty text
	 */
	String code() {
		String code = (this.exception instanceof TinyFishStatusException answered) ? answered.code() : null;
		return (code != null) ? code.toUpperCase(Locale.ROOT) : "";
	}

	/**
	 * Return the time that the service asks to wait.
	 * @return the duration, or null if it does not ask to wait
	 */
	@Nullable Duration retryAfter() {
		return (this.exception instanceof TinyFishStatusException answered) ? answered.retryAfter() : null;
	}

	/**
	 * Stage at which an attempt failed.
	 */
	public enum Kind {

		/** No connection in time: nothing was sent. */
		NOT_SENT,

		/** A part of the application failed before anything was sent. */
		PREVENTED,

		/** Sent, but no complete answer: a timeout or a broken connection. */
		NO_ANSWER,

		/** Answered, but not with success. */
		REJECTED,

		/** Answered with success that cannot be read. */
		UNREADABLE

	}

}
