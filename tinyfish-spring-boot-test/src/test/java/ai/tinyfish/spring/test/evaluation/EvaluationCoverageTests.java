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

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.spring.test.evaluation.EvaluatedCall.CallOutcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * 10,000 evaluations of two candidates whose rates are known: their intervals contain the
 * true values, and few of them say that one of two equal candidates is better.
 */
@Tag("slow")
class EvaluationCoverageTests {

	private static final int EVALUATIONS = 10_000;

	private final Random random = new Random(42);

	/** Whether a comparison of these calls says that a candidate is better. */
	private final Map<Object, Boolean> claims = new HashMap<>();

	@Test
	void intervalsContainTheTrueValues() {
		int rates = 0;
		int differences = 0;
		for (int i = 0; i < EVALUATIONS; i++) {
			double first = this.random.nextDouble();
			double second = this.random.nextDouble();
			SuccessRate one = evaluate(first, 100);
			SuccessRate other = evaluate(second, 100);
			rates += contains(one.interval(), first) ? 1 : 0;
			differences += contains(RateDifference.of(other, one), second - first) ? 1 : 0;
		}
		assertThat((double) rates / EVALUATIONS).isCloseTo(0.95, within(0.01));
		assertThat((double) differences / EVALUATIONS).isBetween(0.95, 0.98);
	}

	/**
	 * The estimated number of calls shows a difference in four of five evaluations.
	 */
	@Test
	void estimatedNumberOfCallsShowsTheDifference() {
		int shown = 0;
		for (int i = 0; i < EVALUATIONS; i++) {
			shown += (RateDifference.of(evaluate(0.9, 72), evaluate(0.7, 72)).lower() > 0) ? 1 : 0;
		}
		assertThat((double) shown / EVALUATIONS).isCloseTo(0.8, within(0.05));
	}

	/**
	 * A claim is the result that A is better, or that B is: each of them is false here.
	 */
	@ParameterizedTest
	@MethodSource("comparisons")
	void equalCandidatesAreSeldomCalledBetter(Comparison comparison) {
		int claims = 0;
		for (int i = 0; i < EVALUATIONS; i++) {
			claims += isClaimed(comparison) ? 1 : 0;
		}
		assertThat((double) claims / EVALUATIONS).isLessThanOrEqualTo(0.055);
	}

	static Stream<Comparison> comparisons() {
		return Stream.of(Values.values())
			.flatMap((values) -> Stream.of(false, true)
				.flatMap((paired) -> Stream.of(Unknown.values())
					.flatMap((unknown) -> Stream.of(10, 30, 100)
						.flatMap((calls) -> ((values == Values.SCORE) ? Stream.of(0.8) : Stream.of(0.5, 0.8, 0.95))
							.map((rate) -> new Comparison(values, paired, unknown, calls, rate))))));
	}

	private boolean isClaimed(Comparison comparison) {
		double[] first = values(comparison, Unknown.NONE);
		double[] second = values(comparison, comparison.unknown());
		double[] secondWithUnknown = DoubleStream.of(second).map((value) -> Double.isNaN(value) ? 0 : value).toArray();
		if (Stream.of(second, secondWithUnknown)
			.anyMatch((values) -> Math.abs(standardErrors(comparison, first, values)) < 1.6)) {
			// an interval of 95 % contains 0, which is so for most
			return false;
		}
		// of rates, and of scores of 0 and 1, the order does not matter
		Object key = comparison.paired()
				? IntStream.range(0, first.length).mapToObj((i) -> first[i] + " " + second[i]).sorted().toList()
				: List.of(sorted(first), sorted(second));
		return this.claims.computeIfAbsent(List.of(comparison, key), (same) -> {
			EvaluatedCandidate a = candidate(comparison, first);
			EvaluatedCandidate b = candidate(comparison, second);
			boolean graded = comparison.values() != Values.RATE;
			Estimate known = Sample.of(b.calls(), graded, EvaluatedCall::knownScore)
				.minus(Sample.of(a.calls(), graded, EvaluatedCall::knownScore), comparison.paired());
			// most have no claim, which saves the other intervals
			return (known.above(0) || known.below(0))
					&& Difference.of("A", a, "B", b, comparison.paired(), BigDecimal.ZERO)
						.result()
						.endsWith(" is better");
		});
	}

