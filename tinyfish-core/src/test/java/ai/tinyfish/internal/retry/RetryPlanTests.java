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
import java.util.List;

import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.settings.SubmissionRetry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetryPlanTests {

	private static final RetrySettings SETTINGS = new RetrySettings(5, Duration.ofMillis(500), 2,
			Duration.ofMillis(1500), Duration.ZERO, Duration.ofSeconds(60), SubmissionRetry.WHEN_REJECTED);

	@Test
	void delaysGrowUpToTheLimit() {
		RetryPlan plan = new RetryPlan(SETTINGS, RetryRules.Kind.REPEATABLE);
		assertThat(plan.next(status(500, null))).isEqualTo(Duration.ofMillis(500));
		assertThat(plan.next(status(500, null))).isEqualTo(Duration.ofMillis(1000));
		assertThat(plan.next(status(500, null))).isEqualTo(Duration.ofMillis(1500));
		assertThat(plan.next(status(500, null))).isEqualTo(Duration.ofMillis(1500));
	}

	@Test
	void endsAfterTheConfiguredNumberOfRetries() {
		RetryPlan plan = new RetryPlan(SETTINGS.withMaxRetries(2), RetryRules.Kind.REPEATABLE);
		assertThat(plan.next(status(500, null))).isNotNull();
		assertThat(plan.next(status(500, null))).isNotNull();
		assertThat(plan.next(status(500, null))).isNull();
	}

	@Test
	void jitterIsAddedAndBounded() {
		RetrySettings settings = SETTINGS.withDelays(Duration.ofMillis(500), 1, Duration.ofSeconds(1),
				Duration.ofMillis(100));
		for (int i = 0; i < 200; i++) {
			assertThat(new RetryPlan(settings, RetryRules.Kind.REPEATABLE).next(status(500, null)))
				.isBetween(Duration.ofMillis(500), Duration.ofMillis(600));
		}
	}

	@Test
	void delayThatTheServiceAsksForWinsOverTheComputedOne() {
		assertThat(new RetryPlan(SETTINGS, RetryRules.Kind.REPEATABLE).next(status(429, Duration.ofSeconds(60))))
			.isEqualTo(Duration.ofSeconds(60));
		assertThat(new RetryPlan(SETTINGS, RetryRules.Kind.REPEATABLE).next(status(429, Duration.ZERO)))
			.isEqualTo(Duration.ZERO);
	}

	@Test
	void failsAtOnceWhenTheServiceAsksForMoreThanAllowed() {
		assertThat(new RetryPlan(SETTINGS, RetryRules.Kind.REPEATABLE).next(status(429, Duration.ofSeconds(61))))
			.isNull();
	}

	@Test
	void doesNotRepeatOnAnInterruptedThread() {
		Thread.currentThread().interrupt();
		try {
			assertThat(new RetryPlan(SETTINGS, RetryRules.Kind.REPEATABLE).next(status(500, null))).isNull();
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void remembersThatAnEarlierAttemptMayHaveStartedARun() {
		RetryPlan plan = new RetryPlan(SETTINGS.withSubmissions(SubmissionRetry.AS_OFFICIAL_SDKS),
				RetryRules.Kind.SUBMISSION);
		assertThat(plan
			.next(AttemptFailure.of(AttemptFailure.Kind.NO_ANSWER, new TinyFishConnectionException("broken", null))))
			.isNotNull();
		assertThat(plan.next(status(401, null))).isNull();
		assertThat(plan.runMayExist()).isTrue();
	}

	private static AttemptFailure status(int status, Duration retryAfter) {
		ApiErrorResponse response = new ApiErrorResponse(status, null, null, null, retryAfter, null, List.of());
		return new AttemptFailure(AttemptFailure.Kind.REJECTED, TinyFishStatusException.of("test", response, null),
				false, false);
	}

	@Test
	void absurdDelaysAreCut() {
		Duration absurd = Duration.ofSeconds(Long.MAX_VALUE);
		RetrySettings settings = RetrySettings.defaults()
			.withDelays(absurd, 2, absurd, absurd)
			.withMaxRetryAfter(absurd);
		assertThat(settings.delay()).isEqualTo(Duration.ofDays(365));
		assertThat(new RetryPlan(settings, RetryRules.Kind.REPEATABLE)
			.next(AttemptFailure.of(AttemptFailure.Kind.NOT_SENT, new TinyFishConnectionException("x", null))))
			.isBetween(Duration.ofDays(365), Duration.ofDays(730));
	}

}
