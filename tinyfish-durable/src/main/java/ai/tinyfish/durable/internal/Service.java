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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.settings.RequestOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The clients of accounts. Their requests are not repeated, since a task is executed
 * again where that may help; what fails is not published as an event, since durable runs
 * have their own.
 */
final class Accounts {

	private static final Duration POLL_TIMEOUT = Duration.ofSeconds(60);

	private final SingletonSupplier<TinyFishClient> client;

	private final @Nullable DurableRunApiKeyProvider apiKeys;

	private final DurableSettings settings;

	/**
	 * Create a new instance.
	 * @param client the application's client; asked for when a request is made
	 * @param apiKeys gives the keys of accounts, or null
	 * @param settings the settings
	 */
	Accounts(Supplier<TinyFishClient> client, @Nullable DurableRunApiKeyProvider apiKeys, DurableSettings settings) {
		this.client = SingletonSupplier.of(() -> client.get().mutate().withoutRunListeners().build());
		this.apiKeys = apiKeys;
		this.settings = settings;
	}

	boolean hasApiKeys() {
		return this.apiKeys != null;
	}

	/**
	 * Return a client that sends requests.
	 * @throws IllegalStateException if there is no key
	 */
	TinyFishClient sending(String account) {
		return client(account, this.settings.sendTimeout());
	}

	/**
	 * Return a client that polls and cancels runs.
	 * @throws IllegalStateException if there is no key
	 */
	TinyFishClient polling(String account) {
		return client(account, POLL_TIMEOUT);
	}

	private TinyFishClient client(String account, Duration timeout) {
		RequestOptions.Builder options = RequestOptions.builder().timeout(timeout).maxRetries(0);
		if (!account.isEmpty()) {
			String key = (this.apiKeys != null) ? this.apiKeys.getApiKey(account) : null;
			if (!StringUtils.hasText(key)) {
				throw new IllegalStateException("There is no API key for account " + account);
			}
			options.apiKey(key);
		}
		return this.client.obtain().withOptions(options.build());
	}

}
