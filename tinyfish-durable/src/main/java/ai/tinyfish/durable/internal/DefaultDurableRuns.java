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
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.follow.Handover;
import ai.tinyfish.durable.internal.goal.RequestMatch;
import ai.tinyfish.durable.internal.send.Submissions;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.service.Interceptors;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.Run;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Durable runs in the application's database.
 */
record DefaultDurableRuns(Database database, RunTable table, RunQueries queries, Scheduling scheduling,
		Requests requests, Interceptors interceptors, Handover handover, Submissions submissions, Clock clock,
		DurableSettings settings, @Nullable String decidedBy) implements DurableRuns {

	private static final Set<DurableRunState> CANCELLABLE = EnumSet.of(DurableRunState.HELD, DurableRunState.ACCEPTED,
			DurableRunState.SENDING, DurableRunState.UNCERTAIN, DurableRunState.RUNNING);

	private static final Set<DurableRunState> FINAL = EnumSet.of(DurableRunState.DONE, DurableRunState.REFUSED,
			DurableRunState.ABANDONED);

	@Override
	public DurableRuns decidedBy(@Nullable String name) {
		Assert.isTrue(name == null || !name.isBlank(), "name must not be blank");
		return new DefaultDurableRuns(this.database, this.table, this.queries, this.scheduling, this.requests,
				this.interceptors, this.handover, this.submissions, this.clock, this.settings,
				Submissions.checkText("name", name));
	}

	@Override
	public DurableRun submit(DurableSubmission submission) {
		return this.submissions.store(List.of(submission), false).get(0);
	}

	@Override
	public List<DurableRun> submitAll(Collection<DurableSubmission> submissions) {
		return this.submissions.store(submissions, true);
	}

	@Override
	public @Nullable DurableRun find(String id) {
		return this.table.find(id).map(RunRow::view).orElse(null);
	}

	@Override
	public DurableRunPage list(DurableRunQuery query) {
		// one more, to see whether there is another page
		List<RunRow> rows = this.queries.list(query, Set.of(), true, query.limit() + 1);
		boolean more = rows.size() > query.limit();
		List<RunRow> page = more ? rows.subList(0, query.limit()) : rows;
		return new DurableRunPage(page.stream().map(RunRow::view).toList(),
				more ? RunQueries.cursor(query, page.get(page.size() - 1)) : null);
	}

	@Override
	public DurableRun cancel(String id) {
		return this.database.inTransaction(() -> {
			cancel(require(id));
			return require(id).view();
		});
	}

	private boolean cancel(RunRow row) {
		String id = row.id();
		boolean requested = this.table.requestCancel(id, this.decidedBy);
		if (requested && !this.handover.unsent(row, Transition.CANCEL, StoredOutcome.cancelled(), null)
				&& require(id).state() == DurableRunState.RUNNING) {
			this.scheduling.ensure(TaskKind.CANCEL, id, this.clock.now());
		}
		return requested;
	}

	@Override
	public DurableRun approve(String id) {
		return decide(id, Transition.APPROVE, null);
	}

	@Override
	public DurableRun refuse(String id, String why) {
		Assert.hasText(why, "why must not be empty");
		Submissions.checkText("why", why);
		String refusal = "Refused" + ((this.decidedBy != null) ? " by " + this.decidedBy : "") + ": " + why;
		return require(id, Transition.DENY,
				(row) -> this.handover.unsent(row, Transition.DENY, StoredOutcome.refused(refusal), this.decidedBy));
	}

	@Override
	public DurableRun settle(DurableRun run, Run started) {
		RunRow row = require(run.id());
		boolean same = row.state() == DurableRunState.LOST && started.runId().equals(row.runId());
		String difference = same ? null : new RequestMatch(row, this.settings.grace()).difference(started);
		Assert.isTrue(difference == null, () -> "Run " + started.runId() + " does not fit durable run " + run.id()
				+ ": it " + difference + ". If it is the run nevertheless, use settleUnproven");
		return settleUnproven(run, started.runId());
	}

	@Override
	public DurableRun settleUnproven(DurableRun run, String runId) {
		Assert.isTrue(SubmissionFailures.isRunId(runId), "runId is malformed");
		return this.database.inTransaction(() -> {
			RunRow row = require(run.id());
			Assert.isTrue(!this.table.isTaken(row.account(), runId, row.id()),
					() -> "Run " + runId + " belongs to another durable run");
			DurableRun settled = decide(row.id(), Transition.SETTLE, runId);
			if (row.cancelRequested()) {
				this.scheduling.ensure(TaskKind.CANCEL, row.id(), this.clock.now());
			}
			this.scheduling.ensure(TaskKind.PLAN, TaskKind.ofAccount(row.account()), this.clock.now());
			return settled;
		});
	}

	@Override
	public DurableRun resubmit(String id) {
		return this.interceptors.ask(true, () -> uncertain(id),
				(asked) -> decide(id, Transition.RESUBMIT, again(id, asked)));
	}

	/**
	 * Return the next submission of a run that can be resubmitted. The run is locked, so
	 * that it is not submitted twice at the same time.
	 */
	private Stream<RunSubmission> uncertain(String id) {
		return this.table.lockWhenFree(id)
			.filter((row) -> row.state() == DurableRunState.UNCERTAIN && !row.cancelRequested())
			.map((row) -> Interceptors.submission(row.id(),
					row.id() + "/" + UUID.randomUUID().toString().substring(0, 8), row.accountName(),
					this.requests.read(row.request(), row.secrets(), null)))
			.stream();
	}

	/**
	 * Return the id of the submission of a run, or null if there are no interceptors.
	 */
	private static @Nullable String again(String id, Map<String, RunSubmission> asked) {
		return asked.keySet().stream().filter((submission) -> submission.startsWith(id)).findFirst().orElse(null);
	}

	@Override
	public DurableRun abandon(String id) {
		return decide(id, Transition.ABANDON, null);
	}

	@Override
	public DurableRun redeliver(String id) {
		return decide(id, Transition.REDELIVER, null);
	}

	@Override
	public int cancelAll(DurableRunQuery query) {
		return decideAll(this.queries.list(query, CANCELLABLE, false, query.limit()), this::cancel);
	}

	@Override
	public int resubmitAll(DurableRunQuery query) {
		List<RunRow> rows = this.queries.list(query, Transition.RESUBMIT.from(), false, query.limit());
		return this.interceptors.ask(true, () -> inOrder(rows).flatMap((row) -> uncertain(row.id())),
				(asked) -> decideAll(rows, (row) -> change(row, Transition.RESUBMIT, again(row.id(), asked))));
	}

	@Override
	public int abandonAll(DurableRunQuery query) {
		return decideAll(query, Transition.ABANDON);
	}

	@Override
	public int redeliverAll(DurableRunQuery query) {
		return decideAll(query, Transition.REDELIVER);
	}

	@Override
	public int deleteAll(DurableRunQuery query) {
		return decideAll(this.queries.list(query, FINAL, true, query.limit()),
				(row) -> this.queries.deleteEnded(row.id()));
	}

	private int decideAll(DurableRunQuery query, Transition decision) {
		return decideAll(this.queries.list(query, decision.from(), true, query.limit()),
				(row) -> change(row, decision, null));
	}

	/**
	 * Decide about runs. Each decision locks its run until the end of the transaction:
	 * two calls that begin at opposite ends would wait for each other.
	 */
	private int decideAll(List<RunRow> rows, Predicate<RunRow> decision) {
		return this.database.inTransaction(() -> (int) inOrder(rows).filter(decision).count());
	}

	private static Stream<RunRow> inOrder(List<RunRow> rows) {
		return rows.stream().sorted(Comparator.comparingLong(RunRow::seq));
	}

	private DurableRun decide(String id, Transition decision, @Nullable String value) {
		return require(id, decision, (row) -> change(row, decision, value));
	}

	private DurableRun require(String id, Transition decision, Predicate<RunRow> change) {
		return this.database.inTransaction(() -> {
			boolean changed = change.test(require(id));
			// another one may have decided meanwhile
			RunRow row = require(id);
			if (!changed) {
				throw new IllegalStateException("Durable run " + id + " is " + row.state()
						+ (row.cancelRequested() ? " and cancelled" : "") + ", and not "
						+ decision.from().stream().map(Enum::name).collect(Collectors.joining(" or ")));
			}
			return row.view();
		});
	}

	/**
	 * Change the state of a run.
	 * @param value the run to settle it with, or the id of its next submission
	 */
	private boolean change(RunRow row, Transition decision, @Nullable String value) {
		String id = row.id();
		if (!this.table.change(decision, id, "runId", value, "submission", value, "by", this.decidedBy)) {
			return false;
		}
		if (decision.to() == DurableRunState.ACCEPTED && this.settings.maxRunning() == null) {
			this.scheduling.ensure(TaskKind.SEND, id, this.clock.now());
		}
		else if (decision == Transition.REDELIVER) {
			this.scheduling.ensure(TaskKind.HANDOVER, id, this.clock.now());
		}
		return true;
	}

	private RunRow require(String id) {
		return this.table.find(id).orElseThrow(() -> new NoSuchElementException("There is no durable run " + id));
	}

}
