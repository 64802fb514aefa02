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

package ai.tinyfish.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The database of the instances: PostgreSQL, with the settings of a production server for
 * commits. In addition to the tables of durable runs it has one for received outcomes and
 * one for the beginnings of sweeps.
 */
final class DurableLoadDatabase implements AutoCloseable {

	/**
	 * The first has no unique key: outcomes that are handed over twice are to be counted.
	 * Ranges are planned in one transaction per sweep.
	 */
	private static final String TABLES = """
			create table handover (durable_id varchar(36) not null, run_id varchar(100), status varchar(20) not null,
				instance varchar(20) not null, received_at timestamp with time zone not null);
			create table sweep (id xid8 primary key, began_at timestamp with time zone not null);
			create function sweep_began() returns trigger language plpgsql as $$ begin
				insert into sweep values (pg_current_xact_id(), now()) on conflict do nothing;
				return null;
			end $$;
			create trigger sweep_began after insert on tinyfish_task for each row
				when (new.task_name = 'tinyfish-poll') execute function sweep_began();
			""";

	private final EmbeddedPostgres server;

	private final SingleConnectionDataSource connection;

	private final JdbcClient jdbc;

	DurableLoadDatabase() {
		try {
			this.server = EmbeddedPostgres.builder()
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.connection = new SingleConnectionDataSource(url(), true);
		this.jdbc = JdbcClient.create(this.connection);
		new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-postgresql.sql"))
			.execute(this.connection);
		this.jdbc.sql(TABLES).update();
	}

	String url() {
		return this.server.getJdbcUrl("postgres", "postgres");
	}

	/**
	 * Insert what a listener has received, in its transaction.
	 */
	static void received(JdbcClient jdbc, Handover handover) {
		jdbc.sql("insert into handover values (?, ?, ?, ?, clock_timestamp())")
			.params(handover.durableId(), handover.runId(), handover.status(), handover.instance())
			.update();
	}

	List<Received> received() {
		return this.jdbc.sql("select * from handover")
			.query((row,
					number) -> new Received(
							new Handover(row.getString("durable_id"), row.getString("run_id"), row.getString("status"),
									row.getString("instance")),
							row.getObject("received_at", OffsetDateTime.class).toInstant()))
			.list();
	}

	int running() {
		return count("tinyfish_run where state = 'RUNNING'");
	}

	/**
	 * Return the number of runs by state.
	 */
	Map<String, Integer> states() {
		Map<String, Integer> states = new TreeMap<>();
		this.jdbc.sql("select state, count(*) from tinyfish_run group by state").query((row) -> {
			states.put(row.getString(1), row.getInt(2));
		});
		return states;
	}

	int done() {
		return count("tinyfish_run where state = 'DONE'");
	}

	/**
	 * Return the number of tasks that may still hand over an outcome.
	 */
	int tasks() {
		return count("tinyfish_task where task_name in ('tinyfish-poll', 'tinyfish-handover')");
	}

	/**
	 * Return the number of ranges that a process polls.
	 */
	int rangesOf(long pid) {
		return count("tinyfish_task where task_name = 'tinyfish-poll' and picked_by like '%:" + pid + ":%'");
	}

	List<Instant> sweepTimes() {
		return this.jdbc.sql("select began_at from sweep order by began_at")
			.query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
			.list();
	}

	private int count(String from) {
		return this.jdbc.sql("select count(*) from " + from).query(Integer.class).single();
	}

	/**
	 * Wait until a condition holds, such as one of the counts.
	 * @param condition the condition
	 * @param pause the time between two checks
	 * @param deadline when to give up
	 * @return false if it does not hold at the deadline
	 */
	static boolean await(BooleanSupplier condition, Duration pause, Instant deadline) throws InterruptedException {
		while (!condition.getAsBoolean()) {
			if (Instant.now().isAfter(deadline)) {
				return false;
			}
			Thread.sleep(pause.toMillis());
		}
		return true;
	}

	@Override
	public void close() {
		this.connection.destroy();
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An outcome as a listener has received it.
	 *
	 * @param durableId the durable id
	 * @param runId the id that the service gave the run
	 * @param status the status
	 * @param instance the name of the instance
	 */
	record Handover(String durableId, String runId, String status, String instance) {

	}

	/**
	 * A stored hand-over.
	 *
	 * @param handover the hand-over
	 * @param at when the listener was called, by the clock of the database
	 */
	record Received(Handover handover, Instant at) {

	}

}
