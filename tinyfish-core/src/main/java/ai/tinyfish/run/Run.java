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
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.json.Instants;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.JsonText;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The record that the API keeps of a run. In later releases it may have further fields.
 */
@JsonAutoDetect(getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
@JsonPropertyOrder({ "run_id", "status", "goal", "created_at", "started_at", "finished_at", "num_of_steps", "result",
		"schema_validation", "error", "streaming_url", "browser_config", "output_schema", "video_url", "steps" })
public final class Run {

	/**
	 * Names that the fields have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("run_id", "runId", "status", "goal", "num_of_steps", "result",
			"resultJson", "schema_validation", "error", "streaming_url", "streamingUrl", "browser_config",
			"output_schema", "video_url", "steps");

	@JsonProperty("run_id")
	private final String runId;

	@JsonProperty("status")
	private final String statusText;

	@JsonProperty("goal")
	private final @Nullable String goal;

	@JsonProperty("created_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	private final @Nullable Instant createdAt;

	@JsonProperty("started_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	private final @Nullable Instant startedAt;

	@JsonProperty("finished_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	private final @Nullable Instant finishedAt;

	@JsonProperty("num_of_steps")
	private final @Nullable Integer numOfSteps;

	@JsonProperty("result")
	private final RunResult result;

	@JsonProperty("schema_validation")
	private final @Nullable SchemaValidation schemaValidation;

	@JsonProperty("error")
	private final @Nullable RunError error;

	@JsonProperty("streaming_url")
	private final @Nullable String streamingUrl;

	@JsonProperty("browser_config")
	private final @Nullable BrowserConfig browserConfig;

	@JsonProperty("output_schema")
	private final @Nullable Object outputSchema;

	@JsonProperty("video_url")
	private final @Nullable String videoUrl;

	@JsonProperty("steps")
	private final List<RunStep> steps;

	private final JsonMap additionalProperties;

	private Run(Builder builder) {
		this.runId = (builder.runId != null) ? RunIds.bounded(builder.runId) : "";
		this.statusText = (builder.statusText != null) ? builder.statusText : RunStatus.UNKNOWN.name();
		this.goal = builder.goal;
		this.createdAt = builder.createdAt;
		this.startedAt = builder.startedAt;
		this.finishedAt = builder.finishedAt;
		this.numOfSteps = builder.numOfSteps;
		this.error = builder.error;
		this.result = ((builder.result != null) ? builder.result : RunResult.empty()).bind(this.runId, status(),
				this.error);
		this.schemaValidation = builder.schemaValidation;
		this.streamingUrl = Checks.isWebUrl(builder.streamingUrl) ? builder.streamingUrl : null;
		this.browserConfig = builder.browserConfig;
		this.outputSchema = builder.outputSchema;
		this.videoUrl = Checks.isWebUrl(builder.videoUrl) ? builder.videoUrl : null;
		this.steps = Lists.copyOf(builder.steps);
		this.additionalProperties = JsonMap.of(builder.additionalProperties, NAMES)
			.withoutTime("created_at", this.createdAt)
			.withoutTime("started_at", this.startedAt)
			.withoutTime("finished_at", this.finishedAt);
	}

	// null is what is left of a value that is no object
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable Run read(@Nullable Builder builder) {
		return (builder != null) ? builder.build() : null;
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder().runId(this.runId)
			.statusText(this.statusText)
			.goal(this.goal)
			.createdAt(this.createdAt)
			.startedAt(this.startedAt)
			.finishedAt(this.finishedAt)
			.numOfSteps(this.numOfSteps)
			.result(this.result)
			.schemaValidation(this.schemaValidation)
			.error(this.error)
			.streamingUrl(this.streamingUrl)
			.browserConfig(this.browserConfig)
			.outputSchema(this.outputSchema)
			.videoUrl(this.videoUrl)
			.steps(this.steps)
			.additionalProperties(this.additionalProperties);
	}

	/**
	 * Return the id of the run.
	 * @return the id, empty if the response lacks it
	 */
	public String runId() {
		return this.runId;
	}

	/**
	 * Return the status as received.
	 * @return the status, {@code UNKNOWN} if the service named none
	 */
	public String statusText() {
		return this.statusText;
	}

	/**
	 * Return the status of the run.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Return the goal of the agent.
	 * @return the goal, or null if the response lacks it
	 */
	public @Nullable String goal() {
		return this.goal;
	}

	/**
	 * Return when the run was accepted.
	 * @return the time, or null if it is not known
	 */
	public @Nullable Instant createdAt() {
		return this.createdAt;
	}

	/**
	 * Return when the agent began.
	 * @return the time, or null if it has not begun
	 */
	public @Nullable Instant startedAt() {
		return this.startedAt;
	}

	/**
	 * Return when the run ended.
	 * @return the time, or null if it has not ended
	 */
	public @Nullable Instant finishedAt() {
		return this.finishedAt;
	}

	/**
	 * Return the number of steps that the agent took.
	 * @return the number, or null while the run goes on
	 */
	public @Nullable Integer numOfSteps() {
		return this.numOfSteps;
	}

	/**
	 * Return the result of the run.
	 * @return the result, never null
	 */
	public RunResult result() {
		return this.result;
	}

	/**
	 * Return whether the result matches the requested output schema.
	 * @return the validation, or null if no schema was requested or the service does not
	 * report one
	 */
	public @Nullable SchemaValidation schemaValidation() {
		return this.schemaValidation;
	}

	/**
	 * Return the error of the run.
	 * @return the error, or null if the service reported none
	 */
	public @Nullable RunError error() {
		return this.error;
	}

	/**
	 * Return the URL of the live view of the browser. It works only while the run is
	 * active.
	 * @return an http or https URL, or null
	 */
	public @Nullable String streamingUrl() {
		return this.streamingUrl;
	}

	/**
	 * Return how the browser reached the web.
	 * @return the configuration, or null if the response lacks it
	 */
	public @Nullable BrowserConfig browserConfig() {
		return this.browserConfig;
	}

	/**
	 * Return the requested output schema.
	 * @return a map or a boolean, or null if none was requested
	 */
	public @Nullable Object outputSchema() {
		return this.outputSchema;
	}

	/**
	 * Return the URL of the recording. It works for some minutes, and only {@code get}
	 * returns it.
	 * @return the URL, or null
	 */
	public @Nullable String videoUrl() {
		return this.videoUrl;
	}

	/**
	 * Return the steps of the agent.
	 * @return the steps; empty in lists
	 */
	public List<RunStep> steps() {
		return this.steps;
	}

	/**
	 * Convert this record to the outcome of the run, with its additional properties.
	 * @return the outcome; its status is not terminal where the run has not ended
	 */
	public AgentRun toAgentRun() {
		return AgentRun.builder()
			.runId(this.runId)
			.statusText(this.statusText)
			.startedAt(this.startedAt)
			.finishedAt(this.finishedAt)
			.numOfSteps(this.numOfSteps)
			.result(this.result)
			.schemaValidation(this.schemaValidation)
			.error(this.error)
			.additionalProperties(this.additionalProperties)
			.build();
	}

	/**
	 * Return the fields of the run without a field of their own: those that the methods
	 * below read, those that this version does not know, and {@code created_at},
	 * {@code started_at} and {@code finished_at} if they cannot be parsed. In JSON they
	 * are beside the other fields.
	 * <p>
	 * Each value is parsed when it is read from the map. A number with an exponent beyond
	 * 9,999 is a text.
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
		return JsonMap.text(this.additionalProperties, "profile_id");
	}

	/**
	 * Return whether the browser started with a stored profile (property
	 * {@code profile_attached}).
	 * @return whether it did, or null where the service does not say
	 */
	public @Nullable Boolean profileAttached() {
		return (this.additionalProperties.get("profile_attached") instanceof Boolean flag) ? flag : null;
	}

	/**
	 * Return the hint that a browser profile would help (property {@code profile_hint}).
	 * @return the hint, or null where there is none
	 */
	public @Nullable ProfileHint profileHint() {
		return ProfileHint.of(this.additionalProperties);
	}

	/**
	 * Return where to read more: property {@code help_url}, which may come without an
	 * error, or else that of the error.
	 * @return the URL, or null where there is none
	 */
	public @Nullable String helpUrl() {
		String url = JsonMap.text(this.additionalProperties, "help_url");
		return (url != null || this.error == null) ? url : this.error.helpUrl();
	}

	/**
	 * Return a hint to the reader: property {@code help_message}, which may come without
	 * an error, or else that of the error.
	 * @return the hint, or null where there is none
	 */
	public @Nullable String helpMessage() {
		String message = JsonMap.text(this.additionalProperties, "help_message");
		return (message != null || this.error == null) ? message : this.error.helpMessage();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Run that && fields().equals(that.fields());
	}

	@Override
	public int hashCode() {
		return fields().hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("Run", fields());
	}

	private Map<String, @Nullable Object> fields() {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("runId", this.runId);
		fields.put("statusText", this.statusText);
		fields.put("goal", this.goal);
		fields.put("createdAt", this.createdAt);
		fields.put("startedAt", this.startedAt);
		fields.put("finishedAt", this.finishedAt);
		fields.put("numOfSteps", this.numOfSteps);
		fields.put("result", this.result);
		fields.put("schemaValidation", this.schemaValidation);
		fields.put("error", this.error);
		fields.put("streamingUrl", this.streamingUrl);
		fields.put("browserConfig", this.browserConfig);
		fields.put("outputSchema", this.outputSchema);
		fields.put("videoUrl", this.videoUrl);
		fields.put("steps", this.steps);
		fields.put(Descriptions.ADDITIONAL_PROPERTIES, this.additionalProperties);
		return fields;
	}

	/**
	 * Builder of records of runs. All values are optional.
	 */
	@JsonAutoDetect(setterVisibility = Visibility.NONE)
	public static final class Builder {

		private @Nullable String runId;

		private @Nullable String statusText;

		private @Nullable String goal;

		private @Nullable Instant createdAt;

		private @Nullable Instant startedAt;

		private @Nullable Instant finishedAt;

		private @Nullable Integer numOfSteps;

		private @Nullable RunResult result;

		private @Nullable SchemaValidation schemaValidation;

		private @Nullable RunError error;

		private @Nullable String streamingUrl;

		private @Nullable BrowserConfig browserConfig;

		private @Nullable Object outputSchema;

		private @Nullable String videoUrl;

		private @Nullable List<RunStep> steps;

		private Map<String, String> additionalProperties = new LinkedHashMap<>();

		private Builder() {
		}

		/**
		 * Set the id of the run.
		 * @param runId the id; null becomes an empty text
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
		 * Set the goal of the agent.
		 * @param goal the goal, or null
		 * @return this builder
		 */
		@JsonProperty("goal")
		public Builder goal(@Nullable String goal) {
			this.goal = goal;
			return this;
		}

		/**
		 * Set when the run was accepted.
		 * @param createdAt the time, or null
		 * @return this builder
		 */
		public Builder createdAt(@Nullable Instant createdAt) {
			this.createdAt = createdAt;
			return this;
		}

		@JsonProperty("created_at")
		@JsonDeserialize(using = JsonText.class)
		Builder receivedCreatedAt(String json) {
			this.additionalProperties.put("created_at", json);
			return createdAt(Instants.parseJson(json));
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

		@JsonProperty("started_at")
		@JsonDeserialize(using = JsonText.class)
		Builder receivedStartedAt(String json) {
			this.additionalProperties.put("started_at", json);
			return startedAt(Instants.parseJson(json));
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

		@JsonProperty("finished_at")
		@JsonDeserialize(using = JsonText.class)
		Builder receivedFinishedAt(String json) {
			this.additionalProperties.put("finished_at", json);
			return finishedAt(Instants.parseJson(json));
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
		 * Set the URL of the live view of the browser.
		 * @param streamingUrl the URL, or null; what is neither an http nor an https URL
		 * becomes null
		 * @return this builder
		 */
		@JsonProperty("streaming_url")
		@JsonAlias("streamingUrl")
		public Builder streamingUrl(@Nullable String streamingUrl) {
			this.streamingUrl = streamingUrl;
			return this;
		}

		/**
		 * Set how the browser reached the web.
		 * @param browserConfig the configuration, or null
		 * @return this builder
		 */
		@JsonProperty("browser_config")
		public Builder browserConfig(@Nullable BrowserConfig browserConfig) {
			this.browserConfig = browserConfig;
			return this;
		}

		/**
		 * Set the requested output schema.
		 * @param outputSchema a map or a boolean, or null
		 * @return this builder
		 */
		@JsonProperty("output_schema")
		public Builder outputSchema(@Nullable Object outputSchema) {
			this.outputSchema = outputSchema;
			return this;
		}

		/**
		 * Set the URL of the recording.
		 * @param videoUrl the URL, or null; what is neither an http nor an https URL
		 * becomes null
		 * @return this builder
		 */
		@JsonProperty("video_url")
		public Builder videoUrl(@Nullable String videoUrl) {
			this.videoUrl = videoUrl;
			return this;
		}

		/**
		 * Set the steps of the agent.
		 * @param steps the steps; null becomes an empty list
		 * @return this builder
		 */
		@JsonProperty("steps")
		public Builder steps(@Nullable List<RunStep> steps) {
			this.steps = steps;
			return this;
		}

		/**
		 * Set the properties without a field of their own, in place of those that were
		 * set before. Properties that a field has a value for are ignored.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		public Builder additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.additionalProperties = JsonMap.toJson(properties);
			return this;
		}

		@JsonAnySetter
		@JsonDeserialize(contentUsing = JsonText.class)
		void additionalProperty(String name, String json) {
			this.additionalProperties.put(name, json);
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public Run build() {
			return new Run(this);
		}

	}

	/**
	 * Configuration of the browser of a run, as it was used.
	 *
	 * @param proxyEnabled whether through a proxy, or null where that is not said
	 * @param proxyCountryCode the country of the proxy such as {@code US}, or null
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record BrowserConfig(@JsonProperty("proxy_enabled") @Nullable Boolean proxyEnabled,
			@JsonProperty("proxy_country_code") @Nullable String proxyCountryCode) {

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

	}

}
