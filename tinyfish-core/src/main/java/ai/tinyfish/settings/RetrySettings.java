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

package ai.tinyfish.settings;

import java.time.Duration;

import ai.tinyfish.internal.request.Checks;

/**
 * Settings of retries: their number and their delays. The failures that are retried
 * cannot be configured, except with {@link #submissions()}.
 *
 * @param maxRetries the number of further attempts after the first; 0 for none
 * @param delay the delay before the first retry
 * @param multiplier the factor by which the delay grows with each further retry; 1 or
 * more
 * @param maxDelay the longest delay that is computed
 * @param jitter the largest random time that is added to a delay, requested or computed
 * @param maxRetryAfter the longest wait that the service may request; if it requests more
 * the call fails at once
 * @param submissions when a request that starts a run is sent again
 * @since 0.1.0
 */
public record RetrySettings(int maxRetries, Duration delay, double multiplier, Duration maxDelay, Duration jitter,
		Duration maxRetryAfter, SubmissionRetry submissions) {

	private static final Duration MAX_DURATION = Duration.ofDays(365);

	private static final RetrySettings DEFAULTS = new RetrySettings(2, Duration.ofMillis(500), 2, Duration.ofSeconds(8),
			Duration.ofMillis(100), Duration.ofSeconds(60), SubmissionRetry.WHEN_REJECTED);

	/**
	 * Check the values.
	 * @param maxRetries the number of further attempts after the first; 0 for none
	 * @param delay the delay before the first retry
	 * @param multiplier the factor by which the delay grows with each further retry; 1 or
	 * more
	 * @param maxDelay the longest delay that is computed
	 * @param jitter the largest random time that is added to a delay, requested or
	 * computed
	 * @param maxRetryAfter the longest wait that the service may request
	 * @param submissions when a request that starts a run is sent again
	 * @throws IllegalArgumentException if a number or duration is negative, or the
	 * multiplier below 1
	 */
	public RetrySettings {
		Checks.that(maxRetries >= 0, "maxRetries must not be negative: " + maxRetries);
		Checks.that(multiplier >= 1 && Double.isFinite(multiplier), "multiplier must be 1 or more: " + multiplier);
		delay = bounded("delay", delay);
		maxDelay = bounded("maxDelay", maxDelay);
		jitter = bounded("jitter", jitter);
		maxRetryAfter = bounded("maxRetryAfter", maxRetryAfter);
	}

	private static Duration bounded(String name, Duration value) {
		Checks.that(!value.isNegative(), name + " must not be negative: " + value);
		// timers have a maximum
		return (value.compareTo(MAX_DURATION) > 0) ? MAX_DURATION : value;
	}

	/**
	 * Return the defaults: 2 retries after 500 ms and 1 s, plus up to 100 ms each;
	 * submissions {@link SubmissionRetry#WHEN_REJECTED when rejected}.
	 * @return the default settings
	 */
	public static RetrySettings defaults() {
		return DEFAULTS;
	}

	/**
	 * Return these settings with another number of retries.
	 * @param maxRetries the number of further attempts after the first; 0 for none
	 * @return new settings
	 */
	public RetrySettings withMaxRetries(int maxRetries) {
		return new RetrySettings(maxRetries, this.delay, this.multiplier, this.maxDelay, this.jitter,
				this.maxRetryAfter, this.submissions);
	}

	/**
	 * Return these settings with other delays.
	 * @param delay the delay before the first retry
	 * @param multiplier the factor by which the delay grows with each further retry
	 * @param maxDelay the longest delay that is computed
	 * @param jitter the largest random time that is added
	 * @return new settings
	 */
	public RetrySettings withDelays(Duration delay, double multiplier, Duration maxDelay, Duration jitter) {
		return new RetrySettings(this.maxRetries, delay, multiplier, maxDelay, jitter, this.maxRetryAfter,
				this.submissions);
	}

	/**
	 * Return these settings with another limit on the wait that the service may request.
	 * @param maxRetryAfter the longest wait that the service may request
	 * @return new settings
	 */
	public RetrySettings withMaxRetryAfter(Duration maxRetryAfter) {
		return new RetrySettings(this.maxRetries, this.delay, this.multiplier, this.maxDelay, this.jitter,
				maxRetryAfter, this.submissions);
	}

	/**
	 * Return these settings with another rule for requests that start a run.
	 * @param submissions when a request that starts a run is sent again
	 * @return new settings
	 */
	public RetrySettings withSubmissions(SubmissionRetry submissions) {
		return new RetrySettings(this.maxRetries, this.delay, this.multiplier, this.maxDelay, this.jitter,
				this.maxRetryAfter, submissions);
	}

}
