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
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import ai.tinyfish.internal.area.BrowserSessions;
import ai.tinyfish.internal.area.ReactiveOperationExecutor;
import ai.tinyfish.internal.area.RequestBodies;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.CallObservations;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.internal.poll.PollSettings;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSources;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.AggregatingRequestFactory;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.SendGate;
import ai.tinyfish.internal.wire.TransportConnector;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Parts of a client, whether it is blocking or reactive. Its HTTP clients and its
 * follower are created when they are first needed.
 */
final class ClientParts {

	private final ClientConfiguration configuration;

	private final ClientResources resources;

	private final ClientSettings settings;

	private final Supplier<@Nullable String> apiKey;

	private final Supplier<RestClient> restClient;

	private final Supplier<WebClient> webClient;

	private final SingletonSupplier<RunFollower> follower;

	private final @Nullable SendGate gate;

	/**
	 * Create the parts of a new client.
	 * @param given the configuration of its builder, which may be used again
	 * @throws IllegalStateException if there is neither a provider nor a usable key
	 * @throws IllegalArgumentException if a setting is not valid
	 */
	ClientParts(ClientConfiguration given) {
		this(given, null);
	}

	private ClientParts(ClientConfiguration given, @Nullable SendGate gate) {
		this.resources = given.resources();
		this.configuration = given.derive(this);
		this.settings = this.configuration.settings();
		// at once, so that a missing key is reported when the client is built
		this.apiKey = this.configuration.apiKeySupplier();
		ClientParts shared = given.shared();
		this.restClient = (shared != null) ? shared.restClient
				: lazy(this::newRestClient, this.configuration.restClientCustomizers);
		this.webClient = (shared != null) ? shared.webClient
				: lazy(this::newWebClient, this.configuration.webClientCustomizers);
		// at once, so that they are checked when the client is built
		PollSettings pollSettings = this.configuration.pollSettings();
		this.follower = (shared != null)
				? SingletonSupplier.of(shared.follower.obtain().derive(followUps(), this.resources.lifecycle()))
				: SingletonSupplier.of(() -> new RunFollower(followUps(), pollSettings, this.resources.lifecycle()));
		this.gate = gate;
	}

	/**
	 * Return the parts of a client with callbacks before and after a request that starts
	 * runs is sent.
	 */
	ClientParts withGate(Runnable opening, Runnable written) {
		// a customizer may replace our connections
		boolean connected = this.configuration.restClientCustomizers.isEmpty();
		return new ClientParts(derive(), new SendGate(opening, written, connected));
	}

	/**
	 * Return the configuration of a derived client.
	 */
	ClientConfiguration derive() {
		return this.configuration.derive(this);
	}

	ClientResources resources() {
		return this.resources;
	}

	ClientConfiguration configuration() {
		return this.configuration;
	}

	void close() {
		this.resources.close(this.configuration.runs());
	}

	String baseUrl() {
		return this.settings.baseUrl();
	}

	Supplier<@Nullable String> apiKey() {
		return this.apiKey;
	}

	Executor futureThreads() {
		return this.resources.futureThreads();
	}

	/**
	 * Return a supplier that creates an HTTP client when it is first needed, or at once
	 * if there are customizers, so that their effects and failures appear when the client
	 * is built.
	 */
	private static <T> Supplier<T> lazy(Supplier<T> factory, List<?> customizers) {
		SingletonSupplier<T> supplier = SingletonSupplier.of(factory);
		if (!customizers.isEmpty()) {
			supplier.obtain();
		}
		return supplier::obtain;
	}

	private RestClient newRestClient() {
		RestClient.Builder given = this.configuration.restClientBuilder.get();
		RestClient.Builder builder = ((given != null) ? given.clone()
				: RestClient.builder().observationRegistry(this.configuration.observationRegistry))
			.uriBuilderFactory(this.settings.uriBuilderFactory())
			.requestFactory(new AggregatingRequestFactory(this.resources.transport(), this.settings.call().timeout(),
					ClientSettings.MAX_ANSWER_SIZE));
		this.configuration.restClientCustomizers.forEach((customizer) -> customizer.accept(builder));
		return builder.requestInterceptors((interceptors) -> interceptors.add(SendDecision::intercept)).build();
	}

	private WebClient newWebClient() {
		WebClient.Builder given = this.configuration.webClientBuilder.get();
		WebClient.Builder builder = ((given != null) ? given.clone()
				: WebClient.builder().observationRegistry(this.configuration.observationRegistry))
			.uriBuilderFactory(this.settings.uriBuilderFactory())
			.clientConnector(new TransportConnector(this.resources.transport()));
		this.configuration.webClientCustomizers.forEach((customizer) -> customizer.accept(builder));
		// the details of our requests are the key
		builder.codecs((codecs) -> codecs.defaultCodecs().enableLoggingRequestDetails(false));
		return builder.filters((filters) -> {
			filters.add(0, ClientParts::exchange);
			filters.add(SendDecision::filter);
		}).build();
	}

	/**
	 * Exchange around all filters. Reactor throws some errors at the subscriber without
	 * an error signal, so that a run would never end.
	 */
	private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		try {
			return next.exchange(request);
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

	private CallObservations observations() {
		return new CallObservations(this.configuration.observationRegistry, this.configuration.observationConvention);
	}

	BlockingExecutor blockingExecutor() {
		return new BlockingExecutor(this.restClient, this.resources.transport().lifecycle(), this.settings,
				observations(), this.gate);
	}

	ReactiveExecutor reactiveExecutor() {
		return reactiveExecutor(this.settings);
	}

	private ReactiveExecutor followUps() {
		return reactiveExecutor(this.configuration.settingsOfFollowUps());
	}

	private ReactiveExecutor reactiveExecutor(ClientSettings settings) {
		return new ReactiveExecutor(this.webClient, this.resources.transport().lifecycle(), settings, observations());
	}

	ClientRuntime runtime() {
		return new ClientRuntime(this.settings, this.apiKey, new StreamOpener(reactiveExecutor()),
				this.resources.openStreams(), this.resources.lifecycle(), this.configuration.observationRegistry);
	}

	RunSessions sessions(ClientRuntime runtime) {
		ClientSettings.Run run = this.settings.run();
		this.resources.add(this.configuration.runs());
		return new RunSessions(runtime,
				new RunSources(this.follower.obtain(), run.onTimeout(), run.onClose(), run.readOutcome()),
				this.configuration.runs(), all(this.configuration.runListeners),
				all(this.configuration.runInterceptors), this.resources.eventExecutor(),
				this.settings.events().buffer());
	}

	BrowserSessions browsers(ClientRuntime runtime) {
		Duration timeout = this.settings.call().timeoutOf(ClientConfiguration.BROWSER);
		return new BrowserSessions(this.configuration.browsers(),
				new ReactiveOperationExecutor(
						reactiveExecutor(this.settings.withTimeout(timeout, BrowserSessions.LATE)),
						runtime::resolveApiKey, RequestBodies.of(this.settings), this.settings.allowedHosts()),
				timeout, followUps());
	}

	RunWaits waits(RunSessions sessions) {
		return new RunWaits(this.follower.obtain(), sessions);
	}

	/**
	 * Return the elements of all lists. Each list is supplied once, and may change: tests
	 * add interceptors and listeners for a while.
	 */
	private static <T> Supplier<List<T>> all(List<Supplier<List<T>>> given) {
		List<Supplier<List<T>>> suppliers = List.copyOf(given);
		return (suppliers.size() == 1) ? suppliers.get(0)
				: () -> suppliers.stream().flatMap((supplier) -> supplier.get().stream()).toList();
	}

}
