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
import java.util.concurrent.ThreadLocalRandom;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.settings.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * Follows the attempts at one call and decides whether, and after which delay, another is
 * made. Shared by the blocking and the reactive execution; one instance per call.
 */
public final class RetryPlan {

	private final RetrySettings settings;

	private final RetryRules.Kind kind;

	private int attempts;

	private boolean runMayExist;

	private @Nullable TinyFishApiException lastFailure;

	private boolean sent;

	/**
	 * Create a plan for one call.
	 * @param settings the number and the delays of retries
	 * @param kind the kind of the call
	 */
	public RetryPlan(RetrySettings settings, RetryRules.Kind kind) {
		this.settings = settings;
		this.kind = kind;
	}

	/**
	 * Record a failed attempt.
	 * @param failure the failure
	 * @return the delay before the next attempt, or null if it was the last one
	 */
	public @Nullable Duration next(AttemptFailure failure) {
		this.attempts++;
		this.lastFailure = failure.exception();
		this.sent |= failure.kind() != AttemptFailure.Kind.NOT_SENT && failure.kind() != AttemptFailure.Kind.PREVENTED;
		this.runMayExist |= RetryRules.mayHaveStartedRun(failure, this.kind == RetryRules.Kind.SUBMISSION);
		if (this.attempts > this.settings.maxRetries() || Thread.currentThread().isInterrupted()
				|| !RetryRules.mayRepeat(failure, this.kind, this.settings.submissions())) {
			return null;
		}
		Duration asked = failure.retryAfter();
		if (asked == null) {
			return withJitter(backOff());
		}
		return (asked.compareTo(this.settings.maxRetryAfter()) <= 0) ? withJitter(asked) : null;
	}

	/**
	 * Return whether one of the attempts may have started an unknown run.
	 * @return true if a run may exist
	 */
	public boolean runMayExist() {
		return this.runMayExist;
	}

	/**
	 * Return the failure of the last attempt.
	 * @return the exception, or null before the first attempt has failed
	 */
	public @Nullable TinyFishApiException lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Return whether one of the attempts may have been sent.
	 * @return false if no failed attempt has reached that stage
	 */
	public boolean sent() {
		return this.sent;
	}

	private Duration backOff() {
		double delay = this.settings.delay().toMillis() * Math.pow(this.settings.multiplier(), this.attempts - 1.0);
		return Duration.ofMillis((long) Math.min(delay, this.settings.maxDelay().toMillis()));
	}

	private Duration withJitter(Duration delay) {
		long jitter = this.settings.jitter().toMillis();
		return (jitter > 0) ? delay.plusMillis(ThreadLocalRandom.current().nextLong(jitter + 1)) : delay;
	}

}
