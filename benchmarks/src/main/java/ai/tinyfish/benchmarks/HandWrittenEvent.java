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

package ai.tinyfish.benchmarks;

import java.time.Instant;
import java.util.Map;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Record to read the events of the API with Jackson, as written by hand.
 *
 * @param type the type of the event
 * @param runId the run
 * @param timestamp the time
 * @param purpose the action of the agent, or null
 * @param tinyfishApi the API that it uses for it, or null
 * @param streamingUrl the URL of the live view, or null
 * @param status the status of the run, or null
 * @param result the result, or null
 */
record HandWrittenEvent(@JsonProperty("type") String type, @JsonProperty("run_id") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp, @JsonProperty("purpose") @Nullable String purpose,
		@JsonProperty("tinyfish_api") @Nullable String tinyfishApi,
		@JsonProperty("streaming_url") @Nullable String streamingUrl, @JsonProperty("status") @Nullable String status,
		@JsonProperty("result") @Nullable Map<String, Object> result) implements AgentEvent {

	/**
	 * Whether an event of either kind says that the run has completed.
	 */
	static boolean isCompleted(AgentEvent event) {
		return (event instanceof HandWrittenEvent written) ? "COMPLETED".equals(written.status())
				: event instanceof CompleteEvent complete && "COMPLETED".equals(complete.run().statusText());
	}

}
