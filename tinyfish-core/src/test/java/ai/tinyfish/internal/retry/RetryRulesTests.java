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
import ai.tinyfish.internal.retry.AttemptFailure.Kind;
import ai.tinyfish.settings.SubmissionRetry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The design's table of retry rules, row by row and for each mode.
 */
class RetryRulesTests {

	// @formatter:off
	@ParameterizedTest(name = "{0}")
	@CsvSource({
		// event,                            kind,       status, code,                    id,    retryAfter, repeatable, rejected, official, unsent, run may exist
		"408,                                REJECTED,   408,    ,                        false, false,      true,       true,     true,     false,  false",
		"408 with a run id,                  REJECTED,   408,    ,                        true,  false,      true,       false,    false,    false,  true",
		"408 with a run-level code,          REJECTED,   408,    TIMEOUT,                 false, false,      true,       false,    false,    false,  true",
		"429 with envelope,                  REJECTED,   429,    RATE_LIMIT_EXCEEDED,     false, false,      true,       true,     true,     true,   false",
		"429 with another code,              REJECTED,   429,    SLOW_DOWN,               false, false,      true,       true,     true,     true,   false",
		"429 without envelope,               REJECTED,   429,    ,                        false, false,      true,       true,     true,     true,   false",
		"429 with a run id,                  REJECTED,   429,    RATE_LIMIT_EXCEEDED,     true,  true,       true,       false,    false,    false,  true",
		"429 with a run-level code,          REJECTED,   429,    cancelled,               false, true,       true,       false,    false,    false,  true",
		"503 with envelope,                  REJECTED,   503,    SERVICE_BUSY,            false, false,      true,       true,     true,     false,  false",
		"503 with envelope in lower case,    REJECTED,   503,    service_busy,            false, false,      true,       true,     true,     false,  false",
		"503 with another code,              REJECTED,   503,    MAINTENANCE,             false, true,       true,       false,    true,     false,  true",
		"503 with a run id,                  REJECTED,   503,    SERVICE_BUSY,            true,  true,       true,       false,    false,    false,  true",
		"503 with a run-level code,          REJECTED,   503,    site_blocked,            false, true,       true,       false,    false,    false,  true",
		"503 with Retry-After,               REJECTED,   503,    ,                        false, true,       true,       true,     true,     false,  false",
		"503 of a gateway,                   REJECTED,   503,    ,                        false, false,      true,       false,    true,     false,  true",
		"500 with envelope,                  REJECTED,   500,    INTERNAL_ERROR,          false, false,      true,       true,     true,     false,  false",
		"500 with the limit's code,          REJECTED,   500,    rate_limit_exceeded,     false, false,      true,       true,     true,     false,  false",
		"500 with another code,              REJECTED,   500,    FORBIDDEN,               false, false,      true,       false,    true,     false,  true",
		"500 with a run id,                  REJECTED,   500,    INTERNAL_ERROR,          true,  false,      true,       false,    false,    false,  true",
		"500 with a run-level code,          REJECTED,   500,    TASK_FAILED,             false, false,      true,       false,    false,    false,  true",
		"500 with one in lower case,         REJECTED,   500,    max_steps_exceeded,      false, false,      true,       false,    false,    false,  true",
		"500 of a gateway,                   REJECTED,   500,    ,                        false, false,      true,       false,    true,     false,  true",
		"500 of a gateway with a run id,     REJECTED,   500,    ,                        true,  false,      true,       false,    false,    false,  true",
		"502 with Retry-After,               REJECTED,   502,    ,                        false, true,       true,       false,    true,     false,  true",
		"504 of a gateway,                   REJECTED,   504,    ,                        false, false,      true,       false,    true,     false,  true",
		"504 with a run-level code,          REJECTED,   504,    TIMEOUT,                 false, false,      true,       false,    false,    false,  true",
		"no connection,                      NOT_SENT,   0,      ,                        false, false,      true,       true,     true,     true,   false",
		"prevented by the application,       PREVENTED,  0,      ,                        false, false,      true,       false,    false,    false,  false",
		"timeout or break after sending,     NO_ANSWER,  0,      ,                        false, false,      true,       false,    true,     false,  true",
		"400,                                REJECTED,   400,    INVALID_INPUT,           false, false,      false,      false,    false,    false,  false",
		"400 with a run-level code,          REJECTED,   400,    CONTENT_POLICY_VIOLATION,false, false,      false,      false,    false,    false,  true",
		"401,                                REJECTED,   401,    INVALID_API_KEY,         false, false,      false,      false,    false,    false,  false",
		"404,                                REJECTED,   404,    NOT_FOUND,               false, false,      false,      false,    false,    false,  false",
		"409,                                REJECTED,   409,    CONFLICT,                false, false,      false,      false,    false,    false,  false",
		"409 with a run id,                  REJECTED,   409,    CONFLICT,                true,  false,      false,      false,    false,    false,  true",
		"302,                                REJECTED,   302,    ,                        false, false,      false,      false,    false,    false,  false",
		"2xx that cannot be read,            UNREADABLE, 200,    ,                        false, false,      false,      false,    false,    false,  true"
	})
	// @formatter:on
	void decidesByTheTable(String name, Kind kind, int status, @Nullable String code, boolean id, boolean retryAfter,
			boolean repeatable, boolean whenRejected, boolean asOfficialSdks, boolean whenUnsent, boolean runMayExist) {
		AttemptFailure failure = failure(kind, status, code, id, retryAfter);
		for (SubmissionRetry mode : SubmissionRetry.values()) {
			assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.REPEATABLE, mode)).as("repeatable call, %s", mode)
				.isEqualTo(repeatable);
		}
		assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.SUBMISSION, SubmissionRetry.WHEN_REJECTED))
			.isEqualTo(whenRejected);
		assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.SUBMISSION, SubmissionRetry.AS_OFFICIAL_SDKS))
			.isEqualTo(asOfficialSdks);
		assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.SUBMISSION, SubmissionRetry.WHEN_UNSENT))
			.isEqualTo(whenUnsent);
		assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.SESSION_END, SubmissionRetry.WHEN_REJECTED))
			.isEqualTo(repeatable || (kind == Kind.REJECTED && status == 409));
		assertThat(RetryRules.mayHaveStartedRun(failure, true)).isEqualTo(runMayExist);
		assertThat(RetryRules.mayHaveStartedRun(failure, false)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 504 })
	void aCodeOutsideOfTheEnvelopeMayBeOfAGateway(int status) {
		ApiErrorResponse response = ApiErrorResponse.of(status, "INTERNAL_ERROR", "Busy");
		AttemptFailure failure = new AttemptFailure(Kind.REJECTED, TinyFishStatusException.of("test", response, null),
				false, false);
		assertThat(RetryRules.mayRepeat(failure, RetryRules.Kind.SUBMISSION, SubmissionRetry.WHEN_REJECTED)).isFalse();
		assertThat(RetryRules.mayHaveStartedRun(failure, true)).isTrue();
	}

	private static AttemptFailure failure(Kind kind, int status, @Nullable String code, boolean id,
			boolean retryAfter) {
		if (status == 0) {
			return AttemptFailure.of(kind, new TinyFishConnectionException("test", null));
		}
		ApiErrorResponse response = new ApiErrorResponse(status, code, null, null,
				retryAfter ? Duration.ofSeconds(1) : null, null, List.of());
		return new AttemptFailure(kind, TinyFishStatusException.of("test", response, null), code != null, id);
	}

}
