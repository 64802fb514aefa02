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
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.retry.RetryContext;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffInterruptedException;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.retry.support.RetryTemplate;

/**
 * Makes attempts on the calling thread until one succeeds or the plan ends, with Spring
 * Retry. The only class that uses this library, so that a move to the core retry of
 * Spring Framework only changes this class.
 */
public final class SpringRetryExecutor {

	private SpringRetryExecutor() {
	}

	/**
	 * Execute a call.
	 * @param <T> the result of the call
	 * @param attempt makes one attempt
	 * @param plan decides on further attempts
	 * @param pause waits between two attempts
	 * @param onRetry called before each further attempt's delay, with the failure of the
	 * attempt before
	 * @return the result of the successful attempt
	 * @throws AttemptFailedException the last attempt's failure
	 * @throws RetryInterruptedException if the thread was interrupted during a delay; its
	 * interrupt flag is set
	 */
	public static <T> T execute(Supplier<T> attempt, RetryPlan plan, Pause pause, Consumer<AttemptFailure> onRetry) {
		PlannedRetries retries = new PlannedRetries(plan, pause, onRetry);
		RetryTemplate template = new RetryTemplate();
		template.setRetryPolicy(retries);
		template.setBackOffPolicy(retries);
		try {
			return template.<T, RuntimeException>execute((context) -> attempt.get());
		}
		catch (BackOffInterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetryInterruptedException();
		}
	}

	/**
	 * Policies of one call. They call the plan once for each failure, and wait for its
	 * delay.
	 */
	private static final class PlannedRetries extends NeverRetryPolicy implements BackOffPolicy {

		private final transient RetryPlan plan;

		private final transient Pause pause;

		private final transient Consumer<AttemptFailure> onRetry;

		private transient @Nullable AttemptFailure failure;

		private transient @Nullable Duration delay;

		PlannedRetries(RetryPlan plan, Pause pause, Consumer<AttemptFailure> onRetry) {
			this.plan = plan;
			this.pause = pause;
			this.onRetry = onRetry;
		}

		@Override
		public boolean canRetry(RetryContext context) {
			return context.getLastThrowable() == null || this.delay != null;
		}

		@Override
		public void registerThrowable(RetryContext context, Throwable throwable) {
			super.registerThrowable(context, throwable);
			// only our own failures are retried, never an Error
			this.failure = (throwable instanceof AttemptFailedException failed) ? failed.failure() : null;
			this.delay = (this.failure != null) ? this.plan.next(this.failure) : null;
		}

		@Override
		public @Nullable BackOffContext start(RetryContext context) {
			return null;
		}

		@Override
		public void backOff(@Nullable BackOffContext context) throws BackOffInterruptedException {
			this.onRetry.accept(Objects.requireNonNull(this.failure));
			try {
				this.pause.pause(Objects.requireNonNull(this.delay));
			}
			catch (InterruptedException ex) {
				throw new BackOffInterruptedException("Interrupted", ex);
			}
		}

	}

}
