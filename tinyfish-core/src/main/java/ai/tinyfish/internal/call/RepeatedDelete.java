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

import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.internal.call.Answers.Answer;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.Failure;

/**
 * Follows the attempts at a call that takes something away. Where one may have done so
 * and its answer was lost, it is why the next one finds nothing: that is no failure.
 *
 * @param <T> what the call gives
 */
final class RepeatedDelete<T> {

	private final ApiCall<T> call;

	private volatile boolean mayBeGone;

	RepeatedDelete(ApiCall<T> call) {
		this.call = call;
	}

	/**
	 * Record a failed attempt.
	 * @return what it means where it is no failure
	 * @throws AttemptFailedException the failure, where it is one
	 */
	Answer<T> failed(AttemptFailedException attempt) {
		Failure failure = attempt.failure();
		T whenGone = this.call.whenGone();
		// a gateway may know no such page, which says nothing
		if (whenGone != null && this.mayBeGone && failure.envelope()
				&& failure.exception() instanceof TinyFishNotFoundException notFound) {
			return new Answer<>(notFound.status(), whenGone);
		}
		this.mayBeGone |= failure.mayHaveBeenDone();
		throw attempt;
	}

}
