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

package ai.tinyfish.support;

/**
 * Client that returns the API key that it sends.
 *
 * @since 0.1.0
 */
public interface ApiKeySource {

	/**
	 * Return the API key that would be sent now, from the provider if there is one.
	 * @return the key
	 * @throws IllegalStateException if the key is missing or malformed
	 */
	String resolveApiKey();

}
