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
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.internal.json.Instants;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.JsonText;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
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
	private static final Set<String> NAMES = Set.of("goal", "streaming_url", "streamingUrl", "browser_config",
			"output_schema", "video_url", "steps");

	private final Values values;

	private Run(Values values) {
		this.values = values;
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
		return new Builder(this.values.outcome().toBuilder()).goal(this.values.goal())
			.createdAt(this.values.createdAt())
			.streamingUrl(this.values.streamingUrl())
			.browserConfig(this.values.browserConfig())
			.outputSchema(this.values.outputSchema())
			.videoUrl(this.values.videoUrl())
			.steps(this.values.steps())
			.additionalProperties(additionalProperties());
	}

	/**
	 * Return the id of the run.
	 * @return the id, empty if the response lacks it
	 */
	@JsonProperty("run_id")
	public String runId() {
		return Objects.requireNonNull(this.values.outcome().runId());
	}

	/**
	 * Return the status as received.
	 * @return the status, {@code UNKNOWN} if the service named none
	 */
	@JsonProperty("status")
	public String statusText() {
		return this.values.outcome().statusText();
	}

	/**
	 * Return the status of the run.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(statusText());
	}

	/**
	 * Return the goal of the agent.
	 * @return the goal, or null if the response lacks it
	 */
	@JsonProperty("goal")
	public @Nullable String goal() {
		return this.values.goal();
	}

	/**
	 * Return when the run was accepted.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("created_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant createdAt() {
		return this.values.createdAt();
	}

	/**
	 * Return when the agent began.
	 * @return the time, or null if it has not begun
	 */
	@JsonProperty("started_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant startedAt() {
		return this.values.outcome().startedAt();
	}

	/**
	 * Return when the run ended.
	 * @return the time, or null if it has not ended
	 */
	@JsonProperty("finished_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant finishedAt() {
		return this.values.outcome().finishedAt();
	}

	/**
	 * Return the number of steps that the agent took.
	 * @return the number, or null while the run goes on
	 */
	@JsonProperty("num_of_steps")
	public @Nullable Integer numOfSteps() {
		return this.values.outcome().numOfSteps();
	}

	/**
	 * Return the result of the run.
	 * @return the result, never null
	 */
	@JsonProperty("result")
	public RunResult result() {
		return this.values.outcome().result();
	}

	/**
	 * Return whether the result matches the requested output schema.
	 * @return the validation, or null if no schema was requested or the service does not
	 * report one
	 */
	@JsonProperty("schema_validation")
	public @Nullable SchemaValidation schemaValidation() {
		return this.values.outcome().schemaValidation();
	}

	/**
	 * Return the error of the run.
	 * @return the error, or null if the service reported none
	 */
	@JsonProperty("error")
	public @Nullable RunError error() {
		return this.values.outcome().error();
	}

	/**
	 * Return the URL of the live view of the browser. It works only while the run is
	 * active.
	 * @return an http or https URL, or null
	 */
	@JsonProperty("streaming_url")
	public @Nullable String streamingUrl() {
		return this.values.streamingUrl();
	}

	/**
	 * Return how the browser reached the web.
	 * @return the configuration, or null if the response lacks it
	 */
	@JsonProperty("browser_config")
	public @Nullable BrowserConfig browserConfig() {
		return this.values.browserConfig();
	}

	/**
	 * Return the requested output schema.
	 * @return a map or a boolean, or null if none was requested
	 */
	@JsonProperty("output_schema")
	public @Nullable Object outputSchema() {
		return this.values.outputSchema();
	}

	/**
	 * Return the URL of the recording. It works for some minutes, and only {@code get}
	 * returns it.
	 * @return the URL, or null
	 */
	@JsonProperty("video_url")
	public @Nullable String videoUrl() {
		return this.values.videoUrl();
	}

	/**
	 * Return the steps of the agent.
	 * @return the steps; empty in lists
	 */
	@JsonProperty("steps")
	public List<RunStep> steps() {
		return this.values.steps();
	}

	/**
	 * Convert this record to the outcome of the run, with its additional properties.
	 * @return the outcome; its status is not terminal where the run has not ended
	 */
	public AgentRun toAgentRun() {
		return this.values.outcome();
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
		return this.values.outcome().additionalProperties();
	}

	/**
	 * Return the stored browser profile that the run used (property {@code profile_id}).
	 * @return the profile's id, or null where the service does not name one
	 */
	public @Nullable String profileId() {
		return this.values.outcome().profileId();
	}

	/**
	 * Return whether the browser started with a stored profile (property
	 * {@code profile_attached}).
	 * @return whether it did, or null where the service does not say
	 */
	public @Nullable Boolean profileAttached() {
		return this.values.outcome().profileAttached();
	}

	/**
	 * Return the hint that a browser profile would help (property {@code profile_hint}).
	 * @return the hint, or null where there is none
	 */
	public @Nullable ProfileHint profileHint() {
		return this.values.outcome().profileHint();
	}

	/**
	 * Return where to read more: property {@code help_url}, which may come without an
	 * error, or else that of the error.
	 * @return the URL, or null where there is none
	 */
	public @Nullable String helpUrl() {
		return this.values.outcome().helpUrl();
	}

	/**
	 * Return a hint to the reader: property {@code help_message}, which may come without
	 * an error, or else that of the error.
	 * @return the hint, or null where there is none
	 */
	public @Nullable String helpMessage() {
		return this.values.outcome().helpMessage();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Run that && this.values.equals(that.values);
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

	@Override
	public String toString() {
		return Descriptions.of("Run", this.values);
	}

	/**
	 * Fields of a run: those of its outcome, and others.
	 */
	private record Values(AgentRun outcome, @Nullable String goal, @Nullable Instant createdAt,
			@Nullable String streamingUrl, @Nullable BrowserConfig browserConfig, @Nullable Object outputSchema,
			@Nullable String videoUrl, List<RunStep> steps) {
	}

	/**
	 * Builder of records of runs. All values are optional.
	 */
	@JsonAutoDetect(setterVisibility = Visibility.NONE)
	public static final class Builder {

		private final AgentRun.Builder outcome;

		private @Nullable String goal;

		private @Nullable Instant createdAt;

		private @Nullable String streamingUrl;

		private @Nullable BrowserConfig browserConfig;

		private @Nullable Object outputSchema;

		private @Nullable String videoUrl;

		private @Nullable List<RunStep> steps;

		@JsonAnySetter
		@JsonDeserialize(contentUsing = JsonText.class)
		private Map<String, String> additionalProperties = new LinkedHashMap<>();

		private Builder() {
			this(AgentRun.builder().runId(""));
		}

		private Builder(AgentRun.Builder outcome) {
			this.outcome = outcome;
		}

		/**
		 * Set the id of the run.
		 * @param runId the id; null becomes an empty text
		 * @return this builder
		 */
		@JsonProperty("run_id")
		@JsonAlias("runId")
		public Builder runId(@Nullable String runId) {
			this.outcome.runId(Objects.requireNonNullElse(runId, ""));
			return this;
		}

		/**
		 * Set the status as the service names it.
		 * @param statusText the status; null becomes {@code UNKNOWN}
		 * @return this builder
		 */
		@JsonProperty("status")
		public Builder statusText(@Nullable String statusText) {
			this.outcome.statusText(statusText);
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

		/**
		 * Set when the agent began.
		 * @param startedAt the time, or null
		 * @return this builder
		 */
		public Builder startedAt(@Nullable Instant startedAt) {
			this.outcome.startedAt(startedAt);
			return this;
		}

		/**
		 * Set when the run ended.
		 * @param finishedAt the time, or null
		 * @return this builder
		 */
		public Builder finishedAt(@Nullable Instant finishedAt) {
			this.outcome.finishedAt(finishedAt);
			return this;
		}

		/**
		 * Set the number of steps that the agent took.
		 * @param numOfSteps the number, or null
		 * @return this builder
		 */
		@JsonProperty("num_of_steps")
		public Builder numOfSteps(@Nullable Integer numOfSteps) {
			this.outcome.numOfSteps(numOfSteps);
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
			this.outcome.result(result);
			return this;
		}

		/**
		 * Set whether the result matches the requested output schema.
		 * @param schemaValidation the validation, or null
		 * @return this builder
		 */
		@JsonProperty("schema_validation")
		public Builder schemaValidation(@Nullable SchemaValidation schemaValidation) {
			this.outcome.schemaValidation(schemaValidation);
			return this;
		}

		/**
		 * Set the error of the run.
		 * @param error the error, or null
		 * @return this builder
		 */
		@JsonProperty("error")
		public Builder error(@Nullable RunError error) {
			this.outcome.error(error);
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
		 * Create the object.
		 * @return a new object
		 */
		public Run build() {
			Map<String, String> properties = new LinkedHashMap<>(this.additionalProperties);
			properties.keySet().removeAll(NAMES);
			Instant created = Instants.extract(properties, "created_at", this.createdAt);
			return new Run(new Values(this.outcome.build(properties), this.goal, created, webUrl(this.streamingUrl),
					this.browserConfig, this.outputSchema, webUrl(this.videoUrl), Lists.copyOf(this.steps)));
		}

		private static @Nullable String webUrl(@Nullable String url) {
			return Checks.isWebUrl(url) ? url : null;
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
