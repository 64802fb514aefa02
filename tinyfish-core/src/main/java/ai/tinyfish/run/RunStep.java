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
import ai.tinyfish.observation.LogText;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * One step of the agent.
 *
 * @param id the step, or null
 * @param timestamp when it was taken, or null
 * @param statusText its status as received
 * @param action the action of the agent, in words, or null
 * @param screenshot a {@code data:} URI of the page, or null unless it was requested
 * @param screenshotUrl where to fetch a picture of the page, or null unless it was asked
 * for
 * @param duration how long it took, as text such as {@code 1.2s}, or null
 * @param additionalProperties all that has no component here, by their names on the wire
 */
public record RunStep(@JsonProperty("id") @Nullable String id,
		@JsonProperty("timestamp") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant timestamp,
		@JsonProperty("status") String statusText, @JsonProperty("action") @Nullable String action,
		@JsonProperty("screenshot") @Nullable String screenshot,
		@JsonProperty("screenshot_url") @Nullable String screenshotUrl,
		@JsonProperty("duration") @Nullable String duration, Map<String, @Nullable Object> additionalProperties) {

	private static final Set<String> NAMES = Set.of("id", "status", "action", "screenshot", "screenshot_url",
			"duration");

	private static final int MAX_SCREENSHOT_IN_DESCRIPTION = 40;

	/**
	 * Create a new step.
	 * @param id the step, or null
	 * @param timestamp when it was taken, or null
	 * @param statusText its status as received; null is read as {@code UNKNOWN}
	 * @param action the action of the agent, or null
	 * @param screenshot a {@code data:} URI of the page, or null
	 * @param screenshotUrl where to fetch a picture of the page, or null
	 * @param duration how long it took, as text, or null
	 * @param additionalProperties plain JSON values by their names on the wire; those
	 * that a component has a value for are left out, and null is read as none
	 */
	public RunStep {
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
		additionalProperties = new AdditionalProperties(additionalProperties).without(NAMES)
			.time("timestamp", timestamp)
			.toMap();
	}

	/**
	 * Create a new step without additional properties.
	 * @param id the step, or null
	 * @param timestamp when it was taken, or null
	 * @param statusText its status as received; null is read as {@code UNKNOWN}
	 * @param action the action of the agent, or null
	 * @param screenshot a {@code data:} URI of the page, or null
	 * @param screenshotUrl where to fetch a picture of the page, or null
	 * @param duration how long it took, as text, or null
	 */
	public RunStep(@Nullable String id, @Nullable Instant timestamp, String statusText, @Nullable String action,
			@Nullable String screenshot, @Nullable String screenshotUrl, @Nullable String duration) {
		this(id, timestamp, statusText, action, screenshot, screenshotUrl, duration, Map.of());
	}

	@JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
	static RunStep read(@JsonProperty("id") @Nullable String id,
			@JsonProperty("timestamp") @Nullable ReceivedTime timestamp, @JsonProperty("status") String statusText,
			@JsonProperty("action") @Nullable String action, @JsonProperty("screenshot") @Nullable String screenshot,
			@JsonProperty("screenshot_url") @Nullable String screenshotUrl,
			@JsonProperty("duration") @Nullable String duration, @JsonAnySetter @JsonDeserialize(
					contentUsing = PlainJson.Deserializer.class) @Nullable Map<String, @Nullable Object> properties) {
		return new RunStep(id, AdditionalProperties.value(timestamp), statusText, action, screenshot, screenshotUrl,
				duration, AdditionalProperties.read(properties).received("timestamp", timestamp).toMap());
	}

	/**
	 * Return all that the service says of the step and that has no component here: what
	 * this version does not know, and {@code timestamp} where it cannot be parsed. In
	 * JSON they stand beside the components. They are redacted and limited as those of
	 * the {@link Run#additionalProperties() run}, together with them.
	 * @return an unmodifiable map of plain JSON values by their names on the wire; never
	 * null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.additionalProperties;
	}

	/**
	 * Return the status of the step.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Return a description with only the beginning of the screenshot, and only the names
	 * of additional properties.
	 * @return the description
	 */
	@Override
	public String toString() {
		String image = (this.screenshot != null) ? Descriptions.excerpt(this.screenshot, MAX_SCREENSHOT_IN_DESCRIPTION)
				: "null";
		return LogText
			.of("RunStep[id=%s, timestamp=%s, statusText=%s, action=%s, screenshot=%s, duration=%s, additionalProperties=%s]"
				.formatted(this.id, this.timestamp, this.statusText, this.action, image, this.duration,
						this.additionalProperties.keySet()));
	}

}
