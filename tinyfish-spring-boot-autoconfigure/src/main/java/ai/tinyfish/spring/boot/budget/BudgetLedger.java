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
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface to count the runs, steps and cost of a day. A bean replaces the
 * count in the memory of the application. The methods may be called by many threads at
 * once, and by many instances if the count is shared.
 *
 * @since 0.1.0
 */
public interface BudgetLedger {

	/**
	 * Add a reservation to the amount of its account and day, unless that would exceed
	 * the limit. The comparison and the addition are one step.
	 * @param reservation the reservation
	 * @param limit the limit
	 * @return false if the limit would be exceeded, so that nothing was added
	 */
	boolean reserve(Reservation reservation, Amount limit);

	/**
	 * Replace the steps of a reservation by those that were used, unless it was settled
	 * or released before. The steps may be more than those of the reservation, and exceed
	 * the limit.
	 * @param id the id of the reservation
	 * @param steps the number of steps that were used
	 */
	void settle(String id, long steps);

	/**
	 * Remove a reservation, unless it was settled or released before.
	 * @param id the id of the reservation
	 */
	void release(String id);

	/**
	 * Return the amount of a day, used and reserved.
	 * @param account the account, or null for that of the application
	 * @param day the day
	 * @return the amount
	 */
	Amount usage(@Nullable String account, LocalDate day);

	/**
	 * Reservation for a run, which counts with the maximum of its steps.
	 *
	 * @param id the id of the submission
	 * @param account the account, or null for that of the application
	 * @param day the day of the submission
	 * @param steps the maximum number of steps
	 * @param price the price of a step, 0 if the cost has no limit
	 * @param transactional whether the run is submitted in the current transaction, so
	 * that a rollback releases the reservation, too
	 */
	record Reservation(String id, @Nullable String account, LocalDate day, long steps, BigDecimal price,
			boolean transactional) {

		/**
		 * Return the amount that is reserved.
		 * @return the amount
		 */
		public Amount amount() {
			return of(1, this.steps);
		}

		/**
		 * Return the change when the number of steps is known.
		 * @param used the number of steps that were used
		 * @return the change, which may be negative
		 */
		public Amount settled(long used) {
			return of(0, used - this.steps);
		}

		/**
		 * Return the change if nothing was used.
		 * @return the change, which is negative
		 */
		public Amount released() {
			return of(-1, -this.steps);
		}

		private Amount of(long runs, long steps) {
			return new Amount(runs, steps, this.price.multiply(BigDecimal.valueOf(steps)));
		}

	}

	/**
	 * Amount of runs.
	 *
	 * @param runs the number of runs
	 * @param steps the number of steps
	 * @param cost the cost of the steps
	 */
	record Amount(long runs, long steps, BigDecimal cost) {

		/** Nothing. */
		public static final Amount NONE = new Amount(0, 0, BigDecimal.ZERO);

		/** No limit. */
		public static final Amount UNLIMITED = new Amount(Long.MAX_VALUE, Long.MAX_VALUE,
				BigDecimal.valueOf(Long.MAX_VALUE));

		/**
		 * Return the sum of both amounts.
		 * @param other the other amount
		 * @return the sum
		 */
		public Amount plus(Amount other) {
			return new Amount(this.runs + other.runs, this.steps + other.steps, this.cost.add(other.cost));
		}

		/**
		 * Return whether a limit is not exceeded.
		 * @param limit the limit
		 * @return false if one of its numbers is exceeded
		 */
		public boolean isWithin(Amount limit) {
			return this.runs <= limit.runs && this.steps <= limit.steps && this.cost.compareTo(limit.cost) <= 0;
		}

	}

}
