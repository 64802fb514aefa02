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
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * What the builders of {@link TinyFishClient} and {@link ReactiveTinyFishClient} have in
 * common.
 *
 * @param <B> the type of builder
 */
public interface TinyFishClientBuilder<B extends TinyFishClientBuilder<B>> {

	/**
	 * The API key, for all operations. Takes the place of an
	 * {@link #apiKeyProvider(TinyFishApiKeyProvider)} that was given before. Unless
	 * either is given, the environment variable {@code TINYFISH_API_KEY} is taken.
	 * @param apiKey the key; white space around it is taken away; null for the
	 * environment variable
	 * @return this builder
	 */
	B apiKey(@Nullable String apiKey);

	/**
	 * Gives the API key of each operation. Takes the place of an {@link #apiKey(String)}
	 * that was given before.
	 * @param apiKeyProvider the provider; null for the environment variable
	 * @return this builder
	 */
	B apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider);

	/**
	 * Where the API is; {@value TinyFishClient#DEFAULT_BASE_URL} unless given.
	 * @param baseUrl an absolute http or https URL
	 * @return this builder
	 */
	B baseUrl(String baseUrl);

	/**
	 * Where the search is, if not at {@code /v1/search} below the base URL.
	 * @param searchBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	B searchBaseUrl(@Nullable String searchBaseUrl);

	/**
	 * Where pages are fetched, if not at {@code /v1/fetch} below the base URL.
	 * @param fetchBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	B fetchBaseUrl(@Nullable String fetchBaseUrl);

	/**
	 * Where browser sessions are, if not at {@code /v1/browser} below the base URL.
	 * @param browserBaseUrl an absolute http or https URL, or null
	 * @return this builder
	 */
	B browserBaseUrl(@Nullable String browserBaseUrl);

	/**
	 * The longest wait, per attempt, for the whole answer of a call, or for the beginning
	 * of a stream; 600 seconds unless given.
	 * @param timeout a positive duration
	 * @return this builder
	 */
	B timeout(Duration timeout);

	/**
	 * The longest time to establish a connection, and then for the TLS handshake; 10
	 * seconds unless given.
	 * @param connectTimeout a positive duration
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	B connectTimeout(Duration connectTimeout);

	/**
	 * What TLS trusts, and the certificate that it presents; the JVM's defaults unless
	 * given. That a certificate belongs to the host is checked in any case.
	 * @param sslContext the context; null for the defaults
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	B sslContext(@Nullable SSLContext sslContext);

	/**
	 * The protocols and cipher suites of TLS; other parameters are not used.
	 * @param sslParameters the parameters; null for the defaults
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	B sslParameters(@Nullable SSLParameters sslParameters);

	/**
	 * The HTTP proxy that the client's own requests go through. Unless given, the JVM's
	 * system properties count: {@code https.proxyHost}, {@code http.nonProxyHosts} and
	 * their like.
	 * @param httpProxy the proxy; null for what the system properties say
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	B httpProxy(@Nullable HttpProxy httpProxy);

	/**
	 * How many streams may be open at once, each of which has a connection of its own;
	 * 500 unless given. Derived clients count against the same number.
	 * @param maxOpenStreams a positive number
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose
	 * connections it shares
	 */
	B maxOpenStreams(int maxOpenStreams);

	/**
	 * The longest silence of a stream that is read from; 2 minutes unless given.
	 * Heartbeats count as life.
	 * @param streamIdleTimeout a positive duration
	 * @return this builder
	 */
	B streamIdleTimeout(Duration streamIdleTimeout);

	/**
	 * The largest event of a stream, and the largest line of one, in bytes; 16 MB (16 *
	 * 1024 * 1024) unless given. Where a larger one arrives, the client asks for the run
	 * until it has ended, as it does when the stream breaks. It bounds the memory that a
	 * stream takes while an event arrives.
	 * @param maxEventSize a positive number of bytes
	 * @return this builder
	 */
	B maxEventSize(int maxEventSize);

	/**
	 * The whole life of a run that is streamed or started; 30 minutes unless given.
	 * @param runTimeout a positive duration
	 * @return this builder
	 */
	B runTimeout(Duration runTimeout);

	/**
	 * What is known of runs beyond one client: the limit on those in flight, and whose
	 * endings were told. Derived clients take it over.
	 * @param runRegistry the registry, or null for one of the client's own, without a
	 * limit
	 * @return this builder
	 */
	B runRegistry(@Nullable RunRegistry runRegistry);

	/**
	 * What becomes of the remote run when it took longer than it may;
	 * {@link AbandonPolicy#CANCEL} unless given.
	 * @param onTimeout cancel or leave
	 * @return this builder
	 */
	B onTimeout(AbandonPolicy onTimeout);

	/**
	 * What becomes of the remote run when its stream is closed early;
	 * {@link AbandonPolicy#LEAVE} unless given.
	 * @param onClose cancel or leave
	 * @return this builder
	 */
	B onClose(AbandonPolicy onClose);

	/**
	 * Set whether the run's record is read once after the COMPLETE event, to add the
	 * number of steps, times, error code and error category, which the stream does not
	 * carry. Each run then costs one more request. If the service does not respond, the
	 * outcome is published after two seconds without these values. True unless given.
	 * @param readOutcome false to publish the outcome as the stream reports it
	 * @return this builder
	 */
	B readOutcome(boolean readOutcome);

	/**
	 * The time between the first requests for a run that is waited for, because its
	 * stream broke or it was queued; grows each time. 1 second unless given.
	 * @param pollInterval a positive duration
	 * @return this builder
	 */
	B pollInterval(Duration pollInterval);

	/**
	 * The longest time between two requests for a run; 15 seconds unless given.
	 * @param maxPollInterval a duration not shorter than the first interval
	 * @return this builder
	 */
	B maxPollInterval(Duration maxPollInterval);

	/**
	 * For how long requests for a run may keep failing before its ending is reported as
	 * unknown; 5 minutes unless given.
	 * @param pollTolerance a positive duration
	 * @return this builder
	 */
	B pollTolerance(Duration pollTolerance);

	/**
	 * How often a failed call is repeated; 2 unless given.
	 * @param maxRetries the number of further attempts after the first; 0 for none
	 * @return this builder
	 */
	B maxRetries(int maxRetries);

	/**
	 * How often, and after which delays, a failed call is repeated.
	 * @param retry the settings
	 * @return this builder
	 */
	B retry(RetrySettings retry);

	/**
	 * The integration tag that requests carry as {@code api_integration}. Unless given,
	 * the environment variable {@code TF_API_INTEGRATION} is taken; a request's own tag
	 * goes before both.
	 * @param integration the tag; blank for none
	 * @return this builder
	 */
	B integration(@Nullable String integration);

	/**
	 * Where the service reports the endings of the runs that this client submits. Unless
	 * given, nowhere; a request's own URL goes before it. Deliveries are not signed, so
	 * that a part of the URL should be a secret; it is shown nowhere.
	 * @param webhookUrl an absolute https URL, which is checked when the client is built;
	 * null for none
	 * @return this builder
	 */
	B webhookUrl(@Nullable String webhookUrl);

	/**
	 * Is told what happens in all runs that this client submits, on the event executor.
	 * May be called more than once.
	 * @param listener the listener
	 * @return this builder
	 */
	B runListener(TinyFishRunListener listener);

	/**
	 * Are told what happens in all runs that this client submits, like those given to
	 * {@link #runListener}. May be called more than once.
	 * @param listeners gives the listeners; asked once, when the first run is submitted,
	 * so that listeners may themselves need the client
	 * @return this builder
	 */
	B runListeners(Supplier<List<TinyFishRunListener>> listeners);

	/**
	 * Calls the listeners. Unless given, threads of the client's own. What the executor
	 * refuses, and what it would have the submitting thread do, is done by a thread of
	 * its own; it must not discard anything.
	 * @param eventExecutor the executor, which is not closed with the client
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	B eventExecutor(@Nullable Executor eventExecutor);

	/**
	 * How many threads call listeners, unless there is an {@link #eventExecutor}; 8
	 * unless given. As many runs can have a listener that blocks before the listeners of
	 * others have to wait.
	 * @param eventThreads a positive number
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	B eventThreads(int eventThreads);

	/**
	 * How many events of a run may wait for its listeners; 256 unless given. When there
	 * are more, the oldest heartbeats are dropped, then the oldest progress events; these
	 * also when they have more than a million characters together. That a run has
	 * started, where its browser can be watched, and how it ended is always kept.
	 * @param eventBuffer a positive number
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	B eventBuffer(int eventBuffer);

	/**
	 * What the WebClient is built from; the client's own base URL and connections are set
	 * on a copy of it.
	 * @param webClientBuilder the builder
	 * @return this builder
	 */
	B webClientBuilder(WebClient.Builder webClientBuilder);

	/**
	 * Gives what the WebClient is built from when it is first needed, so that nothing of
	 * it is loaded before.
	 * @param webClientBuilder gives a builder, or null for one without settings
	 * @return this builder
	 */
	B webClientBuilder(Supplier<WebClient.@Nullable Builder> webClientBuilder);

	/**
	 * Has the last word on the WebClient. May be called more than once. Called when the
	 * client is built. Who replaces the connector takes charge of redirects, TLS, proxy
	 * and the connection pool.
	 * @param customizer changes the builder
	 * @return this builder
	 */
	B customizeWebClient(Consumer<WebClient.Builder> customizer);

	/**
	 * Records the observations {@code tinyfish.client.calls} and {@code tinyfish.run}.
	 * @param observationRegistry the registry
	 * @return this builder
	 */
	B observationRegistry(ObservationRegistry observationRegistry);

	/**
	 * Names the observation of API calls, and gives its key values.
	 * @param observationConvention the convention; null for one that the registry has for
	 * API calls, or else the default
	 * @return this builder
	 */
	B observationConvention(@Nullable TinyFishCallObservationConvention observationConvention);

}
