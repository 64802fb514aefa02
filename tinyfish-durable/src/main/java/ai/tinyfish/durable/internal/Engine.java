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

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.DatabaseClock;
import ai.tinyfish.durable.internal.store.Gates;
import ai.tinyfish.durable.internal.store.Places;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.task.InstanceName;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.spring.boot.WebhookSettings;
import ai.tinyfish.run.GoalEvaluator;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.Task;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * The parts that durable runs consist of. Nothing connects before it is used.
 */
public final class Engine {

	private final Database database;

	private final DurableSettings settings;

	private final DurableRunSecretsCodec codec;

	private final Meters meters;

	private final @Nullable WebhookSettings webhooks;

	private final Clock clock;

	private final String name;

	private final RunTable table;

	private final RunQueries queries;

	private final Gates gates;

	private final Places places;

	private final Accounts accounts;

	private final Scheduling scheduling;

	private final Admission admission;

	private final Notices notices;

	private final OutcomePublisher outcomes;

	private final Handover handover;

	private final List<Task<?>> tasks;

	/**
	 * Create a new engine.
	 * @param database the database
	 * @param settings the settings
	 * @param application the parts of the application
	 */
	public Engine(Database database, DurableSettings settings, Application application) {
		this(database, settings, application, new DatabaseClock(database));
	}

	Engine(Database database, DurableSettings settings, Application application, Clock clock) {
		this.database = database;
		this.settings = settings;
		this.codec = application.codec();
		this.meters = application.meters();
		this.webhooks = application.webhooks();
		this.clock = clock;
		this.name = InstanceName.create();
		this.table = new RunTable(database, settings.maxRunning() != null);
		this.queries = new RunQueries(database);
		this.gates = new Gates(database);
		this.places = new Places(database);
		this.accounts = new Accounts(application.client(), application.apiKeys(), settings);
		this.scheduling = new Scheduling(database, this::tasks);
		this.admission = new Admission(this.scheduling, clock, settings.maxRunning());
		this.notices = new Notices(database, application.publisher(), this.meters);
		this.outcomes = new OutcomePublisher(application.publisher(), application.goalEvaluator());
		this.handover = new Handover(database, this.table, this.scheduling, this.admission, clock, this.outcomes,
				this.notices, this.meters, settings.maxHandovers());
		this.tasks = new Steps(this).tasks();
	}

	Database database() {
		return this.database;
	}

	DurableSettings settings() {
		return this.settings;
	}

	DurableRunSecretsCodec codec() {
		return this.codec;
	}

	Meters meters() {
		return this.meters;
	}

	Clock clock() {
		return this.clock;
	}

	/**
	 * Return the webhook URL of a submission.
	 * @param token the token of the submission
	 * @return the URL, which is secret, or null where the application has none
	 */
	@Nullable String webhookUrl(String token) {
		return (this.webhooks != null) ? this.webhooks.publicUrl(token) : null;
	}

	/**
	 * Return the name of this process among the instances.
	 */
	String name() {
		return this.name;
	}

	RunTable table() {
		return this.table;
	}

	RunQueries queries() {
		return this.queries;
	}

	Gates gates() {
		return this.gates;
	}

	Places places() {
		return this.places;
	}

	Accounts accounts() {
		return this.accounts;
	}

	Scheduling scheduling() {
		return this.scheduling;
	}

	Admission admission() {
		return this.admission;
	}

	Notices notices() {
		return this.notices;
	}

	OutcomePublisher outcomes() {
		return this.outcomes;
	}

	Handover handover() {
		return this.handover;
	}

	/**
	 * Set whether the application stops.
	 * @param stopped true to stop, false to start again
	 */
	void stop(boolean stopped) {
		this.handover.stop(stopped);
	}

	/**
	 * Return whether the application stops: nothing is sent or handed over any more.
	 */
	boolean isStopped() {
		return this.handover.isStopped();
	}

	List<Task<?>> tasks() {
		return this.tasks;
	}

	/**
	 * Schedule the tasks that are always there.
	 */
	void scheduleStartTasks() {
		Instant now = this.clock.now();
		this.scheduling.ensureNow(TaskKind.PLAN, RangeName.plan(""), now);
		this.scheduling.ensureNow(TaskKind.TIDY, Steps.TIDY_INSTANCE, now);
		if (this.admission.isLimited()) {
			this.scheduling.ensureNow(TaskKind.ADMIT, Admission.INSTANCE, now);
		}
	}

	/**
	 * Parts of the application.
	 *
	 * @param client gives the client
	 * @param apiKeys gives the keys of accounts, or null
	 * @param codec encodes secrets
	 * @param publisher publishes events
	 * @param goalEvaluator says whether a run has reached its goal
	 * @param meters measures
	 * @param webhooks the settings of webhooks, or null where they are not enabled
	 */
	public record Application(Supplier<TinyFishClient> client, @Nullable DurableRunApiKeyProvider apiKeys,
			DurableRunSecretsCodec codec, ApplicationEventPublisher publisher, GoalEvaluator goalEvaluator,
			Meters meters, @Nullable WebhookSettings webhooks) {

	}

}
