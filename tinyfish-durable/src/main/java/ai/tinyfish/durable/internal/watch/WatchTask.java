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

package ai.tinyfish.durable.internal.watch;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.watch.WatchOutcome;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.transaction.TransactionException;

/**
 * Submits the runs of watches that are due. One instance does this for all. A slot that
 * is late is submitted once, even if several were missed.
 *
 * @param maxAge how long the results of watches are kept
 */
public record WatchTask(WatchTable table, WatchOutcomes outcomes, DurableRuns runs, Requests requests, Clock clock,
		Duration maxAge, AtomicBoolean stopped) implements TaskHandler {

	/** Maximum number of requests in a call. */
	private static final int MAX_TOGETHER = 100;

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		while (!this.stopped.get() && start(MAX_TOGETHER) == MAX_TOGETHER) {
			// there may be more
		}
		this.table.deleteBefore(this.clock.now().minus(this.maxAge));
		return this.clock.now().plusSeconds(1);
	}

	private int start(int limit) {
		List<String> due = new ArrayList<>();
		try {
			this.table.database().doInTransaction(() -> {
				due.addAll(this.table.lockDue(this.clock.now(), limit));
				List<WatchRow> rows = this.table.read(due);
				rows.stream()
					.filter(WatchRow::open)
					.forEach((row) -> skip(row, "Durable run " + row.openRun() + " is still open"));
				submit(rows.stream().filter((row) -> !row.open()).toList(), null);
			});
		}
		catch (RuntimeException ex) {
			if (due.isEmpty() || isUnavailable(ex)) {
				// the slots are submitted when the database is back
				throw ex;
			}
			if (due.size() == 1) {
				this.table.database().doInTransaction(() -> refused(due.get(0), String.valueOf(ex.getMessage())));
			}
			else {
				// at least one of them was refused
				due.forEach((id) -> start(1));
			}
		}
		return due.size();
	}

	/**
	 * Return whether the database is the reason for a failure, and not a refusal.
	 */
	static boolean isUnavailable(RuntimeException failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		return cause instanceof SQLException || cause instanceof TransactionException;
	}

	/**
	 * Skip the slot of a watch, unless another instance was faster. A watch for which
	 * even that fails must not hold up the others: its zone may be unknown here.
	 */
	private void refused(String id, String reason) {
		try {
			this.table.lock(id)
				.filter((row) -> row.nextAt() != null && !row.nextAt().isAfter(this.clock.now()))
				.ifPresent((row) -> skip(row, reason));
		}
		catch (DateTimeException | IllegalArgumentException | JacksonException ex) {
			logger.error("Watch {} cannot be read, and no longer runs", id, ex);
			this.table.stop(id);
		}
	}

	/**
	 * Submit a run of each watch, once for each slot.
	 * @param now the slot, or null for the slots that are due
	 */
	List<DurableRun> submit(List<WatchRow> rows, @Nullable Instant now) {
		Function<WatchRow, Instant> slot = (row) -> (now != null) ? now : Objects.requireNonNull(row.nextAt());
		List<DurableSubmission> submissions = rows.stream().map((row) -> submission(row, slot.apply(row))).toList();
		List<DurableRun> submitted = (rows.size() == 1) ? List.of(this.runs.submit(submissions.get(0)))
				: this.runs.submitAll(submissions);
		for (int i = 0; i < rows.size(); i++) {
			WatchRow row = rows.get(i);
			this.table.open(row, submitted.get(i).id(), slot.apply(row),
					(now != null) ? row.nextAt() : row.definition().next(this.clock.now()));
		}
		return submitted;
	}

	private DurableSubmission submission(WatchRow row, Instant slot) {
		return DurableSubmission.of(this.requests.read(row.definition().request(), row.secrets(), null))
			.withAccount(row.account())
			.withKey("watch:" + row.id() + ":" + slot);
	}

	private void skip(WatchRow row, String reason) {
		this.outcomes.record(row, Objects.requireNonNull(row.nextAt()), WatchOutcome.SKIPPED, null, reason);
		this.table.schedule(row.id(), row.state(), row.definition().next(this.clock.now()));
	}

}
