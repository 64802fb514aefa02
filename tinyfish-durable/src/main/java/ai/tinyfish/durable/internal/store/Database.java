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

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * The application's database: statements and transactions.
 */
public final class Database {

	/**
	 * Maximum number of times that a transaction with listeners is repeated after a
	 * conflict.
	 */
	private static final int MAX_REPEATS = 10;

	/** In seconds. */
	private static final int INDEPENDENT_TIMEOUT = 10;

	private final DataSource dataSource;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcClient jdbc;

	private final String manager;

	private final TransactionTemplate listeners;

	private final SingletonSupplier<TransactionTemplate> own;

	private final SingletonSupplier<TransactionTemplate> independent;

	private final SingletonSupplier<Product> product;

	/** Called after a transaction in which tasks were scheduled. */
	private volatile Runnable afterCommit = () -> {
	};

	/**
	 * Create a new instance without opening a connection.
	 * @param dataSource the application's data source
	 * @param transactionManager the application's transaction manager
	 */
	public Database(DataSource dataSource, PlatformTransactionManager transactionManager) {
		this.dataSource = dataSource;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		SQLExceptionTranslator translator = this.jdbcTemplate.getExceptionTranslator();
		// PostgreSQL's driver names the parameters of a batch that fails: they may be
		// secret
		this.jdbcTemplate.setExceptionTranslator((task, sql, ex) -> translator.translate(task, sql,
				(ex instanceof BatchUpdateException && ex.getNextException() != null) ? ex.getNextException() : ex));
		this.jdbc = JdbcClient.create(this.jdbcTemplate);
		this.manager = transactionManager.getClass().getSimpleName();
		this.product = SingletonSupplier.of(this::detect);
		this.listeners = new TransactionTemplate(transactionManager);
		this.own = SingletonSupplier.of(() -> template(transactionManager, TransactionDefinition.PROPAGATION_REQUIRED));
		this.independent = SingletonSupplier.of(() -> {
			TransactionTemplate template = template(transactionManager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			// the suspended transaction may hold the lock that this one waits for
			template.setTimeout(INDEPENDENT_TIMEOUT);
			return template;
		});
	}

	private TransactionTemplate template(PlatformTransactionManager transactionManager, int propagation) {
		TransactionTemplate template = new TransactionTemplate(transactionManager);
		template.setPropagationBehavior(propagation);
		if (!product().readCommitted()) {
			template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		}
		return template;
	}

	/**
	 * Return a data source whose connections belong to the current transaction. Without a
	 * transaction they have the isolation of our own transactions.
	 */
	public DataSource transactional() {
		return new DelegatingDataSource(new TransactionAwareDataSourceProxy(this.dataSource)) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				if (!TransactionSynchronizationManager.isActualTransactionActive() && !product().readCommitted()) {
					connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
				}
				return connection;
			}

		};
	}

	public JdbcClient jdbc() {
		return this.jdbc;
	}

	public JdbcTemplate jdbcTemplate() {
		return this.jdbcTemplate;
	}

	/**
	 * Return whether this is PostgreSQL, and not H2.
	 * @throws DurableStartException if it is another database
	 */
	public boolean isPostgreSql() {
		return product().postgreSql();
	}

	/**
	 * Let the transactions of all instances that lock the same name take place one after
	 * the other, without a row of the scheduler, which it needs to detect dead instances.
	 * H2 has no such locks.
	 */
	public void lock(String name) {
		if (isPostgreSql()) {
			this.jdbcTemplate.execute("select pg_advisory_xact_lock(" + name.hashCode() + ")");
		}
	}

	private Product product() {
		return this.product.obtain();
	}

	/**
	 * Detect the database product.
	 * @throws DurableStartException if it is not supported
	 */
	private Product detect() {
		try {
			Product found = JdbcUtils.<Product>extractDatabaseMetaData(this.dataSource, (metaData) -> new Product(
					metaData.getDatabaseProductName(),
					metaData.getConnection().getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED));
			if (!found.postgreSql() && !found.name().equals("H2")) {
				throw new DurableStartException(
						"Durable runs are stored in PostgreSQL or H2, and the DataSource is one of " + found.name()
								+ ".",
						"Use a DataSource of PostgreSQL, or of H2 for tests and small applications. If the application"
								+ " has several, mark the bean with @TinyFishDurableDataSource.");
			}
			return found;
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("Could not determine the database product", ex);
		}
	}

	/**
	 * Require that the database is supported, and that the transactions are those of the
	 * database.
	 * @throws DurableStartException if not
	 */
	public void requireSupported() {
		product();
		boolean transactional = Boolean.TRUE
			.equals(this.listeners.execute((status) -> TransactionSynchronizationManager.hasResource(this.dataSource)));
		if (!transactional) {
			throw new DurableStartException("The transaction manager (" + this.manager
					+ ") does not manage the transactions of the DataSource in" + " which durable runs are stored.",
					"Mark the transaction manager of this DataSource as @Primary, or with"
							+ " @TinyFishDurableDataSource. A JdbcTransactionManager, DataSourceTransactionManager or"
							+ " JpaTransactionManager is supported.");
		}
	}

	/**
	 * Return a statement with its parameters.
	 */
	JdbcClient.StatementSpec statement(String sql, @Nullable Object... parameters) {
		return this.jdbc.sql(sql).params(values(parameters));
	}

	int update(String sql, @Nullable Object... parameters) {
		return statement(sql, parameters).update();
	}

	private static @Nullable Object[] values(@Nullable Object... parameters) {
		return Arrays.stream(parameters).map(RunRow::value).toArray();
	}

	/**
	 * Insert rows, except for those that exist. If another transaction is inserting one,
	 * wait for it.
	 */
	void insert(String insert, List<@Nullable Object[]> rows) {
		if (isPostgreSql()) {
			// an error would end the transaction
			this.jdbcTemplate.batchUpdate(insert + " on conflict do nothing",
					rows.stream().map(Database::values).toList());
			return;
		}
		for (@Nullable
		Object[] row : rows) {
			try {
				update(insert, row);
			}
			catch (DuplicateKeyException ex) {
				// it exists
			}
		}
	}

	/**
	 * Make commits outlive this process. By default, H2 writes them to its file half a
	 * second later: a claim that is forgotten would be sent twice.
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
	 * Join the current transaction, or open one. Every change has to be made in one,
	 * since the pool's connections may not commit automatically. A transaction of the
	 * caller fails at its commit if the database has aborted it: the caller may have
	 * caught the exception of an SQL statement. PostgreSQL then rolls back on COMMIT, and
	 * its driver reports success.
	 */
	public <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
		boolean joined = TransactionSynchronizationManager.isActualTransactionActive();
		return execute(joined ? this.listeners : this.own.obtain(), work, joined);
	}

	/**
	 * Join the current transaction, or open one. A failure does not roll back the
	 * transaction of the caller.
	 */
	public <T extends @Nullable Object> T inTransactionOfCaller(Supplier<T> work) {
		// not if it belongs to another database
		boolean joined = TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.hasResource(this.dataSource);
		return joined ? work.get() : inTransaction(work);
	}

	/**
	 * Join the current transaction, or open one, for work without a result.
	 */
	public void doInTransaction(Runnable work) {
		inTransaction(() -> {
			work.run();
			return true;
		});
	}

	/**
	 * Open a transaction that is committed independently of the current one.
	 */
	public <T extends @Nullable Object> T inNewTransaction(Supplier<T> work) {
		return this.independent.obtain().execute((status) -> work.get());
	}

	/**
	 * Make a change and publish an event in one transaction, with the isolation that the
	 * application has chosen. It is repeated after conflicts with other transactions.
	 * @param change makes the change, and returns how to publish it; null if there is
	 * nothing to change
	 * @return whether there was something to change
	 * @throws ListenerFailedException if the transaction was rolled back because of a
	 * listener
	 * @throws RuntimeException if the database was the reason
	 */
	public boolean withListeners(Supplier<@Nullable Runnable> change) {
		for (int attempt = 1;; attempt++) {
			AtomicBoolean published = new AtomicBoolean();
			try {
				return execute(this.listeners, () -> {
					Runnable publication = change.get();
					if (publication != null) {
						published.set(true);
						publication.run();
					}
					return published.get();
				}, true);
			}
			catch (RuntimeException | LinkageError | AssertionError | StackOverflowError ex) {
				String state = sqlState(ex);
				boolean again = state.startsWith("40");
				if (published.get() && !again && !isAway(ex, state)) {
					throw new ListenerFailedException(ex);
				}
				if (!again || attempt == MAX_REPEATS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Return whether the connection was lost or could not be opened.
	 */
	private static boolean isAway(Throwable failure, String state) {
		return failure instanceof CannotCreateTransactionException || state.startsWith("08") || state.startsWith("57P");
	}

	private static String sqlState(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql && sql.getSQLState() != null) {
				return sql.getSQLState();
			}
		}
		return "";
	}

	private <T extends @Nullable Object> T execute(TransactionTemplate template, Supplier<T> work, boolean checked) {
		return template.execute((status) -> {
			T result = work.get();
			// after the work's own synchronizations, so that it comes last
			synchronize(checked);
			return result;
		});
	}

	private void synchronize(boolean checked) {
		CommitGuard guard = new CommitGuard(this, checked);
		if (TransactionSynchronizationManager.isSynchronizationActive()
				&& !TransactionSynchronizationManager.getSynchronizations().contains(guard)) {
			TransactionSynchronizationManager.registerSynchronization(guard);
		}
	}

	private record Product(String name, boolean readCommitted) {

		boolean postgreSql() {
			return this.name.equals("PostgreSQL");
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
