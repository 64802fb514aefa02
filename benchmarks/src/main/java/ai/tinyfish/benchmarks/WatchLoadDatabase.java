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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.util.FileSystemUtils;

/**
 * The database of {@link WatchLoad}: PostgreSQL that can be stopped and started again. In
 * addition to the tables of watches, it has one for the changes that listeners have
 * received in transactions that were committed.
 */
final class WatchLoadDatabase implements AutoCloseable {

	private final Path directory;

	private final int port;

	private final JdbcClient jdbc;

	private EmbeddedPostgres server;

	WatchLoadDatabase() throws IOException {
		this.directory = Files.createTempDirectory("watch-load");
		this.server = start(0);
		this.port = this.server.getPort();
		DriverManagerDataSource dataSource = new DriverManagerDataSource(url());
		new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-postgresql.sql"))
			.execute(dataSource);
		this.jdbc = JdbcClient.create(dataSource);
		// no key: changes that are delivered twice are to be found
		this.jdbc
			.sql("create table watch_change (seq bigint generated always as identity, watch varchar(100) not null,"
					+ " before_price int not null, after_price int not null)")
			.update();
	}

	private EmbeddedPostgres start(int port) throws IOException {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setDataDirectory(this.directory)
			.setCleanDataDirectory(false)
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on");
		return ((port > 0) ? builder.setPort(port) : builder).start();
	}

	String url() {
		return "jdbc:postgresql://localhost:" + this.port + "/postgres?user=postgres";
	}

	/**
	 * Stop the database, and start it again.
	 * @param away for how many milliseconds it is away
	 */
	void restart(long away) throws IOException, InterruptedException {
		this.server.close();
		Thread.sleep(away);
		this.server = start(this.port);
	}

	/**
	 * Insert what a listener has received, in its transaction.
	 */
	static void received(JdbcClient jdbc, String watch, int before, int after) {
		jdbc.sql("insert into watch_change (watch, before_price, after_price) values (?, ?, ?)")
			.params(watch, before, after)
			.update();
	}

	List<Received> received() {
		return this.jdbc.sql("select watch, before_price, after_price from watch_change order by seq")
			.query((row, number) -> new Received(row.getString(1), row.getInt(2), row.getInt(3)))
			.list();
	}

	List<SlotOutcome> outcomes() {
		return this.jdbc.sql("select watch, slot, outcome, run_id, result from tinyfish_watch_result order by slot")
			.query((row, number) -> new SlotOutcome(row.getString(1),
					row.getObject(2, OffsetDateTime.class).toInstant(), row.getString(3), row.getString(4),
					row.getString(5)))
			.list();
	}

	/**
	 * Return the number of watches with a run that was not compared.
	 */
	int open() {
		return this.jdbc.sql("select count(*) from tinyfish_watch where open_run is not null")
			.query(Integer.class)
			.single();
	}

	/**
	 * Pause all watches at once.
	 */
	void pause() {
		this.jdbc.sql("update tinyfish_watch set state = 'PAUSED', next_at = null").update();
	}

	@Override
	public void close() {
		try {
			this.server.close();
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A change that a listener has received.
	 *
	 * @param watch the id of the watch
	 * @param before the price in the baseline
	 * @param after the new price
	 */
	record Received(String watch, int before, int after) {

	}

	/**
	 * Entry of the history of a watch.
	 *
	 * @param watch the id of the watch
	 * @param slot when it was due
	 * @param outcome the outcome
	 * @param runId the id that the service gave the run, or null
	 * @param result the result as JSON
	 */
	record SlotOutcome(String watch, Instant slot, String outcome, @Nullable String runId, String result) {

	}

}
