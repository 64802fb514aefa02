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

package ai.tinyfish.internal.poll;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * Meaning of the failures of polls.
 */
final class Failures {

	private Failures() {
	}

	/**
	 * Return whether there was no answer in time, by our clock or by a gateway's. A
	 * response that asks to wait is about the service, not about a run.
	 */
	static boolean isUnanswered(Throwable failure) {
		return failure instanceof TinyFishTimeoutException || (failure instanceof TinyFishStatusException answered
				&& answered.status() == 504 && answered.retryAfter() == null);
	}

	/**
	 * Return whether the answers for single runs may differ: one run may be the reason
	 * why the call for many is refused or its answer cannot be used, or the service does
	 * not have this call.
	 */
	static boolean mayDifferForSingleRuns(Throwable failure) {
		return failure.getCause() instanceof DataBufferLimitException
				|| (failure instanceof TinyFishStatusException answered && answered.status() < 500
						&& answered.status() / 100 != 3 && !isOfAccount(failure));
	}

	/**
	 * Return whether the answer is about the account, and the same for each of its runs.
	 */
	static boolean isOfAccount(Throwable failure) {
		return failure instanceof TinyFishAuthenticationException
				|| failure instanceof TinyFishPermissionDeniedException
				|| failure instanceof TinyFishRateLimitException;
	}

	/**
	 * Return whether the service itself does not know the run, and not a gateway the
	 * path.
	 */
	static boolean isUnknownRun(Throwable failure) {
		return failure instanceof TinyFishNotFoundException answered && answered.code() != null;
	}

	/**
	 * Return whether the service itself refuses to answer, and not a gateway.
	 */
	static boolean isRefused(Throwable failure) {
		return (failure instanceof TinyFishAuthenticationException
				|| failure instanceof TinyFishPermissionDeniedException)
				&& ((TinyFishStatusException) failure).code() != null;
	}

	/**
	 * Return whether a further poll would fail in the same way.
	 */
	static boolean isFinal(Throwable failure) {
		return isRefused(failure) || !(failure instanceof TinyFishApiException);
	}

}
