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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event with the URL of the live view of the run's browser.
 *
 * @param runId the run, or null if the service does not say
 * @param timestamp the time from which it can be watched, or null if the service does not
 * say
 * @param streamingUrl the URL of the live view; valid only while the run is active. In a
 * stream always an http or https URL: an event with another URL is an
 * {@link UnknownEvent}
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StreamingUrlEvent(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("streaming_url") @JsonAlias("streamingUrl") String streamingUrl) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param runId the run, or null
	 * @param timestamp the time, or null
	 * @param streamingUrl the URL of the live view
	 */
	public StreamingUrlEvent {
		Objects.requireNonNull(streamingUrl, "streamingUrl must not be null");
	}

	@Override
	@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY)
	public String type() {
		return "STREAMING_URL";
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
