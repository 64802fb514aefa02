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

package ai.tinyfish.durable;

import java.time.Instant;

import ai.tinyfish.observation.LogText;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A durable run as it is stored. Times are those of the database.
 *
 * @param id the durable id, given when it was submitted
 * @param tag the tag of the request, or null
 * @param account the account that the run belongs to, or null for the client's own
 * @param state the state
 * @param url the URL that the agent is sent to, without user name and password
 * @param goal the goal of the agent
 * @param runId the id that the service gave the run, or null as long as there is none
 * @param run the outcome, or null if the run has not ended or was not started
 * @param error why the run is in its state, or why it could not be sent so far; null
 * where there is nothing to say
 * @param attempts how many times it was tried to send the request
 * @param cancelRequested whether the run is to be cancelled
 * @param acceptedAt when the run was submitted
 * @param endedAt when its outcome was handed over or it was given up, or null
 * @param changedAt when its state last changed
 * @param verdict whether it has reached its goal, as the
 * {@link ai.tinyfish.run.GoalEvaluator} said at the handover, or null
 * @param decidedBy who has cancelled it or decided about it last, or null
 * @param decidedAt when that was, or null
 */
public record DurableRun(String id, @Nullable String tag, @Nullable String account, DurableRunState state, String url,
		String goal, @Nullable String runId, @Nullable AgentRun run, @Nullable String error, int attempts,
		boolean cancelRequested, Instant acceptedAt, @Nullable Instant endedAt, Instant changedAt,
		@Nullable GoalOutcome verdict, @Nullable String decidedBy, @Nullable Instant decidedAt) {

	/**
	 * Return a short description without secrets.
	 * @return id, state, run id and tag
	 */
	@Override
	public String toString() {
		return LogText.of("DurableRun[id=" + this.id + ", state=" + this.state + ", runId=" + this.runId + ", tag="
				+ this.tag + "]");
	}

}
