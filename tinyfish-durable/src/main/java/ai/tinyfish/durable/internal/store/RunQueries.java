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

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import org.jspecify.annotations.Nullable;

/**
 * Queries for many runs, and the deletion of old ones.
 */
public final class RunQueries {

	private static final String SELECT = "select " + RunRow.COLUMNS + " from tinyfish_run ";

	/** How many rows are found by each of the queries for what is to be repaired. */
	private static final int BATCH = 1000;

	private final Database database;

	public RunQueries(Database database) {
		this.database = database;
	}

	/**
	 * Return the places of the open runs of an account, in order.
	 */
	public List<Long> open(String account) {
		return this.database.jdbc()
			.sql("select seq from tinyfish_run where account = ? and state = 'RUNNING' order by seq")
			.param(account)
			.query(Long.class)
			.list();
	}

	/**
	 * Return open runs of an account from one place to another.
	 */
	public List<RunRow> range(String account, long from, long to, int limit) {
		return this.database.jdbc()
			.sql(SELECT + "where account = ? and state = 'RUNNING' and seq between ? and ? order by seq limit ?")
			.params(account, from, to, limit)
			.query(RunRow::of)
			.list();
	}

	/**
	 * Return the runs that the service gave an id: of several accounts, if they have the
	 * same key.
	 */
	public List<RunRow> withRunId(String runId) {
		return this.database.jdbc().sql(SELECT + "where run_id = ?").param(runId).query(RunRow::of).list();
	}

	/**
	 * Return the run without an id that was sent last with a token.
	 */
	public Optional<RunRow> withoutRunId(String token) {
		return this.database.jdbc()
			.sql(SELECT + "where send_token = ? and run_id is null")
			.param(token)
			.query(RunRow::of)
			.optional();
	}

	/**
	 * Return those of some ids that the service gave to runs of this table.
	 */
	public Set<String> known(Collection<String> runIds) {
		if (runIds.isEmpty()) {
			return Set.of();
		}
		return this.database.jdbc()
			.sql("select run_id from tinyfish_run where run_id in (:ids)")
			.param("ids", runIds)
			.query(String.class)
			.set();
	}

	/**
	 * Return the other runs, of all accounts, that were sent at some time and may have
	 * started a run that is not known: those without an id, and those that were sent more
	 * than once.
	 * @param id the run that is left out
	 * @param since the time after which they were sent
	 * @param until the time before which they were submitted
	 */
	public List<RunRow> inDoubt(String id, Instant since, Instant until, int limit) {
		return this.database.jdbc()
			.sql(SELECT + "where id <> ? and sending_at >= ? and accepted_at <= ? and (run_id is null or attempts > 1)"
					+ " order by seq limit ?")
			.params(id, RunRow.parameter(since), RunRow.parameter(until), limit)
			.query(RunRow::of)
			.list();
	}

	/**
	 * Return whether tasks wait to be executed whose instances begin with a text.
	 */
	public boolean hasWaitingTasks(String taskName, String prefix) {
		return this.database.jdbc()
			.sql("select count(*) from tinyfish_task where task_name = ? and picked = false"
					+ " and substring(task_instance from 1 for ?) = ?")
			.params(taskName, prefix.length(), prefix)
			.query(Integer.class)
			.single() > 0;
	}

	/**
	 * Delete tasks that are due and that nobody executes.
	 * @param except the instances that are kept
	 */
	public void deleteWaitingTasks(String taskName, List<String> except, Instant now) {
		this.database.jdbc()
			.sql("delete from tinyfish_task where task_name = :task and picked = false and execution_time <= :now"
					+ " and task_instance not in (:except)")
			.param("task", taskName)
			.param("now", RunRow.parameter(now))
			.param("except", except)
			.update();
	}

	public List<RunRow> list(DurableRunQuery query) {
		List<String> conditions = new ArrayList<>();
		Map<String, @Nullable Object> parameters = new HashMap<>();
		conditions.add("seq > :cursor");
		parameters.put("cursor", (query.cursor() != null) ? Long.parseLong(query.cursor()) : 0L);
		if (query.state() != null) {
			conditions.add("state = :state");
			parameters.put("state", query.state().name());
		}
		if (query.tag() != null) {
			conditions.add("tag = :tag");
			parameters.put("tag", query.tag());
		}
		// one more says whether there is another page
		parameters.put("limit", query.limit() + 1);
		return this.database.jdbc()
			.sql(SELECT + "where " + String.join(" and ", conditions) + " order by seq limit :limit")
			.params(parameters)
			.query(RunRow::of)
			.list();
	}

