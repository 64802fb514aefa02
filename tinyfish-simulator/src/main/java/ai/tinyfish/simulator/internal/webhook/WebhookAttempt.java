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

package ai.tinyfish.simulator.internal.webhook;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Attempt to deliver an outcome to a webhook.
 *
 * @param at the time at which it was finished
 * @param runId the run
 * @param url the URL, which may contain a secret
 * @param event the event, such as {@code run.completed}
 * @param attempt its number within the delivery, from 1
 * @param status the status it was answered with, or {@code null} if there is no answer
 * @param problem the reason for a missing answer, or {@code null} with an answer
 */
public record WebhookAttempt(Instant at, String runId, String url, String event, int attempt, @Nullable Integer status,
		@Nullable String problem) {

	boolean isLast() {
		return this.status != null && (this.status / 100 == 2 || this.status / 100 == 4);
	}

	@Override
	public String toString() {
		return "WebhookAttempt[" + this.event + " of run " + this.runId + "]";
	}

}
