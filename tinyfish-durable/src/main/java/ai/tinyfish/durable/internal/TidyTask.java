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

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.goal.UniqueGoal;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks: the short ones, and a list of all.
 */
final class Steps {

	static final String TIDY_INSTANCE = "all";

	/** Until a service that is away is asked again about a request whose sender died. */
	private static final Duration SETTLE_DELAY = Duration.ofSeconds(30);

	/** How many requests are compared with one whose sender died. */
	private static final int MAX_OTHERS = 1000;

	private static final Logger logger = LoggerFactory.getLogger(Steps.class);

	/** So many times as long as usual, a sender is waited for that seems to live. */
	private static final int MAX_GRACES = 10;

	private static final Duration TIDY_INTERVAL = Duration.ofMinutes(1);

	private final Engine engine;

	Steps(Engine engine) {
		this.engine = engine;
	}

	List<Task<?>> tasks() {
		SendTask send = new SendTask(this.engine);
		RangeTask range = new RangeTask(this.engine);
		AdmittedSends admitted = new AdmittedSends(this.engine, send);
		boolean limited = this.engine.admission().isLimited();
		Step single = limited ? admitted::single : send;
		Step batch = limited ? admitted::batch : new SendBatchTask(this.engine, send);
		return List.of(single.task(TaskKind.SEND), batch.task(TaskKind.SEND_BATCH),
				new AdmitTask(this.engine).task(TaskKind.ADMIT),
				new PlanTask(this.engine).task(TaskKind.PLAN,
						(complete, operations) -> operations.reschedule(complete,
								complete.getTimeDone().plus(Step.delay(1)))),
				range.task(TaskKind.RANGE, (complete, operations) -> operations.remove()),
				new DeliveryTask(this.engine, send, range).task(TaskKind.DELIVERY),
				step(this::handOver).task(TaskKind.HANDOVER),
				step((task, due) -> settle(send, task)).task(TaskKind.SETTLE), step(this::cancel).task(TaskKind.CANCEL),
				step(this::tidy).task(TaskKind.TIDY));
	}

	private static Step step(Step step) {
		return step;
	}

	private @Nullable Instant handOver(TaskInstance<String> task, Instant due) {
		RunRow row = this.engine.table().find(task.getId()).orElse(null);
		if (row == null || row.state() != DurableRunState.UNDELIVERED) {
			return null;
		}
		Instant next = row.nextAt();
		if (next != null && next.isAfter(this.engine.clock().now())) {
			return next;
		}
		return this.engine.handover().again(row.id(), Ending.of(row));
	}

	/**
	 * Decide about a request whose sender died. Whether it has reached the service is not
	 * known, unless there is one run that can only be its.
	 */
	private @Nullable Instant settle(SendTask send, TaskInstance<String> task) {
		RunRow row = this.engine.table().find(task.getId()).orElse(null);
		if (row == null || row.state() != DurableRunState.SENDING) {
			return null;
		}
		Instant now = this.engine.clock().now();
		Instant end = Objects.requireNonNull(row.sendingAt()).plus(this.engine.settings().grace());
		if (end.isAfter(now)) {
			// sent again meanwhile
			return end;
		}
		if (this.engine.isStopped()) {
			return now;
		}
		Instant closed = this.engine.gates().closedUntil(row.account(), now);
		if (closed != null) {
			return closed;
		}
		UniqueGoal.Finding finding;
		try {
			finding = search(row, now);
		}
		catch (TinyFishException ex) {
			this.engine.gates().closeIfAsked(row.account(), ex, now);
			if (!(ex instanceof TinyFishStatusException) || Submission.mayBeRepeated(ex)) {
				// the service is away
				return now.plus(SETTLE_DELAY);
			}
			finding = UniqueGoal.Finding.doubt(Submission.message(ex));
		}
		catch (IllegalStateException ex) {
			// there is no key
			finding = UniqueGoal.Finding.doubt(Submission.message(ex));
		}
		String token = Objects.requireNonNull(row.sendToken());
		String runId = finding.runId();
		if (runId == null || !Submission.isRunId(runId)) {
			send.uncertain(row, token, "The instance that was sending the request stopped before there was an answer. "
					+ Objects.requireNonNullElse(finding.doubt(), "The id of its run is malformed"));
		}
		else if (send.link(row, token, runId)) {
			logger.info("Durable run {}, whose sender has stopped, is run {}: no other has its goal", row.id(), runId);
		}
		return null;
	}

