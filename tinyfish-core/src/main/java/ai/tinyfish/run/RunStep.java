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

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import ai.tinyfish.internal.json.JsonFields;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * One step of the agent. In later releases it may have further fields.
 *
 * @since 0.1.0
 */
@JsonPropertyOrder({ "id", "timestamp", "status", "action", "screenshot", "screenshot_url", "duration" })
public final class RunStep extends RunDocument {

	private RunStep(JsonFields fields) {
		super(fields);
	}

	// a value that is not an object is read as null
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable RunStep read(@Nullable JsonFields fields) {
		return (fields != null) ? new RunStep(fields.unify(RunStep.class)) : null;
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
	 * Return the id of the step.
	 * @return the id, or null if the service does not name it
	 */
	@JsonProperty("id")
	public @Nullable String id() {
		return text("id");
	}

	/**
	 * Return when the step was taken.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("timestamp")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant timestamp() {
		return this.fields.get("timestamp", Instant.class);
	}

	/**
	 * Return the status as received.
	 * @return the status, {@code UNKNOWN} if the response lacks it
	 */
	@JsonProperty("status")
	public String statusText() {
		return Objects.requireNonNullElse(text("status"), RunStatus.UNKNOWN.name());
	}

	/**
	 * Return the status of the step.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(statusText());
	}

	/**
	 * Return the action of the agent, in words.
	 * @return the action, or null if it is not known
	 */
	@JsonProperty("action")
	public @Nullable String action() {
		return text("action");
	}

	/**
	 * Return the screenshot of the page.
	 * @return a {@code data:} URI, or null unless screenshots were requested
	 */
	@JsonProperty("screenshot")
	public @Nullable String screenshot() {
		return text("screenshot");
	}

	/**
	 * Return the URL of the screenshot of the page.
	 * @return the URL, or null unless screenshots were requested
	 */
	@JsonProperty("screenshot_url")
	public @Nullable String screenshotUrl() {
		return text("screenshot_url");
	}

	/**
	 * Return how long the step took, as received.
	 * @return a text such as {@code 1.2s}, or null if it is not known
	 */
	@JsonProperty("duration")
	public @Nullable String durationText() {
		return text("duration");
	}

	/**
	 * Return how long the step took.
	 * @return the duration, or null if it is not known, or is not a number of seconds
	 * ({@code 1.2s}) or milliseconds ({@code 350ms})
	 */
	public @Nullable Duration duration() {
		return Seconds.parse(durationText());
	}

	/**
	 * Builder of steps. All values are optional.
	 */
	public static final class Builder extends RunDocument.Builder<Builder> {

		private Builder(JsonFields fields) {
			super(fields);
		}

		/**
		 * Set the id of the step.
		 * @param id the id, or null
		 * @return this builder
		 */
		public Builder id(@Nullable String id) {
			return set("id", id);
		}

		/**
		 * Set when the step was taken.
		 * @param timestamp the time, or null
		 * @return this builder
		 */
		public Builder timestamp(@Nullable Instant timestamp) {
			return set("timestamp", timestamp);
		}

		/**
		 * Set the status as the service names it.
		 * @param statusText the status; null becomes {@code UNKNOWN}
		 * @return this builder
		 */
		public Builder statusText(@Nullable String statusText) {
			return set("status", statusText);
		}

		/**
		 * Set the action of the agent, in words.
		 * @param action the action, or null
		 * @return this builder
		 */
		public Builder action(@Nullable String action) {
			return set("action", action);
		}

		/**
		 * Set the screenshot of the page.
		 * @param screenshot a {@code data:} URI, or null
		 * @return this builder
		 */
		public Builder screenshot(@Nullable String screenshot) {
			return set("screenshot", screenshot);
		}

		/**
		 * Set the URL of the screenshot of the page.
		 * @param screenshotUrl the URL, or null
		 * @return this builder
		 */
		public Builder screenshotUrl(@Nullable String screenshotUrl) {
			return set("screenshot_url", screenshotUrl);
		}

		/**
		 * Set how long the step took, as the service says it.
		 * @param durationText a text such as {@code 1.2s}, or null
		 * @return this builder
		 */
		public Builder durationText(@Nullable String durationText) {
			return set("duration", durationText);
		}

		/**
		 * Create the object.
		 * @return a new object
		 */
		public RunStep build() {
			return new RunStep(this.fields.copy());
		}

	}

}
