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
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.retry.RetrySettings;
import ai.tinyfish.run.RunOperations;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Client for the TinyFish web agent, for callers that block. Thread-safe; one is enough
 * for an application. Holds connections once it is used, and is closed to end them.
 *
 * <pre class="code">
 * try (TinyFishClient client = TinyFishClient.builder().apiKey(key).build()) {
 *     AgentRun run = client.agent().run(AgentRequest.of(url, goal));
 *     Map&lt;String, Object&gt; found = run.result().toMap();
 * }
 * </pre>
 */
public interface TinyFishClient extends AutoCloseable {

	/** Where the API is, unless configured otherwise. */
	String DEFAULT_BASE_URL = "https://agent.tinyfish.ai";

	/**
	 * Sends the agent to work.
	 * @return the operations
	 */
	AgentOperations agent();

	/**
	 * Reads and ends runs.
	 * @return the operations
	 */
	RunOperations runs();

	/**
	 * Close the connections. Streams and runs in the background that are open end with an
	 * exception; their remote runs go on.
	 */
	@Override
	void close();

	/**
	 * Start to build a client.
	 * @return a builder with the defaults
	 */
	static Builder builder() {
		return new DefaultTinyFishClientBuilder();
	}

	/**
	 * Builds a {@link TinyFishClient}.
	 */
	interface Builder {

		/**
		 * The API key. Unless given, the environment variable {@code TINYFISH_API_KEY} is
		 * taken.
		 * @param apiKey the key
		 * @return this builder
		 */
		Builder apiKey(@Nullable String apiKey);

		/**
		 * Gives the API key of each operation; goes before {@link #apiKey}.
		 * @param apiKeyProvider the provider
		 * @return this builder
		 */
		Builder apiKeyProvider(@Nullable TinyFishApiKeyProvider apiKeyProvider);

		/**
		 * Where the API is; {@value TinyFishClient#DEFAULT_BASE_URL} unless given.
		 * @param baseUrl an absolute http or https URL
		 * @return this builder
		 */
		Builder baseUrl(String baseUrl);

		/**
		 * The longest wait, per attempt, for the whole answer of a call, or for the
		 * beginning of a stream; 600 seconds unless given.
		 * @param timeout a positive duration
		 * @return this builder
		 */
		Builder timeout(Duration timeout);

		/**
		 * The longest time to establish a connection; 10 seconds unless given.
		 * @param connectTimeout a positive duration
		 * @return this builder
		 */
		Builder connectTimeout(Duration connectTimeout);

		/**
		 * The longest silence of a stream that is read from; 2 minutes unless given.
		 * Heartbeats count as life.
		 * @param streamIdleTimeout a positive duration
		 * @return this builder
		 */
		Builder streamIdleTimeout(Duration streamIdleTimeout);

		/**
		 * The whole life of a run that is streamed or started; 30 minutes unless given.
		 * @param runTimeout a positive duration
		 * @return this builder
		 */
		Builder runTimeout(Duration runTimeout);

		/**
		 * How often a failed call is repeated; 2 unless given.
		 * @param maxRetries the number of further attempts after the first; 0 for none
		 * @return this builder
		 */
		Builder maxRetries(int maxRetries);

		/**
		 * How often, and after which delays, a failed call is repeated.
		 * @param retry the settings
		 * @return this builder
		 */
		Builder retry(RetrySettings retry);

		/**
		 * The integration tag that requests carry as {@code api_integration}. Unless
		 * given, the environment variable {@code TF_API_INTEGRATION} is taken; a
		 * request's own tag goes before both.
		 * @param integration the tag; blank for none
		 * @return this builder
		 */
		Builder integration(@Nullable String integration);

		/**
		 * Is told what happens in all runs that this client submits, on the event
		 * executor. May be called more than once.
		 * @param listener the listener
		 * @return this builder
		 */
		Builder runListener(TinyFishRunListener listener);

		/**
		 * Calls the listeners. Unless given, a small pool of the client's own.
		 * @param eventExecutor the executor, which is not closed with the client
		 * @return this builder
		 */
		Builder eventExecutor(@Nullable Executor eventExecutor);

		/**
		 * What the client for calls is built from; the client's own base URL and
		 * connections are set on a copy of it.
		 * @param restClientBuilder the builder
		 * @return this builder
		 */
		Builder restClientBuilder(RestClient.Builder restClientBuilder);

		/**
		 * What the client for streams is built from; the client's own base URL and
		 * connections are set on a copy of it.
		 * @param webClientBuilder the builder
		 * @return this builder
		 */
		Builder webClientBuilder(WebClient.Builder webClientBuilder);

		/**
		 * Has the last word on the client for calls. May be called more than once. Who
		 * replaces the request factory takes charge of timeouts, redirects and the
		 * connection pool.
		 * @param customizer changes the builder
		 * @return this builder
		 */
		Builder customizeRestClient(Consumer<RestClient.Builder> customizer);

		/**
		 * Has the last word on the client for streams. May be called more than once. Who
		 * replaces the connector takes charge of redirects and the connection pool.
		 * @param customizer changes the builder
		 * @return this builder
		 */
		Builder customizeWebClient(Consumer<WebClient.Builder> customizer);

		/**
		 * Records the observations {@code tinyfish.client.calls} and
		 * {@code tinyfish.run}.
		 * @param observationRegistry the registry
		 * @return this builder
		 */
		Builder observationRegistry(ObservationRegistry observationRegistry);

		/**
		 * Build the client. Nothing connects before its first operation.
		 * @return the client
		 * @throws IllegalStateException if there is no API key, or if it is malformed
		 * @throws IllegalArgumentException if a setting is not valid
		 */
		TinyFishClient build();

	}

}
