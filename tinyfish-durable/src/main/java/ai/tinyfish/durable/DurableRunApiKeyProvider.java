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

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the API keys of accounts. Called on the threads of the scheduler
 * whenever a key is needed: keys are never stored.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface DurableRunApiKeyProvider {

	/**
	 * Return the key of an account.
	 * @param account the account, as named in {@link DurableSubmission}
	 * @return the key; if it is null or blank, the runs of the account are neither sent
	 * nor followed until there is a key
	 */
	@Nullable String getApiKey(String account);

}
