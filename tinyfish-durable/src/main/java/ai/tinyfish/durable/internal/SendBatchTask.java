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
import java.util.Set;
import java.util.UUID;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends up to 100 requests in one call.
 */
final class SendBatchTask implements Step {

	private static final int CONTENT_TOO_LARGE = 413;

	private final Engine engine;

	private final SendTask single;

	SendBatchTask(Engine engine, SendTask single) {
		this.engine = engine;
		this.single = single;
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		List<RunRow> rows = this.engine.table().findBatch(task.getId());
		rows.stream().filter((row) -> row.state() == DurableRunState.SENDING).forEach(this.single::orphaned);
		List<RunRow> accepted = rows.stream().filter((row) -> row.state() == DurableRunState.ACCEPTED).toList();
		if (accepted.isEmpty()) {
			return null;
		}
		Instant now = this.engine.clock().now();
		if (this.engine.isStopped()) {
			return now;
		}
		Instant closed = this.engine.gates().closedUntil(accepted.get(0).account(), now);
		return (closed != null) ? closed : send(task.getId(), accepted);
	}

	private @Nullable Instant send(String batch, List<RunRow> accepted) {
		// before the claim: what cannot be read is sent on its own, and says so there
		Map<String, Submission.Readable> readable = new HashMap<>();
		try {
			accepted.forEach((row) -> readable.put(row.id(), Submission.request(row, this.engine.codec())));
		}
		catch (RuntimeException ex) {
			return this.engine.database().inTransaction(() -> {
				accepted.forEach((row) -> alone(row.id()));
				return null;
			});
		}
		String token = UUID.randomUUID().toString();
		Instant claimedAt = this.engine.clock().now();
		int claimed = this.engine.database()
			.inTransaction(() -> this.engine.table().claimBatch(batch, token, this.engine.name(), claimedAt));
		// some may have been cancelled meanwhile
		List<RunRow> rows = (claimed > 0) ? claimed(batch, token, readable.keySet()) : List.of();
		if (rows.isEmpty()) {
			return null;
		}
		AgentOperations agent = this.single.agent(rows, SendBatchTask::token);
		if (agent == null) {
			return this.single.later(rows.get(0));
		}
		if (this.single.isTooLate(claimedAt)) {
			return this.single.late(rows, SendBatchTask::token);
		}
		List<AgentRequest> requests = rows.stream()
			.map((row) -> Objects.requireNonNull(readable.get(row.id()))
				.withWebhook(this.engine.webhookUrl(token(row))))
			.toList();
		QueuedBatch queued;
		try {
			queued = agent.queueAll(requests);
		}
		catch (RuntimeException ex) {
			return failed(rows, ex);
		}
		started(rows, queued.runs());
		return (queued.failure() != null) ? failed(rows, queued.failure()) : null;
	}

	private List<RunRow> claimed(String batch, String token, Set<String> readable) {
		return this.engine.table()
			.findBatch(batch)
			.stream()
			.filter((row) -> row.state() == DurableRunState.SENDING && token(row).startsWith(token)
					&& readable.contains(row.id()))
			.toList();
	}

	/**
	 * Store the ids of the runs. One that cannot be stored does not keep the others from
	 * being stored, and is no answer of the service.
	 */
	private void started(List<RunRow> rows, List<QueuedRun> runs) {
		RuntimeException failure = null;
		for (int i = 0; i < runs.size(); i++) {
			try {
				this.single.started(rows.get(i), token(rows.get(i)), String.valueOf(runs.get(i).runId()));
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private @Nullable Instant failed(List<RunRow> rows, RuntimeException failure) {
		if (failure instanceof TinyFishRunOutcomeUnknownException unknown) {
			// which of the ids belongs to which request is not known
			String message = Submission.message(unknown) + (unknown.runIds().isEmpty() ? ""
					: " Of the requests that were sent together, some have these runs: " + unknown.runIds());
			rows.forEach((row) -> this.single.uncertain(row, token(row), message));
			return null;
		}
		if (isBecauseOfOne(failure)) {
			rows.forEach((row) -> this.single.back(row, token(row), null, failure));
			return null;
		}
		Instant next = null;
		for (RunRow row : rows) {
			next = this.single.failed(row, token(row), failure);
		}
		return next;
	}

	private static String token(RunRow row) {
		return Objects.requireNonNullElse(row.sendToken(), "");
	}

	private void alone(String id) {
		Instant now = this.engine.clock().now();
		if (this.engine.table().alone(id, now)) {
			this.engine.scheduling().ensure(TaskKind.SEND, id, now);
		}
	}

	/**
	 * Return whether one request may be the reason why all were refused, or the service
	 * does not take several at once.
	 */
	private static boolean isBecauseOfOne(RuntimeException failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure instanceof TinyFishNotFoundException || failure instanceof TinyFishRunFailedException
				|| (failure instanceof TinyFishStatusException answer && answer.status() == CONTENT_TOO_LARGE);
	}

}
