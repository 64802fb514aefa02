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

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.observation.LogText;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One step of the agent.
 *
 * @param id the step, or null
 * @param timestamp when it was taken, or null
 * @param statusText its status as received
 * @param action what the agent did in words, or null
 * @param screenshot a {@code data:} URI of the page, or null unless it was asked for
 * @param screenshotUrl where to fetch a picture of the page, or null unless it was asked
 * for
 * @param duration how long it took, as text such as {@code 1.2s}, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunStep(@JsonProperty("id") @Nullable String id, @JsonProperty("timestamp") @Nullable Instant timestamp,
		@JsonProperty("status") String statusText, @JsonProperty("action") @Nullable String action,
		@JsonProperty("screenshot") @Nullable String screenshot,
		@JsonProperty("screenshot_url") @Nullable String screenshotUrl,
		@JsonProperty("duration") @Nullable String duration) {

	private static final int MAX_SCREENSHOT_IN_DESCRIPTION = 40;

	/**
	 * Create a new step.
	 * @param id the step, or null
	 * @param timestamp when it was taken, or null
	 * @param statusText its status as received; null is read as {@code UNKNOWN}
	 * @param action what the agent did, or null
	 * @param screenshot a {@code data:} URI of the page, or null
	 * @param screenshotUrl where to fetch a picture of the page, or null
	 * @param duration how long it took, as text, or null
	 */
	public RunStep {
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
	}

	/**
	 * Return the status of the step.
	 * @return the status, {@link RunStatus#UNKNOWN} where it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	/**
	 * Return a description with only the beginning of the screenshot.
	 * @return the description
	 */
	@Override
	public String toString() {
		String image = (this.screenshot != null) ? Descriptions.excerpt(this.screenshot, MAX_SCREENSHOT_IN_DESCRIPTION)
				: "null";
		return LogText.of("RunStep[id=%s, timestamp=%s, statusText=%s, action=%s, screenshot=%s, duration=%s]"
			.formatted(this.id, this.timestamp, this.statusText, this.action, image, this.duration));
	}

}
