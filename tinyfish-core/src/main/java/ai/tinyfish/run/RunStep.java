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

/**
 * One step of the agent. In later releases it may have further fields.
 */
@JsonAutoDetect(getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
@JsonPropertyOrder({ "id", "timestamp", "status", "action", "screenshot", "screenshot_url", "duration" })
public final class RunStep {

	/**
	 * Names that the fields have in JSON, in all spellings.
	 */
	private static final Set<String> NAMES = Set.of("id", "status", "action", "screenshot", "screenshot_url",
			"duration");

	private static final int MAX_SCREENSHOT_IN_DESCRIPTION = 40;

	private final Values values;

	private RunStep(Values values) {
		this.values = values;
	}

	// null is what is left of a value that is no object
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static @Nullable RunStep read(@Nullable Builder builder) {
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
		return new Builder().id(this.values.id())
			.timestamp(this.values.timestamp())
			.statusText(this.values.statusText())
			.action(this.values.action())
			.screenshot(this.values.screenshot())
			.screenshotUrl(this.values.screenshotUrl())
			.duration(this.values.duration())
			.additionalProperties(this.values.additionalProperties());
	}

	/**
	 * Return the id of the step.
	 * @return the id, or null if the service does not name it
	 */
	@JsonProperty("id")
	public @Nullable String id() {
		return this.values.id();
	}

	/**
	 * Return when the step was taken.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("timestamp")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant timestamp() {
		return this.values.timestamp();
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
	 * Return the status of the step.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(this.values.statusText());
	}

	/**
	 * Return the action of the agent, in words.
	 * @return the action, or null if it is not known
	 */
	@JsonProperty("action")
	public @Nullable String action() {
		return this.values.action();
	}

	/**
	 * Return the screenshot of the page.
	 * @return a {@code data:} URI, or null unless screenshots were requested
	 */
	@JsonProperty("screenshot")
	public @Nullable String screenshot() {
		return this.values.screenshot();
	}

	/**
	 * Return the URL of the screenshot of the page.
	 * @return the URL, or null unless screenshots were requested
	 */
	@JsonProperty("screenshot_url")
	public @Nullable String screenshotUrl() {
		return this.values.screenshotUrl();
	}

	/**
	 * Return how long the step took.
	 * @return a text such as {@code 1.2s}, or null if it is not known
	 */
	@JsonProperty("duration")
	public @Nullable String duration() {
		return this.values.duration();
	}

	/**
	 * Return the fields of the step without an accessor of their own: those that this
	 * version does not know, and {@code timestamp} if it cannot be parsed. In JSON they
	 * are beside the other fields.
	 * @return an unmodifiable map of plain JSON values, keyed by JSON name; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.values.additionalProperties();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RunStep that && this.values.equals(that.values);
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

	/**
	 * Return a description with only the beginning of the screenshot, and only the names
	 * of additional properties.
	 * @return the description
	 */
	@Override
	public String toString() {
		String start = (screenshot() != null) ? Descriptions.excerpt(screenshot(), MAX_SCREENSHOT_IN_DESCRIPTION)
				: null;
		return Descriptions.of("RunStep", toBuilder().screenshot(start).build().values);
	}

	/**
	 * Fields of a step.
	 */
	private record Values(@Nullable String id, @Nullable Instant timestamp, String statusText, @Nullable String action,
			@Nullable String screenshot, @Nullable String screenshotUrl, @Nullable String duration,
			Map<String, @Nullable Object> additionalProperties) {
	}

	/**
	 * Builder of steps. All values are optional.
	 */
	@JsonAutoDetect(setterVisibility = Visibility.NONE)
	public static final class Builder {

		private @Nullable String id;

		private @Nullable Instant timestamp;

		private @Nullable String statusText;

		private @Nullable String action;

		private @Nullable String screenshot;

		private @Nullable String screenshotUrl;

		private @Nullable String duration;

		@JsonAnySetter
		@JsonDeserialize(contentUsing = JsonText.class)
		private Map<String, String> additionalProperties = new LinkedHashMap<>();

		private Builder() {
		}

		/**
		 * Set the id of the step.
		 * @param id the id, or null
		 * @return this builder
		 */
		@JsonProperty("id")
		public Builder id(@Nullable String id) {
			this.id = id;
			return this;
		}

		/**
		 * Set when the step was taken.
		 * @param timestamp the time, or null
		 * @return this builder
		 */
		public Builder timestamp(@Nullable Instant timestamp) {
			this.timestamp = timestamp;
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
		 * Set the action of the agent, in words.
		 * @param action the action, or null
		 * @return this builder
		 */
		@JsonProperty("action")
		public Builder action(@Nullable String action) {
			this.action = action;
			return this;
		}

		/**
		 * Set the screenshot of the page.
		 * @param screenshot a {@code data:} URI, or null
		 * @return this builder
		 */
		@JsonProperty("screenshot")
		public Builder screenshot(@Nullable String screenshot) {
			this.screenshot = screenshot;
			return this;
		}

		/**
		 * Set the URL of the screenshot of the page.
		 * @param screenshotUrl the URL, or null
		 * @return this builder
		 */
		@JsonProperty("screenshot_url")
		public Builder screenshotUrl(@Nullable String screenshotUrl) {
			this.screenshotUrl = screenshotUrl;
			return this;
		}

		/**
		 * Set how long the step took.
		 * @param duration a text such as {@code 1.2s}, or null
		 * @return this builder
		 */
		@JsonProperty("duration")
		public Builder duration(@Nullable String duration) {
			this.duration = duration;
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
		public RunStep build() {
			Map<String, String> properties = new LinkedHashMap<>(this.additionalProperties);
			properties.keySet().removeAll(NAMES);
			Instant time = Instants.extract(properties, "timestamp", this.timestamp);
			String status = Objects.requireNonNullElse(this.statusText, RunStatus.UNKNOWN.name());
			return new RunStep(new Values(this.id, time, status, this.action, this.screenshot, this.screenshotUrl,
					this.duration, new JsonMap(properties)));
		}

	}

}
