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

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.service.DurableSettings;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.service.Traces;
import ai.tinyfish.durable.internal.store.Claim;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, or up to 100 in one call. Everything is prepared before the claim,
 * including the connection, and nothing is sent unless the claim is committed. After
 * that, nothing is sent again automatically.
 *
 * @param turn the permit for the one call of this instance that has claimed its requests
 * and is not written yet
 * @param limited whether runs wait in the table to be admitted, and not as tasks
 * @param traces the traces of the runs
 */
public record SendTask(Database database, RunTable table, Scheduling scheduling, Service service, Requests requests,
		SentRequests sentRequests, Clock clock, String sender, Semaphore turn, boolean limited,
		Traces traces) implements TaskHandler {

	/** The data of tasks for runs that were admitted. */
	static final String ADMITTED = "admitted";

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		boolean together = task.getTaskName().equals(TaskKind.SEND_BATCH.taskName());
		List<RunRow> rows = together ? this.table.findBatch(task.getId())
				: this.table.find(task.getId()).stream().toList();
		rows.stream()
			.filter((row) -> row.state() == DurableRunState.SENDING)
			// its sender seems to be dead, but may still get an answer
			.forEach((row) -> this.scheduling.ensure(TaskKind.SETTLE, row.id(), this.sentRequests.endOfGrace(row)));
		List<RunRow> accepted = rows.stream().filter((row) -> row.state() == DurableRunState.ACCEPTED).toList();
		if (accepted.isEmpty() || (this.limited && task.getData() == null)) {
			// runs that are not admitted wait in the table
			return null;
		}
		Instant paused = this.service.pausedUntil(accepted.get(0).account());
		Instant next = (paused != null) ? paused : sendInTrace(accepted, together);
		return this.limited ? null : next;
	}

	/**
	 * A call for many runs has many traces, and is in none of them.
	 */
	private @Nullable Instant sendInTrace(List<RunRow> accepted, boolean together) {
		if (accepted.size() > 1) {
			return send(accepted, together);
		}
		accepted.get(0).inLog();
		return this.traces.follow("send", accepted.get(0), () -> send(accepted, together));
	}

	private @Nullable Instant send(List<RunRow> accepted, boolean together) {
		String token = UUID.randomUUID().toString();
		Map<Sent, AgentRequest> requests = new LinkedHashMap<>();
		Claim claim = new Claim(this.turn, this.clock, DurableSettings.TAKEOVER,
				() -> this.table.claim(accepted, token, this.sender));
		AgentOperations agent;
		try {
			accepted.stream()
				.map((row) -> new Sent(row, token + "-" + row.seq()))
				.forEach((sent) -> requests.put(sent,
						this.requests.read(sent.row().request(), sent.row().secrets(), sent.token())));
			agent = this.service.sender(accepted.get(0).account(), claim);
		}
		catch (RuntimeException ex) {
			return notSent(accepted, together, ex);
		}
		List<Sent> prepared = List.copyOf(requests.keySet());
		BatchAnswer answer = post(agent, accepted.get(0).account(), List.copyOf(requests.values()), together);
		claim.end();
		RuntimeException failure = claim.failure();
		if (failure != null) {
			// the claim may be committed nevertheless, but nothing was sent
			this.sentRequests.untilStored(claim.time(),
					() -> back(prepared, false, SubmissionFailures.message(failure)));
			throw failure;
		}
		if (!claim.isMade()) {
			// one of them is being cancelled, or another call is still being written
			return this.clock.now().plus(TaskHandler.FIRST_DELAY);
		}
		if (claim.isLate()) {
			return this.sentRequests.untilStored(claim.time(),
					() -> back(prepared, false, "The claim was committed too late"));
		}
		return store(prepared, together, answer, claim.time());
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
				this.table.notSent(row.id(), SubmissionFailures.message(failure), next);
			}
			else if (this.table.removeFromBatch(row.id())) {
				this.scheduling.ensure(TaskKind.SEND, row.id(), this.clock.now());
			}
		}));
		return alone ? null : next;
	}

	private BatchAnswer post(AgentOperations agent, String account, List<AgentRequest> requests, boolean together) {
		try {
			if (together) {
				QueuedBatch batch = this.service.call(account, "agent.queueAll", () -> agent.queueAll(requests));
				return new BatchAnswer(batch.accepted(), batch.cause());
			}
			return new BatchAnswer(
					List.of(this.service.call(account, "agent.queue", () -> agent.queue(requests.get(0)))), null);
		}
		catch (RuntimeException ex) {
			return new BatchAnswer(List.of(), ex);
		}
	}

	private @Nullable Instant store(List<Sent> claimed, boolean together, BatchAnswer answer, Instant claimedAt) {
		List<Link> links = new ArrayList<>();
		for (int i = 0; i < answer.queued().size(); i++) {
			QueuedRun run = answer.queued().get(i);
			Sent sent = claimed.get(i);
			if (run.isAccepted()) {
				links.add(new Link(sent, String.valueOf(run.runId())));
			}
			else {
				this.sentRequests.untilStored(claimedAt, () -> {
					this.sentRequests.refused(sent,
							new TinyFishRunFailedException(null, RunStatus.FAILED, run.error()).withoutRun());
					return true;
				});
			}
		}
		this.sentRequests.started(links, claimedAt);
		RuntimeException failure = answer.failure();
		return (failure == null) ? null
				: this.sentRequests.untilStored(claimedAt, () -> storeFailure(claimed, together, failure, claimedAt));
	}

	private @Nullable Instant storeFailure(List<Sent> claimed, boolean together, RuntimeException failure,
			Instant claimedAt) {
		if (SubmissionFailures.mayHaveStartedRun(failure) && claimed.size() > 1) {
			// it is not known which id belongs to which request
			List<String> runIds = SubmissionFailures.startedRuns(failure);
			String message = SubmissionFailures.message(failure) + (runIds.isEmpty() ? ""
					: " Of the requests that were sent together, some have these runs: " + runIds);
			this.database.doInTransaction(() -> claimed.forEach((sent) -> this.sentRequests.answerLost(sent, message)));
			return null;
		}
		if (together && SubmissionFailures.mayBeBecauseOfOne(failure)) {
			back(claimed, true, SubmissionFailures.message(failure));
			return null;
		}
		return again(claimed, (sent) -> this.sentRequests.failed(sent, failure, claimedAt));
	}

	private @Nullable Instant back(List<Sent> claimed, boolean alone, String error) {
		return again(claimed, (sent) -> this.sentRequests.back(sent, alone, error));
	}

	/**
	 * Store the results of requests that were sent together.
	 * @return when to send the requests again that stay together, or null
	 */
	private static @Nullable Instant again(List<Sent> claimed, Function<Sent, @Nullable Instant> storing) {
		Instant last = null;
		for (Sent sent : claimed) {
			Instant next = storing.apply(sent);
			last = (next != null) ? next : last;
		}
		return last;
	}

	/**
	 * Result of a call.
	 *
	 * @param failure the reason if it has failed, perhaps in part, or null
	 */
	private record BatchAnswer(List<QueuedRun> queued, @Nullable RuntimeException failure) {

	}

}
