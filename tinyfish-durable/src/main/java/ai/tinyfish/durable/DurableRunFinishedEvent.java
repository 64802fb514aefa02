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

import ai.tinyfish.run.AgentRun;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a durable run with a reported outcome: completed, failed or cancelled.
 * Published in the transaction that stores the outcome, on its thread: a listener that
 * throws undoes both, and the event is published again later. A listener may thus be
 * called more than once for a run; in the database, the outcome is stored once.
 */
public class DurableRunFinishedEvent extends DurableRunEvent {

	private final AgentRun run;

	/**
	 * Create a new event.
	 * @param durableId the durable id of the run
	 * @param tag the tag of the request, or null
	 * @param account the account that the run belongs to, or null for the client's own
	 * @param run the outcome
	 */
	@JsonCreator
	public DurableRunFinishedEvent(@JsonProperty("durableId") String durableId,
			@JsonProperty("tag") @Nullable String tag, @JsonProperty("account") @Nullable String account,
			@JsonProperty("run") AgentRun run) {
		super(durableId, tag, account);
		this.run = run;
	}

	/**
	 * Return whether the run completed.
	 * @return true for a completed run
	 */
	@JsonIgnore
	public boolean isSuccessful() {
		return this.run.isSuccessful();
	}

	/**
	 * Return the outcome of the run.
	 * @return the outcome with its result; the run id is null if the run was cancelled
	 * before it was sent
	 */
	@JsonProperty("run")
	public AgentRun getRun() {
		return this.run;
	}

	@Override
	public String toString() {
		return describe("status=" + this.run.statusText());
	}

}
