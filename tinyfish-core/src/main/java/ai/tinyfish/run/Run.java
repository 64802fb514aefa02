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
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.json.PlainJson;
import ai.tinyfish.internal.json.ReceivedTime;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The record that the API keeps of a run.
 *
 * @param runId the run; empty if the response lacks it
 * @param statusText the status as received
 * @param goal the goal of the agent, or null where that is not said
 * @param createdAt when the run was accepted, or null where that is not said
 * @param startedAt when the agent began, or null where it has not
 * @param finishedAt when the run ended, or null where it has not
 * @param numOfSteps how many steps the agent took, or null while it is running
 * @param result the result of the run, never null
 * @param schemaValidation whether the result matches the requested output schema, or null
 * @param error why the run did not end well, or null
 * @param streamingUrl where to watch the browser, an http or https URL, or null; good
 * only while the run is active
 * @param browserConfig how the browser reached the web, or null
 * @param outputSchema the requested output schema: a map or a boolean, or null
 * @param videoUrl where to fetch the recording, an http or https URL, or null; good for
 * some minutes only, and only {@code get} gives it
 * @param steps the steps of the agent; empty in lists
 * @param additionalProperties all that has no component here, by their names on the wire
 */
public record Run(@JsonProperty("run_id") @JsonAlias("runId") String runId, @JsonProperty("status") String statusText,
		@JsonProperty("goal") @Nullable String goal,
		@JsonProperty("created_at") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant createdAt,
		@JsonProperty("started_at") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant startedAt,
		@JsonProperty("finished_at") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant finishedAt,
		@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
		@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
		@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
		@JsonProperty("error") @Nullable RunError error,
		@JsonProperty("streaming_url") @JsonAlias("streamingUrl") @Nullable String streamingUrl,
		@JsonProperty("browser_config") @Nullable BrowserConfig browserConfig,
		@JsonProperty("output_schema") @Nullable Object outputSchema,
		@JsonProperty("video_url") @Nullable String videoUrl, @JsonProperty("steps") List<RunStep> steps,
		Map<String, @Nullable Object> additionalProperties) {

	/**
	 * Names that the components have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("run_id", "runId", "status", "goal", "num_of_steps", "result",
			"resultJson", "schema_validation", "error", "streaming_url", "streamingUrl", "browser_config",
			"output_schema", "video_url", "steps");

	/**
	 * Create a new record of a run.
	 * @param runId the run; null is read as an empty text
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param goal the goal of the agent, or null
	 * @param createdAt when the run was accepted, or null
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result the result of the run; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 * @param streamingUrl where to watch the browser, or null; what is neither an http
	 * nor an https URL is read as null
	 * @param browserConfig how the browser reached the web, or null
	 * @param outputSchema the requested output schema, or null
	 * @param videoUrl where to fetch the recording, or null; what is neither an http nor
	 * an https URL is read as null
	 * @param steps the steps of the agent; null is read as none
	 * @param additionalProperties plain JSON values by their names on the wire; those
	 * that a component has a value for are left out, and null is read as none
	 */
	public Run {
		runId = (runId != null) ? RunIds.bounded(runId) : "";
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
		result = ((result != null) ? result : RunResult.empty()).bind(runId, RunStatus.of(statusText), error);
		streamingUrl = Checks.isWebUrl(streamingUrl) ? streamingUrl : null;
		videoUrl = Checks.isWebUrl(videoUrl) ? videoUrl : null;
		steps = Lists.copyOf(steps);
		additionalProperties = new AdditionalProperties(additionalProperties).without(NAMES)
			.time("created_at", createdAt)
			.time("started_at", startedAt)
			.time("finished_at", finishedAt)
			.toMap();
	}

	/**
	 * Create a new record of a run without additional properties.
	 * @param runId the run; null is read as an empty text
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param goal the goal of the agent, or null
	 * @param createdAt when the run was accepted, or null
	 * @param startedAt when the agent began, or null
	 * @param finishedAt when the run ended, or null
	 * @param numOfSteps how many steps the agent took, or null
	 * @param result the result of the run; null is read as an empty result
	 * @param schemaValidation whether the result matches the requested schema, or null
	 * @param error why the run did not end well, or null
	 * @param streamingUrl where to watch the browser, or null; what is neither an http
	 * nor an https URL is read as null
	 * @param browserConfig how the browser reached the web, or null
	 * @param outputSchema the requested output schema, or null
	 * @param videoUrl where to fetch the recording, or null; what is neither an http nor
	 * an https URL is read as null
	 * @param steps the steps of the agent; null is read as none
	 */
	public Run(String runId, String statusText, @Nullable String goal, @Nullable Instant createdAt,
			@Nullable Instant startedAt, @Nullable Instant finishedAt, @Nullable Integer numOfSteps, RunResult result,
			@Nullable SchemaValidation schemaValidation, @Nullable RunError error, @Nullable String streamingUrl,
			@Nullable BrowserConfig browserConfig, @Nullable Object outputSchema, @Nullable String videoUrl,
			List<RunStep> steps) {
		this(runId, statusText, goal, createdAt, startedAt, finishedAt, numOfSteps, result, schemaValidation, error,
				streamingUrl, browserConfig, outputSchema, videoUrl, steps, Map.of());
	}

	@JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
	static Run read(@JsonProperty("run_id") @JsonAlias("runId") String runId, @JsonProperty("status") String statusText,
			@JsonProperty("goal") @Nullable String goal, @JsonProperty("created_at") @Nullable ReceivedTime createdAt,
			@JsonProperty("started_at") @Nullable ReceivedTime startedAt,
			@JsonProperty("finished_at") @Nullable ReceivedTime finishedAt,
			@JsonProperty("num_of_steps") @Nullable Integer numOfSteps,
			@JsonProperty("result") @JsonAlias("resultJson") RunResult result,
			@JsonProperty("schema_validation") @Nullable SchemaValidation schemaValidation,
			@JsonProperty("error") @Nullable RunError error,
			@JsonProperty("streaming_url") @JsonAlias("streamingUrl") @Nullable String streamingUrl,
			@JsonProperty("browser_config") @Nullable BrowserConfig browserConfig,
			@JsonProperty("output_schema") @Nullable Object outputSchema,
			@JsonProperty("video_url") @Nullable String videoUrl, @JsonProperty("steps") List<RunStep> steps,
			@JsonAnySetter @JsonDeserialize(
					contentUsing = PlainJson.Deserializer.class) @Nullable Map<String, @Nullable Object> properties) {
		return new Run(runId, statusText, goal, AdditionalProperties.value(createdAt),
				AdditionalProperties.value(startedAt), AdditionalProperties.value(finishedAt), numOfSteps, result,
				schemaValidation, error, streamingUrl, browserConfig, outputSchema, videoUrl, steps,
				AdditionalProperties.read(properties)
					.received("created_at", createdAt)
					.received("started_at", startedAt)
					.received("finished_at", finishedAt)
					.toMap());
	}

	/**
	 * Return the status of the run.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Convert this record to the outcome of the run, with its additional properties.
	 * @return the outcome; its status is not terminal where the run has not ended
	 */
	public AgentRun toAgentRun() {
		return new AgentRun(this.runId, this.statusText, this.startedAt, this.finishedAt, this.numOfSteps, this.result,
				this.schemaValidation, this.error, this.additionalProperties);
	}

	/**
	 * Return the fields of the run that have no component here: those that the methods
	 * below read, those that this version does not know, and {@code created_at},
	 * {@code started_at} and {@code finished_at} if they cannot be parsed. In JSON they
	 * are beside the components.
	 * <p>
	 * The secrets of the request are redacted in them as in {@link RunError}, also in
	 * names that this version does not know. Within a profile id, a time or a number, a
	 * secret of fewer than 8 characters is not redacted: a match would be a coincidence.
	 * <p>
	 * Of each text the first 64 Ki characters are kept, and of one run, with its error
	 * and steps, 10,000 values and 1 Mi characters. A map or list beyond this limit
	 * becomes a text: the beginning of its JSON, of at most 64 Ki characters. If there is
	 * no room even for that, it is left out.
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
