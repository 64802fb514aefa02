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

package ai.tinyfish.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Attempt to deliver the outcome of a run to its webhook.
 *
 * @param at the time at which the attempt was finished
 * @param runId the run
 * @param url the URL, as given in the request
 * @param event the event, such as {@code run.completed}
 * @param attempt the number of the attempt, from 1 to 4; a duplicate begins at 1 again
 * @param status the HTTP status that it was answered with, or {@code null} if there is no
 * answer
 * @param problem the reason for a missing answer: {@code timeout}, {@code not connected},
 * {@code broken off}, or {@code host not allowed} if nothing was sent at all;
 * {@code null} with an answer
 * @since 0.1.0
 */
public record WebhookDelivery(Instant at, String runId, String url, String event, int attempt, @Nullable Integer status,
		@Nullable String problem) {

	/**
	 * Return whether the receiver accepted the delivery.
	 * @return whether it was answered with a status from 200 to 299
	 */
	public boolean taken() {
		return this.status != null && this.status / 100 == 2;
	}

	/**
	 * Leave out the URL, which may hold a secret.
	 */
	@Override
	public String toString() {
		return "WebhookDelivery[" + this.event + " of run " + this.runId + ", attempt " + this.attempt + ": "
				+ ((this.status != null) ? this.status : this.problem) + "]";
	}

}
