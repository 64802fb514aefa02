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

package ai.tinyfish.spring.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link TinyFishConnectionDetails} of the properties and the environment.
 */
final class PropertiesTinyFishConnectionDetails implements TinyFishConnectionDetails {

	static final String API_KEY_PROPERTY = "tinyfish.api-key";

	static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private final @Nullable String apiKey;

	private final boolean blankApiKey;

	private final String baseUrl;

	PropertiesTinyFishConnectionDetails(TinyFishProperties properties, Environment environment) {
		this.apiKey = findApiKey(properties, environment);
		this.blankApiKey = this.apiKey == null
				&& (properties.apiKey() != null || environment.containsProperty(API_KEY_VARIABLE));
		this.baseUrl = properties.baseUrl();
	}

	// as a variable of the system environment it is bound to the property already; here
	// it counts wherever it is defined, and if the property is blank
	private static @Nullable String findApiKey(TinyFishProperties properties, Environment environment) {
		if (StringUtils.hasText(properties.apiKey())) {
			return properties.apiKey();
		}
		String variable = environment.getProperty(API_KEY_VARIABLE);
		return StringUtils.hasText(variable) ? variable : null;
	}

	/**
	 * Return the key.
	 * @return the key without white space around it, or null
	 * @throws TinyFishConfigurationException if it is malformed; the message does not
	 * show it
	 */
	@Override
	public @Nullable String getApiKey() {
		if (this.apiKey == null) {
			return null;
		}
		TinyFishConfigurationException.throwIfAny(API_KEY_PROPERTY, ConnectionTexts.problemOfApiKey(this.apiKey));
		return this.apiKey.strip();
	}

	/**
	 * Return whether a key is set but blank in each source: a mistake rather than no key.
	 */
	boolean hasBlankApiKey() {
		return this.blankApiKey;
	}

	@Override
	public String getBaseUrl() {
		return this.baseUrl;
	}

}
