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

package ai.tinyfish.durable.internal.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.follow.PollTask;
import ai.tinyfish.durable.internal.goal.RequestMatch;
import ai.tinyfish.durable.internal.send.SentRequests;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.Run;
import ai.tinyfish.support.agent.ReadFailure;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a run that a webhook has named. A followed run is polled now, not with the next
 * sweep. A run that belongs to a request in doubt is linked to it, if the service has
 * such a run for the account and it fits the request.
 */
public record WebhookTask(RunTable table, Service service, SentRequests sentRequests, PollTask poll, Clock clock,
		Duration grace, RepeatedWarnings warnings) implements TaskHandler {

	/** Time until all servers of the service know a run and its end. */
	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(WebhookTask.class);

	/**
	 * Return whether a request may have started an unknown run. This includes a request
	 * that is to be sent again: a webhook outweighs the earlier refusal.
	 */
	static boolean isInDoubt(RunRow row) {
		return row.sendToken() != null && switch (row.state()) {
			case SENDING, UNCERTAIN, ACCEPTED -> true;
			case ABANDONED -> RunTable.POLICY.equals(row.decidedBy());
			default -> false;
		};
	}

	public static String instance(RunRow row, String runId) {
		return row.id() + "#" + runId;
	}

	/**
	 * Return the data of the task: which submission it is about, without its token, and
	 * when the webhook came.
	 */
	public static String data(RunRow row, Instant now) {
		return row.attempts() + "," + now.toEpochMilli();
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String[] names = task.getId().split("#");
		String[] data = task.getData().split(",");
		RunRow row = this.table.find(names[0]).orElse(null);
		if (row == null) {
			return null;
		}
		row.inLog();
		boolean linked = row.state() == DurableRunState.RUNNING && names[1].equals(row.runId());
		boolean doubt = isInDoubt(row) && row.attempts() == Integer.parseInt(data[0]);
		if (!linked && !doubt) {
			return null;
		}
		Instant now = this.clock.now();
		Instant paused = this.service.pausedUntil(row.account());
		if (paused != null) {
			return paused;
		}
		Instant next = next(Instant.ofEpochMilli(Long.parseLong(data[1])), now);
		Run run = read(row, names[1]);
		String problem = (run == null) ? "is not known to the service" : linked ? null : problem(row, run);
		if (run == null || problem != null) {
			if (doubt && (run != null || next == null) && this.warnings.isFirst("webhook " + row.id())) {
				row.about(names[1],
						() -> logger.warn(
								"Run {}, which a webhook delivery names for durable run {}, {}. It is not linked",
								names[1], row.id(), problem));
			}
			return (run != null) ? null : next;
		}
		if (doubt && !this.sentRequests.link(List.of(new Link(new Sent(row, row.token()), names[1]))).isEmpty()) {
			row.about(names[1], () -> logger.info("Durable run {} is run {}: a webhook delivery contains its token",
					row.id(), names[1]));
		}
		running(row.id(), names[1]).ifPresent((after) -> this.poll.found(after, run));
		// it stays open: the sweeps poll it as well
		return running(row.id(), names[1]).isPresent() ? next : null;
	}

	private Optional<RunRow> running(String id, String runId) {
		return this.table.find(id).filter((row) -> row.state() == DurableRunState.RUNNING && runId.equals(row.runId()));
	}

	/**
	 * Return why a run cannot be that of a request, or null.
	 */
	private @Nullable String problem(RunRow row, Run run) {
		return this.table.isTaken(row.account(), run.runId(), row.id()) ? "belongs to another durable run"
				: new RequestMatch(row, this.grace).difference(run);
	}

	/**
	 * Read a run.
	 * @return the run, or null if the service does not know it
	 */
	private @Nullable Run read(RunRow row, String runId) {
		try {
			return this.service.call(row.account(), "runs.get", (runs) -> runs.get(runId));
		}
		catch (TinyFishException ex) {
			if (ReadFailure.of(ex) != ReadFailure.UNKNOWN_RUN) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * Return the time of the next attempt: in as much time as has passed since the
	 * webhook.
	 */
	private static @Nullable Instant next(Instant received, Instant now) {
		Duration past = Duration.between(received, now);
		if (past.compareTo(PATIENCE) >= 0) {
			return null;
		}
		return now.plus((past.compareTo(FIRST_DELAY) > 0) ? past : FIRST_DELAY);
	}

}
