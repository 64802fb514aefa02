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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
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
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends up to 100 requests in one call.
 */
record SendBatchTask(Database database, RunTable table, Scheduling scheduling, Service service, Requests requests,
		SentRequests sentRequests, Clock clock, String sender, AtomicBoolean stopped) implements TaskHandler {

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		List<RunRow> rows = this.table.findBatch(task.getId());
		rows.stream().filter((row) -> row.state() == DurableRunState.SENDING).forEach(this.sentRequests::orphaned);
		List<RunRow> accepted = rows.stream().filter((row) -> row.state() == DurableRunState.ACCEPTED).toList();
		if (accepted.isEmpty()) {
			return null;
		}
		if (this.stopped.get()) {
			return this.clock.now();
		}
		Instant paused = this.service.pausedUntil(accepted.get(0).account());
		return (paused != null) ? paused : send(task.getId(), accepted);
	}

	private @Nullable Instant send(String batch, List<RunRow> accepted) {
		String token = UUID.randomUUID().toString();
		Map<String, AgentRequest> requests = new LinkedHashMap<>();
		AgentOperations agent;
		try {
			accepted.forEach((row) -> requests.put(row.id(), this.requests.read(row, token + "-" + row.seq())));
			agent = this.service.sender(accepted.get(0).account());
		}
		catch (Requests.UnreadableRequestException ex) {
			// what cannot be read says so when it is sent on its own
			this.database.doInTransaction(() -> accepted.forEach(this::sendAlone));
			return null;
		}
		catch (RuntimeException ex) {
			Instant next = this.clock.now().plus(TaskHandler.delay(accepted.get(0).failures() + 1));
			this.database.doInTransaction(
					() -> accepted.forEach((row) -> this.table.notSent(row.id(), Failures.message(ex), next)));
			return next;
		}
		Instant claimedAt = this.clock.now();
		this.table.claimBatch(batch, token, this.sender);
		// some may have been cancelled meanwhile
		List<Sent> claimed = this.table.findBatch(batch)
			.stream()
			.filter((row) -> row.state() == DurableRunState.SENDING && row.token().startsWith(token)
					&& requests.containsKey(row.id()))
			.map((row) -> new Sent(row, row.token()))
			.toList();
		return claimed.isEmpty() ? null : send(batch, agent, claimed, requests, claimedAt);
	}

	private @Nullable Instant send(String batch, AgentOperations agent, List<Sent> claimed,
			Map<String, AgentRequest> requests, Instant claimedAt) {
		if (this.sentRequests.isTooLate(claimedAt)) {
			return back(claimed, batch, "The claim was committed too late");
		}
		List<AgentRequest> sending = new ArrayList<>();
		claimed.forEach((sent) -> sending.add(requests.get(sent.id())));
		QueuedBatch queued;
		try {
			queued = this.service.send(claimed.get(0).row().account(), () -> agent.queueAll(sending));
		}
		catch (RuntimeException ex) {
			return failed(claimed, batch, ex, claimedAt);
		}
		List<QueuedRun> runs = queued.runs();
		if (!runs.isEmpty()) {
			this.sentRequests.started(IntStream.range(0, runs.size())
				.mapToObj((i) -> new Link(claimed.get(i), String.valueOf(runs.get(i).runId())))
				.toList(), claimedAt);
		}
		return (queued.failure() != null) ? failed(claimed, batch, queued.failure(), claimedAt) : null;
	}

	private @Nullable Instant failed(List<Sent> claimed, String batch, RuntimeException failure, Instant claimedAt) {
		if (failure instanceof TinyFishRunOutcomeUnknownException unknown && claimed.size() > 1) {
			// which of the ids belongs to which request is not known
			String message = Failures.message(unknown) + (unknown.runIds().isEmpty() ? ""
					: " Of the requests that were sent together, some have these runs: " + unknown.runIds());
			this.database.doInTransaction(() -> claimed.forEach((sent) -> this.sentRequests.answerLost(sent, message)));
			return null;
		}
		if (Failures.mayBeBecauseOfOne(failure)) {
			return back(claimed, null, Failures.message(failure));
		}
		Instant next = null;
		for (Sent sent : claimed) {
			next = this.sentRequests.failed(sent, batch, failure, claimedAt);
		}
		return next;
	}

	private @Nullable Instant back(List<Sent> claimed, @Nullable String batch, String error) {
		Instant next = null;
		for (Sent sent : claimed) {
			next = this.sentRequests.back(sent, batch, error);
		}
		return (batch != null) ? next : null;
	}

	private void sendAlone(RunRow row) {
		if (this.table.removeFromBatch(row.id())) {
			this.scheduling.ensure(TaskKind.SEND, row.id(), this.clock.now());
		}
	}

}
