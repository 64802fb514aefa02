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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.tinyfish.durable.DurableRunState;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The table of runs, which is the truth about them. Each change of a state is one
 * conditional update that expects to lose: tasks may be executed twice at once, after a
 * pause of their process for example. Changes are made in a transaction.
 */
public final class RunTable {

	private static final String SELECT = "select " + RunRow.COLUMNS + " from tinyfish_run ";

	private final Database database;

	/** A run may be sent in this state: with a limit, only after it was admitted. */
	private final String sendable;

	/**
	 * Create a new table.
	 * @param limited whether only admitted runs are sent
	 */
	public RunTable(Database database, boolean limited) {
		this.database = database;
		this.sendable = limited ? "state = 'ACCEPTED' and admitted_at is not null" : "state = 'ACCEPTED'";
	}

	public void insert(List<NewRun> runs, Instant now) {
		this.database.jdbcTemplate().batchUpdate("""
				insert into tinyfish_run (id, batch, tag, account, state, request, secrets, timeout_millis,
					accepted_at, changed_at)
				values (?, ?, ?, ?, 'ACCEPTED', ?, ?, ?, ?, ?)""", runs, runs.size(), (statement, run) -> {
			statement.setString(1, run.id());
			statement.setString(2, run.batch());
			statement.setString(3, run.tag());
			statement.setString(4, run.account());
			statement.setString(5, run.request());
			statement.setString(6, run.secrets());
			statement.setObject(7, run.timeoutMillis());
			statement.setObject(8, RunRow.parameter(now));
			statement.setObject(9, RunRow.parameter(now));
		});
	}

	public Optional<RunRow> find(String id) {
		return sql(SELECT + "where id = :id").param("id", id).query(RunRow::of).optional();
	}

	/**
	 * Return the runs of a batch in the order of their requests.
	 */
	public List<RunRow> findBatch(String batch) {
		return sql(SELECT + "where batch = :batch order by seq").param("batch", batch).query(RunRow::of).list();
	}

	/**
	 * Lock a run until the end of the transaction.
	 * @return the run, or empty if there is none or another transaction has locked it
	 */
	public Optional<RunRow> lock(String id) {
		return sql(SELECT + "where id = :id for update skip locked").param("id", id).query(RunRow::of).optional();
	}

	/**
	 * Lock a run until the end of the transaction. If another transaction has locked it,
	 * wait for its end.
	 */
	public Optional<RunRow> lockWaiting(String id) {
		return sql(SELECT + "where id = :id for update").param("id", id).query(RunRow::of).optional();
	}

	/**
	 * Claim a run to send it: from now on it may have been sent.
	 */
	public boolean claim(String id, String token, String sender, Instant now) {
		return claim("id = :id", "", id, token, sender, now) == 1;
	}

	/**
	 * Claim the runs of a batch that are still to be sent. Each has a token of its own,
	 * which begins with the given one.
	 * @return their number
	 */
	public int claimBatch(String batch, String token, String sender, Instant now) {
		return claim("batch = :id", " || '-' || seq", batch, token, sender, now);
	}

	private int claim(String condition, String suffix, String id, String token, String sender, Instant now) {
		if (this.database.isPostgreSql()) {
			// a claim that a crash of the database forgets would be sent twice
			this.database.jdbcTemplate().execute("set local synchronous_commit = on");
		}
		return sql("update tinyfish_run set state = 'SENDING', send_token = :token" + suffix + ", sender = :sender,"
				+ " sending_at = :now, attempts = attempts + 1, admitted_at = null, changed_at = :now where "
				+ condition + " and " + this.sendable)
			.param("token", token)
			.param("sender", sender)
			.param("now", RunRow.parameter(now))
			.param("id", id)
			.update();
	}

