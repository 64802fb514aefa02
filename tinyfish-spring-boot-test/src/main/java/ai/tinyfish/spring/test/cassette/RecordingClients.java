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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Clients that submit the runs that are recorded, one for each API key. They connect as
 * the application does without the simulator.
 */
final class RecordingClients implements AutoCloseable {

	private final Environment environment;

	private final Supplier<TinyFishClient.Builder> builders;

	private final Supplier<@Nullable String> simulatorKey;

	private final Map<String, TinyFishClient> clients = new ConcurrentHashMap<>();

	/**
	 * Create the clients, which connect when they are first used.
	 * @param environment has the key, the base URL and the proxy of the application
	 * @param builders supplies builders with the other settings of the application
	 * @param simulatorKey supplies the simulator's own key
	 */
	RecordingClients(Environment environment, Supplier<TinyFishClient.Builder> builders,
			Supplier<@Nullable String> simulatorKey) {
		this.environment = environment;
		this.builders = builders;
		this.simulatorKey = simulatorKey;
	}

	/**
	 * Return the client for a run, with its own key, such as that of a tenant, or with
	 * the configured key if the run came with that of the simulator.
	 */
	TinyFishClient clientFor(String received) {
		String key = received.equals(this.simulatorKey.get()) ? configuredKey() : received;
		if (key == null) {
			throw new IllegalStateException("set tinyfish.api-key or TINYFISH_API_KEY to record runs");
		}
		return this.clients.computeIfAbsent(key, this::build);
	}

	@Nullable String configuredKey() {
		String key = this.environment.getProperty("tinyfish.api-key");
		key = StringUtils.hasText(key) ? key : this.environment.getProperty("TINYFISH_API_KEY");
		return StringUtils.hasText(key) ? key.strip() : null;
	}

	String baseUrl() {
		return this.environment.getProperty("tinyfish.base-url", TinyFishClient.DEFAULT_BASE_URL);
	}

	/**
	 * Build a client. Listeners, interceptors, limits and meters of the application have
	 * already seen the run, and it must not be submitted twice.
	 */
	private TinyFishClient build(String key) {
		TinyFishClient.Builder builder = this.builders.get()
			.apiKey(key)
			.baseUrl(baseUrl())
			.webhookUrl(null)
			.withoutRunListeners()
			.withoutRunInterceptors()
			.openRuns(null)
			.observationRegistry(ObservationRegistry.NOOP)
			.retry(RetrySettings.defaults());
		// not used for the simulator
		Binder.get(this.environment).bind("tinyfish.http-proxy", HttpProxy.class).ifBound(builder::httpProxy);
		return builder.build();
	}

	@Override
	public void close() {
		this.clients.values().forEach(TinyFishClient::close);
	}

}
