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

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.store.WatchRow.Definition;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchTable.Delivery;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchDeliveryState;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plans of PostgreSQL for the statements of the module, with 300,000 runs.
 */
@Tag(DatabaseKind.ONLY_POSTGRESQL)
class QueryPlanTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static final String RUNS = """
			insert into tinyfish_run (id, batch, tag, state, request, send_token, sending_at, attempts, run_id, status,
				verdict, accepted_at, ended_at, changed_at)
			select 'id' || n, case when n % 50 = 0 then 'batch' || n / 5000 end, 'tag' || n % 1000,
				case when n > 290000 then 'RUNNING' when n % 3000 = 0 then 'UNCERTAIN' when n % 3000 = 1 then 'PARKED'
					when n % 3000 = 2 then 'ACCEPTED' when n % 3000 = 3 then 'SENDING' else 'DONE' end,
				'{}', 'token' || n, now() - n * interval '1 minute', 1, case when n % 3000 > 3 then 'run' || n end,
				case when n % 100 = 0 then 'FAILED' else 'COMPLETED' end, 'UNKNOWN', now() - n * interval '1 minute',
				case when n <= 290000 and n % 3000 > 3 then now() - n * interval '1 minute' end,
				now() - n * interval '1 minute'
			from generate_series(1, 300000) n""";

	private static final String WATCHES = """
			insert into tinyfish_watch (id, definition, declared_at, state, next_at, open_run, progress, good_at)
			select 'id' || n, '{}', now(), 'ACTIVE', now() + n * interval '1 second', 'id' || n, '{}', now()
			from generate_series(1, 10000) n""";

	private static final String RESULTS = """
			insert into tinyfish_watch_result (watch, slot, since, outcome, run_id, result)
			select 'id' || n % 1000, now() - n * interval '1 minute', now() - n * interval '1 minute', 'UNCHANGED', 'run' || n, 'null'
			from generate_series(1, 100000) n""";

	private final Set<String> statements = new TreeSet<>();

	@Test
	@Timeout(180)
	void eachStatementUsesAnIndex() {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(DatabaseKind.POSTGRESQL.newDatabase().get(0).replace("spring.datasource.url=", ""));
			new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-postgresql.sql"))
				.execute(dataSource);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.update(RUNS);
			jdbc.update(WATCHES);
			jdbc.update(RESULTS);
			jdbc.execute("analyze");
			DelegatingDataSource recording = recording(dataSource);
			Database database = new Database(recording, new JdbcTransactionManager(recording));
			execute(database);
			watches(new WatchTable(database, 100), new RunTable(database, () -> NOW).find("id3").orElseThrow());
			assertThat(this.statements).hasSizeGreaterThan(45);
			// by default, the driver would want values for the parameters
			JdbcTemplate plans = new JdbcTemplate(
					new DriverManagerDataSource(dataSource.getJdbcUrl() + "&preferQueryMode=simple"));
			for (String statement : this.statements) {
				List<String> plan = plans.queryForList("explain (generic_plan) " + numbered(statement), String.class);
				assertThat(plan).as(statement + "\n" + String.join("\n", plan))
					.noneMatch((line) -> line.matches(".*Seq Scan on tinyfish_(run|watch).*"));
			}
		}
	}

	private static void execute(Database database) {
		RunTable table = new RunTable(database, () -> NOW);
		RunQueries queries = new RunQueries(database);
		RunRow row = table.find("id3").orElseThrow();
		Sent sent = new Sent(row, "token3");
		table.findBatch("batch1");
		table.findByKey("", "key");
		table.claim(List.of(row, table.find("id5000").orElseThrow()), "token", "sender");
		table.link(List.of(new Link(sent, "other")));
		table.cancelRequested(Set.of("id1"));
		table.requestCancel("id1", null);
		table.isTaken("", "run1", "id2");
		table.answerLost(sent, "lost");
		table.delete(List.of("id7", "id8"));
		for (Transition transition : Transition.values()) {
			if (transition != Transition.CLAIM) {
				table.change(transition, "id1", StoredOutcome.refused("no"), "batch", null, "next", NOW, "token",
						"token", "verdict", null, "attempts", 1, "runId", "other", "submission", null, "by", null,
						"before", NOW);
			}
		}
		database.doInTransaction(() -> {
			table.lock("id1");
			table.lockWhenFree("id1");
			queries.admissible(100_000, "tinyfish-send", NOW);
		});
		queries.open("");
		queries.range("", 1, 100, 100);
		queries.withRunId("run1");
		queries.withoutRunId("token1");
		queries.known(List.of("run1"));
		queries.inDoubt("id1", NOW, NOW, 1000);
		queries.deleteEnded(NOW.minus(Duration.ofDays(9000)));
		queries.since(DurableRunState.UNCERTAIN, NOW);
		for (DurableRunState state : List.of(DurableRunState.ACCEPTED, DurableRunState.UNDELIVERED,
				DurableRunState.SENDING)) {
			queries.withoutTask(state, List.of("tinyfish-send", "tinyfish-send-batch"), NOW);
		}
		queries.openAccounts();
		queries.counts();
		list(queries, DurableRunQuery.all());
		list(queries, DurableRunQuery.builder().newestFirst(true).build());
		list(queries, DurableRunQuery.builder().cursor("100-1000000").acceptedAfter(NOW).acceptedBefore(NOW).build());
		list(queries, DurableRunQuery.builder().cursor("100-1000000").acceptedBefore(NOW).newestFirst(true).build());
		list(queries, DurableRunQuery.builder().state(DurableRunState.UNCERTAIN).build());
		list(queries, DurableRunQuery.builder().state(DurableRunState.DONE).tag("tag1").build());
		list(queries, DurableRunQuery.builder().tag("tag1").newestFirst(true).build());
		list(queries,
				DurableRunQuery.builder()
					.status(RunStatus.FAILED)
					.verdict(GoalOutcome.UNKNOWN)
					.newestFirst(true)
					.build());
		queries.list(DurableRunQuery.all(), Transition.ABANDON.from(), true, 100);
		queries.list(DurableRunQuery.all(), Transition.RESUBMIT.from(), false, 100);
	}

	/**
	 * Execute all statements but those that concern all watches.
	 */
	private static void watches(WatchTable table, RunRow run) {
		Progress progress = new Progress(null, Map.of(), NOW, NOW, 0, null, 0, Page.UNKNOWN);
		Definition definition = new Definition("{}", Watch.NEVER, "UTC", List.of(), List.of(), Map.of(), 2, null, false,
				null, null);
		WatchRow row = new WatchRow("new", null, definition, null, null, WatchState.ACTIVE, NOW, null, false, null,
				progress);
		table.database().doInTransaction(() -> {
			table.insert(row);
			table.store(row);
			table.lock("new");
			table.lockDue(NOW, 100);
			table.open(row, "id3", NOW, NOW, null);
			table.check("new", NOW);
			table.lockChecked(List.of(row));
			table.recordSkipped("id2", NOW);
			table.close(run);
			table.stop("new");
			table.record("id1",
					new WatchResult(NOW, NOW, 1, WatchOutcome.SKIPPED, null, RunResult.empty(), null, List.of(), null),
					new WatchEvents(null, null, null));
			Delivery delivery = table.oldestDelivery("id1").orElseThrow();
			table.change(delivery, WatchDeliveryState.PARKED, 1, NOW);
			table.unpark("id1", NOW);
		});
		table.history("id1");
		table.undelivered();
		table.checked("", NOW, 10);
		table.deleteBefore(NOW.minus(Duration.ofDays(9000)));
		table.delete("new");
	}

	private static void list(RunQueries queries, DurableRunQuery query) {
		queries.list(query, Set.of(), true, query.limit());
	}

	/**
	 * Return a data source that notes the statements of its connections.
	 */
	private DelegatingDataSource recording(HikariDataSource dataSource) {
		return new DelegatingDataSource(dataSource) {

			@Override
			public Connection getConnection() {
				return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
						new Class<?>[] { Connection.class }, handler(dataSource));
			}

			private InvocationHandler handler(HikariDataSource target) {
				try {
					Connection connection = target.getConnection();
					return (proxy, method, arguments) -> {
						if (method.getName().equals("prepareStatement")
								&& String.valueOf(arguments[0]).matches("(?s).*tinyfish_(run|watch).*")) {
							QueryPlanTests.this.statements.add(String.valueOf(arguments[0]));
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					};
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			}

		};
	}

	private static String numbered(String statement) {
		StringBuilder numbered = new StringBuilder();
		int parameters = 0;
		for (char character : statement.toCharArray()) {
			if (character == '?') {
				numbered.append('$').append(++parameters);
			}
			else {
				numbered.append(character);
			}
		}
		return numbered.toString();
	}

}