	/**
	 * Store the id that the service gave a run. A late answer decides about an uncertain
	 * run, and so does a webhook about one that is to be sent again, although the service
	 * had said that it started nothing. None decides about one that was sent again
	 * meanwhile.
	 */
	public boolean running(String id, String token, String runId, Instant now) {
		return sql("""
				update tinyfish_run set state = 'RUNNING', run_id = :runId, secrets = null, error = null, missing = 0,
					changed_at = :now
				where id = :id and send_token = :token and state in ('SENDING', 'UNCERTAIN', 'ACCEPTED')""")
			.param("runId", runId)
			.param("id", id)
			.param("token", token)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	/**
	 * Let a run be sent again unless it has been cancelled: the service has started
	 * nothing.
	 * @param batch the batch that it is sent with, or null to send it on its own
	 */
	public boolean backToAccepted(String id, String token, @Nullable String batch, @Nullable String error,
			Instant now) {
		return sql("""
				update tinyfish_run set state = 'ACCEPTED', batch = :batch, error = :error, changed_at = :now
				where id = :id and send_token = :token and state = 'SENDING' and not cancel_requested""")
			.param("batch", batch)
			.param("error", error)
			.param("id", id)
			.param("token", token)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	/**
	 * Take a run that is still to be sent out of its batch.
	 */
	public boolean alone(String id, Instant now) {
		return sql("update tinyfish_run set batch = null, changed_at = :now where id = :id and state = 'ACCEPTED'")
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public void unsent(String id, String error) {
		sql("update tinyfish_run set error = :error where id = :id and state = 'ACCEPTED'").param("error", error)
			.param("id", id)
			.update();
	}

	public boolean uncertain(String id, String token, String error, Instant now) {
		return sql("""
				update tinyfish_run set state = 'UNCERTAIN', error = :error, changed_at = :now
				where id = :id and send_token = :token and state = 'SENDING'""").param("error", error)
			.param("id", id)
			.param("token", token)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public boolean lost(String id, String error, Instant now) {
		return sql("""
				update tinyfish_run set state = 'LOST', error = :error, changed_at = :now
				where id = :id and state = 'RUNNING'""").param("error", error)
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public void missing(String id, int polls) {
		sql("update tinyfish_run set missing = :polls where id = :id and state = 'RUNNING'").param("polls", polls)
			.param("id", id)
			.update();
	}

	/**
	 * Store the outcome of a locked run as handed over.
	 */
	public void end(String id, Ending ending, Instant now) {
		sql("""
				update tinyfish_run set state = :state, status = :status, result = :result, error = :error,
					secrets = null, next_at = null, ended_at = :now, changed_at = :now
				where id = :id""").param("state", ending.state().name())
			.params(parameters(ending))
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update();
	}

	/**
	 * Store the outcome of a locked run that a listener failed on.
	 * @param state {@code UNDELIVERED} or {@code PARKED}
	 */
	public void undelivered(String id, DurableRunState state, Ending ending, int attempts, Instant next, Instant now) {
		sql("""
				update tinyfish_run set state = :state, status = :status, result = :result, error = :error,
					secrets = null, handover_attempts = :attempts, next_at = :next, changed_at = :now
				where id = :id""").param("state", state.name())
			.params(parameters(ending))
			.param("attempts", attempts)
			.param("next", RunRow.parameter(next))
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update();
	}

	private static Map<String, @Nullable Object> parameters(Ending ending) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("status", ending.status());
		parameters.put("result", ending.result());
		parameters.put("error", ending.error());
		return parameters;
	}

	/**
	 * Note that a run is to be cancelled. Until the end of the transaction, nobody else
	 * changes the run.
	 * @return false if that was noted before, or nothing is left to cancel
	 */
	public boolean requestCancel(String id, Instant now) {
		return sql("""
				update tinyfish_run set cancel_requested = true, changed_at = :now
				where id = :id and state in ('ACCEPTED', 'SENDING', 'UNCERTAIN', 'RUNNING')
					and not cancel_requested""").param("id", id).param("now", RunRow.parameter(now)).update() == 1;
	}

	public boolean cancelUnsent(String id, Ending ending, Instant now) {
		return sql("""
				update tinyfish_run set state = :state, status = :status, result = :result, error = :error,
					secrets = null, cancel_requested = true, ended_at = :now, changed_at = :now
				where id = :id and state = 'ACCEPTED'""").param("state", ending.state().name())
			.params(parameters(ending))
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public boolean settle(String id, String runId, Instant now) {
		return sql("""
				update tinyfish_run set state = 'RUNNING', run_id = :runId, secrets = null, error = null, missing = 0,
					changed_at = :now
				where id = :id and state in ('UNCERTAIN', 'LOST')""").param("runId", runId)
			.param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public boolean isTaken(String account, String runId, String id) {
		return sql("select count(*) from tinyfish_run where account = :account and run_id = :runId and id <> :id")
			.param("account", account)
			.param("runId", runId)
			.param("id", id)
			.query(Integer.class)
			.single() > 0;
	}

	public boolean resubmit(String id, Instant now) {
		return sql("""
				update tinyfish_run set state = 'ACCEPTED', batch = null, send_token = null, error = null,
					changed_at = :now
				where id = :id and state = 'UNCERTAIN' and not cancel_requested""").param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public boolean abandon(String id, Instant now) {
		return sql("""
				update tinyfish_run set state = 'ABANDONED', secrets = null, ended_at = :now, changed_at = :now
				where id = :id and state in ('UNCERTAIN', 'LOST', 'PARKED')""").param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	public boolean redeliver(String id, Instant now) {
		return sql("""
				update tinyfish_run set state = 'UNDELIVERED', handover_attempts = 0, next_at = :now,
					changed_at = :now
				where id = :id and state = 'PARKED'""").param("id", id)
			.param("now", RunRow.parameter(now))
			.update() == 1;
	}

	private JdbcClient.StatementSpec sql(String sql) {
		return this.database.jdbc().sql(sql);
	}

	/**
	 * A run to be stored.
	 */
	public record NewRun(String id, @Nullable String batch, @Nullable String tag, String account, String request,
			@Nullable String secrets, @Nullable Long timeoutMillis) {

		/**
		 * Return a description without the request and its secrets.
		 */
		@Override
		public String toString() {
			return "NewRun[" + this.id + "]";
		}

	}

}