	/**
	 * Delete the oldest of the runs that nothing follows on.
	 * @return their number
	 */
	public int deleteEnded(Instant before) {
		return this.database.jdbc()
			.sql("""
					delete from tinyfish_run where id in (
						select id from tinyfish_run
						where ended_at < ? and state in ('DONE', 'REFUSED', 'ABANDONED') order by ended_at limit ?)""")
			.params(RunRow.parameter(before), BATCH)
			.update();
	}

	/**
	 * Return the ids of runs that have been in a state for some time without the task
	 * that would take them out of it.
	 */
	public List<String> withoutTask(DurableRunState state, String taskName, boolean batch, Instant before) {
		String instance = batch ? "batch" : "id";
		String condition = batch ? " and batch is not null"
				: (state == DurableRunState.ACCEPTED) ? " and batch is null" : "";
		return this.database.jdbc()
			.sql("select distinct " + instance + " from tinyfish_run where state = ? and changed_at < ?" + condition
					+ " and not exists (select 1 from tinyfish_task where task_name = ? and task_instance = tinyfish_run."
					+ instance + ") limit ?")
			.params(state.name(), RunRow.parameter(before), taskName, BATCH)
			.query(String.class)
			.list();
	}

	/**
	 * Return the ids of runs that seem to have been sent for some time, and that no task
	 * sends or settles. A sender that lives has its task, but not for ever.
	 * @param before until when they were claimed
	 * @param longBefore until when they were claimed although there is a task
	 */
	public List<String> withoutSender(String sendTask, String batchTask, String settleTask, Instant before,
			Instant longBefore) {
		return this.database.jdbc()
			.sql("""
					select id from tinyfish_run where state = 'SENDING' and changed_at < :before
						and not exists (select 1 from tinyfish_task
							where task_name = :settle and task_instance = tinyfish_run.id)
						and (changed_at < :longBefore
							or not exists (select 1 from tinyfish_task
								where task_name = :send and task_instance = tinyfish_run.id)
							and not exists (select 1 from tinyfish_task
								where task_name = :batch and task_instance = tinyfish_run.batch))
					limit :limit""")
			.param("before", RunRow.parameter(before))
			.param("longBefore", RunRow.parameter(longBefore))
			.param("send", sendTask)
			.param("batch", batchTask)
			.param("settle", settleTask)
			.param("limit", BATCH)
			.query(String.class)
			.list();
	}

	/**
	 * Return the accounts with open runs.
	 */
	public List<String> openAccounts() {
		return this.database.jdbc()
			.sql("select distinct account from tinyfish_run where state = 'RUNNING'")
			.query(String.class)
			.list();
	}

	/**
	 * Return the number of runs by state, without those that nothing follows on.
	 */
	public Map<DurableRunState, Long> counts() {
		Map<DurableRunState, Long> counts = new EnumMap<>(DurableRunState.class);
		this.database.jdbc()
			.sql("select state, count(*) from tinyfish_run"
					+ " where state in ('ACCEPTED', 'SENDING', 'RUNNING', 'UNCERTAIN', 'UNDELIVERED', 'LOST', 'PARKED')"
					+ " group by state")
			.query((row) -> {
				counts.put(DurableRunState.valueOf(row.getString(1)), row.getLong(2));
			});
		return counts;
	}

	/**
	 * Return the age of the oldest run whose outcome was not handed over.
	 */
	public Duration oldest(Instant now) {
		OffsetDateTime accepted = this.database.jdbc()
			.sql("select min(accepted_at) as oldest from tinyfish_run"
					+ " where state in ('ACCEPTED', 'SENDING', 'RUNNING', 'UNDELIVERED')")
			.query((row, number) -> row.getObject("oldest", OffsetDateTime.class))
			.list()
			.get(0);
		return (accepted != null) ? Duration.between(accepted.toInstant(), now) : Duration.ZERO;
	}

}
