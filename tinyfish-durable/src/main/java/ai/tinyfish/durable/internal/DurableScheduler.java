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
import java.util.Collections;
import java.util.List;

import ai.tinyfish.WebAgents;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.store.DatabaseClock;
import ai.tinyfish.durable.internal.store.Tables;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.watch.DeclaredWatches;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.event.SchedulerListener.SchedulerEventType;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Lifecycle of the scheduler: it stops after the web server and the webhooks, and before
 * the runs of the client, so that it sends nothing that the client would refuse.
 */
public final class DurableScheduler implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/** Interval of the search for due tasks, unless runs are polled more often. */
	private static final Duration POLLING_INTERVAL = Duration.ofMillis(500);

	private static final Logger logger = LoggerFactory.getLogger(DurableScheduler.class);

	private final Engine engine;

	private final ConfigurableApplicationContext context;

	private @Nullable Scheduler scheduler;

	DurableScheduler(Engine engine, ConfigurableApplicationContext context) {
		this.engine = engine;
		this.context = context;
	}

	/**
	 * Stop sending and handing over, although the web server may still answer: the
	 * executors of asynchronous listeners accept no further work.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.engine.stopped.set(true);
			synchronized (this) {
				if (this.scheduler != null) {
					this.scheduler.pause();
				}
			}
		}
	}

	@Override
	public synchronized void start() {
		if (this.scheduler != null) {
			return;
		}
		this.engine.stopped.set(false);
		this.engine.database.requireSupported();
		new Tables(this.engine.database).require();
		this.engine.database.writeCommitsAtOnce();
		this.engine.scheduleStartTasks();
		DeclaredWatches declared = new DeclaredWatches(() -> this.context.getBean(WebAgents.Builder.class).build(),
				this.context.getEnvironment()::resolveRequiredPlaceholders, false);
		this.engine.watches().declare(declared.of(this.context.getBeanFactory()), this.engine.clock.now());
		Scheduler started = build();
		started.start();
		this.engine.database.afterCommit(started::triggerCheckForDueExecutions);
		this.scheduler = started;
	}

	private Scheduler build() {
		SchedulerBuilder builder = Scheduler.create(this.engine.database.transactional(), this.engine.tasks)
			.serializer(new Scheduling.TextSerializer())
			.jdbcCustomization(Scheduling.customization(this.engine.database))
			.tableName(Scheduling.TABLE)
			.schedulerName(new SchedulerName.Fixed(this.engine.name))
			.threads(this.engine.settings.threads())
			.pollingInterval(Collections.min(List.of(POLLING_INTERVAL, this.engine.settings.interval())))
			.heartbeatInterval(DurableSettings.HEARTBEAT)
			.missedHeartbeatsLimit(DurableSettings.MISSED_HEARTBEATS)
			// instances of another version may know other tasks
			.deleteUnresolvedAfter(Duration.ofDays(365))
			.shutdownMaxWait(Duration.ofSeconds(20))
			.clock(this.engine.clock)
			.enablePriority()
			.failureLogging(LogLevel.OFF, false)
			.addSchedulerListener(new AbstractSchedulerListener() {

				@Override
				public void onSchedulerEvent(SchedulerEventType type) {
					// on the scheduler's own housekeeping thread
					if (type == SchedulerEventType.RAN_DETECT_DEAD
							&& DurableScheduler.this.engine.clock instanceof DatabaseClock clock) {
						clock.refresh();
					}
				}

			});
		// tasks queued in a process would be lost to the others when it dies
		return (this.engine.database.isPostgreSql() ? builder.pollUsingLockAndFetch(0.5, 1.0)
				: builder.pollUsingFetch(0.5, 1.0))
			.build();
	}

	@Override
	public void stop() {
		Scheduler stopping;
		synchronized (this) {
			this.engine.stopped.set(true);
			this.engine.database.afterCommit(() -> {
			});
			stopping = this.scheduler;
			this.scheduler = null;
		}
		if (stopping != null) {
			stopping.stop();
		}
	}

	/**
	 * Stop on another thread, since this waits for executions.
	 */
	@Override
	public void stop(Runnable callback) {
		Thread thread = new Thread(() -> {
			try {
				stop();
			}
			catch (RuntimeException ex) {
				logger.warn("Failed to stop the scheduler of durable runs", ex);
			}
			finally {
				callback.run();
			}
		}, "tinyfish-durable-stop");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public synchronized boolean isRunning() {
		return this.scheduler != null;
	}

	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 6144;
	}

}
