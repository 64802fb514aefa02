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

import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * The application's database: statements and transactions.
 */
public final class Database {

	private final DataSource dataSource;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final SingletonSupplier<Boolean> postgreSql;

	/** What to do after a transaction in which tasks were scheduled. */
	private volatile Runnable afterCommit = () -> {
	};

	/**
	 * Create a new instance; nothing connects.
	 * @param dataSource the application's data source
	 * @param transactionManager the application's transaction manager
	 */
	public Database(DataSource dataSource, PlatformTransactionManager transactionManager) {
		this.dataSource = dataSource;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.jdbc = JdbcClient.create(this.jdbcTemplate);
		this.transaction = new TransactionTemplate(transactionManager);
		this.postgreSql = SingletonSupplier.of(this::detectPostgreSql);
	}

	/**
	 * Return a data source whose connections belong to the current transaction.
	 */
	public DataSource transactional() {
		return new TransactionAwareDataSourceProxy(this.dataSource);
	}

	public JdbcClient jdbc() {
		return this.jdbc;
	}

	public JdbcTemplate jdbcTemplate() {
		return this.jdbcTemplate;
	}

	public boolean isPostgreSql() {
		return Boolean.TRUE.equals(this.postgreSql.get());
	}

	private boolean detectPostgreSql() {
		try {
			return "PostgreSQL".equals(JdbcUtils.<String>extractDatabaseMetaData(this.dataSource,
					(metaData) -> metaData.getDatabaseProductName()));
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("The database does not say which one it is", ex);
		}
	}

	/**
	 * Require that the tables are there, and that the transactions are those of the
	 * database.
	 * @throws TablesMissingException if the tables are not there
	 * @throws IllegalStateException if the transaction manager is that of something else
	 */
	public void requireTables() {
		boolean transactional = Boolean.TRUE.equals(
				this.transaction.execute((status) -> TransactionSynchronizationManager.hasResource(this.dataSource)));
		if (!transactional) {
			throw new IllegalStateException("The transaction manager does not manage the transactions of the DataSource"
					+ " in which durable runs are stored. Mark the one that does as @Primary");
		}
		try {
			for (String table : List.of("tinyfish_run", "tinyfish_gate", "tinyfish_task")) {
				this.jdbcTemplate.execute("select count(*) from " + table + " where 1 = 0");
			}
		}
		catch (BadSqlGrammarException ex) {
			throw new TablesMissingException(ex);
		}
	}

	/**
	 * Make commits outlive this process. Unless told otherwise, H2 writes them to its
	 * file half a second later: a claim that is forgotten would be sent twice.
	 */
	public void writeCommitsAtOnce() {
		if (!isPostgreSql()) {
			this.jdbcTemplate.execute("set write_delay 0");
		}
	}

	public void afterCommit(Runnable afterCommit) {
		this.afterCommit = afterCommit;
	}

	/**
	 * Join the current transaction, or open one. Every change has to be made in one: a
	 * connection of the pool may not commit by itself.
	 */
	public <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
		return execute(work, false);
	}

	/**
	 * Join the current transaction, or open one, with code of the application in it. It
	 * fails at its commit if the database has aborted it: somebody may have caught the
	 * exception of an SQL statement. PostgreSQL then rolls back on COMMIT, its driver
	 * reports a success, and all would seem to have been stored.
	 */
	public <T extends @Nullable Object> T withApplication(Supplier<T> work) {
		return execute(work, true);
	}

	private <T extends @Nullable Object> T execute(Supplier<T> work, boolean checked) {
		return this.transaction.execute((status) -> {
			T result = work.get();
			// after what the work registers, so that it comes last
			synchronize(checked);
			return result;
		});
	}

	private void synchronize(boolean checked) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			return;
		}
		CommitGuard guard = new CommitGuard(this, checked);
		if (!TransactionSynchronizationManager.getSynchronizations().contains(guard)) {
			TransactionSynchronizationManager.registerSynchronization(guard);
		}
	}

	private record CommitGuard(Database database, boolean checked) implements TransactionSynchronization {

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			if (this.checked) {
				this.database.jdbc.sql("select 1").query(Integer.class).single();
			}
		}

		@Override
		public void afterCommit() {
			this.database.afterCommit.run();
		}

	}

}
