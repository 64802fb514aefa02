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

package ai.tinyfish.durable.internal.send;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.follow.PlanTask;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.Interceptors;
import ai.tinyfish.durable.internal.service.Traces;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.support.agent.AgentRequestJson;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * Stores submissions, and has them sent.
 *
 * @param accounts whether there are keys for accounts
 */
public record Submissions(Database database, RunTable table, Scheduling scheduling, Requests requests,
		Interceptors interceptors, @Nullable DurableRunApproval approval, ApplicationEventPublisher publisher,
		Clock clock, DurableSettings settings, boolean accounts, Traces traces) {

	private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9._:@/-]{1,100}");

	private static final int MAX_TEXT_LENGTH = 255;

	public List<DurableRun> store(Collection<DurableSubmission> submissions, boolean together) {
		return this.traces.submit((trace) -> store(submissions, together, trace));
	}

	private List<DurableRun> store(Collection<DurableSubmission> submissions, boolean together,
			@Nullable String trace) {
		Map<NewRun, DurableSubmission> submitted = new LinkedHashMap<>();
		submissions.forEach((submission) -> submitted
			.put(newRun(UUID.randomUUID().toString(), submission, submission.request(), trace), submission));
		return this.interceptors.ask(false, () -> toAsk(submitted), (asked) -> {
			List<NewRun> runs = new ArrayList<>();
			submitted.forEach((run, submission) -> {
				RunSubmission changed = asked.get(run.id());
				runs.add((changed == null || changed.request() == submission.request()) ? run
						: newRun(run.id(), submission, changed.request(), trace));
			});
			Set<String> held = held(submitted, asked);
			return insert((together ? inBatches(runs) : runs).stream()
				.map((run) -> held.contains(run.id()) ? run.held() : run)
				.toList(), asked);
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

	/**
	 * Return the ids of the new runs that wait for a person.
	 * @throws IllegalStateException if a run is refused
	 */
	private Set<String> held(Map<NewRun, DurableSubmission> submitted, Map<String, RunSubmission> asked) {
		DurableRunApproval strategy = this.approval;
		if (strategy == null) {
			return Set.of();
		}
		return (asked.isEmpty() ? toAsk(submitted) : asked.values().stream()).filter((submission) -> {
			this.interceptors.requireAllowed(submission.request());
			return switch (strategy.decide(submission)) {
				case RUN -> false;
				case ASK -> true;
				case REFUSE -> throw new IllegalStateException("The DurableRunApproval refuses the run"
						+ ((submission.request().tag() != null) ? " with the tag " + submission.request().tag() : ""));
			};
		}).map(RunSubmission::id).collect(Collectors.toSet());
	}

	private static List<NewRun> inBatches(List<NewRun> runs) {
		// the service accepts one output schema for all requests of a call
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
	 * Store runs, and have them sent, except for those whose keys have runs already. If a
	 * key is refused, nothing is stored, and the transaction of the caller remains
	 * usable.
	 * @param asked the submissions that interceptors accepted
	 */
	private List<DurableRun> insert(List<NewRun> runs, Map<String, RunSubmission> asked) {
		List<DurableRun> stored = new ArrayList<>();
		IllegalStateException refusal = this.database.inTransaction(() -> {
			Instant now = this.clock.now();
			// always in the same order: two transactions that insert the same keys
			// would otherwise wait for each other
			this.table.insert(runs.stream()
				.sorted(Comparator.comparing(NewRun::key, Comparator.nullsFirst(Comparator.naturalOrder()))
					.thenComparing(NewRun::account))
				.toList());
			try {
				runs.forEach((run) -> stored.add(Objects.requireNonNullElseGet(first(run), () -> accepted(run, now))));
			}
			catch (IllegalStateException ex) {
				this.table.delete(runs.stream().map(NewRun::id).toList());
				return ex;
			}
			// if an id is missing, another transaction was faster
			Set<String> ids = stored.stream().map(DurableRun::id).collect(Collectors.toSet());
			asked.keySet().retainAll(ids);
			List<NewRun> inserted = runs.stream().filter((run) -> ids.contains(run.id())).toList();
			if (this.settings.maxRunning() == null) {
				this.scheduling.schedule(tasks(inserted.stream().filter((run) -> !run.isHeld()), now));
			}
			inserted.stream().filter(NewRun::isHeld).forEach(this::publish);
			return null;
		});
		if (refusal != null) {
			// not thrown inside the transaction, which would have to be rolled back
			throw refusal;
		}
		return stored;
	}

	private void publish(NewRun held) {
		this.publisher.publishEvent(new DurableRunErrorEvent(held.id(), held.state()).withTag(held.tag())
			.withAccount(held.accountName())
			.withGoalVersion(held.goalVersion())
			.withMessage("It waits for an approval"));
	}

	private static List<SchedulableInstance<?>> tasks(Stream<NewRun> runs, Instant now) {
		Map<String, SchedulableInstance<?>> tasks = new LinkedHashMap<>();
		runs.forEach((run) -> {
			String instance = Objects.requireNonNullElse(run.batch(), run.id());
			TaskKind kind = (run.batch() != null) ? TaskKind.SEND_BATCH : TaskKind.SEND;
			tasks.putIfAbsent(instance, kind.instance(instance, null, now));
		});
		return List.copyOf(tasks.values());
	}

	/**
	 * Return the run that had the key of another one first.
	 * @return the run, or null if there is no other
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
		Assert.state(
				Json.read(Objects.requireNonNullElse(row.submitted(), row.request()))
					.equals(Json.read(Objects.requireNonNullElse(run.submitted(), run.request()))),
				() -> "Durable run " + row.id() + " has the same key, and another request");
		return row.view();
	}

	private NewRun newRun(String id, DurableSubmission submission, AgentRequest request, @Nullable String trace) {
		AgentRequestJson json = AgentRequestJson.of(request);
		Duration timeout = request.runTimeout();
		boolean changed = submission.key() != null && request != submission.request();
		return new NewRun(id, null, checkText("key", submission.key()), checkText("tag", request.tag()),
				checkAccount(submission.account()), DurableRunState.ACCEPTED, json.request(),
				changed ? AgentRequestJson.of(submission.request()).request() : null,
				this.requests.encode(json.secrets()), (timeout != null) ? timeout.toMillis() : null,
				checkText("version of the goal", RunContext.of(null, request).goalVersion()), trace);
	}

	public static @Nullable String checkText(String name, @Nullable String text) {
		Assert.isTrue(text == null || (text.length() <= MAX_TEXT_LENGTH && text.indexOf('\0') < 0),
				() -> name + " must have at most " + MAX_TEXT_LENGTH + " characters, and not U+0000");
		return text;
	}

	public String checkAccount(@Nullable String account) {
		if (account == null) {
			return "";
		}
		Assert.isTrue(ACCOUNT.matcher(account).matches(),
				"account must have 1 to 100 letters, digits or characters of ._:@/-");
		Assert.state(this.accounts, "A run of an account needs a DurableRunApiKeyProvider bean");
		return account;
	}

	/**
	 * Return a stored run without reading it again: there may be thousands.
	 */
	private static DurableRun accepted(NewRun run, Instant now) {
		AgentRequest request = Requests.withoutSecrets(run.request());
		return DurableRun.builder()
			.id(run.id())
			.key(run.key())
			.tag(run.tag())
			.account(run.accountName())
			.state(run.state())
			.url(request.url())
			.goal(request.goal())
			.goalVersion(run.goalVersion())
			.acceptedAt(now)
			.changedAt(now)
			.build();
	}

}
