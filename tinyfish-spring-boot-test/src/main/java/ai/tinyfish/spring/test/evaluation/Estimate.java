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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Mean, or difference of two means, with its interval.
 *
 * @param value the value, or null without any data
 * @param interval the 95 % interval, or null for too few calls
 */
record Estimate(@Nullable Double value, @Nullable Interval interval) {

	/** Means of the same values may differ by rounding. */
	private static final double ROUNDING = 1e-9;

	boolean above(double number) {
		return this.interval != null && this.interval.lower() > number + ROUNDING;
	}

	boolean below(double number) {
		return this.interval != null && this.interval.upper() < number - ROUNDING;
	}

	/**
	 * Return the value and the interval as text.
	 * @param number the format of a number
	 * @param scale the factor of the numbers
	 * @param unit the unit of the value
	 */
	String text(String number, double scale, String unit) {
		return (this.value == null) ? "no data"
				: String.format(Locale.ROOT, number + unit, scale * this.value) + " (" + range(number, scale, "") + ")";
	}

	/**
	 * Return the interval as text.
	 * @param number the format of a number
	 * @param scale the factor of the numbers
	 * @param unit the unit, which follows the interval
	 */
	String range(String number, double scale, String unit) {
		return (this.interval == null) ? "too few calls for an interval"
				: String.format(Locale.ROOT, "95 %% interval: " + number + " to " + number + "%s",
						scale * this.interval.lower(), scale * this.interval.upper(), unit);
	}

}
