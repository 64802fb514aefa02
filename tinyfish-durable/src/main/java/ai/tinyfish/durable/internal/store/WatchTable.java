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

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDelivery;
import ai.tinyfish.durable.watch.WatchDeliveryState;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The tables of watches and of their results. A watch is changed in a transaction that
 * has locked its row.
 *
 * @param maxResults how many results of a watch are kept
 */
public record WatchTable(Database database, int maxResults) {

	private static final String FINISHED = " and (delivery is null or delivery = 'DELIVERED')";

	private static final String CHECKED = "next_at <= ? and check_until > ? and open_run is null";

	private static final String SELECT = """
			select w.*, exists (select 1 from tinyfish_run r where r.id = w.open_run
				and r.state not in ('DONE', 'REFUSED', 'ABANDONED')) as is_open from tinyfish_watch w\s""";

	/**
	 * Insert a watch, unless it exists.
	 */
	public void insert(WatchRow row) {
		this.database.insert(
				"insert into tinyfish_watch (id, account, definition, state, progress, good_at) values (?, ?, ?, ?, ?, ?)",
				List.<@Nullable Object[]>of(
						new @Nullable Object[] { row.id(), row.account(), Json.write(row.definition()), row.state(),
								Json.write(row.progress()), row.progress().goodAt() }));
	}

	public Optional<WatchRow> find(String id) {
		return read(List.of(id)).stream().findFirst();
	}

	/**
	 * Return all watches, without holding all baselines in memory.
	 */
	public List<WatchStatus> list() {
		// PostgreSQL ignores the size outside of a transaction
		return this.database.inTransaction(() -> this.database.jdbc()
			.sql(SELECT + "order by id")
			.withFetchSize(100)
			.query((row, number) -> WatchRow.of(row, number).status())
			.list());
	}

	/**
	 * Lock a watch until the end of the transaction, when no other transaction locks it.
	 */
	public Optional<WatchRow> lock(@Nullable String id) {
		return read(strings("select id from tinyfish_watch where id = ? for update", id)).stream().findFirst();
	}

	/**
	 * Lock watches that are due. Those that other transactions lock are left out.
	 * @return their ids
	 */
	public List<String> lockDue(Instant now, int limit) {
		return strings("select id from tinyfish_watch where next_at <= ?"
				+ " and (check_until is null or check_until <= ? or open_run is not null)"
				+ " order by next_at limit ? for update skip locked", now, now, limit);
	}

	/**
	 * Have the page of a watch fetched before its slot runs.
	 * @param until when the slot runs without that
	 */
	public void check(String id, Instant until) {
		this.database.update("update tinyfish_watch set check_until = ? where id = ?", until, id);
	}

	/**
	 * Return the accounts with pages to be fetched; that of the client has no name.
	 */
	public List<String> checkedAccounts(Instant now) {
		return strings("select distinct coalesce(account, '') from tinyfish_watch where " + CHECKED, now, now);
	}

	/**
	 * Return watches of an account whose pages are to be fetched, those that are due
	 * longest first. Those that other transactions lock are left out: nothing could be
	 * decided about them.
	 */
	public List<WatchRow> checked(String account, Instant now, int limit) {
		return this.database.inTransaction(() -> read(strings(
				"select id from tinyfish_watch where " + CHECKED
						+ " and coalesce(account, '') = ? order by next_at limit ? for update skip locked",
				now, now, account, limit)));
	}

	/**
	 * Lock those of some watches that have not changed since they were read. Those that
	 * other transactions lock are left out.
	 */
	public List<WatchRow> lockChecked(List<WatchRow> expected) {
		return read(this.database.jdbc()
			.sql("select id from tinyfish_watch where id in (:ids) for update skip locked")
			.param("ids", expected.stream().map(WatchRow::id).toList())
			.query(String.class)
			.list()).stream().filter(expected::contains).toList();
	}

	private List<String> strings(String sql, @Nullable Object... parameters) {
		return this.database.statement(sql, parameters).query(String.class).list();
	}

	/**
	 * Read watches. This is not done by the statement that locks them: if it waited, it
	 * would not see the run that another transaction has inserted meanwhile.
	 */
	public List<WatchRow> read(List<String> ids) {
		String select = SELECT + "where id in (:ids) order by next_at";
		return ids.isEmpty() ? List.of()
				: this.database.jdbc().sql(select).param("ids", ids).query(WatchRow::of).list();
	}

	/**
	 * Pause the watches that code has declared before a time, also for instances that
	 * were started before it.
	 * @return their ids
	 */
	public List<String> undeclare(Instant before) {
		String where = " where state = 'ACTIVE' and declared_at < ?";
		List<String> ids = strings("select id from tinyfish_watch" + where + " order by id", before);
		this.database.update("update tinyfish_watch set state = 'UNDECLARED', next_at = null, declared_at = ?" + where,
				before, before);
		return ids;
	}

