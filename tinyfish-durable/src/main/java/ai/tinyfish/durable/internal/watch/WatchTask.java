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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
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
public record WatchTask(WatchTable table, RunTable sent, WatchOutcomes outcomes, DurableRuns runs, Requests requests,
		Scheduling scheduling, Clock clock, Duration maxAge, AtomicBoolean stopped) implements TaskHandler {

	/** Maximum number of requests in a call. */
	private static final int MAX_TOGETHER = 100;

	/** The parts of a request that decide which page a run reads. */
	private static final List<Function<AgentRequest, @Nullable Object>> PAGE = List.of(AgentRequest::url,
			AgentRequest::proxy, AgentRequest::useProfile, AgentRequest::profileId, AgentRequest::useVault,
			AgentRequest::credentialItemIds);

	/** The longest time that a slot waits for the check of its page. */
	private static final Duration MAX_CHECK = Duration.ofHours(1);

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		while (!this.stopped.get() && start(MAX_TOGETHER) == MAX_TOGETHER) {
			// there may be more
		}
		this.table.checkedAccounts(this.clock.now())
			.forEach((account) -> this.scheduling.ensure(TaskKind.PAGE_CHECK, TaskKind.ofAccount(account),
					this.clock.now()));
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
				List<WatchRow> next = rows.stream().filter((row) -> !row.open()).toList();
				next.stream().filter(WatchRow::isToBeChecked).forEach(this::check);
				submit(next.stream().filter((row) -> !row.isToBeChecked()).toList(), null, Map.of());
			});
		}
		catch (RuntimeException ex) {
			oneByOne(due, ex, (id) -> start(1));
		}
		return due.size();
	}

	/**
	 * Decide about watches one by one, since at least one of them was refused, and skip
	 * the slot of one that is refused alone.
	 */
	private void oneByOne(List<String> ids, RuntimeException refusal, Consumer<String> decision) {
		if (ids.isEmpty() || isUnavailable(refusal)) {
			// the slots are decided when the database is back
			throw refusal;
		}
		if (ids.size() > 1) {
			ids.forEach(decision);
			return;
		}
		this.table.database().doInTransaction(() -> refused(ids.get(0), String.valueOf(refusal.getMessage())));
	}

	/**
	 * Leave a slot to the check of its page, for an hour or until the next slot.
	 */
	private void check(WatchRow row) {
		Instant latest = this.clock.now().plus(MAX_CHECK);
		Instant next = row.definition().next(this.clock.now());
		this.table.check(row.id(), (next != null && next.isBefore(latest)) ? next : latest);
	}

	/**
	 * Decide about watches whose pages were fetched: skip the slot, or submit its run.
	 * @param digests the digests of the pages by the ids of the watches, null for those
	 * that could not be fetched
	 * @return the results of the checks of the watches that were decided
	 */
	List<String> decide(List<WatchRow> fetched, Map<String, @Nullable String> digests) {
		try {
			return this.table.database().inTransaction(() -> {
				List<WatchRow> rows = this.table.lockChecked(fetched);
				Predicate<WatchRow> unchanged = (row) -> row.isUnchanged(digests.get(row.id()));
				rows.stream().filter(unchanged).forEach(this::skipUnchanged);
				submit(rows.stream().filter(unchanged.negate()).toList(), null, digests);
				return rows.stream().map((row) -> result(row, digests.get(row.id()))).toList();
			});
		}
		catch (RuntimeException ex) {
			List<String> results = new ArrayList<>();
			oneByOne(fetched.stream().map(WatchRow::id).toList(), ex, (id) -> results
				.addAll(decide(fetched.stream().filter((row) -> row.id().equals(id)).toList(), digests)));
			return results;
		}
	}

	private static String result(WatchRow row, @Nullable String digest) {
		return (digest == null) ? "failed"
				: row.isUnchanged(digest) ? "same" : digest.equals(row.progress().page().digest()) ? "due" : "changed";
	}

	private void skipUnchanged(WatchRow row) {
		Progress last = row.progress();
		Instant now = this.clock.now();
		this.table.progress(row, new Progress(last.baseline(), last.pending(), last.newest(), now, last.misses(),
				last.drift(), last.early(), last.page().skip()));
		this.table.recordSkipped(row.id(), Objects.requireNonNull(row.nextAt()));
		this.table.schedule(row.id(), row.state(), row.definition().next(now));
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
	 * @param digests the digests of the pages, as far as they are known
	 */
	List<DurableRun> submit(List<WatchRow> rows, @Nullable Instant now, Map<String, @Nullable String> digests) {
		Function<WatchRow, Instant> slot = (row) -> (now != null) ? now : Objects.requireNonNull(row.nextAt());
		List<DurableSubmission> submissions = rows.stream().map((row) -> submission(row, slot.apply(row))).toList();
		List<DurableRun> submitted = (rows.size() == 1) ? List.of(this.runs.submit(submissions.get(0)))
				: this.runs.submitAll(submissions);
		for (int i = 0; i < rows.size(); i++) {
			WatchRow row = rows.get(i);
			String digest = digests.get(row.id());
			String run = submitted.get(i).id();
			this.table.open(row, run, slot.apply(row),
					(now != null) ? row.nextAt() : row.definition().next(this.clock.now()),
					(digest != null && readsPage(submissions.get(i).request(), run)) ? digest : null);
		}
		return submitted;
	}

	/**
	 * Return whether a run will read the page that was fetched: an interceptor may send
	 * it elsewhere, and one that is held may run days later.
	 */
	private boolean readsPage(AgentRequest fetched, String run) {
		RunRow row = this.sent.find(run).orElseThrow();
		AgentRequest request = this.requests.read(row.request(), row.secrets(), null);
		return row.state() != DurableRunState.HELD
				&& PAGE.stream().allMatch((part) -> Objects.equals(part.apply(request), part.apply(fetched)));
	}

	private DurableSubmission submission(WatchRow row, Instant slot) {
		return DurableSubmission.of(this.requests.read(row.definition().request(), row.secrets(), null))
			.withAccount(row.account())
			.withKey("watch:" + row.id() + ":" + slot);
	}

	private void skip(WatchRow row, String reason) {
		this.outcomes.record(row, Objects.requireNonNull(row.nextAt()), WatchOutcome.SKIPPED, null, reason, null);
		this.table.schedule(row.id(), row.state(), row.definition().next(this.clock.now()));
	}

}
