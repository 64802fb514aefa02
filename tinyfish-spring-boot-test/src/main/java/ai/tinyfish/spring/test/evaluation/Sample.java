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

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Values of the calls of a candidate.
 *
 * @param values the values, by the numbers of their calls. With cases, calls of two
 * candidates with the same number are a pair
 * @param graded whether the values are any numbers, otherwise 1 for a success and 0 for a
 * miss
 */
record Sample(Map<Integer, Double> values, boolean graded) {

	/**
	 * Create a sample.
	 * @param value the value of a call, or null if it has none
	 */
	static Sample of(List<EvaluatedCall> calls, boolean graded,
			Function<EvaluatedCall, ? extends @Nullable Number> value) {
		Map<Integer, Double> values = new TreeMap<>();
		for (EvaluatedCall call : calls) {
			Number number = value.apply(call);
			if (number != null) {
				values.put(call.number(), number.doubleValue());
			}
		}
		return new Sample(values, graded);
	}

	double[] numbers() {
		return this.values.values().stream().mapToDouble(Double::doubleValue).toArray();
	}

	SuccessRate rate() {
		return new SuccessRate((int) DoubleStream.of(numbers()).sum(), this.values.size());
	}

	Estimate mean() {
		return new Estimate(this.values.isEmpty() ? null : average(),
				this.graded ? Bootstrap.of(numbers()) : rate().interval());
	}

	double average() {
		return DoubleStream.of(numbers()).average().orElse(0);
	}

	/**
	 * Return the difference of the means.
	 * @param other the values to subtract
	 * @param paired whether to compare the calls with the same number, which both have to
	 * have
	 * @return the difference; without an interval if there are too few values
	 */
	Estimate minus(Sample other, boolean paired) {
		Sample own = paired ? common(other) : this;
		Sample its = paired ? other.common(this) : other;
		if (own.values.isEmpty() || its.values.isEmpty()) {
			return new Estimate(null, null);
		}
		double difference = own.average() - its.average();
		if (!this.graded) {
			int both = (int) DoubleStream.of(own.pairs(its, Math::min)).sum();
			return new Estimate(difference, paired ? RateDifference.ofPairs(own.rate(), its.rate(), both)
					: RateDifference.of(own.rate(), its.rate()));
		}
		Interval interval = paired ? Bootstrap.of(own.pairs(its, (first, second) -> first - second))
				: Bootstrap.of(own.numbers(), its.numbers());
		// without this, few pairs with scores show false differences too often
		return new Estimate(difference, (interval != null) ? interval.around(difference) : null);
	}

	/**
	 * Return the values of the calls whose number the other sample has, too.
	 */
	Sample common(Sample other) {
		Map<Integer, Double> common = new TreeMap<>(this.values);
		common.keySet().retainAll(other.values.keySet());
		return new Sample(common, this.graded);
	}

	/**
	 * Return a result for each pair of two samples of the same calls.
	 */
	private double[] pairs(Sample other, DoubleBinaryOperator operator) {
		double[] own = numbers();
		double[] its = other.numbers();
		return IntStream.range(0, Math.min(own.length, its.length))
			.mapToDouble((i) -> operator.applyAsDouble(own[i], its[i]))
			.toArray();
	}

	/**
	 * Return the mean and its interval in words.
	 */
	@Override
	public String toString() {
		return this.graded ? "mean score " + mean().text("%.2f", 1, " of " + this.values.size() + " calls")
				: "%d of %d successful (%s)".formatted(rate().successes(), rate().known(),
						mean().range("%.0f", 100, " %"));
	}

}
