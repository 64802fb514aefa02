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

package ai.tinyfish.durable.internal.store;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.support.TestResettable;
import org.jspecify.annotations.Nullable;

/**
 * Ledger in the database, for all instances. Each change has its own transaction: other
 * submissions must see a reservation before the caller commits.
 */
public record DatabaseBudgetLedger(Database database) implements BudgetLedger, TestResettable {

	@Override
	public boolean reserve(Reservation reservation, Amount limit) {
		Supplier<Boolean> reserve = () -> {
			if (tryReserve(reservation, limit)) {
				return true;
			}
			// begins the day
			this.database.insert(
					"insert into tinyfish_budget (account, budget_day, runs, steps, cost) values (?, ?, 0, 0, 0)",
					List.<@Nullable Object[]>of(new Object[] { name(reservation.account()), reservation.day() }));
			return tryReserve(reservation, limit);
		};
		return reservation.transactional() ? this.database.inTransaction(reserve)
				: this.database.inNewTransaction(reserve);
	}

	private boolean tryReserve(Reservation reservation, Amount limit) {
		boolean added = add(reservation, reservation.amount(), limit);
		if (added) {
			this.database.update(
					"insert into tinyfish_budget_run (id, account, budget_day, steps, price) values (?, ?, ?, ?, ?)",
					reservation.id(), name(reservation.account()), reservation.day(), reservation.steps(),
					reservation.price());
		}
		return added;
	}

	/**
	 * Add to the amount of a day, in one statement, unless the limit would be exceeded.
	 */
	private boolean add(Reservation reservation, Amount amount, Amount limit) {
		return this.database.jdbc()
			.sql("""
					update tinyfish_budget set runs = runs + :runs, steps = steps + :steps, cost = cost + :cost
						where account = :account and budget_day = :day
							and runs + :runs <= :maxRuns and steps + :steps <= :maxSteps and cost + :cost <= :maxCost""")
			.params(Map.of("runs", amount.runs(), "steps", amount.steps(), "cost", amount.cost(), "account",
					name(reservation.account()), "day", reservation.day(), "maxRuns", limit.runs(), "maxSteps",
					limit.steps(), "maxCost", limit.cost()))
			.update() == 1;
	}

	@Override
	public void settle(String id, long steps) {
		remove(id, (reservation) -> reservation.settled(steps));
	}

	@Override
	public void release(String id) {
		remove(id, Reservation::released);
	}

	private void remove(String id, Function<Reservation, Amount> change) {
		this.database.inNewTransaction(() -> {
			this.database
				.statement("select account, budget_day, steps, price from tinyfish_budget_run where id = ?", id)
				.query((row, number) -> new Reservation(id, row.getString(1), row.getObject(2, LocalDate.class),
						row.getLong(3), row.getBigDecimal(4), false))
				.optional()
				// the one that deletes it makes the change
				.filter((reservation) -> this.database.update("delete from tinyfish_budget_run where id = ?", id) == 1)
				.ifPresent((reservation) -> add(reservation, change.apply(reservation), Amount.UNLIMITED));
			return true;
		});
	}

	@Override
	public Amount usage(@Nullable String account, LocalDate day) {
		return this.database
			.statement("select runs, steps, cost from tinyfish_budget where account = ? and budget_day = ?",
					name(account), day)
			.query((row, number) -> new Amount(row.getLong(1), row.getLong(2), row.getBigDecimal(3)))
			.optional()
			.orElse(Amount.NONE);
	}

	/**
	 * Delete the amounts before a day.
	 */
	public void deleteBefore(LocalDate day) {
		this.database.doInTransaction(() -> {
			this.database.update("delete from tinyfish_budget where budget_day < ?", day);
			this.database.update("delete from tinyfish_budget_run where budget_day < ?", day);
		});
	}

	/**
	 * In its own transaction: that of a test must neither undo this nor lock the rows.
	 */
	@Override
	public void reset() {
		this.database.inNewTransaction(() -> {
			this.database.update("delete from tinyfish_budget");
			return this.database.update("delete from tinyfish_budget_run");
		});
	}

	private static String name(@Nullable String account) {
		return (account != null) ? account : "";
	}

}
