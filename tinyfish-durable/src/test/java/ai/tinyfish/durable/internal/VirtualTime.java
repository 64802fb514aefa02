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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import com.github.kagkarlsson.scheduler.testhelper.ManualScheduler;
import com.github.kagkarlsson.scheduler.testhelper.SettableClock;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Durable runs on a scheduler whose clock a test sets, with H2 and the simulator.
 */
final class VirtualTime implements AutoCloseable {

	static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final AtomicInteger DATABASES = new AtomicInteger();

	final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	final List<DurableRunEvent> events = new CopyOnWriteArrayList<>();

	Engine engine;

	DurableRuns runs;

	/** The policy for doubt, from the next restart. */
	@Nullable Duration abandonAfter;

	/** What happens while the key of an account is read. */
	Runnable onKey = () -> {
	};

	/** What listeners throw, or null. */
	@Nullable RuntimeException failure;

	/** How many of the next transactions cannot be opened. */
	int away;

	/** Whether the database does not say that the next transaction is committed. */
	boolean silent;

	private final HikariDataSource dataSource = new HikariDataSource();

	private final TinyFishClient client;

	private final SettableClock clock = new SettableClock();

	private final AbandonPolicy onTimeout;

	private ManualScheduler scheduler;

	VirtualTime(AbandonPolicy onTimeout) {
		this(onTimeout, null);
	}

	/**
	 * Start with a limit for all instances.
	 * @param maxRunning the limit, or null
	 */
	VirtualTime(AbandonPolicy onTimeout, @Nullable Integer maxRunning) {
		this.dataSource.setJdbcUrl("jdbc:h2:mem:virtual" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
		new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-h2.sql"))
			.execute(this.dataSource);
		this.client = TinyFishClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey(this.simulator.apiKey())
			.build();
		this.clock.set(Instant.now().truncatedTo(ChronoUnit.SECONDS));
		this.onTimeout = onTimeout;
		restart(maxRunning);
	}

	/**
	 * Go on with another limit.
	 * @param maxRunning the limit, or null
	 */
	void restart(@Nullable Integer maxRunning) {
		DurableSettings settings = new DurableSettings(INTERVAL, 4, Duration.ofSeconds(60), Duration.ofDays(30), 3,
				Duration.ofMinutes(30), this.onTimeout, maxRunning, this.abandonAfter);
		Database database = new Database(this.dataSource, new TransactionManager(this.dataSource));
		this.engine = new Engine(database, settings,
				new Engine.Application(() -> this.client, this::apiKey, new PlainCodec(), this::publish,
						GoalEvaluator.defaults(), new Meters(),
						new TinyFishProperties.Webhook(false, "/webhook", null, null)),
				this.clock);
		this.runs = this.engine.runs();
		TestHelper.ManualSchedulerBuilder builder = TestHelper.createManualScheduler(this.dataSource, this.engine.tasks)
			.clock(this.clock)
			.tableName(Scheduling.TABLE);
		builder.serializer(new Scheduling.TextSerializer())
			.enablePriority()
			.jdbcCustomization(Scheduling.customization(database));
		this.scheduler = builder.build();
		this.engine.scheduleStartTasks();
	}

	private String apiKey(String account) {
		this.onKey.run();
		return this.simulator.apiKey();
	}

	private void publish(Object event) {
		if (this.failure != null) {
			throw this.failure;
		}
		this.events.add((DurableRunEvent) event);
	}

	/**
	 * Execute all that is due now, and what that schedules.
	 */
	void run() {
		for (int i = 0; i < 6; i++) {
			this.scheduler.runAnyDueExecutions();
		}
	}

	/**
	 * Let time pass, a second at a time.
	 */
	void pass(Duration time) {
		for (long second = 0; second < time.toSeconds(); second++) {
			this.scheduler.tick(Duration.ofSeconds(1));
			run();
		}
	}

	/**
	 * Let time pass at once, as if nothing had run meanwhile.
	 */
	void jump(Duration time) {
		this.scheduler.tick(time);
		run();
	}

	/**
	 * Let time pass for all but the scheduler.
	 */
	void sleep(Duration time) {
		this.scheduler.tick(time);
	}

	DurableRun find(String id) {
		return this.runs.find(id);
	}

	long polls() {
		return this.simulator.journal().requests("POST /v1/runs/batch");
	}

	long tasks(TaskKind kind) {
		return this.engine.database.jdbc()
			.sql("select count(*) from tinyfish_task where task_name = ?")
			.param(kind.taskName())
			.query(Long.class)
			.single();
	}

	@Override
	public void close() {
		this.client.close();
		this.simulator.close();
		this.dataSource.close();
	}

	private final class TransactionManager extends JdbcTransactionManager {

		private TransactionManager(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			if (VirtualTime.this.away > 0) {
				VirtualTime.this.away--;
				throw new CannotCreateTransactionException("away on purpose");
			}
			super.doBegin(transaction, definition);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			if (VirtualTime.this.silent) {
				VirtualTime.this.silent = false;
				throw new TransactionSystemException("silent on purpose");
			}
		}

	}

	private static final class PlainCodec implements DurableRunSecretsCodec {

		@Override
		public String encode(String secrets) {
			return secrets;
		}

		@Override
		public String decode(String stored) {
			return stored;
		}

	}

}
