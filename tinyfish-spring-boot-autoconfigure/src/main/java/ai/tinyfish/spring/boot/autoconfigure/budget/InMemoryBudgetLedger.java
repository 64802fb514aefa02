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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.support.TestResettable;
import org.jspecify.annotations.Nullable;

/**
 * Ledger in the memory of the application. Days before yesterday are removed.
 */
final class InMemoryBudgetLedger implements BudgetLedger, TestResettable {

	private final Map<Day, Amount> amounts = new HashMap<>();

	private final Map<String, Reservation> reservations = new HashMap<>();

	@Override
	public synchronized boolean reserve(Reservation reservation, Amount limit) {
		Day day = new Day(reservation.account(), reservation.day());
		if (!this.amounts.containsKey(day)) {
			LocalDate kept = reservation.day().minusDays(1);
			this.amounts.keySet().removeIf((old) -> old.date().isBefore(kept));
			this.reservations.values().removeIf((old) -> old.day().isBefore(kept));
		}
		Amount amount = this.amounts.getOrDefault(day, Amount.NONE).plus(reservation.amount());
		if (!amount.isWithin(limit)) {
			return false;
		}
		this.amounts.put(day, amount);
		this.reservations.put(reservation.id(), reservation);
		return true;
	}

	@Override
	public void settle(String id, long steps) {
		remove(id, (reservation) -> reservation.settled(steps));
	}

	@Override
	public void release(String id) {
		remove(id, Reservation::released);
	}

	private synchronized void remove(String id, Function<Reservation, Amount> change) {
		Reservation reservation = this.reservations.remove(id);
		if (reservation != null) {
			this.amounts.computeIfPresent(new Day(reservation.account(), reservation.day()),
					(day, amount) -> amount.plus(change.apply(reservation)));
		}
	}

	@Override
	public synchronized Amount usage(@Nullable String account, LocalDate day) {
		return this.amounts.getOrDefault(new Day(account, day), Amount.NONE);
	}

	@Override
	public synchronized void reset() {
		this.amounts.clear();
		this.reservations.clear();
	}

	private record Day(@Nullable String account, LocalDate date) {

	}

}
