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
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.Run;
import ai.tinyfish.settings.AbandonPolicy;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Polls up to 100 open runs in one call and hands over what has ended. A range that fails
 * is not executed again: the next sweep polls its runs.
 */
final class RangeTask implements Step {

	/** After how many polls a run that cannot be read is lost. */
	private static final int MAX_MISSING = 3;

	private static final Logger logger = LoggerFactory.getLogger(RangeTask.class);

	private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

	private final Engine engine;

	private final RunReader reader;

	private volatile @Nullable Instant warnedAt;

	RangeTask(Engine engine) {
		this.engine = engine;
		this.reader = new RunReader(engine);
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String account = RangeName.accountOfRange(task.getId());
		String[] places = task.getData().split(",");
		Instant now = this.engine.clock().now();
		if (this.engine.isStopped() || this.engine.gates().closedUntil(account, now) != null) {
			return null;
		}
		List<RunRow> rows = this.engine.queries()
			.range(account, Long.parseLong(places[0]), Long.parseLong(places[1]), PlanTask.RANGE_SIZE);
		if (!rows.isEmpty()) {
			poll(account, rows);
			this.engine.meters()
				.polled(Duration.between(RangeName.sweepOfRange(task.getId()), this.engine.clock().now()));
		}
		return null;
	}

