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

package ai.tinyfish.spring.boot.webhook;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for a part of the application with its own handling of runs, such as
 * durable runs. Beans of this type are called, in their order, for each run that a
 * webhook delivery names. A run that belongs to one of them is left to it: the receiver
 * does not read the run, and publishes no event for it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface WebhookRunFollower {

	/**
	 * Query parameter of a webhook URL for the token of a submission.
	 */
	String TOKEN_PARAMETER = "submission_token";

	/**
	 * Decide whether a run belongs to this follower, and note that it seems to have
	 * ended.
	 * <p>
	 * Only the secret of the delivery was verified. Read from the API whether the run
	 * exists and has ended, but not in this method: the service waits ten seconds for the
	 * response.
	 * <p>
	 * Called on a thread that may block, and again if the delivery is repeated.
	 * @param runId the run id, which has letters, digits, '_' and '-' only
	 * @param token the query parameter {@link #TOKEN_PARAMETER} of the URL, with letters,
	 * digits, '_' and '-' only, or null if the URL has no token. It is secret, as it is a
	 * part of a URL with a secret
	 * @return true if the run belongs to this follower, which has stored what it needs:
	 * the service does not deliver again. False to ask the next one
	 * @throws RuntimeException if that cannot be decided now. The service then delivers
	 * again
	 */
	boolean follow(String runId, @Nullable String token);

}
