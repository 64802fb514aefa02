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

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.follow.CancelTask;
import ai.tinyfish.durable.internal.follow.Handover;
import ai.tinyfish.durable.internal.follow.HandoverTask;
import ai.tinyfish.durable.internal.follow.PlanTask;
import ai.tinyfish.durable.internal.follow.PollTask;
import ai.tinyfish.durable.internal.send.AdmitTask;
import ai.tinyfish.durable.internal.send.SendTask;
import ai.tinyfish.durable.internal.send.SentRequests;
import ai.tinyfish.durable.internal.send.SettleTask;
import ai.tinyfish.durable.internal.send.Submissions;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.Interceptors;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.service.RunCounts;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.service.Traces;
import ai.tinyfish.durable.internal.store.AccountPauses;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.DatabaseBudgetLedger;
import ai.tinyfish.durable.internal.store.DatabaseClock;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.internal.watch.DefaultWatches;
import ai.tinyfish.durable.internal.watch.PageCheckTask;
import ai.tinyfish.durable.internal.watch.WatchDeliveryTask;
import ai.tinyfish.durable.internal.watch.WatchOutcomes;
import ai.tinyfish.durable.internal.watch.WatchTask;
import ai.tinyfish.durable.internal.webhook.DurableWebhooks;
import ai.tinyfish.durable.internal.webhook.WebhookTask;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.Task;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates the parts of durable runs and connects them. No database connection is opened
 * before the first use.
 */
public final class Engine {

	final Database database;

	final Clock clock;

	final AtomicBoolean stopped = new AtomicBoolean();

	final RunTable table;

	final RunQueries queries;

	private final DatabaseBudgetLedger budget;

	final Scheduling scheduling;

	final Service service;

	final Handover handover;

	final DurableRuns runs;

	final DefaultWatches watches;

	final List<Task<?>> tasks;

	final DurableSettings settings;

	private final Requests requests;

	private final Interceptors interceptors;

	private final RepeatedWarnings warnings = new RepeatedWarnings();

	/** The name of this instance. The scheduler keeps 50 characters of it. */
	final String name = "%.40s:%.8s".formatted(ManagementFactory.getRuntimeMXBean().getName(), UUID.randomUUID());

	/**
	 * Create a new engine.
	 * @param database the database
	 * @param settings the settings
	 * @param application the parts of the application
	 */
	public Engine(Database database, DurableSettings settings, Application application) {
		this(database, settings, application, new DatabaseClock(database, System::nanoTime));
	}

	Engine(Database database, DurableSettings settings, Application application, Clock clock) {
		this.database = database;
		this.settings = settings;
		this.clock = clock;
		this.table = new RunTable(database, clock);
		AccountPauses pauses = new AccountPauses(database, clock);
		this.queries = new RunQueries(database);
		this.budget = new DatabaseBudgetLedger(database);
		this.scheduling = new Scheduling(database, this::tasks);
		this.service = new Service(SingletonSupplier
			.of(() -> application.client().get().mutate().withoutRunListeners().withoutRunInterceptors().build()),
				application.apiKeys(), settings.sendTimeout(), pauses, application.meters());
		this.requests = new Requests(application.codec(), application.webhook());
		this.interceptors = new Interceptors(database,
				SingletonSupplier.of(() -> application.client().get().mutate().build()));
		Traces traces = new Traces(application.observations());
		WatchTable watchTable = new WatchTable(database, settings.maxResults());
		WatchOutcomes outcomes = new WatchOutcomes(watchTable, this.scheduling, clock);
		this.handover = new Handover(database, this.table, this.scheduling, clock, application.publisher(),
				application.goalEvaluator(), this.interceptors, outcomes, application.meters(), traces,
				settings.maxHandovers(), this.warnings, this.stopped);
		Submissions submissions = new Submissions(database, this.table, this.scheduling, this.requests,
				this.interceptors, application.approval(), application.publisher(), clock, settings,
				this.service.apiKeys() != null, traces);
		this.runs = new DefaultDurableRuns(database, this.table, this.queries, this.scheduling, this.requests,
				this.interceptors, this.handover, submissions, clock, settings, null);
		Service previews = new Service(
				SingletonSupplier.of(() -> application.client().get().mutate().withoutRunListeners().build()),
				application.apiKeys(), settings.sendTimeout(), pauses, application.meters());
		this.watches = new DefaultWatches(database, watchTable,
				new WatchTask(watchTable, this.table, outcomes, this.runs, this.requests, this.scheduling, clock,
						settings.retention(), this.stopped),
				this.scheduling, submissions::checkAccount, previews, application.goalEvaluator());
		this.tasks = createTasks(application.meters(), traces, application.publisher());
	}