	/**
	 * Return values, of which those of unknown outcomes are not a number.
	 */
	private double[] values(Comparison comparison, Unknown unknown) {
		return this.random.doubles(comparison.calls()).map((value) -> {
			boolean success = value < comparison.rate();
			boolean known = this.random.nextDouble() >= switch (unknown) {
				case NONE -> 0;
				case ANY -> 0.2;
				case MISSES -> success ? 0 : Math.min(1, 0.2 / (1 - comparison.rate()));
			};
			double score = (comparison.values() == Values.SCORE) ? 1 - value / 2 : 1;
			return !known ? Double.NaN : success ? score : 0;
		}).toArray();
	}

	private static double standardErrors(Comparison comparison, double[] first, double[] second) {
		double[] pairs = IntStream.range(0, first.length).mapToDouble((i) -> second[i] - first[i]).toArray();
		DoubleSummaryStatistics a = known(comparison.paired() ? pairs : second).summaryStatistics();
		DoubleSummaryStatistics b = (comparison.paired() ? DoubleStream.of(0) : known(first)).summaryStatistics();
		double variance = known(comparison.paired() ? pairs : second).map((x) -> Math.pow(x - a.getAverage(), 2)).sum()
				/ Math.pow(a.getCount(), 2);
		if (!comparison.paired()) {
			variance += known(first).map((x) -> Math.pow(x - b.getAverage(), 2)).sum() / Math.pow(b.getCount(), 2);
		}
		double difference = a.getAverage() - b.getAverage();
		return (difference == 0) ? 0 : difference / Math.sqrt(variance);
	}

	private static DoubleStream known(double[] values) {
		return DoubleStream.of(values).filter((value) -> !Double.isNaN(value));
	}

	private static List<Double> sorted(double[] values) {
		return DoubleStream.of(values).sorted().boxed().toList();
	}

	private static EvaluatedCandidate candidate(Comparison comparison, double[] values) {
		List<EvaluatedCall> calls = new ArrayList<>();
		for (double value : values) {
			boolean known = !Double.isNaN(value);
			calls.add(new EvaluatedCall("", calls.size(), null,
					!known ? CallOutcome.UNKNOWN : (value > 0) ? CallOutcome.SUCCESS : CallOutcome.MISS,
					known ? value : 0, List.of(), null, List.of(), null, 0));
		}
		Estimate none = new Estimate(0.0, null);
		return new EvaluatedCandidate("", null, null, comparison.values() != Values.RATE, new SuccessRate(0, 1), none,
				none, 0, 0, null, null, null, List.of(), calls);
	}

	private SuccessRate evaluate(double rate, int calls) {
		int successes = 0;
		for (int i = 0; i < calls; i++) {
			successes += (this.random.nextDouble() < rate) ? 1 : 0;
		}
		return new SuccessRate(successes, calls);
	}

	private static boolean contains(Interval interval, double value) {
		return interval.lower() <= value && value <= interval.upper();
	}

	/**
	 * Comparison of two candidates with the same rate.
	 *
	 * @param values the values that are compared
	 * @param paired whether it is case by case
	 * @param unknown the calls of the second candidate whose outcome is unknown
	 * @param calls the number of calls of each candidate
	 * @param rate the rate of both
	 */
	record Comparison(Values values, boolean paired, Unknown unknown, int calls, double rate) {

	}

	/**
	 * Values of calls: successes and misses, the same as scores, or scores of successes
	 * from 0.5 to 1.
	 */
	enum Values {

		RATE, SCORE_0_OR_1, SCORE

	}

	/**
	 * Calls with an unknown outcome: none, a fifth of all, or as many of the misses.
	 */
	enum Unknown {

		NONE, ANY, MISSES

	}

}
