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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, or up to 100 in one call. All that is needed is prepared before the
 * claim, and nothing is sent unless the claim is committed. After that, nothing is sent
 * again by itself.
 *
 * @param limited whether runs wait in the table to be admitted, and not as tasks
 */
record SendTask(Database database, RunTable table, Scheduling scheduling, Service service, Requests requests,
		SentRequests sentRequests, Clock clock, String sender, boolean limited,
		AtomicBoolean stopped) implements TaskHandler {

	/** The data of tasks for runs that were admitted. */
	static final String ADMITTED = "admitted";

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		boolean together = task.getTaskName().equals(TaskKind.SEND_BATCH.taskName());
		List<RunRow> rows = together ? this.table.findBatch(task.getId())
				: this.table.find(task.getId()).stream().toList();
		rows.stream().filter((row) -> row.state() == DurableRunState.SENDING).forEach(this.sentRequests::orphaned);
		List<RunRow> accepted = rows.stream().filter((row) -> row.state() == DurableRunState.ACCEPTED).toList();
		if (accepted.isEmpty() || (this.limited && task.getData() == null)) {
			// what was not admitted waits in the table
			return null;
		}
		if (this.stopped.get()) {
			return this.clock.now();
		}
		Instant paused = this.service.pausedUntil(accepted.get(0).account());
		Instant next = (paused != null) ? paused : send(accepted, together);
		return this.limited ? null : next;
	}

	private @Nullable Instant send(List<RunRow> accepted, boolean together) {
		String token = UUID.randomUUID().toString();
		Map<String, AgentRequest> requests = new HashMap<>();
		AgentOperations agent;
		try {
			accepted.forEach((row) -> requests.put(row.id(), this.requests.read(row, token(row, together, token))));
			agent = this.service.sender(accepted.get(0).account());
		}
		catch (RuntimeException ex) {
			return notSent(accepted, together, ex);
		}
		Instant claimedAt = this.clock.now();
		List<Sent> claimed;
		try {
			claimed = claim(accepted, together, token);
		}
		catch (RuntimeException ex) {
			// it may be committed all the same, and nothing is sent
			List<Sent> unsent = accepted.stream().map((row) -> new Sent(row, token(row, together, token))).toList();
			this.sentRequests.untilStored(claimedAt, () -> back(unsent, false, Failures.message(ex)));
			throw ex;
		}
		if (claimed.isEmpty()) {
			return null;
		}
		if (this.sentRequests.isTooLate(claimedAt)) {
			return this.sentRequests.untilStored(claimedAt,
					() -> back(claimed, false, "The claim was committed too late"));
		}
		List<AgentRequest> sending = claimed.stream()
			.map((sent) -> Objects.requireNonNull(requests.get(sent.id())))
			.toList();
		return together ? sendAll(agent, sending, claimed, claimedAt)
				: sendOne(agent, sending.get(0), claimed.get(0), claimedAt);
	}

	private static String token(RunRow row, boolean together, String token) {
		return together ? token + "-" + row.seq() : token;
	}

	/**
	 * Note why requests cannot be sent now. If one of many cannot be read, each is sent
	 * on its own.
	 */
	private @Nullable Instant notSent(List<RunRow> accepted, boolean together, RuntimeException failure) {
		boolean alone = together && failure instanceof Requests.UnreadableRequestException;
		Instant next = this.clock.now().plus(TaskHandler.delay(accepted.get(0).failures() + 1));
		this.database.doInTransaction(() -> accepted.forEach((row) -> {
			if (!alone) {
				this.table.notSent(row.id(), Failures.message(failure), next);
			}
			else if (this.table.removeFromBatch(row.id())) {
				this.scheduling.ensure(TaskKind.SEND, row.id(), this.clock.now());
			}
		}));
		return alone ? null : next;
	}

	/**
	 * Claim requests.
	 * @return those that were claimed: some may have been cancelled meanwhile
	 */
	private List<Sent> claim(List<RunRow> accepted, boolean together, String token) {
		RunRow first = accepted.get(0);
		String batch = first.batch();
		if (!together || batch == null) {
			return this.table.claim(first, token, this.sender) ? List.of(new Sent(first, token)) : List.of();
		}
		this.table.claimBatch(batch, accepted.stream().map(RunRow::id).toList(), token, this.sender);
		return this.table.findBatch(batch)
			.stream()
			.filter((row) -> row.state() == DurableRunState.SENDING && row.token().startsWith(token))
			.map((row) -> new Sent(row, row.token()))
			.toList();
	}

	private @Nullable Instant sendOne(AgentOperations agent, AgentRequest request, Sent sent, Instant claimedAt) {
		QueuedRun queued;
		try {
			queued = this.service.send(sent.row().account(), () -> agent.queue(request));
		}
		catch (RuntimeException ex) {
			return this.sentRequests.untilStored(claimedAt, () -> this.sentRequests.failed(sent, ex, claimedAt));
		}
		if (queued.isAccepted()) {
			this.sentRequests.started(List.of(new Link(sent, String.valueOf(queued.runId()))), claimedAt);
		}
		else {
			this.sentRequests.untilStored(claimedAt, () -> {
				this.sentRequests.refused(sent, Failures.message(queued.error()));
				return true;
			});
		}
		return null;
	}

	private @Nullable Instant sendAll(AgentOperations agent, List<AgentRequest> requests, List<Sent> claimed,
			Instant claimedAt) {
		QueuedBatch queued;
		try {
			queued = this.service.send(claimed.get(0).row().account(), () -> agent.queueAll(requests));
		}
		catch (RuntimeException ex) {
			return this.sentRequests.untilStored(claimedAt, () -> failed(claimed, ex, claimedAt));
		}
		this.sentRequests.started(IntStream.range(0, queued.runs().size())
			.mapToObj((i) -> new Link(claimed.get(i), String.valueOf(queued.runs().get(i).runId())))
			.toList(), claimedAt);
		TinyFishException failure = queued.failure();
		return (failure != null) ? this.sentRequests.untilStored(claimedAt, () -> failed(claimed, failure, claimedAt))
				: null;
	}

	private @Nullable Instant failed(List<Sent> claimed, RuntimeException failure, Instant claimedAt) {
		if (failure instanceof TinyFishRunOutcomeUnknownException unknown && claimed.size() > 1) {
			// which of the ids belongs to which request is not known
			String message = Failures.message(unknown) + (unknown.runIds().isEmpty() ? ""
					: " Of the requests that were sent together, some have these runs: " + unknown.runIds());
			this.database.doInTransaction(() -> claimed.forEach((sent) -> this.sentRequests.answerLost(sent, message)));
			return null;
		}
		if (Failures.mayBeBecauseOfOne(failure)) {
			back(claimed, true, Failures.message(failure));
			return null;
		}
		return again(claimed, (sent) -> this.sentRequests.failed(sent, failure, claimedAt));
	}

	private @Nullable Instant back(List<Sent> claimed, boolean alone, String error) {
		return again(claimed, (sent) -> this.sentRequests.back(sent, alone, error));
	}

	/**
	 * Store what came of requests that were sent together.
	 * @return when to send those again that are sent as before, or null if there are none
	 */
	private static @Nullable Instant again(List<Sent> claimed, Function<Sent, @Nullable Instant> storing) {
		Instant last = null;
		for (Sent sent : claimed) {
			Instant next = storing.apply(sent);
			last = (next != null) ? next : last;
		}
		return last;
	}

}
