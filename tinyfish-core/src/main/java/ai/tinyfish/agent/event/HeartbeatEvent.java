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
 * Event for a heartbeat of the stream.
 *
 * @param runId the run id, or null if the service does not send it, as usual
 * @param timestamp the time, or null if the service does not say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HeartbeatEvent(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp) implements AgentEvent {

	@Override
	@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY)
	public String type() {
		return "HEARTBEAT";
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
