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

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes attempts on the calling thread until one succeeds or the plan ends.
 */
public interface RetryExecutor {

	/**
	 * Execute a call.
	 * @param <T> what the call gives
	 * @param attempt makes one attempt
	 * @param plan says whether there is another
	 * @param pause waits between two attempts
	 * @param onRetry called before each further attempt's delay, with the failure of the
	 * attempt before
	 * @return what the successful attempt gave
	 * @throws AttemptFailedException the last attempt's failure
	 * @throws RetryInterruptedException if the thread was interrupted during a delay; its
	 * interrupt flag is set
	 */
	<T> T execute(Supplier<T> attempt, RetryPlan plan, Pause pause, Consumer<Failure> onRetry);

}
