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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Database}.
 */
class DatabaseTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final String id = UUID.randomUUID().toString();

	@TempDir
	private Path directory;

	@Test
	void commitsOnH2OutliveTheProcess() {
		in("original", (database) -> {
			database.writeCommitsAtOnce();
			new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-h2.sql"))
				.execute(database.transactional());
			RunTable table = new RunTable(database, () -> NOW);
			database.inTransaction(() -> {
				table.insert(List.of(new NewRun(this.id, null, null, null, "", DurableRunState.ACCEPTED, "{}", null,
						"secret", null, null, null)));
				return null;
			});
			assertThat(table.claim(List.of(table.find(this.id).orElseThrow()), "one", "sender")).isTrue();
			// the file now has the remains of a process that is killed
			return copy("original.mv.db", "left.mv.db");
		});
		DurableRunState left = in("left",
				(database) -> new RunTable(database, () -> NOW).find(this.id).orElseThrow().state());
		assertThat(left).isEqualTo(DurableRunState.SENDING);
	}

	private Path copy(String from, String to) {
		try {
			return Files.copy(this.directory.resolve(from), this.directory.resolve(to));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private <T> T in(String name, Function<Database, T> work) {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl("jdbc:h2:file:" + this.directory.resolve(name));
			return work.apply(new Database(dataSource, new JdbcTransactionManager(dataSource)));
		}
	}

	/**
	 * Its event would not be published again.
	 */
	@Test
	void aTransactionThatCannotBeOpenedIsNotAFailureOfAListener() {
		AtomicBoolean away = new AtomicBoolean(true);
		with(away, (database) -> {
			assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(() -> database.withListeners(() -> () -> {
				}));
			away.set(false);
			assertThatExceptionOfType(ListenerFailedException.class)
				.isThrownBy(() -> database.withListeners(() -> () -> {
					throw new IllegalStateException("thrown on purpose");
				}));
			assertThat(database.withListeners(() -> null)).isFalse();
		});
	}

	@Test
	void aSerializationFailureIsRepeated() {
		with(new AtomicBoolean(), (database) -> {
			AtomicInteger calls = new AtomicInteger();
			assertThat(database.withListeners(() -> () -> {
				if (calls.incrementAndGet() < 4) {
					throw new IllegalStateException(new SQLException("could not serialize access", "40001"));
				}
			})).isTrue();
			assertThat(calls).hasValue(4);
			assertThatIllegalStateException().isThrownBy(() -> database.withListeners(() -> () -> {
				throw new IllegalStateException(new SQLException("could not serialize access", "40001"));
			}));
		});
	}

	@Test
	void aTransactionThatIsJoinedKeepsItsIsolation() {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl("jdbc:h2:mem:" + this.id);
			dataSource.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
			JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
			manager.setValidateExistingTransaction(true);
			Database database = new Database(dataSource, manager);
			List<Integer> isolations = new ArrayList<>();
			Runnable work = () -> isolations.add(database.jdbcTemplate()
				.execute((ConnectionCallback<Integer>) (connection) -> connection.getTransactionIsolation()));
			database.doInTransaction(work);
			database.withListeners(() -> {
				database.doInTransaction(work);
				return null;
			});
			assertThat(isolations).containsExactly(Connection.TRANSACTION_READ_COMMITTED,
					Connection.TRANSACTION_SERIALIZABLE);
		}
	}

	private void with(AtomicBoolean away, Consumer<Database> work) {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl("jdbc:h2:mem:" + this.id);
			work.accept(new Database(dataSource, new JdbcTransactionManager(dataSource) {

				@Override
				protected void doBegin(Object transaction, TransactionDefinition definition) {
					if (away.get()) {
						throw new CannotCreateTransactionException("away on purpose");
					}
					super.doBegin(transaction, definition);
				}

			}));
		}
	}

}
