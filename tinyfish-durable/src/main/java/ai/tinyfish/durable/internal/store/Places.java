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
import java.util.List;

/**
 * Places of a limit for the runs of all instances. A run has one from its admission until
 * it has ended: while it is to be sent, is being sent, runs, or is uncertain, since it
 * may be running then. The others that are accepted wait in line.
 */
public final class Places {

	/** The row that is locked: no account has such a name. */
	private static final String GATE = "*admit";

	/** How many runs are found beyond those that are needed, since some may be locked. */
	private static final int SPARE = 100;

	private final Database database;

	public Places(Database database) {
		this.database = database;
	}

	/**
	 * Let no other instance admit runs until the end of the transaction. The row is
	 * changed, so that a transaction that had read before it waited fails, whatever its
	 * isolation.
	 */
	public void lock(Instant now) {
		int locked = this.database.jdbc()
			.sql("update tinyfish_gate set not_before = ? where name = ?")
			.params(RunRow.parameter(now), GATE)
			.update();
		if (locked == 0) {
			this.database.jdbc()
				.sql("insert into tinyfish_gate (name, not_before) values (?, ?)")
				.params(GATE, RunRow.parameter(now))
				.update();
		}
	}

	/**
	 * Return how many runs have a place, counted in one statement: a run that changes its
	 * state meanwhile is neither missed nor counted twice.
	 */
	public int taken() {
		return this.database.jdbc()
			.sql("""
					select (select count(*) from tinyfish_run where state = 'RUNNING')
						+ (select count(*) from tinyfish_run where state in ('SENDING', 'UNCERTAIN'))
						+ (select count(*) from tinyfish_run where state = 'ACCEPTED' and admitted_at is not null)""")
			.query(Integer.class)
			.single();
	}

	/**
	 * Admit those that have waited longest. Runs of an account that the service asks to
	 * wait are left out, as are those with a task: they were refused for now, and their
	 * delay is not over.
	 * @param sendTask the name of the tasks that send requests
	 * @return the ids, in order
	 */
	public List<String> admit(int limit, String sendTask, Instant now) {
		List<String> ids = lockWaiting(longestWaiting(limit + SPARE, sendTask, now), limit);
		this.database.jdbcTemplate()
			.batchUpdate("update tinyfish_run set admitted_at = ?, batch = null where id = ?", ids,
					Math.max(1, ids.size()), (statement, id) -> {
						statement.setObject(1, RunRow.parameter(now));
						statement.setString(2, id);
					});
		return ids;
	}

	private List<String> longestWaiting(int limit, String sendTask, Instant now) {
		// by the state as well, since H2 sorts all that wait otherwise
		return this.database.jdbc()
			.sql("""
					select id from tinyfish_run
					where state = 'ACCEPTED' and admitted_at is null
						and not exists (select 1 from tinyfish_gate
							where name = case when account = '' then '*' else account end and not_before > :now)
						and not exists (select 1 from tinyfish_task
							where task_name = :task and task_instance = tinyfish_run.id)
					order by state, seq limit :limit""")
			.param("now", RunRow.parameter(now))
			.param("task", sendTask)
			.param("limit", limit)
			.query(String.class)
			.list();
	}

	/**
	 * Lock the first of the runs that still wait, apart from those that another
	 * transaction has locked: somebody cancels them, and that may take a long time.
	 */
	private List<String> lockWaiting(List<String> ids, int limit) {
		if (ids.isEmpty()) {
			return ids;
		}
		return this.database.jdbc()
			.sql("select id from tinyfish_run where id in (:ids) and state = 'ACCEPTED' and admitted_at is null"
					+ " order by seq limit :limit for update skip locked")
			.param("ids", ids)
			.param("limit", limit)
			.query(String.class)
			.list();
	}

	/**
	 * Take the place of a run that is not sent for now: it waits in line again.
	 */
	public void release(String id) {
		this.database.jdbc()
			.sql("update tinyfish_run set admitted_at = null where id = ? and state = 'ACCEPTED'")
			.param(id)
			.update();
	}

	/**
	 * Return the ids of runs that were admitted some time ago and have no task that sends
	 * them.
	 */
	public List<String> withoutTask(String sendTask, Instant before) {
		return this.database.jdbc()
			.sql("""
					select id from tinyfish_run where state = 'ACCEPTED' and admitted_at < ?
						and not exists (select 1 from tinyfish_task
							where task_name = ? and task_instance = tinyfish_run.id)""")
			.params(RunRow.parameter(before), sendTask)
			.query(String.class)
			.list();
	}

	/**
	 * Return whether a run waits in line.
	 */
	public boolean isWaiting(String id) {
		return this.database.jdbc()
			.sql("select count(*) from tinyfish_run where id = ? and state = 'ACCEPTED' and admitted_at is null")
			.param(id)
			.query(Integer.class)
			.single() > 0;
	}

}
