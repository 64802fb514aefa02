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

package ai.tinyfish.durable.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.tools.Server;

/**
 * The databases that durable runs are for. All tests of a JVM share one server.
 */
public enum DatabaseKind {

	/** With a pool whose connections do not commit by themselves. */
	POSTGRESQL {
		@Override
		public List<String> newDatabase() {
			String name = "durable" + NUMBERS.incrementAndGet();
			try (Connection connection = PostgreSqlServer.INSTANCE.getPostgresDatabase().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("create database " + name);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return List.of("spring.datasource.url=" + PostgreSqlServer.INSTANCE.getJdbcUrl("postgres", name),
					"spring.datasource.hikari.auto-commit=false", "tinyfish.durable.initialize-schema=always");
		}

		@Override
		public List<String> newSharedDatabase() {
			return newDatabase();
		}

		@Override
		public String waiting() {
			return "select count(*) from pg_stat_activity where ? = any(pg_blocking_pids(pid))";
		}

		@Override
		public String session() {
			return "select pg_backend_pid()";
		}
	},

	/**
	 * In memory, as Spring Boot configures it by default. Locks are awaited for longer
	 * than 2 seconds: a test that holds one may be slow.
	 */
	H2 {
		@Override
		public List<String> newDatabase() {
			return List.of("spring.datasource.url=jdbc:h2:mem:durable" + NUMBERS.incrementAndGet()
					+ ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
		}

		@Override
		public List<String> newSharedDatabase() {
			return List.of(
					"spring.datasource.url=jdbc:h2:tcp://127.0.0.1:" + H2Server.INSTANCE.getPort() + "/mem:durable"
							+ NUMBERS.incrementAndGet() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000",
					"spring.datasource.username=sa", "tinyfish.durable.initialize-schema=always");
		}

		@Override
		public String waiting() {
			// an insert that waits for another one is tried again and again, and has no
			// blocker
			return """
					select count(*) from information_schema.sessions where blocker_id = ?
						or upper(executing_statement) like 'INSERT%'
							and executing_statement_start < dateadd(second, -1, current_timestamp)""";
		}

		@Override
		public String session() {
			return "select session_id()";
		}
	};

	/** The source of the databases that the build tests, for tests with each of them. */
	public static final String TESTED = "ai.tinyfish.durable.testing.DatabaseKind#tested";

	/** The tag of tests with PostgreSQL alone. */
	public static final String ONLY_POSTGRESQL = "postgresql";

	private static final AtomicInteger NUMBERS = new AtomicInteger();

	/**
	 * Return the databases that the build tests: H2, and with {@code -Pall} PostgreSQL.
	 */
	static List<DatabaseKind> tested() {
		String names = System.getProperty("tinyfish.test.databases", "h2,postgresql");
		return Stream.of(names.toUpperCase(Locale.ROOT).split(",")).map(DatabaseKind::valueOf).toList();
	}

	/**
	 * Create a new database.
	 * @return the properties with which an application uses it
	 */
	public abstract List<String> newDatabase();

	/**
	 * Create a new database that several processes can use.
	 * @return the properties with which an application uses it
	 */
	public abstract List<String> newSharedDatabase();

	/**
	 * Return the query for the number of sessions that wait for a lock of a session,
	 * whose number is its parameter.
	 */
	public abstract String waiting();

	/**
	 * Return the query for the number of the current session.
	 */
	public abstract String session();

	private static final class PostgreSqlServer {

		static final EmbeddedPostgres INSTANCE = start();

		private static EmbeddedPostgres start() {
			try {
				// as in production: committed rows are not forgotten
				EmbeddedPostgres server = EmbeddedPostgres.builder()
					.setServerConfig("synchronous_commit", "on")
					.start();
				Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
				return server;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static void close(EmbeddedPostgres server) {
			try {
				server.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private static final class H2Server {

		static final Server INSTANCE = start();

		private static Server start() {
			try {
				return Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpDaemon").start();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
