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
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.call.CallObservations;
import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.follow.PollSettings;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.redaction.RunSecrets;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.session.ClientResources;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.Recovery;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.wire.ConnectionSettings;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.TransportConnector;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The settings of a client, and what it is made of. Changed by builders alone.
 */
final class ClientConfiguration {

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	@Nullable String apiKey;

	@Nullable TinyFishApiKeyProvider apiKeyProvider;

	String baseUrl = TinyFishClient.DEFAULT_BASE_URL;

	final Map<String, String> areaBaseUrls = new LinkedHashMap<>();

	Duration timeout = Duration.ofSeconds(600);

	Duration connectTimeout = Duration.ofSeconds(10);

	@Nullable SSLContext sslContext;

	@Nullable SSLParameters sslParameters;

	@Nullable HttpProxy httpProxy;

	int maxOpenStreams = 500;

	Duration streamIdleTimeout = Duration.ofMinutes(2);

	int maxEventSize = 16 * 1024 * 1024;

	Duration runTimeout = Duration.ofMinutes(30);

	@Nullable RunRegistry runRegistry;

	AbandonPolicy onTimeout = AbandonPolicy.CANCEL;

	AbandonPolicy onClose = AbandonPolicy.LEAVE;

	boolean readOutcome = true;

	Duration pollInterval = Duration.ofSeconds(1);

	Duration maxPollInterval = Duration.ofSeconds(15);

	Duration pollTolerance = Duration.ofMinutes(5);

	RetrySettings retry = RetrySettings.defaults();

	@Nullable String integration = System.getenv(INTEGRATION_VARIABLE);

	RequestOptions options = RequestOptions.none();

	@Nullable String webhookUrl;

	final List<Supplier<List<TinyFishRunListener>>> runListeners = new ArrayList<>();

	@Nullable Executor eventExecutor;

	int eventThreads = 8;

	int eventBuffer = 256;

	Supplier<WebClient.@Nullable Builder> webClientBuilder = () -> null;

	final List<Consumer<WebClient.Builder>> webClientCustomizers = new ArrayList<>();

	ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	@Nullable TinyFishCallObservationConvention observationConvention;

	/** What a derived client shares with the one that it is derived from. */
	private final @Nullable ClientResources shared;

	ClientConfiguration() {
		this.shared = null;
	}

	/**
	 * Start from other settings.
	 * @param other the settings
	 * @param shared the connections and threads of the client that was made with them
	 */
	ClientConfiguration(ClientConfiguration other, ClientResources shared) {
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
		this.readOutcome = other.readOutcome;
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

	boolean isDerived() {
		return this.shared != null;
	}

	/**
	 * Take over what is different for some requests. Their headers and listener take the
	 * place of earlier ones.
	 */
	void options(RequestOptions options) {
		this.options = options;
		if (options.apiKey() != null) {
			this.apiKey = options.apiKey();
			this.apiKeyProvider = null;
		}
		if (options.timeout() != null) {
			this.timeout = options.timeout();
		}
		if (options.maxRetries() != null) {
			this.retry = this.retry.withMaxRetries(options.maxRetries());
		}
	}

	ClientSettings settings() {
		return settings(runRegistry().shared().secrets());
	}

	private ClientSettings settings(RunSecrets runSecrets) {
		String tag = (this.integration != null && !this.integration.isBlank()) ? this.integration.strip() : null;
		return new ClientSettings(this.baseUrl, this.areaBaseUrls, this.timeout, this.streamIdleTimeout,
				this.maxEventSize, this.runTimeout, this.retry, tag, this.webhookUrl, this.options, runSecrets);
	}

	ClientResources resources() {
		// the registry is made for the client, whose builder may be used again
		boolean secure = settings(new RunSecrets()).isSecure();
		return (this.shared != null) ? this.shared.derive()
				: new ClientResources(
						new ConnectionSettings(this.connectTimeout, this.maxOpenStreams, secure, this.sslContext,
								this.sslParameters, this.httpProxy),
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
		// the details of our requests are the key
		builder.codecs((codecs) -> codecs.defaultCodecs().enableLoggingRequestDetails(false));
		return builder.filters((filters) -> {
			filters.add(0, ClientConfiguration::exchange);
			filters.add(SendDecision::filter);
		}).build();
	}

	/**
	 * Around all filters. Reactor throws some errors at whoever subscribes and tells
	 * nobody else, so that a run would never end.
	 */
	private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		try {
			return next.exchange(request);
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

	ReactiveExecutor reactiveExecutor(ClientSettings settings, ClientResources resources,
			Supplier<WebClient> webClient) {
		return new ReactiveExecutor(webClient, resources.transport(), settings, callObservations());
	}

	RunFollower endings(ReactiveExecutor executor, ClientResources resources) {
		return new RunFollower(executor, new PollSettings(this.pollInterval, this.maxPollInterval, this.pollTolerance),
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

	RunSessions sessions(ClientRuntime runtime, ClientResources resources, RunFollower endings) {
		List<Supplier<List<TinyFishRunListener>>> listeners = List.copyOf(this.runListeners);
		return new RunSessions(runtime, new Recovery(endings, this.onTimeout, this.onClose, this.readOutcome),
				runRegistry().shared(),
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