	/**
	 * Store all of a watch but its open run.
	 */
	public void store(WatchRow row) {
		this.database.update(
				"update tinyfish_watch set account = ?, definition = ?, secrets = ?, declared_at = ? where id = ?",
				row.account(), Json.write(row.definition()), row.secrets(), row.declaredAt(), row.id());
		schedule(row.id(), row.state(), row.nextAt());
		progress(row, row.progress());
	}

	public void schedule(String id, WatchState state, @Nullable Instant next) {
		this.database.update("update tinyfish_watch set state = ?, next_at = ?, check_until = null where id = ?", state,
				next, id);
	}

	/**
	 * Stop a watch that cannot be read.
	 */
	public void stop(String id) {
		this.database.update("update tinyfish_watch set next_at = null, failing = true where id = ?", id);
	}

	public void progress(WatchRow row, Progress progress) {
		this.database.update(
				"update tinyfish_watch set progress = ?, good_at = ?, failing = ?, period_seconds = ? where id = ?",
				Json.write(progress), progress.goodAt(), progress.drift() != null,
				row.definition().periodSeconds(progress.goodAt()), row.id());
	}

	/**
	 * Store the run of a slot, and the next slot.
	 * @param page the digest of the page, or null if it is not known
	 */
	public void open(WatchRow row, String run, Instant slot, @Nullable Instant next, @Nullable String page) {
		this.database.update("update tinyfish_run set watch = ?, slot = ?, goal_version = ?, page = ? where id = ?",
				row.id(), slot, row.definition().goalVersion(), page, run);
		this.database.update("update tinyfish_watch set open_run = ?, next_at = ?, check_until = null where id = ?",
				run, next, row.id());
	}

	/**
	 * Lock the watch of a run that has ended, which may not be the open one.
	 */
	public Optional<WatchRow> close(RunRow run) {
		this.database.update("update tinyfish_watch set open_run = null where open_run = ?", run.id());
		return lock(run.watch());
	}

	/**
	 * Add to the history. The outcome of a run that was given up replaces that entry.
	 * @param events the events to be delivered, or null
	 */
	public void record(String watch, WatchResult result, @Nullable WatchEvents events) {
		this.database.update("delete from tinyfish_watch_result where watch = ? and (slot = ? or slot <= ("
				+ "select slot from tinyfish_watch_result where watch = ? order by slot desc limit 1 offset ?))"
				+ FINISHED, watch, result.slot(), watch, this.maxResults - 1);
		this.database.update(
				"insert into tinyfish_watch_result (watch, slot, since, outcome, run_id, result, reason, events,"
						+ " delivery, deliver_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				watch, result.slot(), result.since(), result.outcome(), result.runId(), result.result().json(),
				result.reason(), (events != null) ? Json.write(events) : null,
				(events != null) ? WatchDeliveryState.UNDELIVERED : null, result.slot());
	}

	/**
	 * Add a slot that was skipped to the history: one entry for all slots in a row.
	 */
	public void recordSkipped(String watch, Instant slot) {
		if (this.database.update("update tinyfish_watch_result set slot = ?, slots = slots + 1 where watch = ?"
				+ " and outcome = 'SAME_PAGE' and slot = ("
				+ "select max(slot) from tinyfish_watch_result where watch = ?)", slot, watch, watch) == 0) {
			record(watch, new WatchResult(slot, slot, 1, WatchOutcome.SAME_PAGE, null, RunResult.empty(), null,
					List.of(), null), null);
		}
	}

	public List<WatchResult> history(String watch) {
		return this.database.statement("select * from tinyfish_watch_result where watch = ? order by slot desc", watch)
			.query(WatchTable::result)
			.list();
	}

	private static WatchResult result(ResultSet row, int number) throws SQLException {
		String state = row.getString("delivery");
		return new WatchResult(Objects.requireNonNull(RunRow.time(row, "slot")),
				Objects.requireNonNull(RunRow.time(row, "since")), row.getInt("slots"),
				WatchOutcome.valueOf(row.getString("outcome")), row.getString("run_id"),
				RunResult.ofJson(row.getString("result")), row.getString("reason"), changes(row.getString("events")),
				(state != null) ? new WatchDelivery(WatchDeliveryState.valueOf(state), row.getInt("delivery_attempts"))
						: null);
	}

	private static List<Change<RunResult>> changes(@Nullable String events) {
		try {
			WatchChangedEvent changed = (events != null) ? Json.read(events, WatchEvents.class).changed() : null;
			return (changed != null) ? changed.changes() : List.of();
		}
		catch (JacksonException ex) {
			// their delivery fails, and is parked
			return List.of();
		}
	}

