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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.call.ApiSettings;
import ai.tinyfish.internal.call.CallObservations;
import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.follow.PollSettings;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.session.ClientResources;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.Recovery;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.TransportConnector;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.RequestOptions;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Settings of a client, the parts of the application that it works with, and the objects
 * that it consists of. Changed by builders alone.
 */
final class ClientConfiguration {

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	ClientSettings settings = ClientSettings.defaults(TinyFishClient.DEFAULT_BASE_URL);

	@Nullable RunRegistry runRegistry;

	final List<Supplier<List<TinyFishRunListener>>> runListeners = new ArrayList<>();

	Supplier<WebClient.@Nullable Builder> webClientBuilder = () -> null;

	final List<Consumer<WebClient.Builder>> webClientCustomizers = new ArrayList<>();

	ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

	@Nullable TinyFishCallObservationConvention observationConvention;

	/** The connections and threads of the client that this one is derived from. */
	private final @Nullable ClientResources shared;

	ClientConfiguration() {
		this.shared = null;
	}

	/**
	 * Start from another configuration.
	 * @param other the configuration
	 * @param shared the connections and threads of the client that was made with it
	 */
	ClientConfiguration(ClientConfiguration other, ClientResources shared) {
		this.settings = other.settings;
		// made for the client, since its builder may be used again
		this.runRegistry = (other.runRegistry != null) ? other.runRegistry : RunRegistry.create();
		this.runListeners.addAll(other.runListeners);
		this.webClientBuilder = other.webClientBuilder;
		this.webClientCustomizers.addAll(other.webClientCustomizers);
		this.observationRegistry = other.observationRegistry;
		this.observationConvention = other.observationConvention;
		this.shared = shared;
	}

	boolean isDerived() {
		return this.shared != null;
	}

	void options(RequestOptions options) {
		this.settings = this.settings.overriddenBy(options);
	}

	/**
	 * Return the settings of the client that is built.
	 * @return the checked settings
	 * @throws IllegalArgumentException if a setting is not valid
	 */
	ClientSettings settings() {
		return this.settings.checked();
	}

	ClientResources resources() {
		ClientSettings checked = this.settings.checked();
		if (this.shared != null) {
			return this.shared.derive();
		}
		return new ClientResources(checked.connection(),
				new EventExecutor(checked.events().executor(), checked.events().threads()));
	}

	ClientRuntime runtime(ClientSettings settings, Supplier<@Nullable String> apiKey, ClientResources resources,
			Supplier<WebClient> webClient) {
		return new ClientRuntime(settings, apiKey,
				new StreamOpener(webClient, resources.transport().lifecycle(), settings, callObservations()),
				resources.openStreams(), resources.lifecycle(), this.observationRegistry);
	}

	/**
	 * Return the source of the key.
	 * @throws IllegalStateException if there is neither a provider nor a usable key
	 */
	Supplier<@Nullable String> apiKeySupplier() {
		ApiSettings api = this.settings.api();
		Supplier<@Nullable String> provider = api.apiKeyProvider();
		if (provider != null) {
			return () -> ApiKeys.requireProvided(provider.get());
		}
		String key = ApiKeys.require((api.apiKey() != null) ? api.apiKey() : System.getenv(API_KEY_VARIABLE));
		return () -> key;
	}

	/**
	 * Return the WebClient, built when it is first needed, or at once where there are
	 * customizers: their effects and failures appear when the client is built.
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
	 * Exchange around all filters. Reactor throws some errors at the subscriber and
	 * reports them nowhere else, so that a run would never end.
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
		return new ReactiveExecutor(webClient, resources.transport().lifecycle(), settings, callObservations());
	}

	/**
	 * Return the follower of the client's runs, created when it is first needed. Its
	 * settings are checked at once.
	 */
	Supplier<RunFollower> follower(ClientSettings settings, ClientResources resources, Supplier<WebClient> webClient) {
		PollSettings pollSettings = PollSettings.of(settings.poll());
		return SingletonSupplier.of(() -> new RunFollower(reactiveExecutor(settings, resources, webClient),
				pollSettings, resources.lifecycle()))::obtain;
	}

	/**
	 * Return the runs of the client and of the clients that are derived from it.
	 */
	SharedRuns runs() {
		return Objects.requireNonNull(this.runRegistry, "a builder has no runs").shared();
	}

	RunSessions sessions(ClientRuntime runtime, ClientResources resources, RunFollower follower) {
		List<Supplier<List<TinyFishRunListener>>> listeners = List.copyOf(this.runListeners);
		ClientSettings.Run run = runtime.settings().run();
		return new RunSessions(runtime, new Recovery(follower, run.onTimeout(), run.onClose(), run.readOutcome()),
				runs(),
				SingletonSupplier
					.of(() -> listeners.stream().flatMap((given) -> given.get().stream()).toList())::obtain,
				resources.eventExecutor(), runtime.settings().events().buffer());
	}

	ObservationRegistry observationRegistry() {
		return this.observationRegistry;
	}

	CallObservations callObservations() {
		return new CallObservations(this.observationRegistry, this.observationConvention);
	}

}
