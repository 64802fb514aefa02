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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.settings.AbandonPolicy;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.core.io.buffer.DataBufferLimitException;
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

	private volatile @Nullable Instant warnedAt;

	RangeTask(Engine engine) {
		this.engine = engine;
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

	void poll(String account, List<RunRow> rows) {
		Answers answers = new Answers();
		try {
			read(this.engine.accounts().polling(account), rows, answers);
		}
		catch (TinyFishException ex) {
			if (rows.size() > 1 && isTooLarge(ex)) {
				int half = rows.size() / 2;
				poll(account, rows.subList(0, half));
				poll(account, rows.subList(half, rows.size()));
				return;
			}
			boolean asked = this.engine.gates().closeIfAsked(account, ex, this.engine.clock().now());
			warn(rows.size(), asked, ex);
			return;
		}
		RuntimeException failure = null;
		for (RunRow row : rows) {
			Run run = answers.runs.get(row.runId());
			String missing = answers.missing.get(row.runId());
			String refused = answers.refused.get(row.runId());
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

	private void read(TinyFishClient client, List<RunRow> rows, Answers answers) {
		List<String> ids = rows.stream().map(RunRow::runId).filter(Objects::nonNull).toList();
		try {
			this.engine.meters().called("poll");
			RunBatch batch = client.runs().getAll(ids);
			batch.data().forEach(answers::found);
			batch.notFound().forEach(answers::unknown);
		}
		catch (TinyFishStatusException ex) {
			if (!isBecauseOfOne(ex)) {
				throw ex;
			}
			ids.forEach((id) -> readSingly(client, id, answers));
		}
		catch (TinyFishConnectionException ex) {
			if (ids.size() > 1 || !isTooLarge(ex)) {
				throw ex;
			}
			answers.tooLarge(ids.get(0), ex);
		}
	}

	/**
	 * Read a run by itself: the others must not lose their outcomes over a single one.
	 */
	private void readSingly(TinyFishClient client, String id, Answers answers) {
		try {
			this.engine.meters().called("poll");
			answers.found(client.runs().get(id));
		}
		catch (TinyFishNotFoundException ex) {
			// the page of a gateway has no code
			if (ex.code() != null) {
				answers.unknown(id);
			}
		}
		catch (TinyFishStatusException ex) {
			if (!isBecauseOfOne(ex)) {
				throw ex;
			}
			logger.warn("Run {} could not be read: {}", id, ex.getMessage());
			// the page of a gateway does not speak of the run
			if (ex.code() != null) {
				answers.refused(id, ex);
			}
		}
		catch (TinyFishConnectionException ex) {
			if (!isTooLarge(ex)) {
				throw ex;
			}
			answers.tooLarge(id, ex);
		}
	}

	/**
	 * Return whether one run may be the reason why the answer for all is refused or
	 * cannot be used, or the service does not give several at once.
	 */
	private static boolean isBecauseOfOne(TinyFishStatusException failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure instanceof TinyFishNotFoundException || failure.status() / 100 == 2;
	}

	/**
	 * Return whether an answer was larger than the client reads. No gateway answers with
	 * that much: it is because of the runs.
	 */
	private static boolean isTooLarge(TinyFishException failure) {
		return failure.getCause() instanceof DataBufferLimitException;
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
		Duration timeout = timeout(row);
		// the service may keep runs waiting for hours
		Instant started = run.startedAt();
		if (started != null && started.plus(timeout).isBefore(now)) {
			late(row, timeout);
		}
	}

	private Duration timeout(RunRow row) {
		return (row.timeoutMillis() != null) ? Duration.ofMillis(row.timeoutMillis())
				: this.engine.settings().runTimeout();
	}

	private void late(RunRow row, Duration timeout) {
		Instant now = this.engine.clock().now();
		if (this.engine.settings().onTimeout() == AbandonPolicy.LEAVE) {
			lost(row, "The run has exceeded its timeout of " + timeout + ". It was left running");
			return;
		}
		boolean cancelled = this.engine.database().inTransaction(() -> {
			boolean requested = this.engine.table().requestCancel(row.id(), now);
			if (requested) {
				this.engine.scheduling().ensure(TaskKind.CANCEL, row.id(), now);
			}
			return requested;
		});
		if (cancelled) {
			logger.warn("Durable run {} has exceeded its timeout of {} and is cancelled", row.id(), timeout);
		}
	}

	private void missing(RunRow row, String reason) {
		if (row.missing() + 1 >= MAX_MISSING) {
			lost(row, reason);
		}
		else {
			count(row, row.missing() + 1);
		}
	}

	/**
	 * A refusal may be a mistake of the service, but a run must not stay open for ever.
	 */
	private void refused(RunRow row, String reason) {
		if (row.changedAt().plus(timeout(row)).isBefore(this.engine.clock().now())) {
			missing(row, reason);
		}
	}

	private void count(RunRow row, int polls) {
		this.engine.database().inTransaction(() -> {
			this.engine.table().missing(row.id(), polls);
			return null;
		});
	}

	private void lost(RunRow row, String message) {
		this.engine.notices().change(row, DurableRunState.LOST, row.runId(), message, () -> {
			boolean lost = this.engine.table().lost(row.id(), message, this.engine.clock().now());
			if (lost) {
				this.engine.admission().run();
			}
			return lost;
		});
	}

	/**
	 * What the service says of the runs of a range, by their ids. It may say nothing of a
	 * run.
	 */
	private static final class Answers {

		private final Map<String, Run> runs = new HashMap<>();

		/** Why there is none. */
		private final Map<String, String> missing = new HashMap<>();

		/** Why the service refuses to say it. */
		private final Map<String, String> refused = new HashMap<>();

		void found(Run run) {
			this.runs.putIfAbsent(run.runId(), run);
		}

		void unknown(String id) {
			this.missing.put(id, "The service does not know run " + id);
		}

		void tooLarge(String id, TinyFishException failure) {
			this.missing.put(id, unreadable(id, failure));
		}

		void refused(String id, TinyFishException failure) {
			this.refused.put(id, unreadable(id, failure));
		}

		private static String unreadable(String id, TinyFishException failure) {
			return "Run " + id + " cannot be read. " + Submission.message(failure);
		}

	}

}