	private UniqueGoal.Finding search(RunRow row, Instant now) {
		UniqueGoal search = new UniqueGoal(row, this.engine.settings().grace());
		RunQuery query = search.query();
		if (query == null || search.since().isBefore(now.minus(this.engine.settings().retention()))) {
			return UniqueGoal.Finding.doubt("Its goal cannot be searched for, or too late");
		}
		this.engine.meters().called("list");
		RunPage page = this.engine.accounts().polling(row.account()).runs().list(query);
		List<RunRow> others = this.engine.queries().inDoubt(row.id(), search.since(), search.until(), MAX_OTHERS);
		if (others.size() == MAX_OTHERS) {
			return UniqueGoal.Finding.doubt("Too many requests are in doubt");
		}
		return search.decide(page, this.engine.queries().known(page.data().stream().map(Run::runId).toList()), others);
	}

	private @Nullable Instant cancel(TaskInstance<String> task, Instant due) {
		RunRow row = this.engine.table().find(task.getId()).orElse(null);
		if (row == null || row.state() != DurableRunState.RUNNING || row.runId() == null) {
			return null;
		}
		Instant closed = this.engine.gates().closedUntil(row.account(), this.engine.clock().now());
		if (closed != null) {
			return closed;
		}
		try {
			this.engine.meters().called("cancel");
			this.engine.accounts().polling(row.account()).runs().cancel(row.runId());
		}
		catch (TinyFishNotFoundException ex) {
			// the polls say so as well, or have the run cancelled again
		}
		catch (TinyFishException ex) {
			this.engine.gates().closeIfAsked(row.account(), ex, this.engine.clock().now());
			throw ex;
		}
		return null;
	}

	private Instant tidy(TaskInstance<String> task, Instant due) {
		Instant now = this.engine.clock().now();
		Database database = this.engine.database();
		int deleted;
		do {
			deleted = database
				.inTransaction(() -> this.engine.queries().deleteEnded(now.minus(this.engine.settings().retention())));
		}
		while (deleted > 0 && !this.engine.isStopped());
		Instant before = now.minus(TIDY_INTERVAL);
		if (this.engine.admission().isLimited()) {
			this.engine.scheduling().ensureNow(TaskKind.ADMIT, Admission.INSTANCE, now);
			repair(this.engine.places().withoutTask(TaskKind.SEND.taskName(), before), TaskKind.SEND);
		}
		else {
			repair(DurableRunState.ACCEPTED, TaskKind.SEND, false, before);
			repair(DurableRunState.ACCEPTED, TaskKind.SEND_BATCH, true, before);
		}
		repair(DurableRunState.UNDELIVERED, TaskKind.HANDOVER, false, before);
		Duration grace = this.engine.settings().grace();
		repair(this.engine.queries()
			.withoutSender(TaskKind.SEND.taskName(), TaskKind.SEND_BATCH.taskName(), TaskKind.SETTLE.taskName(),
					now.minus(grace), now.minus(grace.multipliedBy(MAX_GRACES))),
				TaskKind.SETTLE);
		for (String account : this.engine.queries().openAccounts()) {
			this.engine.scheduling().ensureNow(TaskKind.PLAN, RangeName.plan(account), now);
		}
		return PlanTask.next(due, this.engine.clock().now(), TIDY_INTERVAL);
	}

	/**
	 * Schedule the tasks that runs lack: an older version of the application, or a
	 * person, may have deleted them.
	 */
	private void repair(DurableRunState state, TaskKind kind, boolean batch, Instant before) {
		repair(this.engine.queries().withoutTask(state, kind.taskName(), batch, before), kind);
	}

	private void repair(List<String> instances, TaskKind kind) {
		for (String instance : instances) {
			this.engine.scheduling().ensureNow(kind, instance, this.engine.clock().now());
		}
	}

}
