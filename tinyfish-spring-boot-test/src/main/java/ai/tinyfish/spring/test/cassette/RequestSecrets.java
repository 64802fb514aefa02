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

package ai.tinyfish.spring.test.cassette;

import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.UrlSecrets;
import org.jspecify.annotations.Nullable;

/**
 * Values of a request that must not be in a cassette, also where the service repeats
 * them.
 */
final class RequestSecrets {

	/** Shorter names are part of too many other texts. */
	private static final int MIN_NAME = 8;

	private static final int MIN_PASSWORD = 4;

	private RequestSecrets() {
	}

	/**
	 * Add the key and the secrets of a request with their names.
	 */
	static void addTo(Map<String, String> secrets, String apiKey, Map<String, Object> request) {
		// a made-up one may be short
		add(secrets, apiKey, MIN_NAME, "the API key");
		addEach(secrets, UrlSecrets.IN_URL.find(String.valueOf(request.get("url"))), "url");
		addEach(secrets, UrlSecrets.IN_TEXT.find(String.valueOf(request.get("goal"))), "a URL in the goal");
		if (request.get("webhook_url") instanceof String webhook) {
			add(secrets, webhook, 1, "webhook_url");
			for (String url : List.of(webhook, webhook.split("[?]", 2)[0])) {
				String end = url.substring(Math.max(url.lastIndexOf('/'), url.lastIndexOf('=')) + 1);
				add(secrets, end, MIN_NAME, "the end of webhook_url");
			}
		}
		if (request.get("proxy_config") instanceof Map<?, ?> proxy) {
			add(secrets, proxy.get("url"), 1, "proxy_config.url");
			addEach(secrets, UrlSecrets.IN_URL.find(String.valueOf(proxy.get("url"))), "proxy_config.url");
			add(secrets, proxy.get("username"), MIN_NAME, "proxy_config.username");
			add(secrets, proxy.get("password"), MIN_PASSWORD, "proxy_config.password");
		}
		if (request.get("credential_item_ids") instanceof List<?> items) {
			items.forEach((item) -> add(secrets, item, MIN_PASSWORD, "credential_item_ids"));
		}
	}

	/**
	 * Add secrets of URLs, and the parts of those that are a user with a password.
	 */
	private static void addEach(Map<String, String> secrets, List<String> found, String place) {
		for (String secret : found) {
			String[] both = secret.split(secret.contains(":") ? ":" : "(?i)%3A", 2);
			add(secrets, secret, MIN_NAME, "a part of " + place);
			add(secrets, both[0], MIN_NAME, "the user of " + place);
			add(secrets, (both.length > 1) ? both[1] : null, MIN_PASSWORD, "the password of " + place);
		}
	}

	/**
	 * Add a value as it is, and as it is without escapes.
	 */
	private static void add(Map<String, String> secrets, @Nullable Object value, int min, String name) {
		if (value instanceof String secret) {
			WrittenSecrets.layers(secret)
				.stream()
				.filter((layer) -> layer.length() >= min)
				.forEach((layer) -> secrets.putIfAbsent(layer, name));
		}
	}

}
