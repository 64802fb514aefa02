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

package ai.tinyfish.spring.boot.autoconfigure;

import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link TinyFishConnectionDetails} of the properties and the environment.
 */
final class PropertiesTinyFishConnectionDetails implements TinyFishConnectionDetails {

	static final String API_KEY_PROPERTY = "tinyfish.api-key";

	static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private final TinyFishProperties properties;

	private final Environment environment;

	PropertiesTinyFishConnectionDetails(TinyFishProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
	}

	/**
	 * Return the key.
	 * @return the key without white space around it, or null
	 * @throws TinyFishConfigurationException if it is malformed; the message does not
	 * show it
	 */
	@Override
	public @Nullable String getApiKey() {
		String apiKey = this.properties.apiKey();
		if (!StringUtils.hasText(apiKey)) {
			// a variable of the system environment is already bound to the property;
			// here it may come from any property source
			apiKey = this.environment.getProperty(API_KEY_VARIABLE);
		}
		if (!StringUtils.hasText(apiKey)) {
			return null;
		}
		ConnectionTexts.throwIfAny(API_KEY_PROPERTY, ConnectionTexts.problemOfApiKey(apiKey));
		return apiKey.strip();
	}

	@Override
	public String getBaseUrl() {
		return this.properties.baseUrl();
	}

}
