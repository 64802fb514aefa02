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

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import org.jspecify.annotations.Nullable;

/**
 * Queries for many runs, and the deletion of old ones. Queries for pending work return at
 * most 1,000 rows; the next call returns the others.
 */
public record RunQueries(Database database) {

	/** The precision of times in the database. */
	private static final ChronoUnit MICROS = ChronoUnit.MICROS;

	/**
	 * Return the numbers of the open runs of an account, in order.
	 */
	public List<Long> open(String account) {
		return this.database
			.statement("select seq from tinyfish_run where account = ? and state = 'RUNNING' order by seq", account)
			.query(Long.class)
			.list();
	}

	/**
	 * Return open runs of an account from one number to another.
	 */
	public List<RunRow> range(String account, long from, long to, int limit) {
		return rows("account = ? and state = 'RUNNING' and seq between ? and ? order by seq limit ?", account, from, to,
				limit);
	}

	/**
	 * Return the runs with a run id: several if accounts share a key.
	 */
	public List<RunRow> withRunId(String runId) {
		return rows("run_id = ?", runId);
	}

	/**
	 * Return the run without an id that was sent last with a token.
	 */
	public Optional<RunRow> withoutRunId(String token) {
		return rows("send_token = ? and run_id is null", token).stream().findFirst();
	}

	/**
	 * Return the run ids among the given ones that belong to runs of this table, or to
	 * runs of watches, which are deleted early.
	 */
	public Set<String> known(Collection<String> runIds) {
		return runIds.isEmpty() ? Set.of()
				: this.database.jdbc()
					.sql("select run_id from tinyfish_run where run_id in (:ids)"
							+ " union select run_id from tinyfish_watch_result where run_id in (:ids)")
					.param("ids", runIds)
					.query(String.class)
					.set();
	}

	/**
	 * Return the other runs, of all accounts, that were sent and may have started an
	 * unknown run: those without an id, and those that were sent more than once.
	 * @param id the run that is left out
	 * @param since the time after which they were sent
	 * @param until the time before which they were submitted
	 */
	public List<RunRow> inDoubt(String id, Instant since, Instant until, int limit) {
		return rows("id <> ? and sending_at >= ? and accepted_at <= ? and (run_id is null or attempts > 1)"
				+ " order by sending_at limit ?", id, since, until, limit);
	}

	/**
	 * Return the runs that meet the conditions of a query.
	 * @param states the possible states, in addition to the query's; empty for all
	 * @param cancelled whether runs that are to be cancelled are among them
	 * @param limit the largest number of runs
	 */
	public List<RunRow> list(DurableRunQuery query, Collection<DurableRunState> states, boolean cancelled, int limit) {
		List<String> conditions = new ArrayList<>();
		conditions.add(cancelled ? "1 = 1" : "not cancel_requested");
		if (!states.isEmpty()) {
			conditions.add(states.stream().map(Enum::name).collect(Collectors.joining("', '", "state in ('", "')")));
		}
		List<Object> parameters = new ArrayList<>();
		BiConsumer<String, @Nullable Object> condition = (sql, value) -> {
			if (value != null) {
				conditions.add(sql);
				parameters.add(value);
			}
		};
		String beyond = query.newestFirst() ? " < " : " > ";
		String[] cursor = (query.cursor() != null) ? query.cursor().split("-") : new String[0];
		if (isByTime(query) && cursor.length > 0) {
			conditions.add("(accepted_at, seq)" + beyond + "(?, ?)");
			parameters.add(Instant.EPOCH.plus(Long.parseLong(cursor[1]), MICROS));
			parameters.add(Long.valueOf(cursor[0]));
		}
		else if (cursor.length > 0) {
			conditions.add("seq" + beyond + "?");
			parameters.add(Long.valueOf(cursor[0]));
		}
		condition.accept("state = ?", query.state());
		condition.accept("tag = ?", query.tag());
		condition.accept("submission_key = ?", query.key());
		condition.accept("account = ?", query.account());
		condition.accept("status = ?", query.status());
		condition.accept("verdict = ?", query.verdict());
		condition.accept("accepted_at >= ?", query.acceptedAfter());
		condition.accept("accepted_at < ?", query.acceptedBefore());
		parameters.add(limit);
		String direction = query.newestFirst() ? " desc" : "";
		return rows(
				String.join(" and ", conditions) + " order by "
						+ (isByTime(query) ? "accepted_at" + direction + ", " : "") + "seq" + direction + " limit ?",
				parameters.toArray());
	}

	/**
	 * Return the cursor of the page after a run.
	 */
	public static String cursor(DurableRunQuery query, RunRow last) {
		return last.seq() + (isByTime(query) ? "-" + MICROS.between(Instant.EPOCH, last.acceptedAt()) : "");
	}

