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

package ai.tinyfish.spring.boot.budget;

import java.math.BigDecimal;
import java.time.Instant;

import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a run that would exceed the budget of the day. Nothing was sent.
 *
 * @since 0.1.0
 */
public class TinyFishBudgetExceededException extends TinyFishException {

	private final String property;

	private final BigDecimal limit;

	private final BigDecimal used;

	private final BigDecimal requested;

	private final Instant nextDay;

	/**
	 * Create a new exception.
	 * @param property the limit that would be exceeded, such as
	 * {@code tinyfish.budget.runs-per-day}
	 * @param limit the value of the limit
	 * @param used how much of it was used or reserved
	 * @param requested how much was needed for the run
	 * @param account the account, or null for that of the application
	 * @param nextDay the time at which the count begins again
	 */
	public TinyFishBudgetExceededException(String property, BigDecimal limit, BigDecimal used, BigDecimal requested,
			@Nullable String account, Instant nextDay) {
		super("The budget%s has not enough left; nothing was sent. Of %s=%s, %s are used or reserved, and the run may need %s. The next day begins at %s"
			.formatted((account != null) ? " of account '" + account + "'" : "", property, limit.toPlainString(),
					used.toPlainString(), requested.toPlainString(), nextDay),
				null, null);
		this.property = property;
		this.limit = limit;
		this.used = used;
		this.requested = requested;
		this.nextDay = nextDay;
		withoutRun();
	}

	/**
	 * Return the limit that would be exceeded.
	 * @return the name of the property, such as {@code tinyfish.budget.runs-per-day}
	 */
	public String property() {
		return this.property;
	}

	/**
	 * Return the value of the limit.
	 * @return the number of runs or steps, or the cost
	 */
	public BigDecimal limit() {
		return this.limit;
	}

	/**
	 * Return how much of the limit was used or reserved.
	 * @return the number of runs or steps, or the cost
	 */
	public BigDecimal used() {
		return this.used;
	}

	/**
	 * Return how much was needed for the run.
	 * @return the number of runs or steps, or the cost
	 */
	public BigDecimal requested() {
		return this.requested;
	}

	/**
	 * Return the time at which the count begins again.
	 * @return the beginning of the next day
	 */
	public Instant nextDay() {
		return this.nextDay;
	}

}
