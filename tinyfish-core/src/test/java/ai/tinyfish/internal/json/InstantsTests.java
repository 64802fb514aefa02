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

package ai.tinyfish.internal.json;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Instants}.
 */
class InstantsTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"',
			value = { "2026-04-10T12:00:00Z,2026-04-10T12:00:00Z", "2026-04-10T12:00:00.5Z,2026-04-10T12:00:00.500Z",
					"2026-04-10T12:00:00.123Z,2026-04-10T12:00:00.123Z",
					"2026-04-10T12:00:00.123456789Z,2026-04-10T12:00:00.123456789Z",
					"2026-04-10T12:00:00.000Z,2026-04-10T12:00:00Z", "2024-02-29T23:59:59Z,2024-02-29T23:59:59Z",
					"1969-12-31T23:59:59.5Z,1969-12-31T23:59:59.500Z", "2026-04-10T12:00Z,2026-04-10T12:00:00Z",
					"2026-04-10T14:00:00+02:00,2026-04-10T12:00:00Z", "2026-04-10T14:00:00+0200,2026-04-10T12:00:00Z",
					"2026-04-10T14:00:00.25+02,2026-04-10T12:00:00.250Z", "2026-04-10t12:00:00z,2026-04-10T12:00:00Z",
					"2026-04-10 12:00:00,2026-04-10T12:00:00Z", "2026-04-10T12:00:00,2026-04-10T12:00:00Z",
					"2026-04-10 12:00:00.123,2026-04-10T12:00:00.123Z",
					"\" 2026-04-10T12:00:00Z \",2026-04-10T12:00:00Z", "1775822400,2026-04-10T12:00:00Z",
					"1775822400123,2026-04-10T12:00:00.123Z", "1775822400.5,2026-04-10T12:00:00.500Z",
					"1.7758224E9,2026-04-10T12:00:00Z", "0,1970-01-01T00:00:00Z", "-1,1969-12-31T23:59:59Z" })
	void readsEveryFormOfTheWire(String text, String expected) {
		assertThat(Instants.parse(text)).isEqualTo(Instant.parse(expected));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "soon", "2026-13-10T12:00:00Z", "2026-02-30T12:00:00Z", "2026-04-10T24:00:01Z",
			"2026-04-10T12:60:00Z", "2026-04-10", "2026-04-10T12:00:00.12a4Z", "1e999999999", "--5", ".", "e",
			"99999999999999999999999999", "2026-04-10T12:00:00Z and then some more text that goes on" })
	void readsOtherTextsThanTimesAsNull(String text) {
		assertThat(Instants.parse(text)).isNull();
	}

	/**
	 * A number of a few characters that has hundreds of millions of digits.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "1e-100000000", "-1E-600000000", "1e600000000", "1e-2147483647", "-1e2147483647",
			"1e99999999999" })
	@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void wastesNoTimeOnAbsurdTexts(String text) {
		assertThat(Instants.parse(text)).isNull();
	}

	@Test
	void readsAnAbsentValueAsNull() {
		assertThat(Instants.parse(null)).isNull();
	}

}
