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

import ai.tinyfish.internal.json.JsonFields;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * The outcome of a run, as reported by the stream, a poll or a webhook. In later releases
 * it may have further fields.
 *
 * @since 0.1.0
 */
@JsonPropertyOrder({ "run_id", "status", "started_at", "finished_at", "num_of_steps", "result", "schema_validation",
		"error" })
public final class AgentRun extends AbstractRun {

	AgentRun(JsonFields fields) {
		super(fields);
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable AgentRun read(@Nullable JsonFields fields) {
		return (fields != null) ? new AgentRun(fields.unify(AgentRun.class)) : null;
	}

	/**
	 * Create a builder of an outcome, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder(new JsonFields());
	}

	/**
	 * Create the outcome of a completed run with its result only, such as for a test.
	 * @param runId the run
	 * @param result its result
	 * @return the run
	 */
	public static AgentRun completed(String runId, RunResult result) {
		return builder().runId(runId).statusText(RunStatus.COMPLETED.name()).result(result).build();
	}

	/**
	 * Create the outcome of a failed run with its error only, such as for a test.
	 * @param runId the run
	 * @param error the error
	 * @return the run
	 */
	public static AgentRun failed(String runId, RunError error) {
		return builder().runId(runId).statusText(RunStatus.FAILED.name()).error(error).build();
	}

	/**
	 * Create a builder with the values of this outcome.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder(this.fields.copy());
	}

	/**
	 * Return this run with its result as a type of the caller. The result must have
	 * everything that the type requires, independently of the output schema that was
	 * sent.
	 * @param <T> the type of the result
	 * @param type the target type, such as a record
	 * @return the run and its value, which is converted on first access
	 */
	public <T> TypedRun<T> typed(Class<T> type) {
		return new TypedRun<>(this, type);
	}

	/**
	 * Return this run with its result as a generic type of the caller.
	 * @param <T> the type of the result
	 * @param type the target type
	 * @return the run and its value, which is converted on first access
	 */
	public <T> TypedRun<T> typed(ParameterizedTypeReference<T> type) {
		return new TypedRun<>(this, type.getType());
	}

	/**
	 * Return the id of the run.
	 * @return the id, or null if the service names none
	 */
	@JsonProperty("run_id")
	@JsonAlias("runId")
	public @Nullable String runId() {
		return id();
	}

	/**
	 * Return whether the run completed. This does not mean that it reached its goal:
	 * check the result.
	 * @return true for {@link RunStatus#COMPLETED}
	 */
	public boolean isCompleted() {
		return status() == RunStatus.COMPLETED;
	}

	/**
	 * Builder of outcomes. All values are optional.
	 */
	public static final class Builder extends AbstractRun.Builder<Builder> {

		Builder(JsonFields fields) {
			super(fields);
		}

		/**
		 * Create the outcome.
		 * @return a new outcome
		 */
		public AgentRun build() {
			return new AgentRun(this.fields.copy());
		}

	}

}
