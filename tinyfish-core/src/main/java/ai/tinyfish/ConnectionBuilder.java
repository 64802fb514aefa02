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
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * Base class of builders with the settings of the API, connections, calls, and the HTTP
 * client of streams.
 *
 * @param <B> the type of builder
 */
abstract class ConnectionBuilder<B extends TinyFishClientBuilder<B>> {

	final ClientConfiguration configuration;

	ConnectionBuilder(ClientConfiguration configuration) {
		this.configuration = configuration;
	}

	@SuppressWarnings("unchecked")
	final B self() {
		return (B) this;
	}

	/**
	 * Set the API key, for all operations. Replaces an
	 * {@link #apiKeyProvider(TinyFishApiKeyProvider)} that was set before. By default,
	 * the environment variable {@code TINYFISH_API_KEY} is used.
	 * @param apiKey the key; white space around it is removed; null for the environment
	 * variable
	 * @return this builder
	 */
	public B apiKey(@Nullable String apiKey) {
		this.configuration.apiKey = apiKey;
		this.configuration.apiKeyProvider = null;
		return self();
	}

	/**
	 * Set the provider of the API key of each operation. Replaces an
	 * {@link #apiKey(String)} that was set before.
	 * @param apiKeyProvider the provider; null for the environment variable
	 * @return this builder
	 */
	public B apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider) {
		this.configuration.apiKeyProvider = apiKeyProvider;
		this.configuration.apiKey = null;
		return self();
	}

	/**
	 * Set options of the client's requests, which replace those that were set before.
	 * {@link RequestOptions} describes which of them also apply to the requests that
	 * follow from an operation. A key has the same effect as {@link #apiKey(String)}.
	 * Timeout and retries take precedence over those of this builder.
	 * @param options the options
	 * @return this builder
	 */
	public B requestOptions(RequestOptions options) {
		this.configuration.options = required("options", options);
		return (options.apiKey() != null) ? apiKey(options.apiKey()) : self();
	}

	/**
	 * Set the base URL of the API; {@value TinyFishClient#DEFAULT_BASE_URL} unless given.
	 * @param baseUrl an absolute http or https URL
	 * @return this builder
	 */
	public B baseUrl(String baseUrl) {
		this.configuration.baseUrl = required("baseUrl", baseUrl);
		return self();
	}

	/**
	 * Set the URL of the search, if not {@code /v1/search} below the base URL.
	 * @param searchBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	public B searchBaseUrl(@Nullable String searchBaseUrl) {
		return area(this.configuration.areaBaseUrls, ClientConfiguration.SEARCH, searchBaseUrl);
	}

	/**
	 * Set the URL of fetches, if not {@code /v1/fetch} below the base URL.
	 * @param fetchBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	public B fetchBaseUrl(@Nullable String fetchBaseUrl) {
		return area(this.configuration.areaBaseUrls, ClientConfiguration.FETCH, fetchBaseUrl);
	}

	/**
	 * Set the URL of browser sessions, if not {@code /v1/browser} below the base URL.
	 * @param browserBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	public B browserBaseUrl(@Nullable String browserBaseUrl) {
		return area(this.configuration.areaBaseUrls, ClientConfiguration.BROWSER, browserBaseUrl);
	}

	private <V> B area(Map<String, V> settings, String path, @Nullable V value) {
		settings.compute(path, (key, before) -> value);
		return self();
	}

	/**
	 * Set the maximum time, per attempt, to wait for the whole response of a call, or for
	 * the beginning of a stream. It applies to all areas without their own timeout. The
	 * default is 600 seconds; searches, fetches and browser sessions have shorter
	 * defaults.
	 * @param timeout a positive duration
	 * @return this builder
	 */
	public B timeout(Duration timeout) {
		this.configuration.timeout = required("timeout", timeout);
		return self();
	}

	/**
	 * Set the maximum time, per attempt, to wait for the response to a call of
	 * {@link TinyFishClient#search()}. The default is the {@link #timeout}, or 10 seconds
	 * if that is not set either.
	 * @param searchTimeout a positive duration, or null to remove it
	 * @return this builder
	 */
	public B searchTimeout(@Nullable Duration searchTimeout) {
		return area(this.configuration.areaTimeouts, ClientConfiguration.SEARCH, searchTimeout);
	}

	/**
	 * Set the maximum time, per attempt, to wait for the response to a call of
	 * {@link TinyFishClient#fetch()}. The default is the {@link #timeout}, or 150 seconds
	 * if that is not set either: longer than the 110 seconds that the service may take
	 * for a page.
	 * @param fetchTimeout a positive duration, or null to remove it
	 * @return this builder
	 */
	public B fetchTimeout(@Nullable Duration fetchTimeout) {
		return area(this.configuration.areaTimeouts, ClientConfiguration.FETCH, fetchTimeout);
	}

	/**
	 * Set the maximum time to wait for a new session, with the retries, and for the
	 * response to each attempt at another call of {@link TinyFishClient#browser()}. The
	 * default is the {@link #timeout}, or 90 seconds if that is not set either. The
	 * service recommends at least 60 seconds, since a browser needs time to start.
	 * @param browserTimeout a positive duration, or null to remove it
	 * @return this builder
	 */
	public B browserTimeout(@Nullable Duration browserTimeout) {
		return area(this.configuration.areaTimeouts, ClientConfiguration.BROWSER, browserTimeout);
	}

	/**
	 * Set the longest time to establish a connection, and then for the TLS handshake; 10
	 * seconds unless given.
	 * @param connectTimeout a positive duration
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	public B connectTimeout(Duration connectTimeout) {
		requireOwnConnections("connectTimeout");
		this.configuration.connectTimeout = required("connectTimeout", connectTimeout);
		return self();
	}

	/**
	 * Set the trust and key material of TLS; the JVM's defaults unless given. The host
	 * name of a certificate is verified in any case.
	 * @param sslContext the context; null for the defaults
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	public B sslContext(@Nullable SSLContext sslContext) {
		requireOwnConnections("sslContext");
		this.configuration.sslContext = sslContext;
		return self();
	}

	/**
	 * Set the protocols and cipher suites of TLS; other parameters are not used.
	 * @param sslParameters the parameters; null for the defaults
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	public B sslParameters(@Nullable SSLParameters sslParameters) {
		requireOwnConnections("sslParameters");
		this.configuration.sslParameters = sslParameters;
		return self();
	}

	/**
	 * Set the HTTP proxy that the client's own requests go through. By default, the JVM's
	 * system properties apply, such as {@code https.proxyHost} and
	 * {@code http.nonProxyHosts}.
	 * @param httpProxy the proxy; null for that of the system properties
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	public B httpProxy(@Nullable HttpProxy httpProxy) {
		requireOwnConnections("httpProxy");
		this.configuration.httpProxy = httpProxy;
		return self();
	}

	/**
	 * Set the largest number of streams that may be open at once, each of which has its
	 * own connection; 500 unless given. Derived clients share the limit.
	 * @param maxOpenStreams a positive number
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	public B maxOpenStreams(int maxOpenStreams) {
		requireOwnConnections("maxOpenStreams");
		this.configuration.maxOpenStreams = maxOpenStreams;
		return self();
	}

	/**
	 * Set the idle timeout of a stream that is being read; 2 minutes unless given.
	 * Heartbeats restart it.
	 * @param streamIdleTimeout a positive duration
	 * @return this builder
	 */
	public B streamIdleTimeout(Duration streamIdleTimeout) {
		this.configuration.streamIdleTimeout = required("streamIdleTimeout", streamIdleTimeout);
		return self();
	}

	/**
	 * Set the maximum size of an event of a stream, and of a line of it, in bytes;
	 * {@code 16 * 1024 * 1024} unless given. If a larger one arrives, the client polls
	 * the run until it has ended, as if the stream had broken. The limit bounds the
	 * memory of a stream while an event arrives.
	 * @param maxEventSize a positive number of bytes
	 * @return this builder
	 */
	public B maxEventSize(int maxEventSize) {
		this.configuration.maxEventSize = maxEventSize;
		return self();
	}

	/**
	 * Set the number of retries of a failed call; 2 unless given.
	 * @param maxRetries the number of further attempts after the first; 0 for none
	 * @return this builder
	 */
	public B maxRetries(int maxRetries) {
		return retry(this.configuration.retry.withMaxRetries(maxRetries));
	}

	/**
	 * Set the number and the delays of retries.
	 * @param retry the settings
	 * @return this builder
	 */
	public B retry(RetrySettings retry) {
		this.configuration.retry = required("retry", retry);
		return self();
	}

	/**
	 * Set the builder of the WebClient; the client's own base URL and connections are set
	 * on a copy of it.
	 * @param webClientBuilder the builder
	 * @return this builder
	 */
	public B webClientBuilder(WebClient.Builder webClientBuilder) {
		WebClient.Builder given = required("webClientBuilder", webClientBuilder).clone();
		this.configuration.webClientBuilder = () -> given;
		return self();
	}

	/**
	 * Set a supplier of the builder of the WebClient. It is called when the WebClient is
	 * first needed, so that nothing is loaded before.
	 * @param webClientBuilder supplies a builder, or null for one without settings
	 * @return this builder
	 */
	public B webClientBuilder(Supplier<WebClient.@Nullable Builder> webClientBuilder) {
		this.configuration.webClientBuilder = required("webClientBuilder", webClientBuilder);
		return self();
	}

	/**
	 * Customize the WebClient after the client's own settings. May be called repeatedly.
	 * The customizer is called when the client is built. If it replaces the connector, it
	 * is responsible for redirects, TLS, the proxy and the connection pool.
	 * @param customizer changes the builder
	 * @return this builder
	 */
	public B customizeWebClient(Consumer<WebClient.Builder> customizer) {
		this.configuration.webClientCustomizers.add(required("customizer", customizer));
		return self();
	}

	/**
	 * Set the registry that records the observations {@code tinyfish.client.calls} and
	 * {@code tinyfish.run}.
	 * @param observationRegistry the registry
	 * @return this builder
	 */
	public B observationRegistry(ObservationRegistry observationRegistry) {
		this.configuration.observationRegistry = required("observationRegistry", observationRegistry);
		return self();
	}

	/**
	 * Set the convention for the name and key values of the observation of API calls.
	 * @param observationConvention the convention; null for the registry's convention for
	 * API calls, or else the default
	 * @return this builder
	 */
	public B observationConvention(@Nullable TinyFishCallObservationConvention observationConvention) {
		this.configuration.observationConvention = observationConvention;
		return self();
	}

	static <T> T required(String name, T value) {
		if (value == null) {
			throw new NullPointerException(name + " must not be null");
		}
		return value;
	}

	final void requireOwnConnections(String name) {
		if (this.configuration.isDerived()) {
			throw new IllegalStateException(
					name + " cannot be changed in a derived client, which shares connections and threads with the"
							+ " client that it is derived from. Build a separate client");
		}
	}

}
