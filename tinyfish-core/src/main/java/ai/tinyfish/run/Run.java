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

package ai.tinyfish.run;

import java.time.Instant;
import java.util.List;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The record that the API keeps of a run.
 *
 * @param runId the run; empty where the answer lacks it
 * @param statusText the status as received
 * @param goal what the agent was asked to do, or null where that is not said
 * @param createdAt when the run was accepted, or null where that is not said
 * @param startedAt when the agent began, or null where it has not
 * @param finishedAt when the run ended, or null where it has not
 * @param numOfSteps how many steps the agent took, or null while it is running
 * @param result what the run found, never null
 * @param schemaValidation whether the result matches the requested output schema, or null
 * @param error why the run did not end well, or null
 * @param streamingUrl where to watch the browser, an http or https URL, or null; good
 * only while the run is active
 * @param browserConfig how the browser reached the web, or null
 * @param outputSchema the requested output schema: a map or a boolean, or null
 * @param videoUrl where to fetch the recording, or null; good for some minutes only, and
 * only {@code get} gives it
 * @param steps the steps of the agent; empty in lists
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Run(@JsonProperty("run_id") @JsonAlias("runId") String runId, @JsonProperty("status") String statusText,
		@JsonProperty("goal") @Nullable String goal, @JsonProperty("created_at") @Nullable Instant createdAt,
		@JsonProperty("started_at") @Nullable Instant startedAt,
		@JsonProperty("finished_at") @Nullable Instant finishedAt,
		@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
		@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
		@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
		@JsonProperty("error") @Nullable RunError error,
		@JsonProperty("streaming_url") @JsonAlias("streamingUrl") @Nullable String streamingUrl,
		@JsonProperty("browser_config") @Nullable BrowserConfig browserConfig,
		@JsonProperty("output_schema") @Nullable Object outputSchema,
		@JsonProperty("video_url") @Nullable String videoUrl, @JsonProperty("steps") List<RunStep> steps) {

	/**
	 * Create a new record of a run.
	 * @param runId the run; null is read as an empty text
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param goal what the agent was asked to do, or null
	 * @param createdAt when the run was accepted, or null
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result what the run found; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 * @param streamingUrl where to watch the browser, or null; what is neither an http
	 * nor an https URL is read as null
	 * @param browserConfig how the browser reached the web, or null
	 * @param outputSchema the requested output schema, or null
	 * @param videoUrl where to fetch the recording, or null
	 * @param steps the steps of the agent; null is read as none
	 */
	public Run {
		runId = (runId != null) ? runId : "";
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
		result = ((result != null) ? result : RunResult.empty()).bind(runId, RunStatus.of(statusText), error);
		streamingUrl = Checks.isWebUrl(streamingUrl) ? streamingUrl : null;
		steps = Lists.copyOf(steps);
	}

	/**
	 * Return the status of the run.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Convert this record to the outcome of the run.
	 * @return the outcome; its status is not terminal where the run has not ended
	 */
	public AgentRun toAgentRun() {
		return new AgentRun(this.runId, this.statusText, this.startedAt, this.finishedAt, this.numOfSteps, this.result,
				this.schemaValidation, this.error);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
