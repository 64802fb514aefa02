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
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * The last event of a run, with its outcome. In JSON, the properties of the outcome stand
 * beside those of the event.
 *
 * @param run the outcome
 * @param timestamp when the event was sent, or null if that is not known
 * @param recovered whether the stream broke, and the outcome was read from the record of
 * the run
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CompleteEvent(@JsonUnwrapped AgentRun run, @JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("recovered") boolean recovered) implements AgentEvent {

	/**
	 * Create a new event.
	 * @param run the outcome
	 * @param timestamp when the event was sent, or null
	 * @param recovered whether the outcome was read from the record of the run
	 */
	public CompleteEvent {
		Objects.requireNonNull(run, "run must not be null");
	}

	// the type is read as well: it is not a property of the run
	@JsonCreator
	static CompleteEvent read(@JsonProperty("type") @Nullable String type, @JsonUnwrapped AgentRun run,
			@JsonProperty("timestamp") @Nullable Instant timestamp, @JsonProperty("recovered") boolean recovered) {
		return new CompleteEvent(run, timestamp, recovered);
	}

	@Override
	@JsonProperty("type")
	public String type() {
		return "COMPLETE";
	}

	@Override
	public @Nullable String runId() {
		return this.run.runId();
	}

	/**
	 * Return the status as received.
	 * @return the status
	 */
	public String statusText() {
		return this.run.statusText();
	}

	/**
	 * Return the status.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return this.run.status();
	}

	/**
	 * Return the result.
	 * @return the result, never null
	 */
	public RunResult result() {
		return this.run.result();
	}

	/**
	 * Return the reason why the run was not successful.
	 * @return the error, or null
	 */
	public @Nullable RunError error() {
		return this.run.error();
	}

	/**
	 * Return when the agent began.
	 * @return the time, or null: only the record of the run has it
	 */
	public @Nullable Instant startedAt() {
		return this.run.startedAt();
	}

	/**
	 * Return when the run ended.
	 * @return the time, or null: only the record of the run has it
	 */
	public @Nullable Instant finishedAt() {
		return this.run.finishedAt();
	}

	/**
	 * Return the number of steps that the agent took.
	 * @return the number, or null: only the record of the run has it
	 */
	public @Nullable Integer numOfSteps() {
		return this.run.numOfSteps();
	}

	/**
	 * Return whether the result matches the requested output schema.
	 * @return the validation, or null: only the record of the run has it
	 */
	public @Nullable SchemaValidation schemaValidation() {
		return this.run.schemaValidation();
	}

	/**
	 * Return the outcome, as {@link #run()} does.
	 * @return the outcome
	 */
	public AgentRun toAgentRun() {
		return this.run;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
