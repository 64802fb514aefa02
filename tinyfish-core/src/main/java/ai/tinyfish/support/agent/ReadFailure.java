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

package ai.tinyfish.support.agent;

import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishStatusException;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * Subject of a failed read of runs, as one table for all that read them. The read of many
 * runs may fail because of one of them, or of their number, unless the failure is about
 * the account or the service: reads of single runs show which.
 *
 * @since 0.1.0
 */
public enum ReadFailure {

	/** The service does not know the run. */
	UNKNOWN_RUN,

	/** The service refuses the read of this run, and would refuse it again. */
	REFUSED_RUN,

	/**
	 * The response is larger than a client reads. The page of a gateway is never that
	 * large, so the runs are the reason.
	 */
	TOO_LARGE,

	/** The service refuses the key, and would for each run of the account. */
	ACCOUNT,

	/**
	 * There is no answer of the service: no response in time, a broken connection, a
	 * failure on the way or in the service, or a response that cannot be used, such as
	 * the page of a gateway.
	 */
	NO_ANSWER,

	/** The service asks to wait, or the account has no credit. */
	SERVICE;

	/**
	 * Return the subject of a failed read.
	 * @param failure the failure of a read of one or more runs
	 * @return the subject; {@link #NO_ANSWER} if it is not a failure of a call
	 */
	public static ReadFailure of(Throwable failure) {
		if (!(failure instanceof TinyFishStatusException response)) {
			return (failure.getCause() instanceof DataBufferLimitException) ? TOO_LARGE : NO_ANSWER;
		}
		int status = response.status();
		if (status == 429 || (status >= 500 && response.retryAfter() != null)
				|| response instanceof TinyFishInsufficientCreditsException) {
			return SERVICE;
		}
		if (!response.isFromService() || status / 100 != 4) {
			return NO_ANSWER;
		}
		return switch (status) {
			case 401, 403 -> ACCOUNT;
			case 404 -> UNKNOWN_RUN;
			case 408 -> NO_ANSWER;
			default -> REFUSED_RUN;
		};
	}

	/**
	 * Return whether reads of other runs would fail in the same way.
	 * @return true for {@link #ACCOUNT} and {@link #SERVICE}
	 */
	public boolean affectsAllRuns() {
		return this == ACCOUNT || this == SERVICE;
	}

}
