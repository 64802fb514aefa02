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
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.follow.Handover;
import ai.tinyfish.durable.internal.follow.PlanTask;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.store.DatabaseBudgetLedger;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.internal.watch.WatchDeliveryTask;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/**
 * Deletes old runs, applies the policy for doubt, and schedules the tasks that runs lack:
 * an older version of the application, or a person, may have deleted them.
 */
record TidyTask(RunTable table, RunQueries queries, WatchTable watches, DatabaseBudgetLedger budget,
		Scheduling scheduling, Handover handover, Clock clock, DurableSettings settings,
		AtomicBoolean stopped) implements TaskHandler {

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	/** Retention of the amounts of a day, in any zone, for runs that end later. */
	private static final Duration BUDGET_RETENTION = Duration.ofDays(7);

	@Override
	public Instant execute(TaskInstance<String> task, Instant due) {
		Instant now = this.clock.now();
		Instant deleted = now.minus(this.settings.retention());
		while (this.queries.deleteEnded(deleted) > 0 && !this.stopped.get()) {
			// there may be more
		}
		this.budget.deleteBefore(LocalDate.ofInstant(now.minus(BUDGET_RETENTION), ZoneOffset.UTC));
		Instant before = now.minus(INTERVAL);
		if (this.settings.maxRunning() != null) {
			this.scheduling.ensure(TaskKind.ADMIT, TaskKind.ALL, now);
		}
		else {
			repair(DurableRunState.ACCEPTED, before, TaskKind.SEND, TaskKind.SEND_BATCH);
		}
		repair(DurableRunState.UNDELIVERED, before, TaskKind.HANDOVER);
		this.watches.undelivered()
			.forEach((watch) -> this.scheduling.ensure(TaskKind.WATCH_DELIVERY,
					WatchDeliveryTask.instance(watch, Instant.EPOCH), now));
		repair(DurableRunState.SENDING, now.minus(this.settings.grace()), TaskKind.SETTLE, TaskKind.SEND,
				TaskKind.SEND_BATCH);
		for (String account : this.queries.openAccounts()) {
			this.scheduling.ensure(TaskKind.PLAN, TaskKind.ofAccount(account), now);
		}
		if (this.settings.abandonAfter() != null) {
			abandon(this.settings.abandonAfter());
		}
		lapse(this.settings.approvalTimeout());
		return PlanTask.next(due, this.clock.now(), INTERVAL);
	}

	private void abandon(Duration after) {
		Instant before = this.clock.now().minus(after);
		this.queries.since(DurableRunState.UNCERTAIN, before)
			.forEach((row) -> this.handover.undecided(row, DurableRunState.ABANDONED,
					"It was uncertain for longer than " + after + ". " + row.error(),
					() -> this.table.change(Transition.EXPIRE, row.id(), "before", before, "by", RunTable.POLICY)));
	}

	private void lapse(Duration timeout) {
		StoredOutcome outcome = StoredOutcome.refused("It was not decided for " + timeout);
		this.queries.since(DurableRunState.HELD, this.clock.now().minus(timeout))
			.forEach((row) -> this.handover.unsent(row, Transition.LAPSE, outcome, null));
	}

	/**
	 * Schedule the first of some kinds of tasks for the runs without any of them.
	 */
	private void repair(DurableRunState state, Instant before, TaskKind... kinds) {
		List<String> names = Stream.of(kinds).map(TaskKind::taskName).toList();
		for (RunRow row : this.queries.withoutTask(state, names, before)) {
			String batch = (kinds[0] == TaskKind.SEND) ? row.batch() : null;
			this.scheduling.ensure((batch != null) ? TaskKind.SEND_BATCH : kinds[0], (batch != null) ? batch : row.id(),
					this.clock.now());
		}
	}

}
