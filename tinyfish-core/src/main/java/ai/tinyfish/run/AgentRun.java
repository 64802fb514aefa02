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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.internal.json.Instants;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.JsonText;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.core.ParameterizedTypeReference;

/**
 * The outcome of a run, as reported by the stream, a poll or a webhook. In later releases
 * it may have further fields.
 */
@JsonAutoDetect(getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
@JsonPropertyOrder({ "run_id", "status", "started_at", "finished_at", "num_of_steps", "result", "schema_validation",
		"error" })
public final class AgentRun {

	/**
	 * Names that the fields have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("run_id", "runId", "status", "num_of_steps", "result", "resultJson",
			"schema_validation", "error");

	private final Values values;

	private AgentRun(Values values) {
		this.values = values;
	}

	// null is what is left of a value that is no object
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable AgentRun read(@Nullable Builder builder) {
		return (builder != null) ? builder.build() : null;
	}

	/**
	 * Create a builder of an outcome, such as one for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create the outcome of a completed run of which only the result is known, such as
	 * one for a test.
	 * @param runId the run
	 * @param result its result
	 * @return the run
	 */
	public static AgentRun completed(String runId, RunResult result) {
		return builder().runId(runId).statusText(RunStatus.COMPLETED.name()).result(result).build();
	}

	/**
	 * Create the outcome of a failed run of which only the error is known, such as one
	 * for a test.
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
		return new Builder().runId(this.values.runId())
			.statusText(this.values.statusText())
			.startedAt(this.values.startedAt())
			.finishedAt(this.values.finishedAt())
			.numOfSteps(this.values.numOfSteps())
			.result(this.values.result())
			.schemaValidation(this.values.schemaValidation())
			.error(this.values.error())
			.additionalProperties(this.values.additionalProperties());
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
	 * Return the id of the run.
	 * @return the id, or null if the service created no run
	 */
	@JsonProperty("run_id")
	public @Nullable String runId() {
		return this.values.runId();
	}

	/**
	 * Return the status as received.
	 * @return the status, {@code UNKNOWN} if the service named none
	 */
	@JsonProperty("status")
	public String statusText() {
		return this.values.statusText();
	}

	/**
	 * Return the status.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(this.values.statusText());
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
	 * Return when the agent began.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("started_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant startedAt() {
		return this.values.startedAt();
	}

	/**
	 * Return when the run ended.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("finished_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant finishedAt() {
		return this.values.finishedAt();
	}

	/**
	 * Return the number of steps that the agent took.
	 * @return the number, or null if it is not known
	 */
	@JsonProperty("num_of_steps")
	public @Nullable Integer numOfSteps() {
		return this.values.numOfSteps();
	}

	/**
	 * Return the result of the run.
	 * @return the result, never null
	 */
	@JsonProperty("result")
	public RunResult result() {
		return this.values.result();
	}

	/**
	 * Return whether the result matches the requested output schema.
	 * @return the validation, or null if no schema was requested or the service does not
	 * report one
	 */
	@JsonProperty("schema_validation")
	public @Nullable SchemaValidation schemaValidation() {
		return this.values.schemaValidation();
	}

	/**
	 * Return the error of the run.
	 * @return the error, or null if the service reported none
	 */
	@JsonProperty("error")
	public @Nullable RunError error() {
		return this.values.error();
	}

	/**
	 * Return the fields of the run without a field of their own: those that the methods
	 * below read, those that this version does not know, and {@code started_at} and
	 * {@code finished_at} if they cannot be parsed. In JSON they are beside the other
	 * fields.
	 * <p>
	 * Each value is parsed when it is read from the map. A number with an exponent beyond
	 * 9,999 is a text.
	 * @return an unmodifiable map of plain JSON values (maps, lists, texts, numbers,
	 * booleans and null) by their names on the wire; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.values.additionalProperties();
	}

	/**
	 * Return the stored browser profile that the run used (property {@code profile_id}).
	 * @return the profile's id, or null where the service does not name one
	 */
	public @Nullable String profileId() {
		return JsonMap.text(additionalProperties(), "profile_id");
	}

	/**
	 * Return whether the browser started with a stored profile (property
	 * {@code profile_attached}).
	 * @return whether it did, or null where the service does not say
	 */
	public @Nullable Boolean profileAttached() {
		return (additionalProperties().get("profile_attached") instanceof Boolean flag) ? flag : null;
	}

	/**
	 * Return the hint that a browser profile would help (property {@code profile_hint}).
	 * @return the hint, or null where there is none
	 */
	public @Nullable ProfileHint profileHint() {
		return ProfileHint.of(additionalProperties());
	}

	/**
	 * Return where to read more: property {@code help_url}, which may come without an
	 * error, or else that of the error.
	 * @return the URL, or null where there is none
	 */
	public @Nullable String helpUrl() {
		String url = JsonMap.text(additionalProperties(), "help_url");
		return (url != null || error() == null) ? url : error().helpUrl();
	}

	/**
	 * Return a hint to the reader: property {@code help_message}, which may come without
	 * an error, or else that of the error.
	 * @return the hint, or null where there is none
	 */
	public @Nullable String helpMessage() {
		String message = JsonMap.text(additionalProperties(), "help_message");
		return (message != null || error() == null) ? message : error().helpMessage();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof AgentRun run && this.values.equals(run.values);
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("AgentRun", this.values);
	}

	/**
	 * Fields of an outcome.
	 */
	private record Values(@Nullable String runId, String statusText, @Nullable Instant startedAt,
			@Nullable Instant finishedAt, @Nullable Integer numOfSteps, RunResult result,
			@Nullable SchemaValidation schemaValidation, @Nullable RunError error,
			Map<String, @Nullable Object> additionalProperties) {
	}

	/**
	 * Builder of outcomes. All values are optional.
	 */
	@JsonAutoDetect(setterVisibility = Visibility.NONE)
	public static final class Builder {

		private @Nullable String runId;

		private @Nullable String statusText;

		private @Nullable Instant startedAt;

		private @Nullable Instant finishedAt;

		private @Nullable Integer numOfSteps;

		private @Nullable RunResult result;

		private @Nullable SchemaValidation schemaValidation;

		private @Nullable RunError error;

		@JsonAnySetter
		@JsonDeserialize(contentUsing = JsonText.class)
		private Map<String, String> additionalProperties = new LinkedHashMap<>();

		private Builder() {
		}

		/**
		 * Set the id of the run.
		 * @param runId the id, or null
		 * @return this builder
		 */
		@JsonProperty("run_id")
		@JsonAlias("runId")
		public Builder runId(@Nullable String runId) {
			this.runId = runId;
			return this;
		}

		/**
		 * Set the status as the service names it.
		 * @param statusText the status; null becomes {@code UNKNOWN}
		 * @return this builder
		 */
		@JsonProperty("status")
		public Builder statusText(@Nullable String statusText) {
			this.statusText = statusText;
			return this;
		}

		/**
		 * Set when the agent began.
		 * @param startedAt the time, or null
		 * @return this builder
		 */
		public Builder startedAt(@Nullable Instant startedAt) {
			this.startedAt = startedAt;
			return this;
		}

		/**
		 * Set when the run ended.
		 * @param finishedAt the time, or null
		 * @return this builder
		 */
		public Builder finishedAt(@Nullable Instant finishedAt) {
			this.finishedAt = finishedAt;
			return this;
		}

		/**
		 * Set the number of steps that the agent took.
		 * @param numOfSteps the number, or null
		 * @return this builder
		 */
		@JsonProperty("num_of_steps")
		public Builder numOfSteps(@Nullable Integer numOfSteps) {
			this.numOfSteps = numOfSteps;
			return this;
		}

		/**
		 * Set the result of the run.
		 * @param result the result; null becomes an empty result
		 * @return this builder
		 */
		@JsonProperty("result")
		@JsonAlias("resultJson")
		public Builder result(@Nullable RunResult result) {
			this.result = result;
			return this;
		}

		/**
		 * Set whether the result matches the requested output schema.
		 * @param schemaValidation the validation, or null
		 * @return this builder
		 */
		@JsonProperty("schema_validation")
		public Builder schemaValidation(@Nullable SchemaValidation schemaValidation) {
			this.schemaValidation = schemaValidation;
			return this;
		}

		/**
		 * Set the error of the run.
		 * @param error the error, or null
		 * @return this builder
		 */
		@JsonProperty("error")
		public Builder error(@Nullable RunError error) {
			this.error = error;
			return this;
		}

		/**
		 * Set the properties without a field of their own, in place of those that were
		 * set before. Properties that a field has a value for are ignored. A time that is
		 * not set is read from them.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		public Builder additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.additionalProperties = JsonMap.toJson(properties);
			return this;
		}

		/**
		 * Create the outcome.
		 * @return a new outcome
		 */
		public AgentRun build() {
			return build(new LinkedHashMap<>(this.additionalProperties));
		}

		/**
		 * Create the outcome.
		 * @param properties the additional properties as JSON, of which those are taken
		 * out that have a field
		 */
		AgentRun build(Map<String, String> properties) {
			properties.keySet().removeAll(NAMES);
			Instant start = Instants.extract(properties, "started_at", this.startedAt);
			Instant finish = Instants.extract(properties, "finished_at", this.finishedAt);
			String id = (this.runId != null) ? RunIds.bounded(this.runId) : null;
			String status = Objects.requireNonNullElse(this.statusText, RunStatus.UNKNOWN.name());
			RunResult bound = Objects.requireNonNullElse(this.result, RunResult.empty())
				.bind(id, RunStatus.of(status), this.error);
			return new AgentRun(new Values(id, status, start, finish, this.numOfSteps, bound, this.schemaValidation,
					this.error, new JsonMap(properties)));
		}

	}

}