	/**
	 * Return whether runs are in the order of their times. With the order of their
	 * numbers, PostgreSQL would read all runs outside of the times. Both orders are the
	 * same, except for runs that several instances submitted at the same time.
	 */
	private static boolean isByTime(DurableRunQuery query) {
		return query.acceptedAfter() != null || query.acceptedBefore() != null;
	}

	/**
	 * Return the runs that have waited longest, if fewer than the maximum are being sent
	 * or are running. Runs with a task that sends them count, too. Runs of an account
	 * that the service asks to wait are left out, and so are those whose delay is not
	 * over. No other instance counts before the end of the transaction, even if it takes
	 * this one for dead.
	 * @param sendTask the name of the tasks that send requests
	 * @return the ids, in order
	 */
	public List<String> admissible(int maxRunning, String sendTask, Instant now) {
		this.database.lock("tinyfish_run admission");
		// in one statement: a run that changes its state at the same time is counted once
		int taken = this.database.jdbc().sql("""
				select (select count(*) from tinyfish_run where state = 'RUNNING')
					+ (select count(*) from tinyfish_run where state = 'SENDING')
					+ (select count(*) from tinyfish_task join tinyfish_run on id = task_instance
						where task_name = ? and state = 'ACCEPTED')""").param(sendTask).query(Integer.class).single();
		if (taken >= maxRunning) {
			return List.of();
		}
		// a transaction that cancels a run may lock it for a long time
		return this.database.jdbc()
			.sql("""
					select id from tinyfish_run
					where state = 'ACCEPTED' and (next_at is null or next_at <= :now)
						and not exists (select 1 from tinyfish_pause
							where name = case when account = '' then '*' else account end and not_before > :now)
						and not exists (select 1 from tinyfish_task where task_name = :task and task_instance = id)
					order by state, seq limit :limit for update skip locked""")
			.param("now", RunRow.parameter(now))
			.param("task", sendTask)
			.param("limit", Math.min(maxRunning - taken, 1000))
			.query(String.class)
			.list();
	}

	/**
	 * Delete the oldest runs in a final state. A run that was given up but is being
	 * linked at the same time is kept.
	 * @return their number
	 */
	public int deleteEnded(Instant before) {
		return this.database.inTransaction(() -> this.database.update("""
				delete from tinyfish_run where ended_at is not null and id in (
					select id from tinyfish_run
					where ended_at < ? and state in ('DONE', 'REFUSED', 'ABANDONED') order by ended_at limit 1000)""",
				before));
	}

	/**
	 * Delete a run in a final state.
	 * @return false if it was given up but is being linked, or is deleted already
	 */
	public boolean deleteEnded(String id) {
		return this.database.update("delete from tinyfish_run where ended_at is not null and id = ?", id) > 0;
	}

	/**
	 * Return the runs that got into a state before a time.
	 */
	public List<RunRow> since(DurableRunState state, Instant before) {
		return rows("state = ? and changed_at <= ? order by seq limit 1000", state.name(), before);
	}

	/**
	 * Return runs that have been in a state for some time, and that have no task that
	 * would change it.
	 */
	public List<RunRow> withoutTask(DurableRunState state, Collection<String> taskNames, Instant before) {
		return this.database.jdbc()
			.sql(RunRow.SELECT + """
					where state = :state and changed_at < :before and not exists (
						select 1 from tinyfish_task where task_name in (:tasks) and task_instance in (id, batch))
					order by state, seq limit 1000""")
			.param("state", state.name())
			.param("before", RunRow.parameter(before))
			.param("tasks", taskNames)
			.query(RunRow::of)
			.list();
	}

	/**
	 * Return the accounts with open runs.
	 */
	public List<String> openAccounts() {
		return this.database.statement("select distinct account from tinyfish_run where state = 'RUNNING'")
			.query(String.class)
			.list();
	}

	/**
	 * Return the number of runs by state, without final states, and the oldest run of
	 * each.
	 */
	public List<StateCount> counts() {
		return this.database.jdbc()
			.sql("""
					select state, count(*), min(accepted_at) as accepted, min(changed_at) as changed from tinyfish_run
					where state in ('HELD', 'ACCEPTED', 'SENDING', 'RUNNING', 'UNCERTAIN', 'UNDELIVERED', 'LOST', 'PARKED')
					group by state""")
			.query((row, number) -> new StateCount(DurableRunState.valueOf(row.getString(1)), row.getLong(2),
					RunRow.time(row, "accepted"), RunRow.time(row, "changed")))
			.list();
	}

	private List<RunRow> rows(String where, Object... parameters) {
		return this.database.statement(RunRow.SELECT + "where " + where, parameters).query(RunRow::of).list();
	}

	/**
	 * Number of the runs in a state.
	 *
	 * @param accepted when the first of them was submitted, or null
	 * @param changed when the first of them got into the state, or null
	 */
	public record StateCount(DurableRunState state, long count, @Nullable Instant accepted, @Nullable Instant changed) {

	}

}
