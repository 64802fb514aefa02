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

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties.SimulatorMode;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishApiKeyMissingException;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Key and addresses of the clients, checked: those of the connection details, or else
 * those of the properties.
 */
final class CheckedConnection {

	private static final Logger logger = LoggerFactory.getLogger(CheckedConnection.class);

	private final TinyFishConnectionDetails details;

	private final ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider;

	private final TinyFishProperties properties;

	private final Environment environment;

	/** Addresses already warned about: there are several builders. */
	private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

	CheckedConnection(TinyFishConnectionDetails details, ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider,
			TinyFishProperties properties, Environment environment) {
		this.details = details;
		this.apiKeyProvider = apiKeyProvider;
		this.properties = properties;
		this.environment = environment;
	}

	TinyFishConnectionDetails details() {
		return this.details;
	}

	boolean isSimulated() {
		return this.details instanceof SimulatedConnection;
	}

	/**
	 * Return the base URL of the API.
	 * @throws TinyFishConfigurationException if the URL is not valid, or the simulator is
	 * required but absent: runs must not be billed by accident
	 */
	String baseUrl() {
		if (this.properties.simulator().enabled() == SimulatorMode.TRUE && !isSimulated()) {
			throw new TinyFishConfigurationException("tinyfish.simulator.enabled",
					"the simulator cannot replace TinyFish: either tinyfish-simulator is not on the class"
							+ " path, or the application has a TinyFishConnectionDetails bean of its own");
		}
		String baseUrl = Objects.requireNonNullElse(this.details.getBaseUrl(), this.properties.baseUrl());
		String problem = ConnectionTexts.problemOfBaseUrl(baseUrl);
		if (problem != null) {
			throw TinyFishConfigurationException.ofConnectionDetails("its base URL " + problem);
		}
		warnIfReadable(baseUrl);
		return baseUrl;
	}

	/**
	 * Return the base URL of an area of the API.
	 * @param property the value of its property, or null
	 * @return the URL, or null if it is below that of the API: always in the simulator
	 */
	@Nullable String areaBaseUrl(@Nullable String property) {
		if (property == null || isSimulated()) {
			return null;
		}
		warnIfReadable(property);
		return property;
	}

	private void warnIfReadable(String baseUrl) {
		String readable = ConnectionTexts.readableByOthers(baseUrl);
		if (readable != null && this.warnedOf.add(readable)) {
			logger.warn(
					"Requests to {} are sent without TLS: others may read the TinyFish API key and the results of runs",
					readable);
		}
	}

	/**
	 * Return the application's provider of keys, or null. The simulator must never see a
	 * real key, unless it was built to accept several.
	 */
	@Nullable TinyFishApiKeyProvider apiKeyProvider() {
		boolean used = !(this.details instanceof SimulatedConnection simulated) || simulated.acceptsOtherApiKeys();
		return used ? this.apiKeyProvider.getIfAvailable() : null;
	}

	/**
	 * Return the key.
	 * @throws TinyFishConfigurationException if it is malformed; the message does not
	 * show it
	 * @throws TinyFishApiKeyMissingException if the key is missing
	 */
	String apiKey() {
		String apiKey = this.details.getApiKey();
		if (!StringUtils.hasText(apiKey)) {
			apiKey = new PropertiesTinyFishConnectionDetails(this.properties, this.environment).getApiKey();
		}
		if (apiKey == null) {
			throw new TinyFishApiKeyMissingException();
		}
		String problem = ConnectionTexts.problemOfApiKey(apiKey);
		if (problem != null) {
			throw TinyFishConfigurationException.ofConnectionDetails("its API key is malformed: it " + problem);
		}
		return apiKey;
	}

}
