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

package ai.tinyfish.spring.event;

import java.io.Serial;
import java.time.Instant;

import ai.tinyfish.agent.RunContext;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for a step of the agent. Best effort: if listeners are slower than the run, the
 * oldest of these events are dropped.
 *
 * @since 0.1.0
 */
public class TinyFishRunProgressEvent extends TinyFishRunEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String purpose;

	private final @Nullable Instant occurredAt;

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param run the run
	 * @param purpose the purpose of the step; empty if the agent does not say
	 * @param occurredAt when the step was taken, or null
	 */
	public TinyFishRunProgressEvent(Object source, RunContext run, String purpose, @Nullable Instant occurredAt) {
		super(source, run);
		this.purpose = purpose;
		this.occurredAt = occurredAt;
	}

	@JsonCreator
	TinyFishRunProgressEvent(@JsonProperty("runId") @Nullable String runId, @JsonProperty("url") @Nullable String url,
			@JsonProperty("goal") @Nullable String goal, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("purpose") @Nullable String purpose,
			@JsonProperty("occurredAt") @Nullable Instant occurredAt) {
		this(JSON_SOURCE, run(runId, url, goal, tag), (purpose != null) ? purpose : "", occurredAt);
	}

	/**
	 * Return the purpose of the step, in the agent's words.
	 * @return the purpose; empty if the agent does not say
	 */
	public String getPurpose() {
		return this.purpose;
	}

	/**
	 * Return the time of the step, by the service's clock.
	 * @return the time, or null if it is not known
	 */
	public @Nullable Instant getOccurredAt() {
		return this.occurredAt;
	}

	@Override
	public String toString() {
		return describe("purpose=" + this.purpose);
	}

}