	/**
	 * Poll runs.
	 * @return whether the service has answered
	 */
	private boolean poll(String account, List<RunRow> rows) {
		List<String> ids = rows.stream().map(RunRow::runId).filter(Objects::nonNull).toList();
		RunReader.Answers answers = this.reader.read(this.engine.accounts().polling(account), ids);
		if (answers.isTooLarge()) {
			return pollHalves(account, rows);
		}
		TinyFishException unread = answers.failure();
		if (unread != null) {
			boolean asked = this.engine.gates().closeIfAsked(account, unread, this.engine.clock().now());
			warn(ids.size() - answers.size(), asked, unread);
		}
		RuntimeException failure = null;
		for (RunRow row : rows) {
			Run run = answers.run(row.runId());
			String missing = answers.missing(row.runId());
			String refused = answers.refused(row.runId());
			try {
				if (run != null) {
					found(row, run);
				}
				else if (missing != null) {
					missing(row, missing);
				}
				else if (refused != null) {
					refused(row, refused);
				}
			}
			catch (CannotCreateTransactionException ex) {
				// no connection: the others would wait for one, too
				throw ex;
			}
			catch (RuntimeException ex) {
				// one must not keep the others from being handed over
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
		return unread == null;
	}

	private boolean pollHalves(String account, List<RunRow> rows) {
		List<RunRow> first = rows.subList(0, rows.size() / 2);
		List<RunRow> second = rows.subList(rows.size() / 2, rows.size());
		boolean answered;
		try {
			answered = poll(account, first);
		}
		catch (RuntimeException ex) {
			// what could not be handed over is no reason not to go on
			poll(account, second);
			throw ex;
		}
		return answered && !this.engine.isStopped() && poll(account, second);
	}

	/**
	 * Warn once a minute: there may be thousands of ranges, all with the same problem.
	 */
	private void warn(int runs, boolean asked, TinyFishException failure) {
		Instant now = this.engine.clock().now();
		Instant last = this.warnedAt;
		boolean again = last != null && now.isBefore(last.plus(WARNING_INTERVAL));
		this.warnedAt = again ? last : now;
		logger.atLevel(again ? Level.DEBUG : Level.WARN)
			.log("{} open runs could not be polled{}: {}", runs, asked ? ", the service asks to wait" : "",
					failure.getMessage());
	}

	void found(RunRow row, Run run) {
		if (run.status().isTerminal()) {
			this.engine.handover().ofRunning(row.id(), Ending.of(run.toAgentRun()));
			return;
		}
		if (row.missing() > 0) {
			count(row, 0);
		}
		Instant now = this.engine.clock().now();
		if (row.cancelRequested()) {
			// the service may not have known the run when it was cancelled
			this.engine.scheduling().ensureNow(TaskKind.CANCEL, row.id(), now);
			return;
		}
		// the service may keep runs waiting for hours
		Instant started = run.startedAt();
		if (started != null && isLate(row, started, now)) {
			late(row);
		}
	}

	/**
	 * Return whether a run has exceeded its timeout. One that somebody has settled since
	 * has it once more.
	 */
	private boolean isLate(RunRow row, Instant started, Instant now) {
		Instant since = started.isAfter(row.changedAt()) ? started : row.changedAt();
		return since.plus(timeout(row)).isBefore(now);
	}

	private Duration timeout(RunRow row) {
		return (row.timeoutMillis() != null) ? Duration.ofMillis(row.timeoutMillis())
				: this.engine.settings().runTimeout();
	}

	private void late(RunRow row) {
		Predicate<RunRow> expected = (now) -> isUnchanged(row, now);
		if (this.engine.settings().onTimeout() == AbandonPolicy.LEAVE) {
			lost(row, "The run has exceeded its timeout of " + timeout(row) + ". It was left running", expected);
		}
		else {
			cancel(row, expected);
		}
	}

	private void cancel(RunRow row, Predicate<RunRow> expected) {
		Instant now = this.engine.clock().now();
		boolean cancelled = this.engine.database().inTransaction(() -> {
			boolean requested = locked(row, expected) && this.engine.table().requestCancel(row.id(), now);
			if (requested) {
				this.engine.table().missing(row.id(), 0);
				this.engine.scheduling().ensure(TaskKind.CANCEL, row.id(), now);
			}
			return requested;
		});
		if (cancelled) {
			logger.warn("Durable run {} has exceeded its timeout of {} and is cancelled", row.id(), timeout(row));
		}
	}

	/**
	 * Lock a run. If somebody else has it in hand, the next sweep decides: waiting would
	 * keep back all others.
	 * @return whether it is locked, and as expected
	 */
	private boolean locked(RunRow row, Predicate<RunRow> expected) {
		return this.engine.table().lock(row.id()).filter(expected).isPresent();
	}

	private static boolean isUnchanged(RunRow polled, RunRow now) {
		return now.state() == DurableRunState.RUNNING && Objects.equals(now.runId(), polled.runId())
				&& now.changedAt().equals(polled.changedAt());
	}

	private static boolean isUnchangedAndNotRead(RunRow polled, RunRow now) {
		return isUnchanged(polled, now) && now.missing() == polled.missing();
	}

	private void missing(RunRow row, String reason) {
		if (countUnread(row)) {
			lost(row, reason, (now) -> isUnchangedAndNotRead(row, now));
		}
	}

	/**
	 * A refusal may be a mistake of the service, but a run must not stay open for ever.
	 */
	private void refused(RunRow row, String reason) {
		if (!isLate(row, row.changedAt(), this.engine.clock().now()) || !countUnread(row)) {
			return;
		}
		Predicate<RunRow> expected = (now) -> isUnchangedAndNotRead(row, now);
		if (this.engine.settings().onTimeout() == AbandonPolicy.CANCEL && !row.cancelRequested()) {
			cancel(row, expected);
		}
		else {
			lost(row, reason, expected);
		}
	}

	/**
	 * Count a poll at which a run could not be read.
	 * @return whether it is one too many
	 */
	private boolean countUnread(RunRow row) {
		int polls = row.missing() + 1;
		if (polls < MAX_MISSING) {
			count(row, polls);
			return false;
		}
		return true;
	}

	private void count(RunRow row, int polls) {
		this.engine.database().inTransaction(() -> {
			if (locked(row, (now) -> isUnchangedAndNotRead(row, now))) {
				this.engine.table().missing(row.id(), polls);
			}
			return null;
		});
	}

	private void lost(RunRow row, String message, Predicate<RunRow> expected) {
		this.engine.notices().change(row, DurableRunState.LOST, row.runId(), message, () -> {
			boolean lost = locked(row, expected)
					&& this.engine.table().lost(row.id(), message, this.engine.clock().now());
			if (lost) {
				this.engine.admission().run();
			}
			return lost;
		});
	}

}
