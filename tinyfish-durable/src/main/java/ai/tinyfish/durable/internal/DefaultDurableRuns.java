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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentRequestJson;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.TaskKind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Durable runs in the application's database.
 */
public final class DefaultDurableRuns implements DurableRuns {

	private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9._:@/-]{1,100}");

	private static final int MAX_TAG_LENGTH = 255;

	private static final JsonMapper MAPPER = new JsonMapper();

	private final Engine engine;

	/**
	 * Create new operations.
	 * @param engine the engine
	 */
	public DefaultDurableRuns(Engine engine) {
		this.engine = engine;
	}

	@Override
	public DurableRun submit(AgentRequest request, @Nullable String account) {
		Objects.requireNonNull(request, "request must not be null");
		NewRun run = newRun(request, checkAccount(account));
		return database().withApplication(() -> {
			Instant now = now();
			table().insert(List.of(run), now);
			if (this.engine.admission().isLimited()) {
				this.engine.admission().run();
			}
			else {
				this.engine.scheduling().schedule(TaskKind.SEND, run.id(), now);
			}
			return accepted(run, now);
		});
	}

	@Override
	public List<DurableRun> submitAll(List<AgentRequest> requests, @Nullable String account) {
		Objects.requireNonNull(requests, "requests must not be null");
		String checkedAccount = checkAccount(account);
		List<NewRun> runs = batches(requests, checkedAccount);
		if (runs.isEmpty()) {
			return List.of();
		}
		return database().withApplication(() -> {
			Instant now = now();
			for (int from = 0; from < runs.size(); from += PlanTask.RANGE_SIZE) {
				table().insert(runs.subList(from, Math.min(runs.size(), from + PlanTask.RANGE_SIZE)), now);
			}
			if (this.engine.admission().isLimited()) {
				this.engine.admission().run();
				return runs.stream().map((run) -> accepted(run, now)).toList();
			}
			this.engine.scheduling()
				.scheduleAll(new ArrayList<>(runs.stream()
					.map((run) -> Objects.requireNonNull(run.batch()))
					.distinct()
					.map((batch) -> TaskKind.SEND_BATCH.instance(batch, null, now))
					.toList()));
			return runs.stream().map((run) -> accepted(run, now)).toList();
		});
	}

	/**
	 * Put the requests into batches of up to 100: the service takes one output schema for
	 * all that are sent together.
	 */
	private List<NewRun> batches(List<AgentRequest> requests, String account) {
		Map<JsonNode, Batch> open = new LinkedHashMap<>();
		List<NewRun> runs = new ArrayList<>();
		for (AgentRequest request : requests) {
			if (request == null) {
				throw new IllegalArgumentException("requests must not have null entries");
			}
			NewRun run = newRun(request, account);
			JsonNode schema = MAPPER.readTree(run.request()).path("run").path("output_schema");
			Batch batch = open.compute(schema, (key, last) -> (last != null && last.size() < PlanTask.RANGE_SIZE)
					? new Batch(last.id(), last.size() + 1) : new Batch(UUID.randomUUID().toString(), 1));
			runs.add(new NewRun(run.id(), batch.id(), run.tag(), run.account(), run.request(), run.secrets(),
					run.timeoutMillis()));
		}
		return runs;
	}

	private NewRun newRun(AgentRequest request, String account) {
		String tag = request.tag();
		if (tag != null && (tag.length() > MAX_TAG_LENGTH || tag.indexOf('\0') >= 0)) {
			throw new IllegalArgumentException(
					"tag must have at most " + MAX_TAG_LENGTH + " characters, and not U+0000");
		}
		AgentRequestJson json = AgentRequestJson.of(request);
		Duration timeout = request.runTimeout();
		return new NewRun(UUID.randomUUID().toString(), null, tag, account, json.request(),
				(json.secrets() != null) ? this.engine.codec().encode(json.secrets()) : null,
				(timeout != null) ? timeout.toMillis() : null);
	}

	private String checkAccount(@Nullable String account) {
		if (account == null) {
			return "";
		}
		if (!ACCOUNT.matcher(account).matches()) {
			throw new IllegalArgumentException("account must have 1 to 100 letters, digits or characters of ._:@/-");
		}
		if (!this.engine.accounts().hasApiKeys()) {
			throw new IllegalStateException("A run of an account needs a DurableRunApiKeyProvider bean");
		}
		return account;
	}

	@Override
	public Optional<DurableRun> find(String id) {
		return table().find(id).map(DefaultDurableRuns::view);
	}

	@Override
	public DurableRunPage list(DurableRunQuery query) {
		List<RunRow> rows = this.engine.queries().list(query);
		boolean more = rows.size() > query.limit();
		List<RunRow> page = more ? rows.subList(0, query.limit()) : rows;
		return new DurableRunPage(page.stream().map(DefaultDurableRuns::view).toList(),
				more ? String.valueOf(page.get(page.size() - 1).seq()) : null);
	}

	@Override
	public DurableRun cancel(String id) {
		return database().withApplication(() -> {
			Instant now = now();
			if (table().requestCancel(id, now)) {
				RunRow row = require(id);
				Ending ending = Ending.cancelled();
				if (table().cancelUnsent(id, ending, now)) {
					this.engine.admission().run();
					this.engine.outcomes().publish(row, ending);
				}
				else if (row.state() == DurableRunState.RUNNING) {
					this.engine.scheduling().ensure(TaskKind.CANCEL, id, now);
				}
			}
			return view(require(id));
		});
	}

	@Override
	public DurableRun settle(String id, String runId) {
		if (!Submission.isRunId(runId)) {
			throw new IllegalArgumentException("runId is malformed");
		}
		return database().withApplication(() -> {
			RunRow row = require(id);
			if (table().isTaken(row.account(), runId, id)) {
				throw new IllegalArgumentException("Run " + runId + " belongs to another durable run");
			}
			Instant now = now();
			decide(id, "UNCERTAIN or LOST", () -> table().settle(id, runId, now));
			if (row.cancelRequested()) {
				this.engine.scheduling().ensure(TaskKind.CANCEL, id, now);
			}
			this.engine.scheduling().ensure(TaskKind.PLAN, RangeName.plan(row.account()), now);
			return view(require(id));
		});
	}

	@Override
	public DurableRun resubmit(String id) {
		return database().withApplication(() -> {
			if (require(id).cancelRequested()) {
				throw new IllegalStateException("Durable run " + id + " has been cancelled, and is not sent again");
			}
			Instant now = now();
			decide(id, "UNCERTAIN", () -> table().resubmit(id, now));
			if (this.engine.admission().isLimited()) {
				this.engine.admission().run();
			}
			else {
				this.engine.scheduling().ensure(TaskKind.SEND, id, now);
			}
			return view(require(id));
		});
	}

	@Override
	public DurableRun abandon(String id) {
		return database().withApplication(() -> {
			require(id);
			decide(id, "UNCERTAIN, LOST or PARKED", () -> table().abandon(id, now()));
			this.engine.admission().run();
			return view(require(id));
		});
	}

	@Override
	public DurableRun redeliver(String id) {
		return database().withApplication(() -> {
			require(id);
			Instant now = now();
			decide(id, "PARKED", () -> table().redeliver(id, now));
			this.engine.scheduling().ensure(TaskKind.HANDOVER, id, now);
			return view(require(id));
		});
	}

	private void decide(String id, String states, BooleanSupplier update) {
		if (!update.getAsBoolean()) {
			throw new IllegalStateException(
					"Durable run " + id + " is " + require(id).state() + ", and not " + states + " any more");
		}
	}

	private RunRow require(String id) {
		return table().find(id).orElseThrow(() -> new NoSuchElementException("There is no durable run " + id));
	}

	private static DurableRun view(RunRow row) {
		AgentRequest request = new AgentRequestJson(row.request(), null).toAgentRequest();
		return new DurableRun(row.id(), row.tag(), row.accountName(), row.state(), request.url(), request.goal(),
				row.runId(), Ending.run(row), row.error(), row.attempts(), row.cancelRequested(), row.acceptedAt(),
				row.endedAt(), row.changedAt());
	}

	/**
	 * Return what was just stored, without reading thousands of rows again.
	 */
	private static DurableRun accepted(NewRun run, Instant now) {
		AgentRequest request = new AgentRequestJson(run.request(), null).toAgentRequest();
		return new DurableRun(run.id(), run.tag(), run.account().isEmpty() ? null : run.account(),
				DurableRunState.ACCEPTED, request.url(), request.goal(), null, null, null, 0, false, now, null, now);
	}

	private Instant now() {
		return this.engine.clock().now();
	}

	private Database database() {
		return this.engine.database();
	}

	private RunTable table() {
		return this.engine.table();
	}

	private record Batch(String id, int size) {

	}

}
