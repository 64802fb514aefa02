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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.session.ClientResources;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * What both builders do in the same way.
 *
 * @param <B> the type of builder
 */
abstract class AbstractClientBuilder<B extends TinyFishClientBuilder<B>> implements TinyFishClientBuilder<B> {

	private final ClientConfiguration configuration;

	AbstractClientBuilder() {
		this.configuration = new ClientConfiguration();
	}

	/**
	 * Start from the settings of another builder.
	 * @param other the builder
	 * @param shared the connections of the client that it has built
	 */
	AbstractClientBuilder(AbstractClientBuilder<B> other, ClientResources shared) {
		this.configuration = new ClientConfiguration(other.configuration, shared);
	}

	ClientConfiguration configuration() {
		return this.configuration;
	}

	abstract B self();

	@Override
	public B apiKey(@Nullable String apiKey) {
		this.configuration.apiKey = apiKey;
		this.configuration.apiKeyProvider = null;
		return self();
	}

	@Override
	public B apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider) {
		this.configuration.apiKeyProvider = apiKeyProvider;
		this.configuration.apiKey = null;
		return self();
	}

	@Override
	public B baseUrl(String baseUrl) {
		this.configuration.baseUrl = required("baseUrl", baseUrl);
		return self();
	}

	@Override
	public B searchBaseUrl(@Nullable String searchBaseUrl) {
		return areaBaseUrl("/v1/search", searchBaseUrl);
	}

	@Override
	public B fetchBaseUrl(@Nullable String fetchBaseUrl) {
		return areaBaseUrl("/v1/fetch", fetchBaseUrl);
	}

	@Override
	public B browserBaseUrl(@Nullable String browserBaseUrl) {
		return areaBaseUrl("/v1/browser", browserBaseUrl);
	}

	private B areaBaseUrl(String path, @Nullable String url) {
		if (url != null) {
			this.configuration.areaBaseUrls.put(path, url);
		}
		else {
			this.configuration.areaBaseUrls.remove(path);
		}
		return self();
	}

	@Override
	public B timeout(Duration timeout) {
		this.configuration.timeout = required("timeout", timeout);
		return self();
	}

	@Override
	public B connectTimeout(Duration connectTimeout) {
		requireOwnConnections("connectTimeout");
		this.configuration.connectTimeout = required("connectTimeout", connectTimeout);
		return self();
	}

	@Override
	public B sslContext(@Nullable SSLContext sslContext) {
		requireOwnConnections("sslContext");
		this.configuration.sslContext = sslContext;
		return self();
	}

	@Override
	public B sslParameters(@Nullable SSLParameters sslParameters) {
		requireOwnConnections("sslParameters");
		this.configuration.sslParameters = sslParameters;
		return self();
	}

	@Override
	public B httpProxy(@Nullable HttpProxy httpProxy) {
		requireOwnConnections("httpProxy");
		this.configuration.httpProxy = httpProxy;
		return self();
	}

	@Override
	public B maxOpenStreams(int maxOpenStreams) {
		requireOwnConnections("maxOpenStreams");
		this.configuration.maxOpenStreams = maxOpenStreams;
		return self();
	}

	@Override
	public B streamIdleTimeout(Duration streamIdleTimeout) {
		this.configuration.streamIdleTimeout = required("streamIdleTimeout", streamIdleTimeout);
		return self();
	}

	@Override
	public B maxEventSize(int maxEventSize) {
		this.configuration.maxEventSize = maxEventSize;
		return self();
	}

	@Override
	public B runTimeout(Duration runTimeout) {
		this.configuration.runTimeout = required("runTimeout", runTimeout);
		return self();
	}

	@Override
	public B runRegistry(@Nullable RunRegistry runRegistry) {
		this.configuration.runRegistry = runRegistry;
		return self();
	}

	@Override
	public B onTimeout(AbandonPolicy onTimeout) {
		this.configuration.onTimeout = required("onTimeout", onTimeout);
		return self();
	}

	@Override
	public B onClose(AbandonPolicy onClose) {
		this.configuration.onClose = required("onClose", onClose);
		return self();
	}

	@Override
	public B readOutcome(boolean readOutcome) {
		this.configuration.readOutcome = readOutcome;
		return self();
	}

	@Override
	public B pollInterval(Duration pollInterval) {
		this.configuration.pollInterval = required("pollInterval", pollInterval);
		return self();
	}

	@Override
	public B maxPollInterval(Duration maxPollInterval) {
		this.configuration.maxPollInterval = required("maxPollInterval", maxPollInterval);
		return self();
	}

	@Override
	public B pollTolerance(Duration pollTolerance) {
		this.configuration.pollTolerance = required("pollTolerance", pollTolerance);
		return self();
	}

	@Override
	public B maxRetries(int maxRetries) {
		this.configuration.retry = this.configuration.retry.withMaxRetries(maxRetries);
		return self();
	}

	@Override
	public B retry(RetrySettings retry) {
		this.configuration.retry = required("retry", retry);
		return self();
	}

	@Override
	public B integration(@Nullable String integration) {
		this.configuration.integration = integration;
		return self();
	}

	@Override
	public B webhookUrl(@Nullable String webhookUrl) {
		this.configuration.webhookUrl = webhookUrl;
		return self();
	}

	@Override
	public B runListener(TinyFishRunListener listener) {
		List<TinyFishRunListener> listeners = List.of(required("listener", listener));
		return runListeners(() -> listeners);
	}

	@Override
	public B runListeners(Supplier<List<TinyFishRunListener>> listeners) {
		this.configuration.runListeners.add(SingletonSupplier.of(required("listeners", listeners)));
		return self();
	}

	@Override
	public B eventExecutor(@Nullable Executor eventExecutor) {
		requireOwnConnections("eventExecutor");
		this.configuration.eventExecutor = eventExecutor;
		return self();
	}

	@Override
	public B eventThreads(int eventThreads) {
		requireOwnConnections("eventThreads");
		this.configuration.eventThreads = positive("eventThreads", eventThreads);
		return self();
	}

	@Override
	public B eventBuffer(int eventBuffer) {
		this.configuration.eventBuffer = positive("eventBuffer", eventBuffer);
		return self();
	}

	@Override
	public B webClientBuilder(WebClient.Builder webClientBuilder) {
		WebClient.Builder given = required("webClientBuilder", webClientBuilder).clone();
		this.configuration.webClientBuilder = () -> given;
		return self();
	}

	@Override
	public B webClientBuilder(Supplier<WebClient.@Nullable Builder> webClientBuilder) {
		this.configuration.webClientBuilder = required("webClientBuilder", webClientBuilder);
		return self();
	}

	@Override
	public B customizeWebClient(Consumer<WebClient.Builder> customizer) {
		this.configuration.webClientCustomizers.add(required("customizer", customizer));
		return self();
	}

	@Override
	public B observationRegistry(ObservationRegistry observationRegistry) {
		this.configuration.observationRegistry = required("observationRegistry", observationRegistry);
		return self();
	}

	@Override
	public B observationConvention(@Nullable TinyFishCallObservationConvention observationConvention) {
		this.configuration.observationConvention = observationConvention;
		return self();
	}

	static <T> T required(String name, T value) {
		return Objects.requireNonNull(value, () -> name + " must not be null");
	}

	private static int positive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + " must be positive: " + value);
		}
		return value;
	}

	private void requireOwnConnections(String name) {
		if (this.configuration.isDerived()) {
			throw new IllegalStateException(
					name + " belongs to the connections and threads, which a derived client shares with"
							+ " the one that it is derived from; build a client of its own for another");
		}
	}

}
