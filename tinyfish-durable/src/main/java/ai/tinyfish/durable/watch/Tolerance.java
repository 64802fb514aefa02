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

package ai.tinyfish.durable.watch;

import java.math.BigDecimal;

import org.springframework.util.Assert;

/**
 * Difference of a number from its last published value that is not a change yet.
 *
 * @param value the difference from which on a number has changed
 * @param percent whether it is in percent of the last published value
 * @since 0.1.0
 */
public record Tolerance(BigDecimal value, boolean percent) {

	/**
	 * Create a tolerance.
	 * @param value the difference
	 * @param percent whether it is in percent
	 * @throws IllegalArgumentException if the value is not positive
	 */
	public Tolerance {
		Assert.isTrue(value.signum() > 0, "tolerance must be positive");
	}

	/**
	 * Return a tolerance in percent of the last published value.
	 * @param percent the percentage, such as 5
	 * @return the tolerance
	 */
	public static Tolerance percent(double percent) {
		return new Tolerance(BigDecimal.valueOf(percent), true);
	}

	/**
	 * Return a tolerance in the unit of the property.
	 * @param value the difference
	 * @return the tolerance
	 */
	public static Tolerance absolute(double value) {
		return new Tolerance(BigDecimal.valueOf(value), false);
	}

	/**
	 * Return the tolerance that a text describes.
	 * @param text a number, with a percent sign if it is in percent, such as {@code 5 %}
	 * @return the tolerance
	 * @throws IllegalArgumentException if it is not a positive number
	 */
	public static Tolerance parse(String text) {
		boolean percent = text.strip().endsWith("%");
		try {
			return new Tolerance(new BigDecimal(text.replace("%", "").strip()), percent);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("tolerance '" + text + "' is not a number", ex);
		}
	}

}
