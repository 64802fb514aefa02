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

package ai.tinyfish.settings;

/**
 * Policy for repeating a request that starts a run or a session, or creates a profile.
 * The API has no idempotency key: each such request that reached it may have started a
 * run or session that is billed. With every value, the request is not sent again after a
 * response that names a run or session, or whose error code is about a run, such as
 * {@code TASK_FAILED} or {@code TIMEOUT}.
 *
 * @since 0.1.0
 */
public enum SubmissionRetry {

	/**
	 * If the response says that nothing was started (408, 429, a 5xx whose error code is
	 * {@code INTERNAL_ERROR}, {@code SERVICE_BUSY} or {@code RATE_LIMIT_EXCEEDED}, a 503
	 * with {@code Retry-After} and without TinyFish's error envelope), and if nothing was
	 * sent. The default.
	 */
	WHEN_REJECTED,

	/**
	 * As the official SDKs do: after 408, 429, every 5xx that carries no run, and after
	 * lost connections and responses. A request can start, and bill, more than one run.
	 */
	AS_OFFICIAL_SDKS,

	/**
	 * After 429, and if nothing was sent; never otherwise.
	 */
	WHEN_UNSENT

}
