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

import java.util.Random;

import ai.tinyfish.spring.test.evaluation.SuccessRate.Interval;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * 10,000 evaluations of two candidates whose rates are known: their intervals contain the
 * true values in 95 % of them.
 */
@Tag("slow")
class EvaluationCoverageTests {

	private static final int EVALUATIONS = 10_000;

	private static final int REPETITIONS = 100;

	private final Random random = new Random(42);

	@Test
	void intervalsContainTheTrueValues() {
		int rates = 0;
		int differences = 0;
		for (int i = 0; i < EVALUATIONS; i++) {
			double first = this.random.nextDouble();
			double second = this.random.nextDouble();
			SuccessRate one = evaluate(first);
			SuccessRate other = evaluate(second);
			rates += contains(one.interval(), first) ? 1 : 0;
			differences += contains(other.intervalMinus(one), second - first) ? 1 : 0;
		}
		assertThat((double) rates / EVALUATIONS).isCloseTo(0.95, within(0.01));
		assertThat((double) differences / EVALUATIONS).isCloseTo(0.95, within(0.01));
	}

	/**
	 * The estimated number of calls shows a difference in four of five evaluations.
	 */
	@Test
	void estimatedNumberOfCallsShowsTheDifference() {
		int shown = 0;
		for (int i = 0; i < EVALUATIONS; i++) {
			shown += (evaluate(0.9, 62).intervalMinus(evaluate(0.7, 62)).lower() > 0) ? 1 : 0;
		}
		assertThat((double) shown / EVALUATIONS).isCloseTo(0.8, within(0.05));
	}

	private SuccessRate evaluate(double rate) {
		return evaluate(rate, REPETITIONS);
	}

	private SuccessRate evaluate(double rate, int repetitions) {
		int successes = 0;
		for (int i = 0; i < repetitions; i++) {
			successes += (this.random.nextDouble() < rate) ? 1 : 0;
		}
		return new SuccessRate(successes, repetitions);
	}

	private static boolean contains(Interval interval, double value) {
		return interval.lower() <= value && value <= interval.upper();
	}

}
