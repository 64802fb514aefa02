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

package ai.tinyfish.durable.internal.task;

import java.nio.charset.StandardCharsets;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.durable.internal.store.Database;
import com.github.kagkarlsson.scheduler.ScheduledExecutionsFilter;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.util.function.SingletonSupplier;

/**
 * Schedules tasks, also while the scheduler itself does not run.
 */
public final class Scheduling {

	public static final String TABLE = "tinyfish_task";

	private final Database database;

	private final SingletonSupplier<SchedulerClient> client;

	/**
	 * Create a new instance.
	 * @param database the database
	 * @param tasks the tasks; requested when the first one is scheduled
	 */
	public Scheduling(Database database, Supplier<List<Task<?>>> tasks) {
		this.database = database;
		this.client = SingletonSupplier.of(() -> SchedulerClient.Builder.create(database.transactional(), tasks.get())
			.serializer(new TextSerializer())
			.jdbcCustomization(customization(database))
			.tableName(TABLE)
			.enablePriority()
			.build());
	}

	/**
	 * Return the scheduler's settings for the database. Its own detection would log a
	 * warning for H2.
	 */
	public static JdbcCustomization customization(Database database) {
		return database.isPostgreSql() ? new PostgreSqlJdbcCustomization(false, false)
				: new DefaultJdbcCustomization(false);
	}

	/**
	 * Schedule tasks that do not exist, within the current transaction. On PostgreSQL the
	 * transaction is aborted if one of them exists.
	 */
	public void schedule(List<SchedulableInstance<?>> instances) {
		if (!instances.isEmpty()) {
			this.database.doInTransaction(() -> this.client.obtain().scheduleBatch(instances));
		}
	}

	/**
	 * Schedule a task, unless it exists.
	 */
	public void ensure(TaskKind kind, String instance, Instant time) {
		ensure(kind, instance, null, time);
	}

	/**
	 * Schedule a task with data, unless it exists, or another transaction schedules it at
	 * the same time.
	 */
	public void ensure(TaskKind kind, String instance, @Nullable String data, Instant time) {
		SchedulableInstance<String> task = kind.instance(instance, data, time);
		this.database
			.inTransaction(() -> this.database.jdbcTemplate().execute((ConnectionCallback<Boolean>) (connection) -> {
				Savepoint before = connection.setSavepoint();
				try {
					this.client.obtain().scheduleIfNotExists(task);
				}
				catch (RuntimeException ex) {
					// PostgreSQL aborts the transaction at the error
					connection.rollback(before);
					if (this.client.obtain()
						.getScheduledExecution(TaskInstanceId.of(kind.taskName(), instance))
						.isEmpty()) {
						throw ex;
					}
				}
				return true;
			}));
	}

	/**
	 * Return whether tasks wait to be executed whose instances begin with a text.
	 */
	public boolean isWaiting(TaskKind kind, String prefix) {
		return this.client.obtain()
			.getScheduledExecutionsForTask(kind.taskName(), String.class,
					ScheduledExecutionsFilter.all().withPicked(false))
			.stream()
			.anyMatch((execution) -> execution.getTaskInstance().getId().startsWith(prefix));
	}

	/**
	 * The data of tasks: texts.
	 */
	public static final class TextSerializer implements Serializer {

		@Override
		public byte[] serialize(@Nullable Object data) {
			return (data != null) ? data.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
		}

		@Override
		@SuppressWarnings("NullAway")
		public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] data) {
			return (data != null && data.length > 0) ? type.cast(new String(data, StandardCharsets.UTF_8)) : null;
		}

	}

}
