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
 * Event for a run that was created. Published for runs that are streamed or started.
 *
 * @since 0.1.0
 */
public class TinyFishRunStartedEvent extends TinyFishRunEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Create a new event.
	 * @param source the publisher
	 * @param run the run
	 */
	public TinyFishRunStartedEvent(Object source, RunContext run) {
		super(source, run);
	}

	@JsonCreator
	TinyFishRunStartedEvent(@JsonProperty("runId") @Nullable String runId, @JsonProperty("url") @Nullable String url,
			@JsonProperty("goal") @Nullable String goal, @JsonProperty("tag") @Nullable String tag) {
		this(JSON_SOURCE, run(runId, url, goal, tag));
	}

}
