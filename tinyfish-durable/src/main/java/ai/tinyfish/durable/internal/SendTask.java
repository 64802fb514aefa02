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
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.task.RangeName;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.QueuedRun;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request, and decides about the run by what comes back. Nothing is sent unless
 * the claim is committed, and nothing is sent again by itself after that.
 */
final class SendTask implements Step {

	private static final int MAX_ATTEMPTS_TO_STORE = 3;

	private static final Logger logger = LoggerFactory.getLogger(SendTask.class);

	private final Engine engine;

	SendTask(Engine engine) {
		this.engine = engine;
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		RunRow row = table().find(task.getId()).orElse(null);
		if (row == null) {
			return null;
		}
		if (row.state() == DurableRunState.SENDING) {
			orphaned(row);
			return null;
		}
		if (row.state() != DurableRunState.ACCEPTED) {
			return null;
		}
		return this.engine.isStopped() ? clock().now() : send(row);
	}

	/**
	 * Decide later about a request whose sender seems to be dead: it may still get an
	 * answer.
	 */
	void orphaned(RunRow row) {
		Instant sent = Objects.requireNonNull(row.sendingAt());
		this.engine.scheduling().ensureNow(TaskKind.SETTLE, row.id(), sent.plus(this.engine.settings().grace()));
	}

	private @Nullable Instant send(RunRow row) {
		Instant closed = this.engine.gates().closedUntil(row.account(), clock().now());
		if (closed != null) {
			return closed;
		}
		String token = UUID.randomUUID().toString();
		AgentRequest request;
		try {
			request = Submission.request(row, this.engine.codec()).withWebhook(this.engine.webhookUrl(token));
		}
		catch (RuntimeException ex) {
			// its message may quote what is secret
			unsent(row, "The request could not be read: " + ex.getClass().getSimpleName());
			return later(row);
		}
		Instant claimedAt = clock().now();
		if (!database().inTransaction(() -> table().claim(row.id(), token, this.engine.name(), claimedAt))) {
			return null;
		}
		AgentOperations agent = agent(List.of(row), (sent) -> token);
		if (agent == null) {
			return later(row);
		}
		if (isTooLate(claimedAt)) {
			return late(List.of(row), (claimed) -> token);
		}
		QueuedRun queued;
		try {
			queued = agent.queue(request);
		}
		catch (RuntimeException ex) {
			return failed(row, token, ex);
		}
		if (queued.isAccepted()) {
			started(row, token, String.valueOf(queued.runId()));
		}
		else {
			this.engine.handover().ofSending(row.id(), token, Ending.refused(Submission.message(queued.error())));
		}
		return null;
	}

	/**
	 * Return whether a request that was claimed could be answered later than others wait
	 * for its sender: it took too long to get the key.
	 */
	boolean isTooLate(Instant claimedAt) {
		Instant last = claimedAt.plus(this.engine.settings().grace()).minus(this.engine.settings().sendTimeout());
		return !clock().now().isBefore(last);
	}

	/**
	 * Let requests be sent later that are not sent now.
	 */
	Instant late(List<RunRow> rows, Function<RunRow, String> token) {
		IllegalStateException reason = new IllegalStateException("It took too long to get the API key");
		rows.forEach((row) -> back(row, token.apply(row), row.batch(), reason));
		return later(rows.get(0));
	}

	/**
	 * Return the client of the account, or let runs that were claimed be sent later if
	 * there is none: nothing was sent.
	 */
	@Nullable AgentOperations agent(List<RunRow> rows, Function<RunRow, String> token) {
		try {
			this.engine.meters().called("send");
			return this.engine.accounts().sending(rows.get(0).account()).agent();
		}
		catch (RuntimeException ex) {
			rows.forEach((row) -> back(row, token.apply(row), row.batch(), ex));
			return null;
		}
	}

