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
 * Successes of a number of calls, and the conclusions that they allow.
 *
 * @param successes the number of successes
 * @param known the number of calls with a known outcome
 */
record SuccessRate(int successes, int known) {

	/** 97.5 % of a normal distribution are below it: for two-sided intervals of 95 %. */
	static final double Z = 1.959963984540054;

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
		return ends(center - half, center + half);
	}

	/**
	 * Return the interval of Wilson with a correction for continuity, which is wider.
	 */
	Interval correctedInterval() {
		double share = share();
		double center = 2 * this.known * share + Z * Z;
		double square = Z * Z - 1.0 / this.known;
		double lower = center - 1 - Z * Math.sqrt(square - 2 + 4 * share * (this.known * (1 - share) + 1));
		double upper = center + 1 + Z * Math.sqrt(square + 2 + 4 * share * (this.known * (1 - share) - 1));
		return ends(lower / (2 * (this.known + Z * Z)), upper / (2 * (this.known + Z * Z)));
	}

	/**
	 * Return an interval that is exact at both ends, where rounding would decide.
	 */
	private Interval ends(double lower, double upper) {
		return new Interval((this.successes == 0) ? 0 : lower, (this.successes == this.known) ? 1 : upper);
	}

	/**
	 * Return an estimate of the calls that each candidate needs to show a difference of
	 * this size in four of five evaluations, with a correction for continuity.
	 */
	long callsToShowDifferenceTo(SuccessRate other) {
		double difference = Math.abs(share() - other.share());
		double mean = (share() + other.share()) / 2;
		double each = share() * (1 - share()) + other.share() * (1 - other.share());
		double root = Z * Math.sqrt(2 * mean * (1 - mean)) + POWER * Math.sqrt(each);
		double calls = Math.pow(root / difference, 2);
		return (long) Math.ceil(calls / 4 * Math.pow(1 + Math.sqrt(1 + 4 / (calls * difference)), 2));
	}

}
