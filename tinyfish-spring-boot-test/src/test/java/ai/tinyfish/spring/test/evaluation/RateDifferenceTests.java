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

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The intervals are those of published tables.
 */
class RateDifferenceTests {

	/**
	 * Newcombe, R. G. (1998). Interval estimation for the difference between independent
	 * proportions: comparison of eleven methods. Statistics in Medicine 17, 873-890,
	 * table II, method 11.
	 */
	@ParameterizedTest
	@CsvSource({ "56, 70, 48, 80, 0.0428, 0.3422", "9, 10, 3, 10, 0.1013, 0.8387", "6, 7, 2, 7, -0.0290, 0.8423",
			"5, 56, 0, 29, -0.0667, 0.2037", "0, 10, 0, 20, -0.2005, 0.3445", "0, 10, 0, 10, -0.3445, 0.3445",
			"10, 10, 0, 20, 0.6014, 1.0000", "10, 10, 0, 10, 0.5128, 1.0000" })
	void differenceOfIndependentRates(int successes, int known, int otherSuccesses, int otherKnown, double lower,
			double upper) {
		SuccessRate rate = new SuccessRate(successes, known);
		SuccessRate other = new SuccessRate(otherSuccesses, otherKnown);
		SuccessRateTests.assertInterval(RateDifference.of(rate, other), lower, upper);
		SuccessRateTests.assertInterval(RateDifference.of(other, rate), -upper, -lower);
	}

	/**
	 * The same table, method 10, which has no correction. It differs in the intervals of
	 * the rates alone.
	 */
	@ParameterizedTest
	@CsvSource({ "56, 70, 48, 80, 0.0524, 0.3339", "9, 10, 3, 10, 0.1705, 0.8090", "6, 7, 2, 7, 0.0582, 0.8062",
			"5, 56, 0, 29, -0.0381, 0.1926", "0, 10, 0, 10, -0.2775, 0.2775", "10, 10, 0, 20, 0.6791, 1.0000" })
	void differenceOfIndependentRatesWithoutCorrection(int successes, int known, int otherSuccesses, int otherKnown,
			double lower, double upper) {
		SuccessRate rate = new SuccessRate(successes, known);
		SuccessRate other = new SuccessRate(otherSuccesses, otherKnown);
		SuccessRateTests.assertInterval(RateDifference.of(rate, rate.interval(), other, other.interval(), 0), lower,
				upper);
	}

	/**
	 * Newcombe, R. G. (1998). Improved confidence intervals for the difference between
	 * binomial proportions based on paired data. Statistics in Medicine 17, 2635-2650,
	 * method 9: the corrected intervals, and the correlation as it is.
	 */
	@ParameterizedTest
	@CsvSource({ "20, 12, 2, 16, 0.0520, 0.3329", "14, 5, 0, 22, 0.0144, 0.2240", "10, 15, 5, 20, 0.0182, 0.3638" })
	void differenceOfPairs(int both, int onlyFirst, int onlySecond, int neither, double lower, double upper) {
		int pairs = both + onlyFirst + onlySecond + neither;
		SuccessRate first = new SuccessRate(both + onlyFirst, pairs);
		SuccessRate second = new SuccessRate(both + onlySecond, pairs);
		SuccessRateTests.assertInterval(RateDifference.ofPairs(first, second, both), lower, upper);
		SuccessRateTests.assertInterval(RateDifference.ofPairs(second, first, both), -upper, -lower);
	}

	/**
	 * Worked examples of method 10 of the same article, with the correlation that is
	 * corrected there: Altman and others (2000). Statistics with confidence, second
	 * edition, page 51; Fagerland, Lydersen and Laake (2017). Statistical analysis of
	 * contingency tables, chapter 8.
	 */
	@ParameterizedTest
	@CsvSource({ "14, 5, 0, 22, 0.011, 0.226", "1, 1, 7, 12, -0.507, -0.026" })
	void differenceOfPairsWithACorrectedCorrelation(int both, int onlyFirst, int onlySecond, int neither, double lower,
			double upper) {
		int pairs = both + onlyFirst + onlySecond + neither;
		SuccessRate first = new SuccessRate(both + onlyFirst, pairs);
		SuccessRate second = new SuccessRate(both + onlySecond, pairs);
		double determinant = both * neither - onlyFirst * onlySecond;
		double corrected = (determinant > 0) ? Math.max(determinant - pairs / 2.0, 0) : determinant;
		double correlation = corrected / Math.sqrt((double) first.successes() * (pairs - first.successes())
				* second.successes() * (pairs - second.successes()));
		Interval interval = RateDifference.of(first, first.interval(), second, second.interval(), correlation);
		assertThat(interval.lower()).isCloseTo(lower, within(0.0006));
		assertThat(interval.upper()).isCloseTo(upper, within(0.0006));
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "10, 10", "3, 3" })
	void pairsThatAreAllAlikeShowNoDifference(int successes, int both) {
		SuccessRate rate = new SuccessRate(successes, 10);
		Interval interval = RateDifference.ofPairs(rate, rate, both);
		assertThat(interval.lower()).isLessThanOrEqualTo(0);
		assertThat(interval.upper()).isEqualTo(-interval.lower());
	}

}
