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
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Response of the service to a cancel. A run that had already ended keeps its status.
 *
 * @param runId the run; empty if the response lacks it
 * @param statusText the status of the run as received
 * @param cancelledAt when the run was cancelled, or null if it had already ended
 * @param message the message of the service, or null if absent
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CancelledRun(@JsonProperty("run_id") @JsonAlias("runId") String runId,
		@JsonProperty("status") String statusText, @JsonProperty("cancelled_at") @Nullable Instant cancelledAt,
		@JsonProperty("message") @Nullable String message) {

	/**
	 * Create a new response.
	 * @param runId the run; null is read as an empty text
	 * @param statusText the status as received; null is read as {@code UNKNOWN}
	 * @param cancelledAt when the run was cancelled, or null
	 * @param message the message of the service, or null if absent
	 */
	public CancelledRun {
		runId = (runId != null) ? RunIds.bounded(runId) : "";
		statusText = (statusText != null) ? statusText : RunStatus.UNKNOWN.name();
	}

	/**
	 * Return the current status of the run.
	 * @return {@link RunStatus#CANCELLED}, or the terminal status that the run already
	 * had; {@link RunStatus#UNKNOWN} if it is new
	 */
	public RunStatus status() {
		return RunStatus.of(this.statusText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
