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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;

/**
 * The tables of watches and of their results. Whoever changes a watch locks its row, and
 * does so in a transaction.
 *
 * @param maxResults how many results of a watch are kept
 */
public record WatchTable(Database database, int maxResults) {

	private static final String SELECT = """
			select w.*, exists (select 1 from tinyfish_run r where r.id = w.open_run
				and r.state not in ('DONE', 'REFUSED', 'ABANDONED')) as is_open from tinyfish_watch w\s""";

	/**
	 * Insert a watch, unless it exists. If another transaction is inserting it, wait for
	 * it.
	 */
	public void insert(WatchRow row) {
		String insert = "insert into tinyfish_watch (id, definition, state, progress, good_at) values (?, ?, ?, ?, ?)";
		try {
			// an error would end the transaction on PostgreSQL
			update(insert + (this.database.isPostgreSql() ? " on conflict do nothing" : ""), row.id(),
					Json.write(row.definition()), row.state(), Json.write(row.progress()), row.progress().goodAt());
		}
		catch (DuplicateKeyException ex) {
			// it exists
		}
	}

	public Optional<WatchRow> find(String id) {
		return rows("where id = ?", id).stream().findFirst();
	}

	public List<WatchRow> list() {
		return rows("order by id");
	}

	/**
	 * Lock a watch until the end of the transaction, when no other transaction locks it.
	 */
	public Optional<WatchRow> lock(@Nullable String id) {
		return rows("where id = ? for update", id).stream().findFirst();
	}

	/**
	 * Lock watches that are due. Those that other transactions lock are left out.
	 */
	public List<WatchRow> lockDue(Instant now, int limit) {
		return rows("where next_at <= ? order by next_at limit ? for update skip locked", now, limit);
	}

	/**
	 * Let instances declare their watches one after the other.
	 */
	public void lockDeclarations() {
		this.database.jdbcTemplate()
			.execute("select version from tinyfish_task where task_name = 'tinyfish-watch' for update");
	}

	/**
	 * Pause the watches that code has declared before a time.
	 * @return their number
	 */
	public int undeclare(Instant before) {
		return update("update tinyfish_watch set state = 'UNDECLARED', next_at = null"
				+ " where state = 'ACTIVE' and declared_at < ?", before);
	}

	/**
	 * Store all of a watch but its open run.
	 */
	public void store(WatchRow row) {
		update("update tinyfish_watch set account = ?, definition = ?, secrets = ?, declared_at = ? where id = ?",
				row.account(), Json.write(row.definition()), row.secrets(), row.declaredAt(), row.id());
		schedule(row.id(), row.state(), row.nextAt());
		progress(row.id(), row.progress());
	}

	public void schedule(String id, WatchState state, @Nullable Instant next) {
		update("update tinyfish_watch set state = ?, next_at = ? where id = ?", state, next, id);
	}

	public void progress(String id, Progress progress) {
		update("update tinyfish_watch set progress = ?, good_at = ?, failing = ? where id = ?", Json.write(progress),
				progress.goodAt(), progress.drift() != null, id);
	}

	/**
	 * Store the run of a slot, and the next slot.
	 */
	public void open(WatchRow row, String run, Instant slot, @Nullable Instant next) {
		update("update tinyfish_run set watch = ?, slot = ?, goal_version = ? where id = ?", row.id(), slot,
				row.definition().goalVersion(), run);
		update("update tinyfish_watch set open_run = ?, next_at = ? where id = ?", run, next, row.id());
	}

	/**
	 * Delete a run that was compared, and which may not be the open one.
	 */
	public void close(String run) {
		update("update tinyfish_watch set open_run = null where open_run = ?", run);
	}

	/**
	 * Add to the history. The outcome of a run that was given up replaces that entry.
	 */
	public void record(String watch, WatchResult result) {
		update("""
				delete from tinyfish_watch_result where watch = ? and (slot = ? or slot <= (
					select slot from tinyfish_watch_result where watch = ? order by slot desc limit 1 offset ?))""",
				watch, result.slot(), watch, this.maxResults - 1);
		update("insert into tinyfish_watch_result (watch, slot, outcome, run_id, result, reason)"
				+ " values (?, ?, ?, ?, ?, ?)", watch, result.slot(), result.outcome(), result.runId(),
				result.result().json(), result.reason());
	}

	public List<WatchResult> history(String watch) {
		return this.database.jdbc()
			.sql("select * from tinyfish_watch_result where watch = ? order by slot desc")
			.param(watch)
			.query((row, number) -> new WatchResult(Objects.requireNonNull(RunRow.time(row, "slot")),
					WatchOutcome.valueOf(row.getString("outcome")), row.getString("run_id"),
					RunResult.ofJson(row.getString("result")), row.getString("reason")))
			.list();
	}

	/**
	 * Delete old results.
	 */
	public void deleteBefore(Instant slot) {
		this.database.doInTransaction(() -> update("delete from tinyfish_watch_result where slot < ?", slot));
	}

	/**
	 * Delete a watch and its history.
	 */
	public boolean delete(String id) {
		update("delete from tinyfish_watch_result where watch = ?", id);
		return update("delete from tinyfish_watch where id = ?", id) == 1;
	}

	/**
	 * Return the numbers of watches by state.
	 */
	public List<WatchCount> counts(Instant now) {
		return this.database.jdbc()
			.sql("""
					select state, count(*) as watches, count(open_run) as open_runs, min(good_at) as good,
						count(case when failing then 1 end) as failures from tinyfish_watch group by state""")
			.query((row, number) -> new WatchCount(WatchState.valueOf(row.getString("state")), row.getLong("watches"),
					row.getLong("open_runs"), row.getLong("failures"),
					Duration.between(Objects.requireNonNull(RunRow.time(row, "good")), now).toSeconds()))
			.list();
	}

	private List<WatchRow> rows(String where, @Nullable Object... parameters) {
		return this.database.jdbc().sql(SELECT + where).params(values(parameters)).query(WatchRow::of).list();
	}

	private int update(String sql, @Nullable Object... parameters) {
		return this.database.jdbc().sql(sql).params(values(parameters)).update();
	}

	private static List<@Nullable Object> values(@Nullable Object... parameters) {
		return Arrays.stream(parameters).map(RunRow::value).toList();
	}

	/**
	 * Number of the watches in a state.
	 *
	 * @param open how many of them have a run that was not compared
	 * @param failing how many of them have drifted
	 * @param age the time since the oldest of their last good results, in seconds
	 */
	public record WatchCount(WatchState state, long watches, long open, long failing, long age) {

	}

}
