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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event with the current action of the agent.
 *
 * @param runId the run, or null if the service does not say
 * @param timestamp the time, or null if the service does not say
 * @param purpose the current action of the agent, in words; empty if it does not say
 * @param tinyfishApi the TinyFish API that the agent uses for it such as {@code search},
 * or null if it drives its browser
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProgressEvent(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp, @JsonProperty("purpose") String purpose,
		@JsonProperty("tinyfish_api") @Nullable String tinyfishApi) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param runId the run, or null
	 * @param timestamp the time, or null
	 * @param purpose the current action of the agent; null is read as an empty text
	 * @param tinyfishApi the TinyFish API that the agent uses for it, or null
	 */
	public ProgressEvent {
		purpose = (purpose != null) ? purpose : "";
	}

	@Override
	@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY)
	public String type() {
		return "PROGRESS";
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
