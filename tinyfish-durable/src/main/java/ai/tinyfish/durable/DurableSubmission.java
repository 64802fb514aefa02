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

package ai.tinyfish.durable;

import java.util.Objects;

import ai.tinyfish.agent.AgentRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request to be submitted as a durable run, with its account and key.
 *
 * @param request the request; its webhook URL and the secrets of its proxy are stored
 * until it was sent
 * @param account the account whose API key the {@link DurableRunApiKeyProvider} bean
 * supplies: up to 100 letters, digits and {@code . _ : @ / -}; null for the client's own
 * key
 * @param key the application's key of this submission, up to 255 characters, or null for
 * none. A second submission with the same account and key returns the run of the first
 * one
 * @since 0.1.0
 */
public record DurableSubmission(AgentRequest request, @Nullable String account, @Nullable String key) {

	/**
	 * Create a new submission.
	 * @param request the request
	 * @param account the account, or null
	 * @param key the key, or null
	 */
	public DurableSubmission {
		Objects.requireNonNull(request, "request must not be null");
	}

	/**
	 * Create a submission of the client's own account, without a key.
	 * @param request the request
	 * @return the submission
	 */
	public static DurableSubmission of(AgentRequest request) {
		return new DurableSubmission(request, null, null);
	}

	/**
	 * Return the same submission for an account.
	 * @param account the account, or null for the client's own
	 * @return the submission
	 */
	public DurableSubmission withAccount(@Nullable String account) {
		return new DurableSubmission(this.request, account, this.key);
	}

	/**
	 * Return the same submission with a key, so that it can be repeated safely.
	 * @param key the key, such as the id of an HTTP request, or null
	 * @return the submission
	 */
	public DurableSubmission withKey(@Nullable String key) {
		return new DurableSubmission(this.request, this.account, key);
	}

}
