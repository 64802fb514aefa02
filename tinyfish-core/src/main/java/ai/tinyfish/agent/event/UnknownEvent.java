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
import java.util.Objects;

import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event of a type that this version does not know.
 *
 * @param type the type as received; empty if the event has no type
 * @param runId the run, or null if the service does not say
 * @param timestamp the time, or null if the service does not say
 * @param json the whole event as received
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UnknownEvent(@JsonProperty("type") String type,
		@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("json") String json) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param type the type as received; null is read as an empty text
	 * @param runId the run, or null
	 * @param timestamp the time, or null
	 * @param json the whole event as received
	 */
	public UnknownEvent {
		type = (type != null) ? type : "";
		Objects.requireNonNull(json, "json must not be null");
	}

	/**
	 * Return a short description without the JSON, which may be long and contain a URL
	 * that gives access.
	 * @return type, run and time
	 */
	@Override
	public String toString() {
		return LogText
			.of("UnknownEvent[type=%s, runId=%s, timestamp=%s]".formatted(this.type, this.runId, this.timestamp));
	}

}
