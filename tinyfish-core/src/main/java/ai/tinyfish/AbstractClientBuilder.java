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
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.session.ClientResources;
import ai.tinyfish.internal.wire.ConnectionSettings;
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
		return settings(settings().withApi(settings().api().withApiKey(apiKey)));
	}

	@Override
	public B apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider) {
		return settings(settings()
			.withApi(settings().api().withApiKeyProvider((apiKeyProvider != null) ? apiKeyProvider::getApiKey : null)));
	}

	@Override
	public B baseUrl(String baseUrl) {
		return settings(settings().withApi(settings().api().withBaseUrl(required("baseUrl", baseUrl))));
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
		return settings(settings().withApi(settings().api().withAreaBaseUrl(path, url)));
	}

	@Override
	public B timeout(Duration timeout) {
		return settings(settings().withTimeout(required("timeout", timeout)));
	}

	@Override
	public B connectTimeout(Duration connectTimeout) {
		return connection("connectTimeout",
				(connection) -> connection.withConnectTimeout(required("connectTimeout", connectTimeout)));
	}

	@Override
	public B sslContext(@Nullable SSLContext sslContext) {
		return connection("sslContext", (connection) -> connection.withSslContext(sslContext));
	}

	@Override
	public B sslParameters(@Nullable SSLParameters sslParameters) {
		return connection("sslParameters", (connection) -> connection.withSslParameters(sslParameters));
	}

	@Override
	public B httpProxy(@Nullable HttpProxy httpProxy) {
		return connection("httpProxy", (connection) -> connection.withProxy(httpProxy));
	}

	@Override
	public B maxOpenStreams(int maxOpenStreams) {
		return connection("maxOpenStreams", (connection) -> connection.withMaxOpenStreams(maxOpenStreams));
	}

	@Override
	public B streamIdleTimeout(Duration streamIdleTimeout) {
		return settings(settings().withStreamIdleTimeout(required("streamIdleTimeout", streamIdleTimeout)));
	}

	@Override
	public B maxEventSize(int maxEventSize) {
		return settings(settings().withMaxEventSize(maxEventSize));
	}

	@Override
	public B runTimeout(Duration runTimeout) {
		return settings(settings().withRunTimeout(required("runTimeout", runTimeout)));
	}

	@Override
	public B runRegistry(@Nullable RunRegistry runRegistry) {
		this.configuration.runRegistry = runRegistry;
		return self();
	}

	@Override
	public B onTimeout(AbandonPolicy onTimeout) {
		return settings(settings().withOnTimeout(required("onTimeout", onTimeout)));
	}

	@Override
	public B onClose(AbandonPolicy onClose) {
		return settings(settings().withOnClose(required("onClose", onClose)));
	}

	@Override
	public B readOutcome(boolean readOutcome) {
		return settings(settings().withReadOutcome(readOutcome));
	}

	@Override
	public B pollInterval(Duration pollInterval) {
		return settings(settings().withPollInterval(required("pollInterval", pollInterval)));
	}

	@Override
	public B maxPollInterval(Duration maxPollInterval) {
		return settings(settings().withMaxPollInterval(required("maxPollInterval", maxPollInterval)));
	}

	@Override
	public B pollTolerance(Duration pollTolerance) {
		return settings(settings().withPollTolerance(required("pollTolerance", pollTolerance)));
	}

	@Override
	public B maxRetries(int maxRetries) {
		return retry(settings().call().retry().withMaxRetries(maxRetries));
	}

	@Override
	public B retry(RetrySettings retry) {
		return settings(settings().withRetry(required("retry", retry)));
	}

	@Override
	public B integration(@Nullable String integration) {
		return settings(settings().withApi(settings().api().withIntegration(integration)));
	}

	@Override
	public B webhookUrl(@Nullable String webhookUrl) {
		return settings(settings().withApi(settings().api().withWebhookUrl(webhookUrl)));
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
		return settings(settings().withEventExecutor(eventExecutor));
	}

	@Override
	public B eventThreads(int eventThreads) {
		requireOwnConnections("eventThreads");
		return settings(settings().withEventThreads(eventThreads));
	}

	@Override
	public B eventBuffer(int eventBuffer) {
		return settings(settings().withEventBuffer(eventBuffer));
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

	private ClientSettings settings() {
		return this.configuration.settings;
	}

	private B settings(ClientSettings settings) {
		this.configuration.settings = settings;
		return self();
	}

	private B connection(String name, UnaryOperator<ConnectionSettings> change) {
		requireOwnConnections(name);
		return settings(settings().withConnection(change.apply(settings().connection())));
	}

	private void requireOwnConnections(String name) {
		if (this.configuration.isDerived()) {
			throw new IllegalStateException(
					name + " belongs to the connections and threads, which a derived client shares with"
							+ " the one that it is derived from; build a client of its own for another");
		}
	}

}
