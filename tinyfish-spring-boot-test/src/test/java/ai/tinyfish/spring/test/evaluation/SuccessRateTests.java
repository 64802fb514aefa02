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

package ai.tinyfish.spring.test.evaluation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The intervals are those of published tables.
 */
class SuccessRateTests {

	/**
	 * Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion:
	 * comparison of seven methods. Statistics in Medicine 17, 857-872, table I, method 3.
	 */
	@ParameterizedTest
	@CsvSource({ "81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0.0000, 0.1611",
			"1, 29, 0.0061, 0.1718" })
	void intervalOfOneRateIsThatOfThePublishedTable(int successes, int known, double lower, double upper) {
		assertInterval(new SuccessRate(successes, known).interval(), lower, upper);
	}

	/**
	 * The same table, method 4.
	 */
	@ParameterizedTest
	@CsvSource({ "81, 263, 0.2535, 0.3682", "15, 148, 0.0598, 0.1644", "0, 20, 0.0000, 0.2005",
			"1, 29, 0.0018, 0.1963" })
	void correctedIntervalIsThatOfThePublishedTable(int successes, int known, double lower, double upper) {
		assertInterval(new SuccessRate(successes, known).correctedInterval(), lower, upper);
	}

	@ParameterizedTest
	@CsvSource({ "9, 10, 0.5958, 0.9821", "3, 10, 0.1078, 0.6032", "10, 10, 0.7225, 1", "27, 30, 0.7438, 0.9654" })
	void intervalOfFewRunsIsWide(int successes, int known, double lower, double upper) {
		assertInterval(new SuccessRate(successes, known).interval(), lower, upper);
	}

	@Test
	void shareOf80PercentIsBelowTheIntervalOf19Of30() {
		assertThat(new SuccessRate(20, 30).interval().upper()).isGreaterThan(0.8);
		assertThat(new SuccessRate(19, 30).interval().upper()).isLessThan(0.8);
	}

	@Test
	void endsOfAllAndOfNoSuccessesAreExact() {
		for (int known = 1; known < 200; known++) {
			assertThat(new SuccessRate(known, known).interval().upper()).isEqualTo(1);
			assertThat(new SuccessRate(0, known).interval().lower()).isZero();
		}
	}

	@Test
	void withoutAKnownOutcomeEverythingIsPossible() {
		SuccessRate none = new SuccessRate(0, 0);
		assertThat(none.interval()).isEqualTo(new Interval(0, 1));
	}

	/**
	 * Fleiss, Levin, Paik (2003). Statistical methods for rates and proportions, third
	 * edition, chapter 4, with the correction for continuity, for a power of 80 %.
	 */
	@ParameterizedTest
	@CsvSource({ "90, 50, 25", "90, 80, 219", "90, 70, 72", "70, 90, 72", "80, 70, 313", "95, 90, 474" })
	void numberOfCallsGrowsAsTheGapBecomesSmaller(int percent, int otherPercent, long calls) {
		assertThat(new SuccessRate(percent, 100).callsToShowDifferenceTo(new SuccessRate(otherPercent, 100)))
			.isEqualTo(calls);
	}

	static void assertInterval(Interval interval, double lower, double upper) {
		assertThat(interval.lower()).isCloseTo(lower, within(0.00005));
		assertThat(interval.upper()).isCloseTo(upper, within(0.00005));
	}

}
