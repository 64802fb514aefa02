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
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.json.PlainJson;
import ai.tinyfish.internal.json.ReceivedTime;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.core.ParameterizedTypeReference;

/**
 * The outcome of a run, as reported by the stream, a poll or a webhook.
 *
 * @param runId the run, or null where the service created none
 * @param statusText the status as received
 * @param startedAt when the agent began, or null where that is not known
 * @param finishedAt when the run ended, or null where that is not known
 * @param numOfSteps how many steps the agent took, or null where that is not known
 * @param result the result of the run, never null
 * @param schemaValidation whether the result matches the requested output schema, or null
 * where none was requested or nothing is said about it
 * @param error why the run did not end well, or null
 * @param additionalProperties all that has no component here, by their names on the wire
 */
public record AgentRun(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("status") String statusText,
		@JsonProperty("started_at") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant startedAt,
		@JsonProperty("finished_at") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant finishedAt,
		@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
		@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
		@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
		@JsonProperty("error") @Nullable RunError error, Map<String, @Nullable Object> additionalProperties) {

	/**
	 * Names that the components have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("run_id", "runId", "status", "num_of_steps", "result", "resultJson",
			"schema_validation", "error");

	/**
	 * Create a new outcome.
	 * @param runId the run, or null
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result the result of the run; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 * @param additionalProperties plain JSON values by their names on the wire; those
	 * that a component has a value for are left out, and null is read as none
	 */
	public AgentRun {
		runId = (runId != null) ? RunIds.bounded(runId) : null;
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
		result = ((result != null) ? result : RunResult.empty()).bind(runId, RunStatus.of(statusText), error);
		additionalProperties = new AdditionalProperties(additionalProperties).without(NAMES)
			.time("started_at", startedAt)
			.time("finished_at", finishedAt)
			.toMap();
	}

	/**
	 * Create a new outcome without additional properties.
	 * @param runId the run, or null
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result the result of the run; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 */
	public AgentRun(@Nullable String runId, String statusText, @Nullable Instant startedAt,
			@Nullable Instant finishedAt, @Nullable Integer numOfSteps, RunResult result,
			@Nullable SchemaValidation schemaValidation, @Nullable RunError error) {
		this(runId, statusText, startedAt, finishedAt, numOfSteps, result, schemaValidation, error, Map.of());
	}

	@JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
	static AgentRun read(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
			@JsonProperty("status") String statusText, @JsonProperty("started_at") @Nullable ReceivedTime startedAt,
			@JsonProperty("finished_at") @Nullable ReceivedTime finishedAt,
			@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
			@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
			@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
			@JsonProperty("error") @Nullable RunError error, @JsonAnySetter @JsonDeserialize(
					contentUsing = PlainJson.Deserializer.class) @Nullable Map<String, @Nullable Object> properties) {
		return new AgentRun(runId, statusText, AdditionalProperties.value(startedAt),
				AdditionalProperties.value(finishedAt), numOfSteps, result, schemaValidation, error,
				AdditionalProperties.read(properties)
					.received("started_at", startedAt)
					.received("finished_at", finishedAt)
					.toMap());
	}

	/**
	 * Create the outcome of a completed run of which only the result is known, such as
	 * one for a test.
	 * @param runId the run
	 * @param result its result
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

	/**
	 * Return the fields of the run that have no component here: those that the methods
	 * below read, those that this version does not know, and {@code started_at} and
	 * {@code finished_at} if they cannot be parsed. In JSON they are beside the
	 * components.
	 * <p>
	 * The secrets of the request are redacted in them as in {@link RunError}, also in
	 * names that this version does not know. Within a profile id, a time or a number, a
	 * secret of fewer than 8 characters is not redacted: a match would be a coincidence.
	 * <p>
	 * Of each text the first 64 Ki characters are kept, and of one run, with its error,
	 * 10,000 values and 1 Mi characters. A map or list beyond this limit becomes a text:
	 * the beginning of its JSON, of at most 64 Ki characters. If there is no room even
	 * for that, it is left out.
	 * @return an unmodifiable map of plain JSON values (maps, lists, texts, numbers,
	 * booleans and null) by their names on the wire; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.additionalProperties;
	}

	/**
	 * Return the stored browser profile that the run used (property {@code profile_id}).
	 * @return the profile's id, or null where the service does not name one
	 */
	public @Nullable String profileId() {
		return AdditionalProperties.text(this.additionalProperties, "profile_id");
	}

	/**
	 * Return whether the browser started with a stored profile (property
	 * {@code profile_attached}).
	 * @return whether it did, or null where the service does not say
	 */
	public @Nullable Boolean profileAttached() {
		return AdditionalProperties.flag(this.additionalProperties, "profile_attached");
	}

	/**
	 * Return the hint that a browser profile would help (property {@code profile_hint}).
	 * @return the hint, or null where there is none
	 */
	public @Nullable ProfileHint profileHint() {
		return AdditionalProperties.profileHint(this.additionalProperties);
	}

	/**
	 * Return where to read more: property {@code help_url}, which may come without an
	 * error, or else that of the error.
	 * @return the URL, or null where there is none
	 */
	public @Nullable String helpUrl() {
		String url = AdditionalProperties.text(this.additionalProperties, "help_url");
		return (url != null || this.error == null) ? url : this.error.helpUrl();
	}

	/**
	 * Return a hint to the reader: property {@code help_message}, which may come without
	 * an error, or else that of the error.
	 * @return the hint, or null where there is none
	 */
	public @Nullable String helpMessage() {
		String message = AdditionalProperties.text(this.additionalProperties, "help_message");
		return (message != null || this.error == null) ? message : this.error.helpMessage();
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
