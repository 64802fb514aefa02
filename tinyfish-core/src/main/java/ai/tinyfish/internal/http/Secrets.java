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

package ai.tinyfish.internal.http;

/**
 * Takes the API key out of text that a server sent, which may echo it.
 */
public final class Secrets {

	/** A shorter beginning of a key tells nothing. */
	private static final int MIN_PREFIX_LENGTH = 4;

	private Secrets() {
	}

	/**
	 * Take the key out of a text.
	 * @param text the text, which may have been cut inside a key
	 * @param apiKey the key
	 * @return the text without the key, and without the beginning of one at its end
	 */
	public static String redact(String text, String apiKey) {
		String redacted = text.replace(apiKey, "***");
		for (int length = apiKey.length() - 1; length >= MIN_PREFIX_LENGTH; length--) {
			if (redacted.endsWith(apiKey.substring(0, length))) {
				return redacted.substring(0, redacted.length() - length) + "***";
			}
		}
		return redacted;
	}

}
