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

package ai.tinyfish.durable.internal.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.service.RunReads;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.AccountPauses;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.Run;
import ai.tinyfish.settings.AbandonPolicy;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Polls up to 100 open runs in one call and hands over their outcomes. A range that fails
 * is not polled again: the next sweep polls its runs.
 */
public record PollTask(Database database, RunTable table, RunQueries queries, Scheduling scheduling, Service service,
		Handover handover, Clock clock, DurableSettings settings, Meters meters, RepeatedWarnings warnings,
		AtomicBoolean stopped) implements TaskHandler {

	/** Number of failed polls after which a run is lost. */
	private static final int MAX_FAILURES = 3;

	private static final Logger logger = LoggerFactory.getLogger(PollTask.class);

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String[] range = task.getData().split(",");
		String account = range[0];
		if (this.service.pausedUntil(account) != null) {
			return null;
		}
		List<RunRow> rows = this.queries.range(account, Long.parseLong(range[1]), Long.parseLong(range[2]),
				PlanTask.RANGE_SIZE);
		if (!rows.isEmpty()) {
			RunReads reads = this.service.readAll(account,
					rows.stream().map(RunRow::runId).filter(Objects::nonNull).toList(), this.stopped::get);
			if (reads.isTooLarge()) {
				int half = rows.size() / 2;
				this.scheduling.schedule(List.of(range(task.getId() + "a", rows.subList(0, half), due),
						range(task.getId() + "b", rows.subList(half, rows.size()), due)));
			}
			else {
				polled(rows, reads);
				this.meters.polled(Duration.between(due, this.clock.now()));
			}
		}
		return null;
	}

	private static SchedulableInstance<String> range(String name, List<RunRow> rows, Instant due) {
		return range(name, rows.get(0).account(), rows.get(0).seq(), rows.get(rows.size() - 1).seq(), due);
	}

	/**
	 * Return the task that polls the open runs of an account from one number to another.
	 */
	public static SchedulableInstance<String> range(String name, String account, long from, long to, Instant due) {
		return TaskKind.POLL.instance(name, account + "," + from + "," + to, due);
	}

	private void polled(List<RunRow> rows, RunReads reads) {
		if (reads.failure() != null) {
			logger.atLevel(this.warnings.isFirst("polls") ? Level.WARN : Level.DEBUG)
				.log("{} open runs could not be polled{}: {}", rows.size() - reads.size(),
						AccountPauses.isAsked(reads.failure()) ? ", the service asks to wait" : "",
						reads.failure().getMessage());
		}
		RuntimeException failure = null;
		for (RunRow row : rows) {
			try {
				polled(row, reads);
			}
			catch (CannotCreateTransactionException ex) {
				// there is no connection: the other runs would wait for one, too
				throw ex;
			}
			catch (RuntimeException ex) {
				// one failure must not prevent the handover of the others
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void polled(RunRow row, RunReads reads) {
		Run run = reads.run(row.runId());
		String missing = reads.missing(row.runId());
		String refused = reads.refused(row.runId());
		if (run != null) {
			found(row, run);
		}
		else if (missing != null) {
			unread(row, missing, false);
		}
		else if (refused != null && isLate(row, row.changedAt(), this.clock.now())) {
			// a refusal may be a mistake of the service, but a run must not stay open
			// forever
			unread(row, refused, this.settings.onTimeout() == AbandonPolicy.CANCEL && !row.cancelRequested());
		}
	}

	/**
	 * Handle a run that was read.
	 */
	public void found(RunRow row, Run run) {
		if (run.status().isTerminal()) {
			this.handover.deliver(row, StoredOutcome.of(run.toAgentRun()));
			return;
		}
		if (row.failures() > 0) {
			count(row, 0);
		}
		Instant now = this.clock.now();
		if (row.cancelRequested()) {
			// the service may not have known the run when it was cancelled
			this.scheduling.ensure(TaskKind.CANCEL, row.id(), now);
			return;
		}
		// the service may keep runs waiting for hours
		Instant started = run.startedAt();
		if (started == null || !isLate(row, started, now)) {
			return;
		}
		if (this.settings.onTimeout() == AbandonPolicy.LEAVE) {
			lost(row, "The run has exceeded its timeout of " + timeout(row) + ". It was left running");
		}
		else {
			cancel(row);
		}
	}

	/**
	 * Return whether a run has exceeded its timeout. For a settled run, the timeout
	 * begins again.
	 */
	private boolean isLate(RunRow row, Instant started, Instant now) {
		Instant since = started.isAfter(row.changedAt()) ? started : row.changedAt();
		return since.plus(timeout(row)).isBefore(now);
	}

	private Duration timeout(RunRow row) {
		return (row.timeoutMillis() != null) ? Duration.ofMillis(row.timeoutMillis()) : this.settings.runTimeout();
	}

	private void cancel(RunRow row) {
		boolean cancelled = this.database.inTransaction(() -> {
			boolean requested = isLocked(row) && this.table.requestCancel(row.id(), null);
			if (requested) {
				this.table.failures(row.id(), 0);
				this.scheduling.ensure(TaskKind.CANCEL, row.id(), this.clock.now());
			}
			return requested;
		});
		if (cancelled) {
			row.about(row.runId(), () -> logger.warn("Durable run {} has exceeded its timeout of {} and is cancelled",
					row.id(), timeout(row)));
		}
	}

	/**
	 * Lock a run. If the row is locked, leave it to the next sweep: waiting would delay
	 * the other runs.
	 * @return whether it is locked and has not changed since the poll
	 */
	private boolean isLocked(RunRow polled) {
		return this.table.lock(polled.id())
			.filter((row) -> row.state() == DurableRunState.RUNNING && Objects.equals(row.runId(), polled.runId())
					&& row.changedAt().equals(polled.changedAt()) && row.failures() == polled.failures())
			.isPresent();
	}

	/**
	 * Count a poll that could not read a run, and give up the run if the limit is
	 * exceeded.
	 * @param cancel whether to cancel the run first
	 */
	private void unread(RunRow row, String reason, boolean cancel) {
		if (row.failures() + 1 < MAX_FAILURES) {
			count(row, row.failures() + 1);
		}
		else if (cancel) {
			cancel(row);
		}
		else {
			lost(row, reason);
		}
	}

	private void count(RunRow row, int polls) {
		this.database.doInTransaction(() -> {
			if (isLocked(row)) {
				this.table.failures(row.id(), polls);
			}
		});
	}

	private void lost(RunRow row, String message) {
		this.handover.undecided(row, DurableRunState.LOST, message,
				() -> isLocked(row) && this.table.change(Transition.LOSE, row.id(), "error", message));
	}

}
