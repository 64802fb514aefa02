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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.support.agent.AgentRequestJson;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.transaction.TransactionException;

/**
 * Submits the runs of watches that are due. One instance does this for all. A slot that
 * is late is submitted once, even if several were missed.
 *
 * @param maxAge how long the results of watches are kept
 */
public record WatchTask(WatchTable table, WatchOutcomes outcomes, DurableRuns runs,
		@Nullable DurableRunSecretsCodec codec, Clock clock, Duration maxAge,
		AtomicBoolean stopped) implements TaskHandler {

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
		List<WatchRow> due = new ArrayList<>();
		try {
			this.table.database().doInTransaction(() -> {
				due.addAll(this.table.lockDue(this.clock.now(), limit));
				due.stream()
					.filter(WatchRow::open)
					.forEach((row) -> skip(row, "Durable run " + row.openRun() + " is still open"));
				submit(due.stream().filter((row) -> !row.open()).toList(), null);
			});
		}
		catch (RuntimeException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			if (due.isEmpty() || cause instanceof SQLException || cause instanceof TransactionException) {
				// the slots are submitted when the database is back
				throw ex;
			}
			if (due.size() == 1) {
				this.table.database()
					.doInTransaction(() -> this.table.lock(due.get(0).id())
						.filter((row) -> Objects.equals(row.nextAt(), due.get(0).nextAt()))
						.ifPresent((row) -> skip(row, String.valueOf(ex.getMessage()))));
			}
			else {
				// at least one of them was refused
				due.forEach((row) -> start(1));
			}
		}
		return due.size();
	}

	/**
	 * Submit a run of each watch, once for each slot.
	 * @param now the slot, or null for the slots that are due
	 */
	List<DurableRun> submit(List<WatchRow> rows, @Nullable Instant now) {
		List<DurableSubmission> submissions = rows.stream()
			.map((row) -> DurableSubmission.of(request(row))
				.withAccount(row.account())
				.withKey("watch:" + row.id() + ":" + slot(row, now)))
			.toList();
		List<DurableRun> submitted = (rows.size() == 1) ? List.of(this.runs.submit(submissions.get(0)))
				: this.runs.submitAll(submissions);
		for (int i = 0; i < rows.size(); i++) {
			WatchRow row = rows.get(i);
			this.table.open(row, submitted.get(i).id(), slot(row, now), (now != null) ? row.nextAt() : next(row));
		}
		return submitted;
	}

	private AgentRequest request(WatchRow row) {
		try {
			String secrets = (row.secrets() != null && this.codec != null) ? this.codec.decode(row.secrets())
					: row.secrets();
			return new AgentRequestJson(row.definition().request(), secrets).toAgentRequest();
		}
		catch (RuntimeException ex) {
			// the message may quote secrets
			throw new IllegalStateException("The request could not be read: " + ex.getClass().getSimpleName());
		}
	}

	private static Instant slot(WatchRow row, @Nullable Instant now) {
		return (now != null) ? now : Objects.requireNonNull(row.nextAt());
	}

	private void skip(WatchRow row, String reason) {
		this.outcomes.record(row, slot(row, null), WatchOutcome.SKIPPED, null, reason);
		this.table.schedule(row.id(), row.state(), next(row));
	}

	private @Nullable Instant next(WatchRow row) {
		return row.definition().next(this.clock.now());
	}

}
