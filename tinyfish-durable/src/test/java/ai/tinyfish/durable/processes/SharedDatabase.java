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

package ai.tinyfish.durable.processes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.durable.testing.DatabaseKind;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.awaitility.Awaitility.await;

/**
 * A database that several processes use, as the test sees it. The test locks rows where
 * processes are to wait.
 */
final class SharedDatabase implements AutoCloseable {

	/** How long something may take on a loaded machine. */
	static final Duration SOON = Duration.ofSeconds(60);

	private static final String URL = "spring.datasource.url=";

	private final DatabaseKind kind;

	private final List<String> properties;

	private final String url;

	private final JdbcClient jdbc;

	private final List<Lock> locks = new CopyOnWriteArrayList<>();

	SharedDatabase(DatabaseKind kind) {
		this(kind, kind.newSharedDatabase());
	}

	SharedDatabase(DatabaseKind kind, List<String> properties) {
		this.kind = kind;
		this.properties = properties;
		this.url = properties.stream()
			.filter((property) -> property.startsWith(URL))
			.map((property) -> property.substring(URL.length()))
			.findFirst()
			.orElseThrow();
		this.jdbc = JdbcClient.create(new DriverManagerDataSource(this.url, user(), ""));
		for (String table : List.of("hold (name varchar(100) primary key)",
				"outcome (id varchar(36) primary key, state varchar(16) not null)",
				"notice (id varchar(36) primary key, state varchar(16) not null)",
				"listener_call (id varchar(36) not null, listener varchar(16) not null)",
				"work (number int primary key, durable_id varchar(36) unique)",
				// no key: changes that are delivered twice are to be found
				"watch_change (seq bigint generated always as identity, watch varchar(100) not null,"
						+ " before_price int not null, after_price int not null)")) {
			this.jdbc.sql("create table " + table).update();
		}
	}

	private String user() {
		return (this.kind == DatabaseKind.POSTGRESQL) ? "postgres" : "sa";
	}

	List<String> properties() {
		return this.properties;
	}

	/**
	 * Hold a place in the application's code.
	 */
	Lock hold(String place) {
		this.jdbc.sql("insert into hold values (?)").param(place).update();
		return lock("select name from hold where name = ? for update", place);
	}

	/**
	 * Lock a run.
	 */
	Lock lockRun(String tag) {
		return lock("select id from tinyfish_run where tag = ? for update", tag);
	}

	/**
	 * Lock what a query returns.
	 */
	Lock lock(String sql, Object... parameters) {
		Lock lock = new Lock();
		lock.jdbc.sql(sql).params(List.of(parameters)).query().singleRow();
		return lock;
	}

	/**
	 * Insert a row without committing it: another process that inserts the same waits.
	 */
	Lock insert(String sql, Object... parameters) {
		Lock lock = new Lock();
		lock.jdbc.sql(sql).params(List.of(parameters)).update();
		return lock;
	}

	/**
	 * Return the id of a run by its tag, once there is one.
	 */
	String id(String tag) {
		await().atMost(SOON).until(() -> count("tinyfish_run where tag = ?", tag) == 1);
		return this.jdbc.sql("select id from tinyfish_run where tag = ?").param(tag).query(String.class).single();
	}

	/**
	 * Return the state of a run.
	 * @return the state, or "" if there is no run
	 */
	String state(String tag) {
		return this.jdbc.sql("select state from tinyfish_run where tag = ?")
			.param(tag)
			.query(String.class)
			.optional()
			.orElse("");
	}

	void awaitState(String tag, String state) {
		await().atMost(SOON).until(() -> state(tag).equals(state));
	}

	/**
	 * Return the number of rows.
	 * @param from a table, and a condition
	 */
	long count(String from, Object... parameters) {
		return this.jdbc.sql("select count(*) from " + from).params(List.of(parameters)).query(Long.class).single();
	}

	/**
	 * Return when a task is due.
	 */
	Instant due(String taskName, String instance) {
		return this.jdbc.sql("select execution_time from tinyfish_task where task_name = ? and task_instance = ?")
			.params(taskName, instance)
			.query((row, number) -> row.getObject(1, OffsetDateTime.class))
			.single()
			.toInstant();
	}

	/**
	 * Return the instance that executes a task.
	 * @return its name, or "" if none does
	 */
	String pickedBy(String taskName, String instance) {
		return this.jdbc.sql("select picked_by from tinyfish_task where task_name = ? and task_instance = ? and picked")
			.params(taskName, instance)
			.query(String.class)
			.optional()
			.orElse("");
	}

	JdbcClient jdbc() {
		return this.jdbc;
	}

	/**
	 * Release everything that is locked.
	 */
	void releaseAll() {
		this.locks.forEach(Lock::release);
	}

	@Override
	public void close() {
		releaseAll();
	}

	/**
	 * Rows that are locked until they are released.
	 */
	final class Lock {

		private final SingleConnectionDataSource dataSource;

		private final JdbcClient jdbc;

		private final int session;

		private Lock() {
			try {
				Connection connection = DriverManager.getConnection(SharedDatabase.this.url, user(), "");
				connection.setAutoCommit(false);
				this.dataSource = new SingleConnectionDataSource(connection, true);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			this.jdbc = JdbcClient.create(this.dataSource);
			this.session = this.jdbc.sql(SharedDatabase.this.kind.session()).query(Integer.class).single();
			SharedDatabase.this.locks.add(this);
		}

		/**
		 * Return whether another process waits for it.
		 */
		boolean isAwaited() {
			return SharedDatabase.this.jdbc.sql(SharedDatabase.this.kind.waiting())
				.param(this.session)
				.query(Integer.class)
				.single() > 0;
		}

		/**
		 * Wait until another process waits for it.
		 */
		Lock awaitWaiting() {
			await().atMost(SOON).until(this::isAwaited);
			return this;
		}

		void release() {
			if (SharedDatabase.this.locks.remove(this)) {
				try {
					this.dataSource.getConnection().rollback();
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
				finally {
					this.dataSource.destroy();
				}
			}
		}

	}

}
