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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.area.OpenBrowsers;
import ai.tinyfish.internal.poll.PollSettings;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.settings.ConnectionSettings;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Settings of a client, and the parts of the application that it uses. Changed only by
 * builders.
 */
final class ClientConfiguration implements Cloneable {

	/** The path of searches below the base URL, unless the area has its own. */
	static final String SEARCH = "/v1/search";

	/** The path of fetches. */
	static final String FETCH = "/v1/fetch";

	/** The path of browser sessions. */
	static final String BROWSER = "/v1/browser";

	private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);

	/**
	 * Timeouts that the service recommends, with more time for the start of a browser.
	 */
	private static final Map<String, Duration> DEFAULT_AREA_TIMEOUTS = Map.of(SEARCH, Duration.ofSeconds(10), FETCH,
			Duration.ofSeconds(150), BROWSER, Duration.ofSeconds(90));

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	String baseUrl = TinyFishClient.DEFAULT_BASE_URL;

	/** Keyed by the default path of the area below the base URL. */
	Map<String, String> areaBaseUrls = new LinkedHashMap<>();

	@Nullable String apiKey;

	@Nullable TinyFishApiKeyProvider apiKeyProvider;

	@Nullable String integration = System.getenv(INTEGRATION_VARIABLE);

	@Nullable String webhookUrl;

	AllowedHosts allowedHosts = AllowedHosts.any();

	Duration connectTimeout = Duration.ofSeconds(10);

	int maxOpenStreams = 500;

	@Nullable SSLContext sslContext;

	@Nullable SSLParameters sslParameters;

	@Nullable HttpProxy httpProxy;

	/** For all areas without their own timeout; null for the default of each. */
	@Nullable Duration timeout;

	/** Keyed by the default path of the area. */
	Map<String, Duration> areaTimeouts = new LinkedHashMap<>();

	RetrySettings retry = RetrySettings.defaults();

	RequestOptions options = RequestOptions.none();

	Duration streamIdleTimeout = Duration.ofMinutes(2);

	int maxEventSize = 16 * 1024 * 1024;

	Duration runTimeout = Duration.ofMinutes(30);

	AbandonPolicy onTimeout = AbandonPolicy.CANCEL;

	AbandonPolicy onClose = AbandonPolicy.LEAVE;

	boolean readOutcome = true;

	Duration pollInterval = Duration.ofSeconds(1);

	Duration maxPollInterval = Duration.ofSeconds(15);

	Duration pollTolerance = Duration.ofMinutes(5);

	Duration browserIdleTimeout = Duration.ofMinutes(5);

	Duration browserMaxDuration = Duration.ofMinutes(30);

	@Nullable Executor eventExecutor;

	int eventThreads = 8;

	int eventBuffer = 256;

	@Nullable OpenRuns openRuns;

	List<Supplier<List<TinyFishRunListener>>> runListeners = new ArrayList<>();

	List<Supplier<List<TinyFishRunInterceptor>>> runInterceptors = new ArrayList<>();

	Supplier<RestClient.@Nullable Builder> restClientBuilder = () -> null;

	List<Consumer<RestClient.Builder>> restClientCustomizers = new ArrayList<>();

	Supplier<WebClient.@Nullable Builder> webClientBuilder = () -> null;

	List<Consumer<WebClient.Builder>> webClientCustomizers = new ArrayList<>();

	ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	@Nullable TinyFishCallObservationConvention observationConvention;

	/** The client that this one is derived from. */
	private @Nullable ClientParts origin;

	/**
	 * Copy the configuration.
	 * @param origin the client that was built with it
	 */
	ClientConfiguration derive(ClientParts origin) {
		try {
			ClientConfiguration copy = (ClientConfiguration) clone();
			copy.areaBaseUrls = new LinkedHashMap<>(this.areaBaseUrls);
			copy.areaTimeouts = new LinkedHashMap<>(this.areaTimeouts);
			copy.runListeners = new ArrayList<>(this.runListeners);
			copy.runInterceptors = new ArrayList<>(this.runInterceptors);
			copy.restClientCustomizers = new ArrayList<>(this.restClientCustomizers);
			copy.webClientCustomizers = new ArrayList<>(this.webClientCustomizers);
			// a copy for the client, since its builder may be used again
			copy.openRuns = (this.openRuns != null) ? this.openRuns : OpenRuns.unlimited();
			copy.origin = origin;
			return copy;
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean isDerived() {
		return this.origin != null;
	}

	/**
	 * Return the client that this one is derived from if both may use the same HTTP
	 * clients and the same poller: all settings that these depend on are equal.
	 */
	@Nullable ClientParts shared() {
		return (this.origin != null && calls().equals(this.origin.configuration().calls())) ? this.origin : null;
	}

	private List<@Nullable Object> calls() {
		return Arrays.asList(this.baseUrl, this.areaBaseUrls, this.timeout, this.areaTimeouts, this.retry,
				this.pollInterval, this.maxPollInterval, this.pollTolerance, this.restClientBuilder,
				this.restClientCustomizers, this.webClientBuilder, this.webClientCustomizers, this.observationRegistry,
				this.observationConvention);
	}

	/**
	 * Return the settings of the client that is built.
	 * @return the checked settings
	 * @throws IllegalArgumentException if a setting is not valid
	 */
	ClientSettings settings() {
		return settings(this.options);
	}

	/**
	 * Return the settings of polls and cancels: only the headers and the callback of the
	 * options apply to them.
	 */
	ClientSettings settingsOfFollowUps() {
		RequestOptions.Builder followUps = RequestOptions.builder().onResponse(this.options.onResponse());
		this.options.headers().forEach(followUps::header);
		return settings(followUps.build());
	}

	private ClientSettings settings(RequestOptions options) {
		ClientSettings.Api api = new ClientSettings.Api(this.baseUrl, this.areaBaseUrls, this.integration,
				this.webhookUrl);
		return new ClientSettings(
				new ConnectionSettings(this.connectTimeout, this.maxOpenStreams, api.isSecure(), this.sslContext,
						this.sslParameters, this.httpProxy),
				api, this.allowedHosts, callSettings(options),
				new ClientSettings.Stream(this.streamIdleTimeout, this.maxEventSize),
				new ClientSettings.Run(this.runTimeout, this.onTimeout, this.onClose, this.readOutcome),
				new ClientSettings.Browser(this.browserIdleTimeout, this.browserMaxDuration),
				new ClientSettings.Events(this.eventExecutor, this.eventThreads, this.eventBuffer));
	}

	PollSettings pollSettings() {
		return new PollSettings(this.pollInterval, this.maxPollInterval, this.pollTolerance);
	}

	private ClientSettings.Call callSettings(RequestOptions options) {
		RetrySettings retry = (options.maxRetries() != null) ? this.retry.withMaxRetries(options.maxRetries())
				: this.retry;
		if (options.timeout() != null) {
			return new ClientSettings.Call(options.timeout(), Map.of(), retry, options);
		}
		if (this.timeout != null) {
			return new ClientSettings.Call(this.timeout, this.areaTimeouts, retry, options);
		}
		Map<String, Duration> areas = new LinkedHashMap<>(DEFAULT_AREA_TIMEOUTS);
		areas.putAll(this.areaTimeouts);
		return new ClientSettings.Call(DEFAULT_TIMEOUT, areas, retry, options);
	}

	ClientResources resources() {
		return (this.origin != null) ? this.origin.resources().derive() : ClientResources.of(settings());
	}

	/**
	 * Return the source of the key.
	 * @throws IllegalStateException if there is neither a provider nor a usable key
	 */
	Supplier<@Nullable String> apiKeySupplier() {
		TinyFishApiKeyProvider provider = this.apiKeyProvider;
		if (provider != null) {
			return () -> ApiKeys.requireProvided(provider.getApiKey());
		}
		String key = ApiKeys.require((this.apiKey != null) ? this.apiKey : System.getenv(API_KEY_VARIABLE));
		return () -> key;
	}

	/**
	 * Return the runs of the client and of the clients that are derived from it.
	 */
	SharedRuns runs() {
		return Objects.requireNonNull(this.openRuns, "a builder has no runs").shared();
	}

	/**
	 * Return the browser sessions of these clients.
	 */
	OpenBrowsers browsers() {
		return Objects.requireNonNull(this.openRuns, "a builder has no browsers").browsers();
	}

}
