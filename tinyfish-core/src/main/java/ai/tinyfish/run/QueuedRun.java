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

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The service's receipt for a run that it queued, or its refusal. Plain data: it can be
 * stored as JSON and awaited elsewhere.
 *
 * @param runId the run, or null if it was not accepted
 * @param error the reason why it was not accepted, or null if it was accepted
 * @param tag the caller's tag of the request, which only this client knows, or null if it
 * has no tag
 * @param url the url of the request, or null if this client does not remember it
 * @param goal the goal of the request, or null if this client does not remember it
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueuedRun(@JsonProperty("run_id") @JsonAlias("runId") @Nullable String runId,
		@JsonProperty("error") @Nullable RunError error, @JsonProperty("tag") @Nullable String tag,
		@JsonProperty("url") @Nullable String url, @JsonProperty("goal") @Nullable String goal) {

	/**
	 * Create a new receipt.
	 * @param runId the run, or null
	 * @param error the reason why it was not accepted, or null if it was accepted
	 * @param tag the caller's tag of the request, or null
	 * @param url the url of the request, or null
	 * @param goal the goal of the request, or null
	 */
	public QueuedRun {
		runId = (runId != null) ? RunIds.bounded(runId) : null;
	}

	/**
	 * Return whether the service queued the run.
	 * @return true if there is a run id
	 */
	@JsonIgnore
	public boolean isAccepted() {
		return this.runId != null && !this.runId.isBlank();
	}

	/**
	 * Return a short description without secrets.
	 * @return run, error, tag, url without user, query and fragment, and beginning of the
	 * goal
	 */
	@Override
	public String toString() {
		return LogText.of("QueuedRun[runId=%s, error=%s, tag=%s, url=%s, goal=%s]".formatted(this.runId, this.error,
				this.tag, Descriptions.url(this.url), Descriptions.text(this.goal)));
	}

	/**
	 * Create a run from its id only.
	 * @param runId the run
	 * @return the run
	 */
	public static QueuedRun of(String runId) {
		return new QueuedRun(runId, null, null, null, null);
	}

}
