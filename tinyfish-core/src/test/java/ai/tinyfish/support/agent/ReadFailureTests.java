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

package ai.tinyfish.support.agent;

import java.time.Duration;
import java.util.List;

import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.buffer.DataBufferLimitException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of failed reads, row by row.
 */
class ReadFailureTests {

	// @formatter:off
	@ParameterizedTest(name = "{0}")
	@CsvSource({
		// failure,                 status, code,                 wait,  subject
		"the run is unknown,              404,    NOT_FOUND,            false, UNKNOWN_RUN",
		"the path is unknown,             404,    ,                     false, NO_ANSWER",
		"the id is wrong,                 400,    INVALID_INPUT,        false, REFUSED_RUN",
		"the id is wrong for a gateway,   400,    ,                     false, NO_ANSWER",
		"the run is in conflict,          409,    CONFLICT,             false, REFUSED_RUN",
		"the run is gone,                 410,    GONE,                 false, REFUSED_RUN",
		"the request is too large,        413,    ,                     false, NO_ANSWER",
		"the request cannot be processed, 422,    INVALID_INPUT,        false, REFUSED_RUN",
		"the key is wrong,                401,    INVALID_API_KEY,      false, ACCOUNT",
		"a gateway asks to sign in,       401,    ,                     false, NO_ANSWER",
		"the key may not read,            403,    FORBIDDEN,            false, ACCOUNT",
		"a gateway forbids it,            403,    ,                     false, NO_ANSWER",
		// passes as soon as the account is topped up
		"there is no credit,              402,    ,                     false, SERVICE",
		"there is no credit (403),        403,    INSUFFICIENT_CREDITS, false, SERVICE",
		"too many requests,               429,    RATE_LIMIT_EXCEEDED,  false, SERVICE",
		"too many for a gateway,          429,    ,                     true,  SERVICE",
		"the service is busy,             503,    SERVICE_BUSY,         true,  SERVICE",
		"a gateway asks to wait,          503,    ,                     true,  SERVICE",
		"504 that asks to wait,           504,    ,                     true,  SERVICE",
		"busy without a time,             503,    SERVICE_BUSY,         false, NO_ANSWER",
		"the service fails,               500,    INTERNAL_ERROR,       false, NO_ANSWER",
		"a gateway fails,                 502,    ,                     false, NO_ANSWER",
		"a gateway has no answer,         504,    ,                     false, NO_ANSWER",
		"the service gives up,            408,    REQUEST_TIMEOUT,      false, NO_ANSWER",
		"a redirect,                      302,    ,                     false, NO_ANSWER",
		"an answer that cannot be used,   200,    ,                     false, NO_ANSWER"
	})
	// @formatter:on
	void decidesByTheTable(String name, int status, @Nullable String code, boolean wait, ReadFailure subject) {
		ApiErrorResponse response = new ApiErrorResponse(status, code, null, null, wait ? Duration.ofSeconds(1) : null,
				null, List.of());
		assertThat(ReadFailure.of(TinyFishStatusException.of("runs.get", response, "run-1"))).isEqualTo(subject);
	}

	@Test
	void failureWithoutAResponseHasNoAnswer() {
		assertThat(ReadFailure.of(new TinyFishTimeoutException("late", null))).isEqualTo(ReadFailure.NO_ANSWER);
		assertThat(ReadFailure.of(new TinyFishConnectionException("broken", null))).isEqualTo(ReadFailure.NO_ANSWER);
		assertThat(ReadFailure.of(new IllegalStateException("other"))).isEqualTo(ReadFailure.NO_ANSWER);
	}

	@Test
	void responseThatIsTooLargeIsDueToTheRuns() {
		assertThat(ReadFailure
			.of(new TinyFishConnectionException("large", new DataBufferLimitException("more than 64 MiB"))))
			.isEqualTo(ReadFailure.TOO_LARGE);
	}

}
