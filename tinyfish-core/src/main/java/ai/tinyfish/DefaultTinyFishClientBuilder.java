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

package ai.tinyfish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.ApiKeys;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.retry.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Builds {@link DefaultTinyFishClient}.
 */
final class DefaultTinyFishClientBuilder implements TinyFishClient.Builder {

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	private @Nullable String apiKey;

	private @Nullable TinyFishApiKeyProvider apiKeyProvider;

	private String baseUrl = TinyFishClient.DEFAULT_BASE_URL;

	private Duration timeout = Duration.ofSeconds(600);

	private Duration connectTimeout = Duration.ofSeconds(10);

	private Duration streamIdleTimeout = Duration.ofMinutes(2);

	private Duration runTimeout = Duration.ofMinutes(30);

	private RetrySettings retry = RetrySettings.defaults();

	private @Nullable String integration = System.getenv(INTEGRATION_VARIABLE);

	private final List<TinyFishRunListener> runListeners = new ArrayList<>();

	private @Nullable Executor eventExecutor;

	private RestClient.@Nullable Builder restClientBuilder;

	private WebClient.@Nullable Builder webClientBuilder;

	private final List<Consumer<RestClient.Builder>> restClientCustomizers = new ArrayList<>();

	private final List<Consumer<WebClient.Builder>> webClientCustomizers = new ArrayList<>();

	private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	@Override
	public TinyFishClient.Builder apiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
		return this;
	}

	@Override
	public TinyFishClient.Builder apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider) {
		this.apiKeyProvider = apiKeyProvider;
		return this;
	}

	@Override
	public TinyFishClient.Builder baseUrl(String baseUrl) {
		this.baseUrl = required("baseUrl", baseUrl);
		return this;
	}

	@Override
	public TinyFishClient.Builder timeout(Duration timeout) {
		this.timeout = required("timeout", timeout);
		return this;
	}

	@Override
	public TinyFishClient.Builder connectTimeout(Duration connectTimeout) {
		this.connectTimeout = required("connectTimeout", connectTimeout);
		return this;
	}

	@Override
	public TinyFishClient.Builder streamIdleTimeout(Duration streamIdleTimeout) {
		this.streamIdleTimeout = required("streamIdleTimeout", streamIdleTimeout);
		return this;
	}

	@Override
	public TinyFishClient.Builder runTimeout(Duration runTimeout) {
		this.runTimeout = required("runTimeout", runTimeout);
		return this;
	}

	@Override
	public TinyFishClient.Builder maxRetries(int maxRetries) {
		this.retry = this.retry.withMaxRetries(maxRetries);
		return this;
	}

	@Override
	public TinyFishClient.Builder retry(RetrySettings retry) {
		this.retry = required("retry", retry);
		return this;
	}

	@Override
	public TinyFishClient.Builder integration(@Nullable String integration) {
		this.integration = integration;
		return this;
	}

	@Override
	public TinyFishClient.Builder runListener(TinyFishRunListener listener) {
		this.runListeners.add(required("listener", listener));
		return this;
	}

	@Override
	public TinyFishClient.Builder eventExecutor(@Nullable Executor eventExecutor) {
		this.eventExecutor = eventExecutor;
		return this;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(RestClient.Builder restClientBuilder) {
		this.restClientBuilder = required("restClientBuilder", restClientBuilder).clone();
		return this;
	}

	@Override
	public TinyFishClient.Builder webClientBuilder(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = required("webClientBuilder", webClientBuilder).clone();
		return this;
	}

	@Override
	public TinyFishClient.Builder customizeRestClient(Consumer<RestClient.Builder> customizer) {
		this.restClientCustomizers.add(required("customizer", customizer));
		return this;
	}

	@Override
	public TinyFishClient.Builder customizeWebClient(Consumer<WebClient.Builder> customizer) {
		this.webClientCustomizers.add(required("customizer", customizer));
		return this;
	}

	@Override
	public TinyFishClient.Builder observationRegistry(ObservationRegistry observationRegistry) {
		this.observationRegistry = required("observationRegistry", observationRegistry);
		return this;
	}

	@Override
	public TinyFishClient build() {
		return new DefaultTinyFishClient(this);
	}

	private static <T> T required(String name, T value) {
		return Objects.requireNonNull(value, () -> name + " must not be null");
	}

	ClientSettings settings() {
		String tag = (this.integration != null && !this.integration.isBlank()) ? this.integration.strip() : null;
		return new ClientSettings(this.baseUrl, this.timeout, this.connectTimeout, this.streamIdleTimeout,
				this.runTimeout, this.retry, tag);
	}

	Supplier<@Nullable String> apiKeySupplier() {
		TinyFishApiKeyProvider provider = this.apiKeyProvider;
		if (provider != null) {
			return provider::getApiKey;
		}
		String key = ApiKeys.require((this.apiKey != null) ? this.apiKey : System.getenv(API_KEY_VARIABLE));
		return () -> key;
	}

	List<TinyFishRunListener> runListeners() {
		return List.copyOf(this.runListeners);
	}

	@Nullable Executor eventExecutor() {
		return this.eventExecutor;
	}

	ObservationRegistry observationRegistry() {
		return this.observationRegistry;
	}

	RestClient.Builder newRestClientBuilder() {
		RestClient.Builder given = this.restClientBuilder;
		return (given != null) ? given.clone() : RestClient.builder().observationRegistry(this.observationRegistry);
	}

	void customize(RestClient.Builder builder) {
		this.restClientCustomizers.forEach((customizer) -> customizer.accept(builder));
	}

	WebClient.Builder newWebClientBuilder() {
		WebClient.Builder given = this.webClientBuilder;
		return (given != null) ? given.clone() : WebClient.builder().observationRegistry(this.observationRegistry);
	}

	void customize(WebClient.Builder builder) {
		this.webClientCustomizers.forEach((customizer) -> customizer.accept(builder));
	}

}
