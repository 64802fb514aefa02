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

import java.time.Instant;
import java.util.List;
import java.util.Set;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import ai.tinyfish.support.RunLog;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Webhooks of durable runs. A delivery is stored as a task before it is answered; the
 * task reads the run.
 */
public record DurableWebhooks(RunQueries queries, Scheduling scheduling, Clock clock,
		RepeatedWarnings warnings) implements WebhookRunFollower {

	private static final Logger logger = LoggerFactory.getLogger(DurableWebhooks.class);

	@Override
	public boolean follow(String runId, @Nullable String token) {
		if (!SubmissionFailures.isRunId(runId)) {
			return token != null;
		}
		// in this order, since the answer to the request may be stored between the two
		// reads
		RunRow sent = (token != null) ? this.queries.withoutRunId(token).orElse(null) : null;
		if (sent != null && WebhookTask.isInDoubt(sent)) {
			store(sent, runId);
			return true;
		}
		List<RunRow> linked = this.queries.withRunId(runId);
		linked.stream().filter((row) -> row.state() == DurableRunState.RUNNING).forEach((row) -> store(row, runId));
		// runs of watches are deleted early
		boolean known = !linked.isEmpty() || !this.queries.known(Set.of(runId)).isEmpty();
		if (!known && token != null && this.warnings.isFirst("unknown token")) {
			RunLog.about(runId, null, null, () -> logger
				.warn("Run {}, which a webhook delivery names, was started for a durable run about which"
						+ " a person has decided otherwise, or that is not in this database. It is not followed."
						+ " Such deliveries are logged once a minute", runId));
		}
		return known || token != null;
	}

	private void store(RunRow row, String runId) {
		Instant now = this.clock.now();
		this.scheduling.ensure(TaskKind.WEBHOOK, WebhookTask.instance(row, runId), WebhookTask.data(row, now), now);
	}

}
