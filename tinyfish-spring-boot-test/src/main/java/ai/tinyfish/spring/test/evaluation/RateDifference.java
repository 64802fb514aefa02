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
 * Intervals of the difference of two rates (hybrid score methods of Newcombe, with
 * corrections for continuity, as false differences are shown too often without them).
 */
final class RateDifference {

	private RateDifference() {
	}

	/**
	 * Return the interval of the first rate minus the second one (the last of the eleven
	 * methods that he compares for independent calls).
	 */
	static Interval of(SuccessRate first, SuccessRate second) {
		return of(first, first.correctedInterval(), second, second.correctedInterval(), 0);
	}

	/**
	 * Return the interval if each call of the first rate has a pair among those of the
	 * second one (the ninth of the ten methods that he compares for pairs).
	 * @param both the number of pairs that are both a success
	 */
	static Interval ofPairs(SuccessRate first, SuccessRate second, int both) {
		double pairs = first.known();
		double spread = Math.sqrt(first.successes() * (pairs - first.successes()))
				* Math.sqrt(second.successes() * (pairs - second.successes()));
		double covariance = pairs * both - (double) first.successes() * second.successes();
		return of(first, first.correctedInterval(), second, second.correctedInterval(),
				(spread == 0) ? 0 : covariance / spread);
	}

	static Interval of(SuccessRate first, Interval own, SuccessRate second, Interval its, double correlation) {
		double difference = first.share() - second.share();
		return new Interval(
				difference - distance(first.share() - own.lower(), its.upper() - second.share(), correlation),
				difference + distance(own.upper() - first.share(), second.share() - its.lower(), correlation));
	}

	private static double distance(double own, double its, double correlation) {
		// not below 0 by rounding
		return Math.sqrt(Math.max(0, own * own - 2 * correlation * own * its + its * its));
	}

}