	/**
	 * Store that a request that was claimed has failed.
	 * @return when to send it again, or null if that is not to be
	 */
	@Nullable Instant failed(RunRow row, String token, RuntimeException failure) {
		String runId = Submission.startedRun(failure);
		if (runId != null) {
			started(row, token, runId);
			return null;
		}
		if (Submission.mayBeRepeated(failure)) {
			back(row, token, row.batch(), failure);
			return later(row);
		}
		if (Submission.isRefused(failure)) {
			this.engine.handover().ofSending(row.id(), token, Ending.refused(Submission.message(failure)));
			return null;
		}
		uncertain(row, token, Submission.message(failure));
		return null;
	}

	/**
	 * Let a run be sent again, or end it if it has been cancelled meanwhile: the service
	 * has started nothing.
	 * @param batch the batch that it is sent with, or null to send it on its own
	 */
	void back(RunRow row, String token, @Nullable String batch, RuntimeException failure) {
		if (failure instanceof TinyFishException exception) {
			this.engine.gates().closeIfAsked(row.account(), exception, clock().now());
		}
		boolean back = database().inTransaction(() -> {
			Instant now = clock().now();
			if (!table().backToAccepted(row.id(), token, batch, Submission.message(failure), now)) {
				return false;
			}
			if (batch == null && row.batch() != null) {
				this.engine.scheduling().ensure(TaskKind.SEND, row.id(), now);
			}
			return true;
		});
		if (!back) {
			this.engine.handover().ofSending(row.id(), token, Ending.cancelled());
		}
	}

	void started(RunRow row, String token, String runId) {
		if (!Submission.isRunId(runId)) {
			uncertain(row, token, "The service has given the run an id that is malformed");
			return;
		}
		boolean stored = store(row, token, runId, 1);
		if (!stored && !isLinked(row.id(), runId)) {
			logger.warn("Run {} was started for durable run {}, about which somebody has decided otherwise meanwhile."
					+ " It is not followed", runId, row.id());
		}
	}

	/**
	 * Store the id of a run, which only this instance knows, not only once if that fails.
	 */
	private boolean store(RunRow row, String token, String runId, int attempt) {
		try {
			return link(row, token, runId);
		}
		catch (RuntimeException ex) {
			if (attempt < MAX_ATTEMPTS_TO_STORE) {
				return store(row, token, runId, attempt + 1);
			}
			logger.error("Run {} was started for durable run {}, but that could not be stored."
					+ " Settle it when it has become UNCERTAIN", runId, row.id());
			throw ex;
		}
	}

	/**
	 * Store the id of the run that a request has started, and do what was to be done once
	 * it is known.
	 * @return true if it was stored; false if the request is not in doubt any more, or
	 * was sent again
	 */
	boolean link(RunRow row, String token, String runId) {
		boolean linked = database().inTransaction(() -> {
			Instant now = clock().now();
			if (!table().running(row.id(), token, runId, now)) {
				return false;
			}
			if (table().find(row.id()).filter(RunRow::cancelRequested).isPresent()) {
				this.engine.scheduling().ensure(TaskKind.CANCEL, row.id(), now);
			}
			return true;
		});
		if (linked && !row.account().isEmpty()) {
			// after the id is stored: a transaction of the application may hold this up
			this.engine.scheduling().ensureNow(TaskKind.PLAN, RangeName.plan(row.account()), clock().now());
		}
		return linked;
	}

	/**
	 * Return whether a run has an id already: a webhook may come before the answer.
	 */
	private boolean isLinked(String id, String runId) {
		return table().find(id).filter((row) -> runId.equals(row.runId())).isPresent();
	}

	void uncertain(RunRow row, String token, String message) {
		this.engine.notices()
			.change(row, DurableRunState.UNCERTAIN, null, message,
					() -> table().uncertain(row.id(), token, message, clock().now()));
	}

	private void unsent(RunRow row, String message) {
		database().inTransaction(() -> {
			table().unsent(row.id(), message);
			return null;
		});
	}

	Instant later(RunRow row) {
		return clock().now().plus(Step.delay(row.attempts() + 1));
	}

	private Database database() {
		return this.engine.database();
	}

	private RunTable table() {
		return this.engine.table();
	}

	private Clock clock() {
		return this.engine.clock();
	}

}
