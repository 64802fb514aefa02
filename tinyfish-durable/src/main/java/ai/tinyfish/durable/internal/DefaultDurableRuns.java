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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.goal.RequestMatch;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.Outcome;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.Run;
import ai.tinyfish.support.AgentRequestJson;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Durable runs in the application's database.
 */
record DefaultDurableRuns(Database database, RunTable table, RunQueries queries, Scheduling scheduling,
		Requests requests, Interceptors interceptors, Clock clock, DurableSettings settings, boolean accounts,
		@Nullable String decidedBy) implements DurableRuns {

	private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9._:@/-]{1,100}");

	private static final int MAX_TEXT_LENGTH = 255;

	private static final Set<DurableRunState> CANCELLABLE = EnumSet.of(DurableRunState.ACCEPTED,
			DurableRunState.SENDING, DurableRunState.UNCERTAIN, DurableRunState.RUNNING);

	@Override
	public DurableRuns decidedBy(@Nullable String name) {
		return new DefaultDurableRuns(this.database, this.table, this.queries, this.scheduling, this.requests,
				this.interceptors, this.clock, this.settings, this.accounts, checkText("name", name));
	}

	@Override
	public DurableRun submit(DurableSubmission submission) {
		return store(List.of(submission), false).get(0);
	}

	@Override
	public List<DurableRun> submitAll(Collection<DurableSubmission> submissions) {
		return store(submissions, true);
	}

	private List<DurableRun> store(Collection<DurableSubmission> submissions, boolean together) {
		Map<NewRun, DurableSubmission> submitted = new LinkedHashMap<>();
		submissions.forEach((submission) -> submitted
			.put(newRun(UUID.randomUUID().toString(), submission, submission.request()), submission));
		return this.interceptors.ask(false, () -> toAsk(submitted), (asked) -> {
			List<NewRun> runs = new ArrayList<>();
			submitted.forEach((run, submission) -> {
				RunSubmission changed = asked.get(run.id());
				runs.add((changed == null || changed.request() == submission.request()) ? run
						: newRun(run.id(), submission, changed.request()));
			});
			return insert(together ? inBatches(runs) : runs, asked);
		});
	}

	/**
	 * Return the submissions whose keys have no run yet.
	 */
	private Stream<RunSubmission> toAsk(Map<NewRun, DurableSubmission> submitted) {
		Set<List<String>> keys = new HashSet<>();
		return submitted.entrySet().stream().filter((entry) -> {
			String account = entry.getKey().account();
			String key = entry.getKey().key();
			return key == null || (keys.add(List.of(account, key)) && this.table.findByKey(account, key).isEmpty());
		})
			.map((entry) -> Interceptors.submission(entry.getKey().id(), null, entry.getValue().account(),
					entry.getValue().request()));
	}

	private static List<NewRun> inBatches(List<NewRun> runs) {
		// the service takes one output schema for all that are sent together
		Map<List<Object>, Integer> counts = new HashMap<>();
		Map<List<Object>, String> batches = new HashMap<>();
		return runs.stream().map((run) -> {
			JsonNode schema = Json.read(run.request()).path("run").path("output_schema");
			int number = counts.merge(List.of(run.account(), schema), 1, Integer::sum) - 1;
			return run.inBatch(batches.computeIfAbsent(List.of(run.account(), schema, number / PlanTask.RANGE_SIZE),
					(key) -> UUID.randomUUID().toString()));
		}).toList();
	}

	/**
	 * Store runs, and have them sent: apart from those whose keys have runs already. If a
	 * key is refused, none is stored, and the transaction of the caller may go on.
	 * @param asked what interceptors were asked about
	 */
	private List<DurableRun> insert(List<NewRun> runs, Map<String, RunSubmission> asked) {
		return this.database.inTransactionOfCaller(() -> {
			Instant now = this.clock.now();
			// two transactions that insert the same keys wait for each other in one order
			this.table.insert(runs.stream()
				.sorted(Comparator.comparing(NewRun::key, Comparator.nullsFirst(Comparator.naturalOrder()))
					.thenComparing(NewRun::account))
				.toList());
			List<DurableRun> stored = new ArrayList<>();
			Map<String, SchedulableInstance<?>> tasks = new LinkedHashMap<>();
			Map<NewRun, DurableRun> firsts = firsts(runs);
			for (NewRun run : runs) {
				DurableRun first = firsts.get(run);
				stored.add((first != null) ? first : accepted(run, now));
				if (first == null) {
					String instance = Objects.requireNonNullElse(run.batch(), run.id());
					TaskKind kind = (run.batch() != null) ? TaskKind.SEND_BATCH : TaskKind.SEND;
					tasks.putIfAbsent(instance, kind.instance(instance, null, now));
				}
				else {
					// another transaction was faster
					asked.remove(run.id());
				}
			}
			if (this.settings.maxRunning() == null) {
				this.scheduling.schedule(List.copyOf(tasks.values()));
			}
			return stored;
		});
	}

	/**
	 * Return the runs that had the keys of others first.
	 */
	private Map<NewRun, DurableRun> firsts(List<NewRun> runs) {
		Map<NewRun, DurableRun> firsts = new HashMap<>();
		try {
			for (NewRun run : runs) {
				DurableRun first = first(run);
				if (first != null) {
					firsts.put(run, first);
				}
			}
			return firsts;
		}
		catch (IllegalStateException ex) {
			this.table.delete(runs.stream().map(NewRun::id).toList());
			throw ex;
		}
	}

	/**
	 * Return the run that had the key of another one first.
	 * @return the run, or null if there is no other one
	 */
	private @Nullable DurableRun first(NewRun run) {
		if (run.key() == null) {
			return null;
		}
		RunRow row = this.table.findByKey(run.account(), run.key())
			.orElseThrow(() -> new IllegalStateException("The run with the same key was just deleted. Submit again"));
		if (row.id().equals(run.id())) {
			return null;
		}
		if (!Json.read(Objects.requireNonNullElse(row.submitted(), row.request()))
			.equals(Json.read(Objects.requireNonNullElse(run.submitted(), run.request())))) {
			throw new IllegalStateException("Durable run " + row.id() + " has the same key, and another request");
		}
		return view(row);
	}

	private NewRun newRun(String id, DurableSubmission submission, AgentRequest request) {
		AgentRequestJson json = AgentRequestJson.of(request);
		Duration timeout = request.runTimeout();
		boolean changed = submission.key() != null && request != submission.request();
		return new NewRun(id, null, checkText("key", submission.key()), checkText("tag", request.tag()),
				checkAccount(submission.account()), json.request(),
				changed ? AgentRequestJson.of(submission.request()).request() : null,
				this.requests.encode(json.secrets()), (timeout != null) ? timeout.toMillis() : null);
	}

	private static @Nullable String checkText(String name, @Nullable String text) {
		if (text != null && (text.length() > MAX_TEXT_LENGTH || text.indexOf('\0') >= 0)) {
			throw new IllegalArgumentException(
					name + " must have at most " + MAX_TEXT_LENGTH + " characters, and not U+0000");
		}
		return text;
	}

	private String checkAccount(@Nullable String account) {
		if (account == null) {
			return "";
		}
		if (!ACCOUNT.matcher(account).matches()) {
			throw new IllegalArgumentException("account must have 1 to 100 letters, digits or characters of ._:@/-");
		}
		if (!this.accounts) {
			throw new IllegalStateException("A run of an account needs a DurableRunApiKeyProvider bean");
		}
		return account;
	}

	@Override
	public Optional<DurableRun> find(String id) {
		return this.table.find(id).map(DefaultDurableRuns::view);
	}

	@Override
	public DurableRunPage list(DurableRunQuery query) {
		// one more says whether there is another page
		List<RunRow> rows = this.queries.list(query, Set.of(), true, query.limit() + 1);
		boolean more = rows.size() > query.limit();
		List<RunRow> page = more ? rows.subList(0, query.limit()) : rows;
		return new DurableRunPage(page.stream().map(DefaultDurableRuns::view).toList(),
				more ? RunQueries.cursor(query, page.get(page.size() - 1)) : null);
	}

	@Override
	public DurableRun cancel(String id) {
		return this.database.inTransaction(() -> {
			cancel(require(id));
			return view(require(id));
		});
	}

	private boolean cancel(RunRow row) {
		String id = row.id();
		boolean requested = this.table.requestCancel(id, this.decidedBy);
		Instant now = this.clock.now();
		if (requested && this.table.change(Transition.CANCEL, id, Outcome.cancelled(), "attempts", 0, "next", now)) {
			this.scheduling.ensure(TaskKind.HANDOVER, id, now);
			this.interceptors.ended(row, Outcome.cancelled());
		}
		else if (requested && require(id).state() == DurableRunState.RUNNING) {
			this.scheduling.ensure(TaskKind.CANCEL, id, now);
		}
		return requested;
	}

	@Override
	public DurableRun settle(DurableRun run, Run started) {
		RunRow row = require(run.id());
		boolean same = row.state() == DurableRunState.LOST && started.runId().equals(row.runId());
		String difference = same ? null : new RequestMatch(row, this.settings.grace()).difference(started);
		if (difference != null) {
			throw new IllegalArgumentException("Run " + started.runId() + " does not fit durable run " + run.id()
					+ ": it " + difference + ". If it is the run all the same, use settleUnproven");
		}
		return settleUnproven(run, started.runId());
	}

	@Override
	public DurableRun settleUnproven(DurableRun run, String runId) {
		if (!Failures.isRunId(runId)) {
			throw new IllegalArgumentException("runId is malformed");
		}
		return this.database.inTransaction(() -> {
			RunRow row = require(run.id());
			if (this.table.isTaken(row.account(), runId, row.id())) {
				throw new IllegalArgumentException("Run " + runId + " belongs to another durable run");
			}
			DurableRun settled = decide(row.id(), Transition.SETTLE, runId);
			if (row.cancelRequested()) {
				this.scheduling.ensure(TaskKind.CANCEL, row.id(), this.clock.now());
			}
			this.scheduling.ensure(TaskKind.PLAN, PlanTask.instance(row.account()), this.clock.now());
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
	 * that two persons do not submit it.
	 */
	private Stream<RunSubmission> uncertain(String id) {
		return this.table.lockWhenFree(id)
			.filter((row) -> row.state() == DurableRunState.UNCERTAIN && !row.cancelRequested())
			.map((row) -> Interceptors.submission(row.id(),
					row.id() + "/" + UUID.randomUUID().toString().substring(0, 8), row.accountName(),
					this.requests.read(row, null)))
			.stream();
	}

	/**
	 * Return the id of the submission of a run, or null if nobody was asked about it.
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

	private int decideAll(DurableRunQuery query, Transition decision) {
		return decideAll(this.queries.list(query, decision.from(), true, query.limit()),
				(row) -> change(row, decision, null));
	}

	/**
	 * Decide about runs. Each decision locks its run until the end of the transaction:
	 * two that begin at opposite ends would wait for each other.
	 */
	private int decideAll(List<RunRow> rows, Predicate<RunRow> decision) {
		return this.database.inTransaction(() -> (int) inOrder(rows).filter(decision).count());
	}

	private static Stream<RunRow> inOrder(List<RunRow> rows) {
		return rows.stream().sorted(Comparator.comparingLong(RunRow::seq));
	}

	private DurableRun decide(String id, Transition decision, @Nullable String value) {
		return this.database.inTransaction(() -> {
			RunRow row = require(id);
			if (!change(row, decision, value)) {
				throw new IllegalStateException("Durable run " + id + " is " + row.state()
						+ (row.cancelRequested() ? " and cancelled" : "") + ", and not "
						+ decision.from().stream().map(Enum::name).collect(Collectors.joining(" or ")));
			}
			return view(require(id));
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
		if (decision == Transition.RESUBMIT && this.settings.maxRunning() == null) {
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

	private static DurableRun view(RunRow row) {
		AgentRequest request = Requests.withoutSecrets(row.request());
		return new DurableRun(row.id(), row.tag(), row.accountName(), row.state(), request.url(), request.goal(),
				row.runId(), Outcome.run(row.result()), row.error(), row.attempts(), row.cancelRequested(),
				row.acceptedAt(), row.endedAt(), row.changedAt(),
				(row.verdict() != null) ? GoalOutcome.valueOf(row.verdict()) : null, row.decidedBy(), row.decidedAt());
	}

	/**
	 * Return what was just stored, without reading thousands of rows again.
	 */
	private static DurableRun accepted(NewRun run, Instant now) {
		AgentRequest request = Requests.withoutSecrets(run.request());
		return new DurableRun(run.id(), run.tag(), run.account().isEmpty() ? null : run.account(),
				DurableRunState.ACCEPTED, request.url(), request.goal(), null, null, null, 0, false, now, null, now,
				null, null, null);
	}

}
