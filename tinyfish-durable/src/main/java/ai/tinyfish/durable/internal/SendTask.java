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
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.run.QueuedRun;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request. All that it needs is prepared before the claim, and nothing is sent
 * unless the claim is committed. After that, nothing is sent again by itself.
 */
record SendTask(RunTable table, Service service, Requests requests, SentRequests sentRequests, Clock clock,
		String sender, boolean limited, AtomicBoolean stopped) implements TaskHandler {

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		RunRow row = this.table.find(task.getId()).orElse(null);
		if (row != null && row.state() == DurableRunState.SENDING) {
			this.sentRequests.orphaned(row);
		}
		if (row == null || row.state() != DurableRunState.ACCEPTED) {
			return null;
		}
		if (this.stopped.get()) {
			return this.clock.now();
		}
		Instant paused = this.service.pausedUntil(row.account());
		Instant next = (paused != null) ? paused : send(row);
		return this.limited ? null : next;
	}

	private @Nullable Instant send(RunRow row) {
		Sent sent = new Sent(row, UUID.randomUUID().toString());
		AgentRequest request;
		AgentOperations agent;
		try {
			request = this.requests.read(row, sent.token());
			agent = this.service.sender(row.account());
		}
		catch (RuntimeException ex) {
			Instant next = this.clock.now().plus(TaskHandler.delay(row.failures() + 1));
			this.table.notSent(row.id(), Failures.message(ex), next);
			return next;
		}
		Instant claimedAt = this.clock.now();
		if (!this.table.claim(row, sent.token(), this.sender)) {
			return null;
		}
		if (this.sentRequests.isTooLate(claimedAt)) {
			return this.sentRequests.back(sent, row.batch(), "The claim was committed too late");
		}
		QueuedRun queued;
		try {
			queued = this.service.send(row.account(), () -> agent.queue(request));
		}
		catch (RuntimeException ex) {
			return this.sentRequests.failed(sent, row.batch(), ex, claimedAt);
		}
		if (queued.isAccepted()) {
			this.sentRequests.started(List.of(new Link(sent, String.valueOf(queued.runId()))), claimedAt);
		}
		else {
			this.sentRequests.refused(sent, Failures.message(queued.error()));
		}
		return null;
	}

}
