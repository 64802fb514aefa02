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

import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.WalletOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;

/**
 * Client for the TinyFish web agent, for callers that block. Thread-safe; one is enough
 * for an application. Holds connections once it is used, and is closed to end them.
 *
 * <pre class="code">
 * try (TinyFishClient client = TinyFishClient.builder().apiKey(key).build()) {
 *     AgentRun run = client.agent().run(AgentRequest.of(url, goal));
 * }
 * </pre>
 *
 * Its twin for callers that must not block is {@link ReactiveTinyFishClient}.
 *
 * @since 0.1.0
 */
public interface TinyFishClient extends AutoCloseable {

	/** Default base URL of the API. */
	String DEFAULT_BASE_URL = "https://agent.tinyfish.ai";

	/**
	 * Return the operations that run the agent.
	 * @return the operations
	 */
	AgentOperations agent();

	/**
	 * Return the operations that read, await and cancel runs.
	 * @return the operations
	 */
	RunOperations runs();

	/**
	 * Return the operations that search the web.
	 * @return the operations
	 */
	SearchOperations search();

	/**
	 * Return the operations that fetch and read pages of the web.
	 * @return the operations
	 */
	FetchOperations fetch();

	/**
	 * Return the operations that start and close remote browsers, which the application
	 * drives itself.
	 * @return the operations
	 */
	BrowserOperations browser();

	/**
	 * Return the operations that connect password managers, whose items agents may log in
	 * with.
	 * @return the operations
	 */
	VaultOperations vault();

	/**
	 * Return the operations on stored browser profiles, whose logins runs may start with.
	 * @return the operations
	 */
	ProfileOperations profiles();

	/**
	 * Return the operations on the wallet of the account.
	 * @return the operations
	 */
	WalletOperations wallet();

	/**
	 * Derive a client with other settings, such as another key, that shares connections
	 * and threads. Cheap enough for a single request. It need not be closed: closing it
	 * ends its streams and its use but leaves the connections open. Closing this client
	 * ends both.
	 * @return a builder with the settings of this client
	 */
	Builder mutate();

	/**
	 * Derive a client with other options of its requests, such as more headers or access
	 * to the responses. Shorthand for {@code mutate().requestOptions(options).build()}.
	 * @param options the options; they replace options given before
	 * @return a client that shares the connections
	 * @throws IllegalStateException if the key is malformed
	 */
	default TinyFishClient withOptions(RequestOptions options) {
		return mutate().requestOptions(options).build();
	}

	/**
	 * Close the connections. Streams and runs in the background that are open end with an
	 * exception; their remote runs continue. If {@code onClose} is to cancel, these are
	 * cancelled first, and their streams end with that outcome. Browser sessions are
	 * ended. This method waits up to ten seconds for these calls and five for listeners
	 * that are being notified, also on a thread that is interrupted. It does not wait on
	 * a thread that must not block, or that notifies a listener. Calls that wait for a
	 * response, for a connection or for another attempt end with a
	 * {@link TinyFishConnectionException}, which says if nothing was sent, or with an
	 * unknown outcome if a run may have been started.
	 */
	@Override
	void close();

	/**
	 * Create a builder of a client.
	 * @return a builder with the defaults
	 */
	static Builder builder() {
		return new Builder(new ClientConfiguration());
	}

	/**
	 * Builder of a {@link TinyFishClient}.
	 */
	class Builder extends TinyFishClientBuilder<Builder> {

		Builder(ClientConfiguration configuration) {
			super(configuration);
		}

		/**
		 * Set the builder of the client for calls; the client's own base URL and
		 * connections are set on a copy of it.
		 * @param restClientBuilder the builder
		 * @return this builder
		 */
		public Builder restClientBuilder(RestClient.Builder restClientBuilder) {
			RestClient.Builder given = required("restClientBuilder", restClientBuilder).clone();
			return restClientBuilder(() -> given);
		}

		/**
		 * Set a supplier of the builder of the client for calls. It is called when the
		 * client is first needed, so that no class of it is loaded before.
		 * @param restClientBuilder supplies a builder, or null for one without settings
		 * @return this builder
		 */
		public Builder restClientBuilder(Supplier<RestClient.@Nullable Builder> restClientBuilder) {
			this.configuration.restClientBuilder = required("restClientBuilder", restClientBuilder);
			return this;
		}

		/**
		 * Customize the client for calls after the client's own settings. May be called
		 * repeatedly. The customizer is called when the client is built. If it replaces
		 * the request factory, it is responsible for timeouts, redirects, TLS, the proxy
		 * and the connection pool.
		 * @param customizer changes the builder
		 * @return this builder
		 */
		public Builder customizeRestClient(Consumer<RestClient.Builder> customizer) {
			this.configuration.restClientCustomizers.add(required("customizer", customizer));
			return this;
		}

		/**
		 * Build the client. Nothing connects before its first operation.
		 * @return the client
		 * @throws IllegalStateException if there is no API key, or if it is malformed
		 * @throws IllegalArgumentException if a setting is not valid
		 */
		public TinyFishClient build() {
			return new DefaultTinyFishClient(new ClientParts(this.configuration));
		}

	}

}
