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

package ai.tinyfish.internal.request;

import org.jspecify.annotations.Nullable;

/**
 * Checks of API keys. Messages never show a key.
 */
public final class ApiKeys {

	private ApiKeys() {
	}

	/**
	 * Check the key of a provider.
	 * @param apiKey the key, or null
	 * @return the key
	 * @throws IllegalStateException if the key is missing
	 */
	public static String requireProvided(@Nullable String apiKey) {
		if (apiKey == null || apiKey.isBlank()) {
			throw new IllegalStateException(
					"No TinyFish API key: the TinyFishApiKeyProvider has none for this operation,"
							+ " and all other sources of keys are ignored; nothing was sent");
		}
		return apiKey;
	}

	/**
	 * Check a key that is about to be sent.
	 * @param apiKey the key, or null
	 * @return the key without white space around it
	 * @throws IllegalStateException if there is no key, or if it cannot be sent as a
	 * header
	 */
	public static String require(@Nullable String apiKey) {
		if (apiKey == null || apiKey.isBlank()) {
			throw new IllegalStateException("No TinyFish API key. Set the environment variable TINYFISH_API_KEY or give"
					+ " the key to the client; keys are at https://agent.tinyfish.ai/api-keys");
		}
		String key = apiKey.strip();
		for (int i = 0; i < key.length(); i++) {
			char c = key.charAt(i);
			if (c <= ' ' || c > '~' || c == '"' || c == '\'') {
				throw new IllegalStateException("The TinyFish API key is malformed: character " + (i + 1) + " of "
						+ key.length() + " is white space, a quote or not visible ASCII");
			}
		}
		return key;
	}

}
