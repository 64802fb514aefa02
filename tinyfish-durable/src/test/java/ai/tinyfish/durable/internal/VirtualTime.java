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
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import com.github.kagkarlsson.scheduler.testhelper.ManualScheduler;
import com.github.kagkarlsson.scheduler.testhelper.SettableClock;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Durable runs on a scheduler whose clock a test sets, with H2 and the simulator.
 */
final class VirtualTime implements AutoCloseable {

	static final Duration INTERVAL = Duration.ofSeconds(10);

	final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	final List<DurableRunEvent> events = new CopyOnWriteArrayList<>();

	/** Events of watches whose transactions may have been rolled back. */
	final List<Object> watchEvents = new CopyOnWriteArrayList<>();

	final MeterRegistry meters = new SimpleMeterRegistry();

	Engine engine;

	DurableRuns runs;

	Watches watches;

	/** The policy for doubt, from the next restart. */
	@Nullable Duration abandonAfter;

	/** Which runs wait for a person, from the next restart. */
	@Nullable DurableRunApproval approval;

	/** How many times events are delivered, from the next restart. */
	int maxHandovers = 3;

	/** Callback while the key of an account is read. */
	Runnable onKey = () -> {
	};

	/** Callback of listeners. */
	Runnable onEvent = () -> {
	};

	/** Exception of listeners, or null. */
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
		this(onTimeout, maxRunning, DatabaseKind.H2);
	}

	VirtualTime(AbandonPolicy onTimeout, @Nullable Integer maxRunning, DatabaseKind kind,
			TinyFishRunInterceptor... interceptors) {
		this.dataSource.setJdbcUrl(kind.newDatabase().get(0).replace("spring.datasource.url=", ""));
		this.dataSource.setMinimumIdle(1);
		new ResourceDatabasePopulator(new ClassPathResource(
				"ai/tinyfish/durable/schema/schema-" + kind.name().toLowerCase(Locale.ROOT) + ".sql"))
			.execute(this.dataSource);
		this.client = TinyFishClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey(this.simulator.apiKey())
			.runInterceptors(() -> List.of(interceptors))
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
		DurableSettings settings = new DurableSettings(INTERVAL, 4, Duration.ofSeconds(60), Duration.ofDays(30),
				this.maxHandovers, Duration.ofMinutes(30), this.onTimeout, maxRunning, this.abandonAfter, 100,
				Duration.ofDays(7));
		Database database = new Database(this.dataSource, new TransactionManager(this.dataSource));
		this.engine = new Engine(database, settings,
				new Engine.Application(() -> this.client, this::apiKey, new PlainCodec(), this.approval, this::publish,
						GoalEvaluator.defaults(), new Meters(() -> this.meters, (context, run) -> {
						}), ObservationRegistry.NOOP, new TinyFishProperties.Webhook(false, "/webhook", null, null)),
				this.clock);
		this.runs = this.engine.runs();
		this.watches = this.engine.watches();
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
		this.onEvent.run();
		if (this.failure != null) {
			throw this.failure;
		}
		if (event instanceof DurableRunEvent runEvent) {
			this.events.add(runEvent);
		}
		else {
			this.watchEvents.add(event);
		}
	}

	/**
	 * Execute all that is due now, and what that schedules.
	 */
	void run() {
		for (int i = 0; i < 6 && isAnyDue(); i++) {
			this.scheduler.runAnyDueExecutions();
		}
	}

	/**
	 * Return whether a task is due. In most of the seconds of a test none is, and the
	 * scheduler would take its time to find none.
	 */
	private boolean isAnyDue() {
		return this.engine.database.jdbc()
			.sql("select count(*) from tinyfish_task where not picked and execution_time <= ?")
			.param(now().atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.single() > 0;
	}

	/**
	 * Execute each task that is due now once.
	 */
	void step() {
		this.scheduler.runAnyDueExecutions();
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
	 * Let time pass until a time.
	 */
	void jumpTo(Instant time) {
		jump(Duration.between(this.clock.now(), time));
	}

	/**
	 * Start a run that is not durable.
	 */
	String post(String goal) {
		return this.client.agent().queue(AgentRequest.of("https://shop.example", goal)).runId();
	}

	PlatformTransactionManager transactions() {
		return new JdbcTransactionManager(this.dataSource);
	}

	Instant now() {
		return this.clock.now();
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
