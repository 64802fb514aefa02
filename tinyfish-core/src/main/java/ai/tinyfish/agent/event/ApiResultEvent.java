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
import ai.tinyfish.run.RunResult;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for the response of a TinyFish API to the agent ({@code TF_API_RESULT}).
 *
 * @param runId the run, or null if the service does not say
 * @param timestamp the time, or null if the service does not say
 * @param tinyfishApi the API such as {@code search}, or null if the service does not say
 * @param result the response of the API, a JSON array whose items may be null; not the
 * result of the run, so that it can be converted while the run continues
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ApiResultEvent(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("tinyfish_api") @Nullable String tinyfishApi,
		@JsonProperty("result") RunResult result) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param runId the run, or null
	 * @param timestamp the time, or null
	 * @param tinyfishApi the API, or null
	 * @param result the response of the API; null is read as an empty result
	 */
	public ApiResultEvent {
		result = (result != null) ? result : RunResult.empty();
	}

	@Override
	@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY)
	public String type() {
		return "TF_API_RESULT";
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
