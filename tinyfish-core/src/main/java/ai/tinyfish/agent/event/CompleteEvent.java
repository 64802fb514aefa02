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

package ai.tinyfish.agent.event;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.RawJson;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The last event of a run, with its outcome. In JSON, the properties of the outcome are
 * next to those of the event.
 *
 * @param run the outcome
 * @param timestamp when the event was sent, or null if that is not known
 * @param recovered whether the stream broke, and the outcome was read from the record of
 * the run
 * @since 0.1.0
 */
public record CompleteEvent(@JsonUnwrapped AgentRun run, @JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("recovered") boolean recovered) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param run the outcome
	 * @param timestamp when the event was sent, or null
	 * @param recovered whether the outcome was read from the record of the run
	 */
	public CompleteEvent {
		Objects.requireNonNull(run, "run must not be null");
	}

	// Jackson cannot unwrap a type with unknown properties. The event's type is not a
	// property of the run
	@JsonCreator
	static CompleteEvent read(@JsonProperty("type") @Nullable String type,
			@JsonProperty("timestamp") @Nullable Instant timestamp, @JsonProperty("recovered") boolean recovered,
			@JsonAnySetter @JsonDeserialize(contentUsing = JsonMap.ValueDeserializer.class) Map<String, Object> run) {
		return new CompleteEvent(Json.mapper().readValue(RawJson.object(JsonMap.toJson(run)), AgentRun.class),
				timestamp, recovered);
	}

	@Override
	@JsonProperty("type")
	public String type() {
		return "COMPLETE";
	}

	@Override
	public @Nullable String runId() {
		return this.run.runId();
	}

	/**
	 * Return the status of the run.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return this.run.status();
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
