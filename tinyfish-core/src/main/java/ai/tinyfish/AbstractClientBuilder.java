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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.AbandonedRun;
import ai.tinyfish.agent.AgentRuntime;
import ai.tinyfish.agent.RunRegistry;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.http.HttpProxy;
import ai.tinyfish.http.RequestOptions;
import ai.tinyfish.internal.ApiKeys;
import ai.tinyfish.internal.ClientResources;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.EventExecutor;
import ai.tinyfish.internal.http.CallObservations;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.http.ReactiveExecutor;
import ai.tinyfish.internal.http.StreamOpener;
import ai.tinyfish.internal.transport.ConnectionSettings;
import ai.tinyfish.internal.transport.TransportConnector;
import ai.tinyfish.internal.watch.WatchSettings;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.retry.RetrySettings;
import ai.tinyfish.run.RunEndings;
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

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	private @Nullable String apiKey;

	private @Nullable TinyFishApiKeyProvider apiKeyProvider;

	private String baseUrl = TinyFishClient.DEFAULT_BASE_URL;

	private final Map<String, String> areaBaseUrls = new LinkedHashMap<>();

	private Duration timeout = Duration.ofSeconds(600);

	private Duration connectTimeout = Duration.ofSeconds(10);

	private @Nullable SSLContext sslContext;

	private @Nullable SSLParameters sslParameters;

	private @Nullable HttpProxy httpProxy;

	private int maxOpenStreams = 500;

	private Duration streamIdleTimeout = Duration.ofMinutes(2);

	private int maxEventSize = 16 * 1024 * 1024;

	private Duration runTimeout = Duration.ofMinutes(30);

	private @Nullable RunRegistry runRegistry;

	private AbandonedRun onTimeout = AbandonedRun.CANCEL;

	private AbandonedRun onClose = AbandonedRun.LEAVE;

	private Duration pollInterval = Duration.ofSeconds(1);

	private Duration maxPollInterval = Duration.ofSeconds(15);

	private Duration pollTolerance = Duration.ofMinutes(5);

	private RetrySettings retry = RetrySettings.defaults();

	private @Nullable String integration = System.getenv(INTEGRATION_VARIABLE);

	private RequestOptions options = RequestOptions.none();

	private @Nullable String webhookUrl;

	private final List<Supplier<List<TinyFishRunListener>>> runListeners = new ArrayList<>();

	private @Nullable Executor eventExecutor;

	private int eventThreads = 8;

	private int eventBuffer = 256;

	private Supplier<WebClient.@Nullable Builder> webClientBuilder = () -> null;

	private final List<Consumer<WebClient.Builder>> webClientCustomizers = new ArrayList<>();

	private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	private @Nullable TinyFishCallObservationConvention observationConvention;

	/** What a derived client shares with the one that it is derived from. */
	private final @Nullable ClientResources shared;

	AbstractClientBuilder() {
		this.shared = null;
	}

	/**
	 * Start from the settings of another builder.
	 * @param other the builder
	 * @param shared the connections of the client that it has built
	 */
	AbstractClientBuilder(AbstractClientBuilder<B> other, ClientResources shared) {
		this.apiKey = other.apiKey;
		this.apiKeyProvider = other.apiKeyProvider;
		this.baseUrl = other.baseUrl;
		this.areaBaseUrls.putAll(other.areaBaseUrls);
		this.timeout = other.timeout;
		this.connectTimeout = other.connectTimeout;
		this.sslContext = other.sslContext;
		this.sslParameters = other.sslParameters;
		this.httpProxy = other.httpProxy;
		this.maxOpenStreams = other.maxOpenStreams;
		this.streamIdleTimeout = other.streamIdleTimeout;
		this.maxEventSize = other.maxEventSize;
		this.runTimeout = other.runTimeout;
		this.runRegistry = other.runRegistry;
		this.options = other.options;
		this.onTimeout = other.onTimeout;
		this.onClose = other.onClose;
		this.pollInterval = other.pollInterval;
		this.maxPollInterval = other.maxPollInterval;
		this.pollTolerance = other.pollTolerance;
		this.retry = other.retry;
		this.integration = other.integration;
		this.webhookUrl = other.webhookUrl;
		this.runListeners.addAll(other.runListeners);
		this.eventExecutor = other.eventExecutor;
		this.eventThreads = other.eventThreads;
		this.eventBuffer = other.eventBuffer;
		this.webClientBuilder = other.webClientBuilder;
		this.webClientCustomizers.addAll(other.webClientCustomizers);
		this.observationRegistry = other.observationRegistry;
		this.observationConvention = other.observationConvention;
		this.shared = shared;
	}

	abstract B self();

	@Override
	public B apiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
		this.apiKeyProvider = null;
		return self();
	}

	@Override
	public B apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider) {
		this.apiKeyProvider = apiKeyProvider;
		this.apiKey = null;
		return self();
	}

	@Override
	public B baseUrl(String baseUrl) {
		this.baseUrl = required("baseUrl", baseUrl);
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
			this.areaBaseUrls.put(path, url);
		}
		else {
			this.areaBaseUrls.remove(path);
		}
		return self();
	}

	@Override
	public B timeout(Duration timeout) {
		this.timeout = required("timeout", timeout);
		return self();
	}

	@Override
	public B connectTimeout(Duration connectTimeout) {
		requireOwnConnections("connectTimeout");
		this.connectTimeout = required("connectTimeout", connectTimeout);
		return self();
	}

	@Override
	public B sslContext(@Nullable SSLContext sslContext) {
		requireOwnConnections("sslContext");
		this.sslContext = sslContext;
		return self();
	}

	@Override
	public B sslParameters(@Nullable SSLParameters sslParameters) {
		requireOwnConnections("sslParameters");
		this.sslParameters = sslParameters;
		return self();
	}

	@Override
	public B httpProxy(@Nullable HttpProxy httpProxy) {
		requireOwnConnections("httpProxy");
		this.httpProxy = httpProxy;
		return self();
	}

	@Override
	public B maxOpenStreams(int maxOpenStreams) {
		requireOwnConnections("maxOpenStreams");
		this.maxOpenStreams = maxOpenStreams;
		return self();
	}

	@Override
	public B streamIdleTimeout(Duration streamIdleTimeout) {
		this.streamIdleTimeout = required("streamIdleTimeout", streamIdleTimeout);
		return self();
	}

	@Override
	public B maxEventSize(int maxEventSize) {
		this.maxEventSize = maxEventSize;
		return self();
	}

	@Override
	public B runTimeout(Duration runTimeout) {
		this.runTimeout = required("runTimeout", runTimeout);
		return self();
	}

	@Override
	public B runRegistry(@Nullable RunRegistry runRegistry) {
		this.runRegistry = runRegistry;
		return self();
	}

	@Override
	public B onTimeout(AbandonedRun onTimeout) {
		this.onTimeout = required("onTimeout", onTimeout);
		return self();
	}

	@Override
	public B onClose(AbandonedRun onClose) {
		this.onClose = required("onClose", onClose);
		return self();
	}

	@Override
	public B pollInterval(Duration pollInterval) {
		this.pollInterval = required("pollInterval", pollInterval);
		return self();
	}

	@Override
	public B maxPollInterval(Duration maxPollInterval) {
		this.maxPollInterval = required("maxPollInterval", maxPollInterval);
		return self();
	}

	@Override
	public B pollTolerance(Duration pollTolerance) {
		this.pollTolerance = required("pollTolerance", pollTolerance);
		return self();
	}

	@Override
	public B maxRetries(int maxRetries) {
		this.retry = this.retry.withMaxRetries(maxRetries);
		return self();
	}

	@Override
	public B retry(RetrySettings retry) {
		this.retry = required("retry", retry);
		return self();
	}

	@Override
	public B integration(@Nullable String integration) {
		this.integration = integration;
		return self();
	}

	@Override
	public B webhookUrl(@Nullable String webhookUrl) {
		this.webhookUrl = webhookUrl;
		return self();
	}

	@Override
	public B runListener(TinyFishRunListener listener) {
		List<TinyFishRunListener> listeners = List.of(required("listener", listener));
		return runListeners(() -> listeners);
	}

	@Override
	public B runListeners(Supplier<List<TinyFishRunListener>> listeners) {
		this.runListeners.add(SingletonSupplier.of(required("listeners", listeners)));
		return self();
	}

	@Override
	public B eventExecutor(@Nullable Executor eventExecutor) {
		requireOwnConnections("eventExecutor");
		this.eventExecutor = eventExecutor;
		return self();
	}

	@Override
	public B eventThreads(int eventThreads) {
		requireOwnConnections("eventThreads");
		this.eventThreads = positive("eventThreads", eventThreads);
		return self();
	}

	@Override
	public B eventBuffer(int eventBuffer) {
		this.eventBuffer = positive("eventBuffer", eventBuffer);
		return self();
	}

	@Override
	public B webClientBuilder(WebClient.Builder webClientBuilder) {
		WebClient.Builder given = required("webClientBuilder", webClientBuilder).clone();
		this.webClientBuilder = () -> given;
		return self();
	}

	@Override
	public B webClientBuilder(Supplier<WebClient.@Nullable Builder> webClientBuilder) {
		this.webClientBuilder = required("webClientBuilder", webClientBuilder);
		return self();
	}

	@Override
	public B customizeWebClient(Consumer<WebClient.Builder> customizer) {
		this.webClientCustomizers.add(required("customizer", customizer));
		return self();
	}

	@Override
	public B observationRegistry(ObservationRegistry observationRegistry) {
		this.observationRegistry = required("observationRegistry", observationRegistry);
		return self();
	}

	@Override
	public B observationConvention(@Nullable TinyFishCallObservationConvention observationConvention) {
		this.observationConvention = observationConvention;
		return self();
	}

	/**
	 * Take over what is different for some requests. Their headers and listener take the
	 * place of earlier ones.
	 */
	void options(RequestOptions options) {
		this.options = options;
		if (options.apiKey() != null) {
			apiKey(options.apiKey());
		}
		if (options.timeout() != null) {
			timeout(options.timeout());
		}
		if (options.maxRetries() != null) {
			maxRetries(options.maxRetries());
		}
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
		if (this.shared != null) {
			throw new IllegalStateException(
					name + " belongs to the connections and threads, which a derived client shares with"
							+ " the one that it is derived from; build a client of its own for another");
		}
	}

	ClientSettings settings() {
		String tag = (this.integration != null && !this.integration.isBlank()) ? this.integration.strip() : null;
		return new ClientSettings(this.baseUrl, this.areaBaseUrls, this.timeout, this.streamIdleTimeout,
				this.maxEventSize, this.runTimeout, this.retry, tag, this.webhookUrl, this.options);
	}

	ClientResources resources(ClientSettings settings) {
		return (this.shared != null) ? this.shared.derive()
				: new ClientResources(
						new ConnectionSettings(this.connectTimeout, this.maxOpenStreams, settings.isSecure(),
								this.sslContext, this.sslParameters, this.httpProxy),
						(this.eventExecutor != null) ? EventExecutor.of(this.eventExecutor)
								: EventExecutor.ownThreads(this.eventThreads));
	}

	ClientRuntime runtime(ClientSettings settings, ClientResources resources, Supplier<WebClient> webClient) {
		return new ClientRuntime(settings, apiKeySupplier(),
				new StreamOpener(webClient, resources.transport(), settings, callObservations()),
				resources.openStreams(), this.observationRegistry);
	}

	private Supplier<@Nullable String> apiKeySupplier() {
		TinyFishApiKeyProvider provider = this.apiKeyProvider;
		if (provider != null) {
			return provider::getApiKey;
		}
		String key = ApiKeys.require((this.apiKey != null) ? this.apiKey : System.getenv(API_KEY_VARIABLE));
		return () -> key;
	}

	/**
	 * The WebClient, built when it is first needed, or at once where there are
	 * customizers: what they do, or fail with, is to be seen when the client is built.
	 */
	Supplier<WebClient> webClient(ClientSettings settings, ClientResources resources) {
		SingletonSupplier<WebClient> webClient = SingletonSupplier.of(() -> newWebClient(settings, resources));
		if (!this.webClientCustomizers.isEmpty()) {
			webClient.obtain();
		}
		return webClient::obtain;
	}

	private WebClient newWebClient(ClientSettings settings, ClientResources resources) {
		WebClient.Builder given = this.webClientBuilder.get();
		WebClient.Builder builder = ((given != null) ? given.clone()
				: WebClient.builder().observationRegistry(this.observationRegistry))
			.uriBuilderFactory(settings.uriBuilderFactory())
			.clientConnector(new TransportConnector(resources.transport()));
		this.webClientCustomizers.forEach((customizer) -> customizer.accept(builder));
		return builder.build();
	}

	ReactiveExecutor reactiveExecutor(ClientSettings settings, ClientResources resources,
			Supplier<WebClient> webClient) {
		return new ReactiveExecutor(webClient, resources.transport(), settings, callObservations());
	}

	RunEndings endings(ReactiveExecutor executor, ClientResources resources) {
		return new RunEndings(executor, new WatchSettings(this.pollInterval, this.maxPollInterval, this.pollTolerance),
				resources.openStreams());
	}

	/**
	 * The registry, kept for the clients that are derived from the one that is built.
	 */
	private RunRegistry runRegistry() {
		RunRegistry registry = this.runRegistry;
		if (registry == null) {
			registry = RunRegistry.create();
			this.runRegistry = registry;
		}
		return registry;
	}

	AgentRuntime agentRuntime(ClientRuntime runtime, ClientResources resources, RunEndings endings) {
		List<Supplier<List<TinyFishRunListener>>> listeners = List.copyOf(this.runListeners);
		return new AgentRuntime(runtime, endings, runRegistry(), this.onTimeout, this.onClose,
				SingletonSupplier
					.of(() -> listeners.stream().flatMap((given) -> given.get().stream()).toList())::obtain,
				resources.eventExecutor(), this.eventBuffer);
	}

	ObservationRegistry observationRegistry() {
		return this.observationRegistry;
	}

	CallObservations callObservations() {
		return new CallObservations(this.observationRegistry, this.observationConvention);
	}

}
