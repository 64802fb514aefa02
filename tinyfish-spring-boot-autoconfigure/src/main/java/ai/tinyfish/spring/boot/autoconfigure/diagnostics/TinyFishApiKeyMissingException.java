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

package ai.tinyfish.spring.boot.autoconfigure.diagnostics;

/**
 * Exception for a missing API key.
 *
 * @since 0.1.0
 */
public final class TinyFishApiKeyMissingException extends RuntimeException {

	/**
	 * Create a new exception.
	 */
	public TinyFishApiKeyMissingException() {
		super("No TinyFish API key is configured. Set TINYFISH_API_KEY or tinyfish.api-key");
	}

}
