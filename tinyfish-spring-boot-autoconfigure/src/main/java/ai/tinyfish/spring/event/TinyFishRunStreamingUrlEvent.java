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

import ai.tinyfish.agent.RunContext;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Event for the live view of a run's browser.
 *
 * @since 0.1.0
 */
public class TinyFishRunStreamingUrlEvent extends TinyFishRunEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String streamingUrl;

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param run the run
	 * @param streamingUrl the URL of the live view
	 */
	public TinyFishRunStreamingUrlEvent(Object source, RunContext run, String streamingUrl) {
		super(source, run);
		this.streamingUrl = streamingUrl;
	}

	@JsonCreator
	TinyFishRunStreamingUrlEvent(@JsonProperty("runId") @Nullable String runId,
			@JsonProperty("url") @Nullable String url, @JsonProperty("goal") @Nullable String goal,
			@JsonProperty("tag") @Nullable String tag, @JsonProperty("streamingUrl") String streamingUrl) {
		this(JSON_SOURCE, run(runId, url, goal, tag), streamingUrl);
	}

	/**
	 * Return the URL of the live view, which is valid only while the run is active.
	 * Anyone with this URL can watch, without a key.
	 * @return a URL
	 */
	public String getStreamingUrl() {
		return this.streamingUrl;
	}

}
