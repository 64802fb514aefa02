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

/**
 * Successes of a number of runs, and the conclusions that they allow.
 *
 * @param successes the number of successes
 * @param known the number of runs with a known outcome
 */
record SuccessRate(int successes, int known) {

	/** 97.5 % of a normal distribution are below it: for two-sided intervals of 95 %. */
	private static final double Z = 1.959963984540054;

	/** 80 % of a normal distribution are below it. */
	private static final double POWER = 0.8416212335729143;

	double share() {
		return (double) this.successes / this.known;
	}

	/**
	 * Return the interval of Wilson (score interval without correction for continuity).
	 * Without a known outcome, all shares are possible.
	 */
	Interval interval() {
		double square = Z * Z / this.known;
		double center = (share() + square / 2) / (1 + square);
		double half = Math.sqrt(square * (share() * (1 - share()) + square / 4)) / (1 + square);
		// exact at both ends, where rounding would decide
		return (this.known == 0) ? new Interval(0, 1) : new Interval((this.successes == 0) ? 0 : center - half,
				(this.successes == this.known) ? 1 : center + half);
	}

	/**
	 * Return the interval of the difference to another rate (hybrid score method of
	 * Newcombe, the tenth of the eleven that he compares).
	 */
	Interval intervalMinus(SuccessRate other) {
		Interval own = interval();
		Interval its = other.interval();
		double difference = share() - other.share();
		return new Interval(difference - Math.hypot(share() - own.lower(), its.upper() - other.share()),
				difference + Math.hypot(own.upper() - share(), other.share() - its.lower()));
	}

	/**
	 * Return an estimate of the runs that each candidate needs to show a difference of
	 * this size in four of five evaluations.
	 */
	long runsToShowDifferenceTo(SuccessRate other) {
		double mean = (share() + other.share()) / 2;
		double each = share() * (1 - share()) + other.share() * (1 - other.share());
		double root = Z * Math.sqrt(2 * mean * (1 - mean)) + POWER * Math.sqrt(each);
		return (long) Math.ceil(Math.pow(root / (share() - other.share()), 2));
	}

	/**
	 * Interval that contains the true value in 95 % of all evaluations.
	 *
	 * @param lower its lower end
	 * @param upper its upper end
	 */
	record Interval(double lower, double upper) {

	}

}
