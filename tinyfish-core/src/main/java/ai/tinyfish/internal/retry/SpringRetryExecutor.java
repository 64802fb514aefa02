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
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.retry.RetryContext;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffInterruptedException;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.context.RetryContextSupport;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.retry.support.RetryTemplate;

/**
 * {@link RetryExecutor} on Spring Retry. The only class that knows that library, so that
 * a move to the core retry of Spring Framework stays here.
 */
public final class SpringRetryExecutor implements RetryExecutor {

	private static final String DELAY = "ai.tinyfish.delay";

	@Override
	public <T> T execute(Supplier<T> attempt, RetryPlan plan, Pause pause, Consumer<Failure> onRetry) {
		RetryTemplate template = new RetryTemplate();
		template.setRetryPolicy(new PlannedRetryPolicy(plan));
		template.setBackOffPolicy(new PlannedBackOff(pause, onRetry));
		try {
			return template.<T, RuntimeException>execute((context) -> attempt.get());
		}
		catch (BackOffInterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetryInterruptedException(ex.getCause());
		}
	}

	/**
	 * Asks the plan once for each failure, and keeps the delay for the back-off.
	 */
	private static final class PlannedRetryPolicy extends NeverRetryPolicy {

		private final transient RetryPlan plan;

		PlannedRetryPolicy(RetryPlan plan) {
			this.plan = plan;
		}

		@Override
		public RetryContext open(@Nullable RetryContext parent) {
			return new RetryContextSupport(parent);
		}

		@Override
		public boolean canRetry(RetryContext context) {
			return context.getLastThrowable() == null || context.getAttribute(DELAY) != null;
		}

		@Override
		public void registerThrowable(RetryContext context, Throwable throwable) {
			((RetryContextSupport) context).registerThrowable(throwable);
			// only our own failures are ever repeated, an Error is not
			Duration delay = (throwable instanceof AttemptFailedException failed) ? this.plan.next(failed.failure())
					: null;
			context.setAttribute(DELAY, delay);
		}

	}

	private static final class PlannedBackOff implements BackOffPolicy {

		private final Pause pause;

		private final Consumer<Failure> onRetry;

		PlannedBackOff(Pause pause, Consumer<Failure> onRetry) {
			this.pause = pause;
			this.onRetry = onRetry;
		}

		@Override
		public BackOffContext start(RetryContext context) {
			return new PlannedBackOffContext(context);
		}

		@Override
		public void backOff(BackOffContext backOffContext) throws BackOffInterruptedException {
			RetryContext context = ((PlannedBackOffContext) backOffContext).context;
			if (context.getAttribute(DELAY) instanceof Duration delay
					&& context.getLastThrowable() instanceof AttemptFailedException failed) {
				this.onRetry.accept(failed.failure());
				try {
					this.pause.pause(delay);
				}
				catch (InterruptedException ex) {
					throw new BackOffInterruptedException("Interrupted", context.getLastThrowable());
				}
			}
		}

	}

	private static final class PlannedBackOffContext implements BackOffContext {

		private final transient RetryContext context;

		PlannedBackOffContext(RetryContext context) {
			this.context = context;
		}

	}

}
