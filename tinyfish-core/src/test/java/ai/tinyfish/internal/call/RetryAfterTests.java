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

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTests {

	@ParameterizedTest
	@CsvSource({ "0, 0", "60, 60000", "1.5, 1500", "' 7 ', 7000", ".25, 250" })
	void readsSeconds(String value, long millis) {
		assertThat(RetryAfter.parse(value, null)).isEqualTo(Duration.ofMillis(millis));
	}

	@Test
	void readsADateAgainstTheServersOwnClock() {
		assertThat(RetryAfter.parse("Sun, 01 Mar 2026 08:00:30 GMT", "Sun, 01 Mar 2026 08:00:00 GMT"))
			.isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void aDateThatHasPassedIsZero() {
		assertThat(RetryAfter.parse("Sun, 01 Mar 2020 08:00:30 GMT", null)).isEqualTo(Duration.ZERO);
		assertThat(RetryAfter.parse("Sun, 01 Mar 2020 08:00:30 GMT", "nonsense")).isEqualTo(Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "soon", "", "NaN", "1,5", "Infinity", "1-2" })
	void ignoresWhatCannotBeRead(String value) {
		assertThat(RetryAfter.parse(value, null)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "99999999999", "1e400" })
	void anAbsurdWaitIsALongOne(String value) {
		assertThat(RetryAfter.parse(value, null)).isEqualTo(Duration.ofDays(365));
	}

	@Test
	void nothingIsNothing() {
		assertThat(RetryAfter.parse(null, null)).isNull();
	}

}
