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

package ai.tinyfish.internal.call;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishException;

/**
 * Part of a call that starts something, so that it is not sent twice.
 *
 * @param <T> the result of the call
 * @param starts the kind of what it starts
 * @param unknownOutcome creates the exception for an attempt that may have started
 * something
 * @param failureDecoder reads a response that is not a success but carries a run; returns
 * null if it carries none
 */
public record Submission<T>(Started starts, UnknownOutcome unknownOutcome, ApiCall.ResponseDecoder<T> failureDecoder) {

	/**
	 * Strategy interface for the exception of a submission whose outcome is unknown.
	 */
	@FunctionalInterface
	public interface UnknownOutcome {

		/**
		 * Create the exception.
		 * @param operation the operation that failed
		 * @param cause the failure; has the run id if the response had one
		 * @return the exception, which may be the cause itself
		 */
		TinyFishException of(String operation, TinyFishApiException cause);

	}

}