	/**
	 * Return the number of deliveries of a watch that are not finished.
	 * @param lock whether they are locked. Their listeners may change the watch: it is
	 * locked after them
	 */
	public int deliveries(String watch, boolean lock) {
		return strings("select watch from tinyfish_watch_result where watch = ?"
				+ " and delivery in ('UNDELIVERED', 'PARKED')" + (lock ? " order by slot for update" : ""), watch)
			.size();
	}

	/**
	 * Return the oldest delivery of a watch that is not finished.
	 */
	public Optional<Delivery> oldestDelivery(String watch) {
		return this.database
			.statement("select * from tinyfish_watch_result where watch = ?"
					+ " and delivery in ('UNDELIVERED', 'PARKED') order by slot limit 1", watch)
			.query((row, number) -> new Delivery(watch, Objects.requireNonNull(RunRow.time(row, "slot")),
					row.getString("events"), row.getString("delivery").equals("PARKED"),
					row.getInt("delivery_attempts"), Objects.requireNonNull(RunRow.time(row, "deliver_at"))))
			.optional();
	}

	/**
	 * Change the state of a delivery, unless another transaction locks it or has changed
	 * it.
	 * @param next when it is tried again
	 * @return whether it was changed
	 */
	public boolean change(Delivery delivery, WatchDeliveryState state, int attempts, Instant next) {
		String row = " where watch = ? and slot = ?";
		boolean free = !strings(
				"select watch from tinyfish_watch_result" + row
						+ " and delivery = 'UNDELIVERED' and delivery_attempts = ? for update skip locked",
				delivery.watch(), delivery.slot(), delivery.attempts())
			.isEmpty();
		return free && this.database.update(
				"update tinyfish_watch_result set delivery = ?, delivery_attempts = ?, deliver_at = ?" + row, state,
				attempts, next, delivery.watch(), delivery.slot()) > 0;
	}

	/**
	 * Have the parked deliveries of a watch delivered again.
	 * @return their number
	 */
	public int unpark(String watch, Instant now) {
		return this.database.update("update tinyfish_watch_result set delivery = 'UNDELIVERED', delivery_attempts = 0,"
				+ " deliver_at = ? where watch = ? and delivery = 'PARKED'", now, watch);
	}

	/**
	 * Return the watches with events to be delivered.
	 */
	public Set<String> undelivered() {
		return new HashSet<>(strings("select watch from tinyfish_watch_result where delivery = 'UNDELIVERED'"));
	}

	/**
	 * Delete old results.
	 */
	public void deleteBefore(Instant slot) {
		this.database.doInTransaction(
				() -> this.database.update("delete from tinyfish_watch_result where slot < ?" + FINISHED, slot));
	}

	/**
	 * Delete a watch and its history.
	 */
	public boolean delete(String id) {
		this.database.update("delete from tinyfish_watch_result where watch = ?", id);
		return this.database.update("delete from tinyfish_watch where id = ?", id) == 1;
	}

	/**
	 * Return the numbers of watches.
	 */
	public WatchCounts counts(Instant now) {
		return this.database.statement("""
				select count(case when state = 'ACTIVE' then 1 end), count(case when state <> 'ACTIVE' then 1 end),
					count(open_run), count(case when state = 'ACTIVE' and failing then 1 end),
					max(case when state = 'ACTIVE' and next_at is not null and period_seconds is not null
						then (? - extract(epoch from good_at)) / period_seconds end),
					(select count(*) from tinyfish_watch_result where delivery in ('UNDELIVERED', 'PARKED'))
					from tinyfish_watch""", BigDecimal.valueOf(now.toEpochMilli(), 3))
			.query((row, number) -> new WatchCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
					row.getDouble(5), row.getLong(6)))
			.single();
	}

	/**
	 * Numbers of watches.
	 *
	 * @param active how many run on their schedule
	 * @param paused how many do not
	 * @param open how many have a run that was not compared
	 * @param failing how many active ones have drifted
	 * @param oldest the largest age of the last good result of those with a next slot, as
	 * a multiple of their periods
	 * @param undelivered how many results have events that were not delivered
	 */
	public record WatchCounts(long active, long paused, long open, long failing, double oldest, long undelivered) {

	}

	/**
	 * Delivery of the events of a result.
	 *
	 * @param events the events as they are stored
	 * @param parked whether it waits for a person
	 * @param attempts how many attempts have failed
	 * @param next when it is tried
	 */
	public record Delivery(String watch, Instant slot, String events, boolean parked, int attempts, Instant next) {

	}

}