	private List<Task<?>> createTasks(Meters meters, Traces traces, ApplicationEventPublisher publisher) {
		SentRequests sent = new SentRequests(this.database, this.table, this.scheduling, this.interceptors, this.clock,
				this.settings);
		PollTask poll = new PollTask(this.database, this.table, this.queries, this.scheduling, this.service,
				this.handover, this.clock, this.settings, meters, this.warnings, this.stopped);
		SendTask send = new SendTask(this.database, this.table, this.scheduling, this.service, this.requests, sent,
				this.clock, this.name, new Semaphore(1), this.settings.maxRunning() != null, traces);
		return List.of(task(TaskKind.SEND, send), task(TaskKind.SEND_BATCH, send),
				task(TaskKind.ADMIT,
						new AdmitTask(this.database, this.queries, this.scheduling, this.clock,
								this.settings.maxRunning(), this.settings.interval())),
				task(TaskKind.PLAN,
						new PlanTask(this.database, this.queries, this.scheduling, this.service, this.clock,
								this.settings.interval())),
				poll.task(TaskKind.POLL, false, this.warnings, this.stopped),
				task(TaskKind.WEBHOOK,
						new WebhookTask(this.table, this.service, sent, poll, this.clock, this.settings.grace(),
								this.warnings)),
				task(TaskKind.HANDOVER, new HandoverTask(this.table, this.handover, this.clock)),
				task(TaskKind.SETTLE,
						new SettleTask(this.table, this.queries, this.service, sent, this.handover, this.clock,
								this.settings)),
				task(TaskKind.CANCEL, new CancelTask(this.table, this.service, this.runs::cancel)),
				task(TaskKind.WATCH, this.watches.task()),
				task(TaskKind.PAGE_CHECK,
						new PageCheckTask(this.watches.table(), this.watches.task(), this.service, meters, this.clock,
								new Semaphore(1), this.warnings, this.stopped)),
				task(TaskKind.WATCH_DELIVERY,
						new WatchDeliveryTask(this.watches.table(), publisher, meters, this.clock,
								this.settings.maxHandovers(), this.warnings, this.stopped)),
				task(TaskKind.TIDY, new TidyTask(this.table, this.queries, this.watches.table(), this.budget,
						this.scheduling, this.handover, this.clock, this.settings, this.stopped)));
	}

	private List<Task<?>> tasks() {
		return this.tasks;
	}

	private Task<String> task(TaskKind kind, TaskHandler handler) {
		return handler.task(kind, true, this.warnings, this.stopped);
	}

	/**
	 * Return the operations on durable runs.
	 */
	public DurableRuns runs() {
		return this.runs;
	}

	/**
	 * Return the operations on watches.
	 */
	public DefaultWatches watches() {
		return this.watches;
	}

	/**
	 * Return the follower of runs that webhooks report.
	 */
	public WebhookRunFollower webhooks() {
		return new DurableWebhooks(this.queries, this.scheduling, this.clock, this.warnings);
	}

	/**
	 * Return the ledger for the budget of all instances.
	 */
	public BudgetLedger budget() {
		return this.budget;
	}

	/**
	 * Return the numbers of runs for gauges.
	 */
	public RunCounts counts() {
		return new RunCounts(this.queries, this.watches.table(), this.clock);
	}

	/**
	 * Return the lifecycle of the scheduler.
	 * @param context the context whose listeners are called
	 */
	public DurableScheduler scheduler(ConfigurableApplicationContext context) {
		return new DurableScheduler(this, context);
	}

	/**
	 * Schedule the permanent tasks.
	 */
	void scheduleStartTasks() {
		Instant now = this.clock.now();
		this.scheduling.ensure(TaskKind.PLAN, TaskKind.ofAccount(""), now);
		this.scheduling.ensure(TaskKind.TIDY, TaskKind.ALL, now);
		this.scheduling.ensure(TaskKind.WATCH, TaskKind.ALL, now);
		if (this.settings.maxRunning() != null) {
			this.scheduling.ensure(TaskKind.ADMIT, TaskKind.ALL, now);
		}
	}

	/**
	 * Parts of the application.
	 *
	 * @param client supplies the client
	 * @param apiKeys supplies the keys of accounts, or null
	 * @param codec encodes secrets, or null to store them as they are
	 * @param approval decides which runs wait for a person, or null
	 * @param publisher publishes events
	 * @param goalEvaluator decides whether a run has reached its goal
	 * @param meters the meters
	 * @param observations observes the steps of runs
	 * @param webhook the properties of webhooks
	 */
	public record Application(Supplier<TinyFishClient> client, @Nullable DurableRunApiKeyProvider apiKeys,
			@Nullable DurableRunSecretsCodec codec, @Nullable DurableRunApproval approval,
			ApplicationEventPublisher publisher, GoalEvaluator goalEvaluator, Meters meters,
			ObservationRegistry observations, TinyFishProperties.Webhook webhook) {

	}

}
