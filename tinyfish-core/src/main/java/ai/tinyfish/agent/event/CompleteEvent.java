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
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.SchemaValidation;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The run has ended: the last event of a run.
 *
 * @param runId the run, or null where that is not said
 * @param timestamp when the event was sent, or null where that is not said
 * @param statusText how the run ended, as received
 * @param result what the run found, never null
 * @param error why the run did not end well, or null
 * @param recovered whether the stream had broken, and the ending was learnt by asking for
 * the run
 * @param startedAt when the agent began, or null: only the record of the run says it
 * @param finishedAt when the run ended, or null: only the record says it
 * @param numOfSteps how many steps the agent took, or null: only the record says it
 * @param schemaValidation whether the result matches the requested output schema, or
 * null: only the record says it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CompleteEvent(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("timestamp") @Nullable Instant timestamp, @JsonProperty("status") String statusText,
		@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
		@JsonProperty("error") @Nullable RunError error, @JsonProperty("recovered") boolean recovered,
		@JsonProperty("started_at") @Nullable Instant startedAt,
		@JsonProperty("finished_at") @Nullable Instant finishedAt,
		@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
		@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param runId the run, or null
	 * @param timestamp when the event was sent, or null
	 * @param statusText how the run ended, as received
	 * @param result what the run found; null is read as an empty result
	 * @param error why the run did not end well, or null
	 * @param recovered whether the ending was learnt by asking for the run
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param schemaValidation whether the result matches the requested schema, or null
	 */
	public CompleteEvent {
		Objects.requireNonNull(statusText, "statusText must not be null");
		// a run ties its result to its ending
		result = new AgentRun(runId, statusText, startedAt, finishedAt, numOfSteps, result, schemaValidation, error)
			.result();
	}

	/**
	 * The event that tells the given ending.
	 * @param run how the run ended
	 * @param timestamp when that was said, or null
	 * @param recovered whether the ending was learnt by asking for the run
	 * @return the event
	 */
	public static CompleteEvent of(AgentRun run, @Nullable Instant timestamp, boolean recovered) {
		return new CompleteEvent(run.runId(), timestamp, run.statusText(), run.result(), run.error(), recovered,
				run.startedAt(), run.finishedAt(), run.numOfSteps(), run.schemaValidation());
	}

	@Override
	@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY)
	public String type() {
		return "COMPLETE";
	}

	/**
	 * How the run ended.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * How the run ended, without the circumstances of the stream.
	 * @return the ending
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
