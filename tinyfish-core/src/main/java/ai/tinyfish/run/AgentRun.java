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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * The outcome of a run, as reported by the stream, a poll or a webhook.
 *
 * @param runId the run, or null where the service created none
 * @param statusText the status as received
 * @param startedAt when the agent began, or null where that is not known
 * @param finishedAt when the run ended, or null where that is not known
 * @param numOfSteps how many steps the agent took, or null where that is not known
 * @param result what the run found, never null
 * @param schemaValidation whether the result matches the requested output schema, or null
 * where none was requested or nothing is said about it
 * @param error why the run did not end well, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AgentRun(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("status") String statusText, @JsonProperty("started_at") @Nullable Instant startedAt,
		@JsonProperty("finished_at") @Nullable Instant finishedAt,
		@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
		@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
		@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
		@JsonProperty("error") @Nullable RunError error) {

	/**
	 * Create a new outcome.
	 * @param runId the run, or null
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result what the run found; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 */
	public AgentRun {
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
		result = ((result != null) ? result : RunResult.empty()).bind(runId, RunStatus.of(statusText), error);
	}

	/**
	 * Create the outcome of a completed run of which only the result is known, such as
	 * one for a test.
	 * @param runId the run
	 * @param result what it found
	 * @return the run
	 */
	public static AgentRun completed(String runId, RunResult result) {
		return new AgentRun(runId, RunStatus.COMPLETED.name(), null, null, null, result, null, null);
	}

	/**
	 * Create the outcome of a failed run of which only the error is known, such as one
	 * for a test.
	 * @param runId the run
	 * @param error why it failed
	 * @return the run
	 */
	public static AgentRun failed(String runId, RunError error) {
		return new AgentRun(runId, RunStatus.FAILED.name(), null, null, null, RunResult.empty(), null, error);
	}

	/**
	 * Return this run with its result as a type of the caller's. The result has to have
	 * all that the type requires, whichever output schema was sent.
	 * @param <T> the type of the result
	 * @param type the target type, such as a record
	 * @return the run and its value, which is converted when it is asked for
	 */
	public <T> TypedRun<T> typed(Class<T> type) {
		return new TypedRun<>(this, type);
	}

	/**
	 * Return this run with its result as a generic type of the caller's.
	 * @param <T> the type of the result
	 * @param type the target type
	 * @return the run and its value, which is converted when it is asked for
	 */
	public <T> TypedRun<T> typed(ParameterizedTypeReference<T> type) {
		return new TypedRun<>(this, type.getType());
	}

	/**
	 * Return the status.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Return whether the run completed. This does not mean that it reached its goal:
	 * check the result.
	 * @return true for {@link RunStatus#COMPLETED}
	 */
	@JsonIgnore
	public boolean isSuccessful() {
		return status() == RunStatus.COMPLETED;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
