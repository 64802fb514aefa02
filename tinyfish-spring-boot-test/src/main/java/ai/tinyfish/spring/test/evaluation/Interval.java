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
 * Interval that contains the true value in 95 % of all evaluations.
 *
 * @param lower its lower end
 * @param upper its upper end
 */
record Interval(double lower, double upper) {

	/**
	 * Return the interval around a value whose ends are as far from it as the farther one
	 * of this interval.
	 */
	Interval around(double value) {
		double farther = Math.max(value - this.lower, this.upper - value);
		return new Interval(value - farther, value + farther);
	}

}
