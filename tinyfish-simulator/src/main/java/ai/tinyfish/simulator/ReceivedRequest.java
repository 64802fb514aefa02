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
 * Received request, also one that was refused.
 *
 * @param receivedAt the time at which its head was read
 * @param endpoint the method and path template, such as {@code GET /v1/runs/{id}}, or
 * {@code other}
 * @param method the HTTP method
 * @param path the path and query as received
 * @param body the body as received, empty if it has no body; at most its first 16 KiB
 * @param runId the run that it names or that was created for it, otherwise {@code null}
 * @param apiKey the key that it came with, or {@code null} if it was not accepted
 * @since 0.1.0
 */
public record ReceivedRequest(Instant receivedAt, String endpoint, String method, String path, String body,
		@Nullable String runId, @Nullable String apiKey) {

	/**
	 * Leave out the body, which may hold a secret, and the key.
	 */
	@Override
	public String toString() {
		return "ReceivedRequest[" + this.method + " " + this.path + ", run " + this.runId + "]";
	}

}
