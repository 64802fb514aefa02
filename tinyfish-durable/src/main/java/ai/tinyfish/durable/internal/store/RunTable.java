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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.durable.DurableRunState;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The table of runs, which alone decides about their state. Each {@link Transition} is
 * one conditional update, which may find that another was first: a task may be executed
 * twice at once, for example after a pause of its process.
 */
public record RunTable(Database database, Clock clock) {

	/** Name stored with runs that the policy for doubt gave up. */
	public static final String POLICY = "tinyfish.durable.uncertain";

	private static final String INSERT = """
			insert into tinyfish_run (id, batch, submission_key, tag, account, state, request, submitted,
				secrets, timeout_millis, goal_version, trace, accepted_at, changed_at)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

	private static final String LINK = "update tinyfish_run set state = '" + Transition.LINK.to() + """
			', run_id = ?, secrets = null, error = null, failures = 0, ended_at = null, changed_at = ?
			where id = ? and send_token = ? and\s""" + Transition.LINK.condition();

	/**
	 * Insert runs, except for those whose account has a run with the same key. If another
	 * transaction is inserting that run, wait for it.
	 */
	public void insert(List<NewRun> runs) {
		Instant now = this.clock.now();
		this.database.insert(INSERT, runs.stream()
			.map((run) -> new @Nullable Object[] { run.id, run.batch, run.key, run.tag, run.account, run.state.name(),
					run.request, run.submitted, run.secrets, run.timeoutMillis, run.goalVersion, run.trace, now, now })
			.toList());
	}

	/**
	 * Delete runs that the current transaction has inserted.
	 */
	public void delete(List<String> ids) {
		this.database.jdbc().sql("delete from tinyfish_run where id in (:ids)").param("ids", ids).update();
	}

	public Optional<RunRow> find(String id) {
		return find("id = :id", "id", id).stream().findFirst();
	}

	/**
	 * Return the runs of a batch in the order of their requests.
	 */
	public List<RunRow> findBatch(String batch) {
		return find("batch = :batch order by seq", "batch", batch);
	}

	public Optional<RunRow> findByKey(String account, String key) {
		return find("account = :account and submission_key = :key", "account", account, "key", key).stream()
			.findFirst();
	}

	/**
	 * Lock a run until the end of the transaction.
	 * @return the run, or empty if it does not exist or another transaction has locked it
	 */
	public Optional<RunRow> lock(String id) {
		return find("id = :id for update skip locked", "id", id).stream().findFirst();
	}

	/**
	 * Lock a run until the end of the transaction, when no other transaction locks it.
	 */
	public Optional<RunRow> lockWhenFree(String id) {
		return find("id = :id for update", "id", id).stream().findFirst();
	}

	private List<RunRow> find(String where, Object... parameters) {
		return this.database.jdbc()
			.sql(RunRow.SELECT + "where " + where)
			.params(parameters(parameters))
			.query(RunRow::of)
			.list();
	}

	/**
	 * Claim runs to send them: from now on they may have been sent. This does not wait
	 * for locks.
	 * @param rows the runs
	 * @param token the prefix of the token of each run
	 * @param sender the name of this instance
	 * @return false if one of them is no longer to be sent, or another transaction has
	 * locked it: then no run is claimed
	 */
	public boolean claim(List<RunRow> rows, String token, String sender) {
		return this.database.inTransaction(() -> {
			if (this.database.isPostgreSql()) {
				// a claim that a crash of the database forgets would be sent twice
				this.database.jdbcTemplate().execute("set local synchronous_commit = on");
			}
			String accepted = "id in (:ids) and " + Transition.CLAIM.condition();
			Map<String, @Nullable Object> parameters = parameters("token", token, "sender", sender, "ids",
					rows.stream().map(RunRow::id).toList());
			List<String> locked = this.database.jdbc()
				.sql("select id from tinyfish_run where " + accepted + " order by seq for update skip locked")
				.params(parameters)
				.query(String.class)
				.list();
			if (locked.size() < rows.size()) {
				return false;
			}
			update(Transition.CLAIM.update() + ", send_token = :token || '-' || seq where " + accepted, parameters);
			return true;
		});
	}

	/**
	 * Change the state of a run.
	 * @param transition the change
	 * @param namesAndValues its parameters
	 * @return false if the run is not in one of the states before it
	 */
	public boolean change(Transition transition, String id, @Nullable Object... namesAndValues) {
		return change(transition, id, parameters(namesAndValues));
	}

	/**
	 * Change the state of a run that has an outcome.
	 * @param transition the change
	 * @param outcome the outcome, which is stored
	 * @param namesAndValues further parameters
	 * @return false if the run is not in one of the states before it
	 */
	public boolean change(Transition transition, String id, StoredOutcome outcome, @Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> parameters = parameters(namesAndValues);
		parameters.put("status", outcome.status());
		parameters.put("result", outcome.result());
		parameters.put("error", outcome.error());
		return change(transition, id, parameters);
	}

	private boolean change(Transition transition, String id, Map<String, @Nullable Object> parameters) {
		parameters.put("id", id);
		return update(transition.update() + " where id = :id and " + transition.condition(), parameters) == 1;
	}

	/**
	 * Store the ids of the runs that requests have started. A late answer settles an
	 * uncertain run. A webhook also settles a run that is to be sent again, although the
	 * service had said that it started nothing, and a run that the policy for doubt gave
	 * up. Neither settles a run that has been sent again.
	 * @return the durable ids of those that were stored
	 */
	public Set<String> link(List<Link> links) {
		Object now = RunRow.parameter(this.clock.now());
		int[][] counts = this.database.inTransaction(
				() -> this.database.jdbcTemplate().batchUpdate(LINK, links, links.size(), (statement, link) -> {
					statement.setString(1, link.runId());
					statement.setObject(2, now);
					statement.setString(3, link.sent().id());
					statement.setString(4, link.sent().token());
				}));
		return IntStream.range(0, links.size())
			.filter((i) -> counts[0][i] == 1)
			.mapToObj((i) -> links.get(i).sent().id())
			.collect(Collectors.toSet());
	}

	/**
	 * Return those of some runs that are to be cancelled.
	 */
	public List<RunRow> cancelRequested(Set<String> ids) {
		return ids.isEmpty() ? List.of() : find("id in (:ids) and cancel_requested", "ids", ids);
	}

	/**
	 * Remove a run that is still to be sent from its batch.
	 */
	public boolean removeFromBatch(String id) {
		return set("batch = null, changed_at = :now", "id = :id and state = 'ACCEPTED'", "id", id) == 1;
	}

	/**
	 * Note why a run could not be sent, and when that is tried again.
	 */
	public void notSent(String id, @Nullable String error, Instant next) {
		set("error = coalesce(:error, error), failures = failures + 1, next_at = :next",
				"id = :id and state = 'ACCEPTED'", "error", error, "next", next, "id", id);
	}

	/**
	 * Note why the answer to a request was lost.
	 * @return false if the run is known nevertheless
	 */
	public boolean answerLost(Sent sent, String error) {
		return set("error = :error", "id = :id and send_token = :token and state = 'SENDING'", "error", error, "id",
				sent.id(), "token", sent.token()) == 1;
	}

	/**
	 * Store how many polls in a row could not read a run, or how many lists could not be
	 * read in the search for it.
	 */
	public void failures(String id, int failures) {
		set("failures = :failures", "id = :id and state in ('SENDING', 'RUNNING')", "failures", failures, "id", id);
	}

	/**
	 * Note that a run is to be cancelled. Until the end of the transaction, no other
	 * transaction changes the run.
	 * @return false if that was noted before, or the run can no longer be cancelled
	 */
	public boolean requestCancel(String id, @Nullable String by) {
		return set("cancel_requested = true, changed_at = :now, " + Transition.DECISION,
				"""
						id = :id and state in ('HELD', 'ACCEPTED', 'SENDING', 'UNCERTAIN', 'RUNNING') and not cancel_requested""",
				"id", id, "by", by) == 1;
	}

	public boolean isTaken(String account, String runId, String id) {
		return !find("account = :account and run_id = :runId and id <> :id", "account", account, "runId", runId, "id",
				id)
			.isEmpty();
	}

	private int set(String set, String where, @Nullable Object... namesAndValues) {
		return update("update tinyfish_run set " + set + " where " + where, parameters(namesAndValues));
	}

	private int update(String sql, Map<String, @Nullable Object> parameters) {
		parameters.put("now", RunRow.value(this.clock.now()));
		return this.database.inTransaction(() -> this.database.jdbc().sql(sql).params(parameters).update());
	}

	private static Map<String, @Nullable Object> parameters(@Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			parameters.put(String.valueOf(namesAndValues[i]), RunRow.value(namesAndValues[i + 1]));
		}
		return parameters;
	}

	/**
	 * A run to be stored.
	 *
	 * @param state {@code ACCEPTED} or {@code HELD}
	 * @param submitted the request as it was submitted, if there is a key and
	 * interceptors have changed it
	 * @param trace the trace context of the submission, or null
	 */
	public record NewRun(String id, @Nullable String batch, @Nullable String key, @Nullable String tag, String account,
			DurableRunState state, String request, @Nullable String submitted, @Nullable String secrets,
			@Nullable Long timeoutMillis, @Nullable String goalVersion, @Nullable String trace) {

		/**
		 * Return the same run, to be sent with others.
		 */
		public NewRun inBatch(String batch) {
			return new NewRun(this.id, batch, this.key, this.tag, this.account, this.state, this.request,
					this.submitted, this.secrets, this.timeoutMillis, this.goalVersion, this.trace);
		}

		/**
		 * Return the same run, to be sent when a person approves it.
		 */
		public NewRun held() {
			return new NewRun(this.id, null, this.key, this.tag, this.account, DurableRunState.HELD, this.request,
					this.submitted, this.secrets, this.timeoutMillis, this.goalVersion, this.trace);
		}

		/**
		 * Return the account as the API names it.
		 */
		public @Nullable String accountName() {
			return this.account.isEmpty() ? null : this.account;
		}

		public boolean isHeld() {
			return this.state == DurableRunState.HELD;
		}

		/**
		 * Return a description without the request and its secrets.
		 */
		@Override
		public String toString() {
			return "NewRun[" + this.id + "]";
		}

	}

	/**
	 * A request that was claimed, and the token of this submission.
	 */
	public record Sent(RunRow row, String token) {

		public String id() {
			return this.row.id();
		}

		/**
		 * Return a description without the token, which is a part of a secret URL.
		 */
		@Override
		public String toString() {
			return "Sent[" + this.row + "]";
		}

	}

	/**
	 * The run that a submission has started.
	 */
	public record Link(Sent sent, String runId) {

	}

}
