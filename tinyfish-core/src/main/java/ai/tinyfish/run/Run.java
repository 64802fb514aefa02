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
import java.util.Objects;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * The record that the API keeps of a run. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonPropertyOrder({ "run_id", "status", "goal", "created_at", "started_at", "finished_at", "num_of_steps", "result",
		"schema_validation", "error", "streaming_url", "browser_config", "output_schema", "video_url", "steps" })
public final class Run extends AbstractRun {

	private Run(JsonFields fields) {
		super(fields);
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable Run read(@Nullable JsonFields fields) {
		return (fields != null) ? new Run(fields.unify(Run.class)) : null;
	}

	/**
	 * Create a builder, such as for a test.
	 * @return a new builder without any value
	 */
	public static Builder builder() {
		return new Builder(new JsonFields());
	}

	/**
	 * Create a builder with the values of this object.
	 * @return a new builder
	 */
	public Builder toBuilder() {
		return new Builder(this.fields.copy());
	}

	/**
	 * Return the id of the run.
	 * @return the id, empty if the response lacks it
	 */
	@JsonProperty("run_id")
	@JsonAlias("runId")
	public String runId() {
		return Objects.requireNonNullElse(id(), "");
	}

	/**
	 * Return the goal of the agent.
	 * @return the goal, or null if the response lacks it
	 */
	@JsonProperty("goal")
	public @Nullable String goal() {
		return text("goal");
	}

	/**
	 * Return when the run was accepted.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("created_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant createdAt() {
		return this.fields.get("created_at", Instant.class);
	}

	/**
	 * Return the URL of the live view of the browser. It works only while the run is
	 * active.
	 * @return an http or https URL, or null if there is no live view
	 */
	@JsonProperty("streaming_url")
	@JsonAlias("streamingUrl")
	public @Nullable String streamingUrl() {
		return webUrl("streaming_url");
	}

	/**
	 * Return the configuration of the browser.
	 * @return the configuration, or null if the response lacks it
	 */
	@JsonProperty("browser_config")
	public @Nullable BrowserConfig browserConfig() {
		return this.fields.get("browser_config", BrowserConfig.class);
	}

	/**
	 * Return the requested output schema.
	 * @return an unmodifiable map or a boolean, or null if none was requested
	 */
	@JsonProperty("output_schema")
	public @Nullable Object outputSchema() {
		return this.fields.any("output_schema");
	}

	/**
	 * Return the URL of the recording. It works for some minutes, and only {@code get}
	 * returns it.
	 * @return the URL, or null if there is no recording
	 */
	@JsonProperty("video_url")
	public @Nullable String videoUrl() {
		return webUrl("video_url");
	}

	/**
	 * Return the steps of the agent.
	 * @return the steps; empty in lists
	 */
	@JsonProperty("steps")
	public List<RunStep> steps() {
		return this.fields.list("steps", RunStep.class);
	}

	/**
	 * Convert this record to the outcome of the run, with its additional properties.
	 * @return the outcome; its status is not terminal if the run has not ended
	 */
	public AgentRun toAgentRun() {
		JsonFields outcome = this.fields.copy(Run.class, AgentRun.class);
		outcome.set("run_id", runId());
		return new AgentRun(outcome);
	}

	private @Nullable String webUrl(String name) {
		String url = text(name);
		return Checks.isWebUrl(url) ? url : null;
	}

	/**
	 * Builder of records of runs. All values are optional.
	 */
	public static final class Builder extends AbstractRun.Builder<Builder> {

		private Builder(JsonFields fields) {
			super(fields);
		}

		/**
		 * Set the goal of the agent.
		 * @param goal the goal, or null
		 * @return this builder
		 */
		public Builder goal(@Nullable String goal) {
			return set("goal", goal);
		}

		/**
		 * Set when the run was accepted.
		 * @param createdAt the time, or null
		 * @return this builder
		 */
		public Builder createdAt(@Nullable Instant createdAt) {
			return set("created_at", createdAt);
		}

		/**
		 * Set the URL of the live view of the browser.
		 * @param streamingUrl the URL, or null; a text that is not an http or https URL
		 * becomes null
		 * @return this builder
		 */
		public Builder streamingUrl(@Nullable String streamingUrl) {
			return set("streaming_url", streamingUrl);
		}

		/**
		 * Set the configuration of the browser.
		 * @param browserConfig the configuration, or null
		 * @return this builder
		 */
		public Builder browserConfig(@Nullable BrowserConfig browserConfig) {
			return set("browser_config", browserConfig);
		}

		/**
		 * Set the requested output schema.
		 * @param outputSchema a map, which is copied, or a boolean, or null
		 * @return this builder
		 */
		public Builder outputSchema(@Nullable Object outputSchema) {
			this.fields.setCopy("output_schema", outputSchema);
			return this;
		}

		/**
		 * Set the URL of the recording.
		 * @param videoUrl the URL, or null; a text that is not an http or https URL
		 * becomes null
		 * @return this builder
		 */
		public Builder videoUrl(@Nullable String videoUrl) {
			return set("video_url", videoUrl);
		}

		/**
		 * Set the steps of the agent.
		 * @param steps the steps; null becomes an empty list
		 * @return this builder
		 */
		public Builder steps(@Nullable List<RunStep> steps) {
			return set("steps", Lists.copyOf(steps));
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public Run build() {
			return new Run(this.fields.copy());
		}

	}

	/**
	 * Configuration of the browser of a run, as it was used.
	 *
	 * @param proxyEnabled whether a proxy was used, or null if the service does not say
	 * @param proxyCountryCode the country of the proxy such as {@code US}, or null if the
	 * service does not say
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
