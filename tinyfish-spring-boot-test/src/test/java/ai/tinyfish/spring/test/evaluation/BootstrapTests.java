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

import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class BootstrapTests {

	/**
	 * Hesterberg, T. C. (2015), on teaching the bootstrap. The American Statistician 69,
	 * 371-386: the share that an expanded percentile interval leaves out on each side,
	 * {@code pnorm(sqrt(n / (n - 1)) * qt(0.025, n - 1))} in R.
	 */
	@ParameterizedTest
	@CsvSource({ "10, 0.008551", "20, 0.015881", "40, 0.020258", "100, 0.023064" })
	void intervalIsWiderForFewValues(int values, double tail) {
		assertThat(Bootstrap.tail(values)).isCloseTo(tail, within(0.00001));
	}

	/**
	 * Of many values, the interval is that of the normal distribution: 1.96 standard
	 * errors on each side.
	 */
	@Test
	void intervalOfManyValuesIsThatOfTheNormalDistribution() {
		double[] values = IntStream.range(0, 1000).mapToDouble((i) -> i / 999.0).toArray();
		double error = Math.sqrt(1 / 12.0 / 1000);
		Interval mean = Bootstrap.of(values);
		assertThat(mean.lower()).isCloseTo(0.5 - 1.96 * error, within(0.2 * error));
		assertThat(mean.upper()).isCloseTo(0.5 + 1.96 * error, within(0.2 * error));
		Interval difference = Bootstrap.of(values, values);
		assertThat(difference.lower()).isCloseTo(-1.96 * Math.sqrt(2) * error, within(0.2 * error));
		assertThat(difference.upper()).isCloseTo(1.96 * Math.sqrt(2) * error, within(0.2 * error));
	}

	@Test
	void sameValuesInAnyOrderHaveTheSameInterval() {
		double[] values = IntStream.range(0, 20).mapToDouble((i) -> i * i).toArray();
		double[] reversed = IntStream.range(0, 20).mapToDouble((i) -> values[19 - i]).toArray();
		assertThat(Bootstrap.of(reversed)).isEqualTo(Bootstrap.of(values));
		assertThat(Bootstrap.of(reversed, values)).isEqualTo(Bootstrap.of(values, reversed));
	}

	@Test
	void fewerThan10ValuesHaveNoInterval() {
		double[] nine = new double[9];
		double[] ten = new double[10];
		assertThat(Bootstrap.of(nine)).isNull();
		assertThat(Bootstrap.of(nine, ten)).isNull();
		assertThat(Bootstrap.of(ten, nine)).isNull();
		assertThat(Bootstrap.of(ten)).isEqualTo(new Interval(0, 0));
	}

	@Test
	void equalMeansThatDifferByRoundingShowNoDifference() {
		double[] few = new double[10];
		double[] many = new double[37];
		Arrays.fill(few, 0.1);
		Arrays.fill(many, 0.1);
		Estimate difference = new Estimate(0.0, Bootstrap.of(few, many));
		assertThat(difference.above(0) || difference.below(0)).isFalse();
	}

}
