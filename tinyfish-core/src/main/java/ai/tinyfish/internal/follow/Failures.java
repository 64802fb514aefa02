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

package ai.tinyfish.internal.follow;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * What the failure of a poll says.
 */
final class Failures {

	private Failures() {
	}

	/**
	 * Whether there was no answer in time, by our clock or by a gateway's. One that asks
	 * to wait speaks of the service, not of a run.
	 */
	static boolean isUnanswered(Throwable failure) {
		return failure instanceof TinyFishTimeoutException || (failure instanceof TinyFishStatusException answered
				&& answered.status() == 504 && answered.retryAfter() == null);
	}

	/**
	 * Whether the answer for all is a success that says nothing: what it does not say,
	 * those for single runs may.
	 */
	static boolean isUnusable(Throwable failure) {
		return failure instanceof TinyFishStatusException answered && answered.status() / 100 == 2;
	}

	/**
	 * Whether one run may be why the answer for all is refused, or cannot be used: the
	 * others are not to lose their endings over it.
	 */
	static boolean isBecauseOfItsRuns(Throwable failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure.getCause() instanceof DataBufferLimitException;
	}

	/**
	 * Whether the service says that there is no such run, and not a gateway that there is
	 * no such page.
	 */
	static boolean isUnknownRun(Throwable failure) {
		return failure instanceof TinyFishNotFoundException answered && answered.code() != null;
	}

	/**
	 * Whether the service itself says that it will not answer: a page of a gateway does
	 * not speak for it.
	 */
	static boolean isFinal(Throwable failure) {
		if (failure instanceof TinyFishAuthenticationException
				|| failure instanceof TinyFishPermissionDeniedException) {
			return ((TinyFishStatusException) failure).code() != null;
		}
		return !(failure instanceof TinyFishApiException);
	}

}
