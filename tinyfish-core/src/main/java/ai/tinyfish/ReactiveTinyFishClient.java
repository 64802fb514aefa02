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

import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.fetch.ReactiveFetchOperations;
import ai.tinyfish.profile.ReactiveProfileOperations;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.wallet.ReactiveWalletOperations;

/**
 * Client for the TinyFish web agent, for callers that must not block: the operations of
 * {@link TinyFishClient} as cold publishers. Thread-safe; one is enough for an
 * application. Holds connections once it is used, and is closed to end them.
 *
 * @since 0.1.0
 */
public interface ReactiveTinyFishClient extends AutoCloseable {

	/**
	 * Return the operations that run the agent.
	 * @return the operations
	 */
	ReactiveAgentOperations agent();

	/**
	 * Return the operations that read, await and cancel runs.
	 * @return the operations
	 */
	ReactiveRunOperations runs();

	/**
	 * Return the operations that search the web.
	 * @return the operations
	 */
	ReactiveSearchOperations search();

	/**
	 * Return the operations that fetch and read pages of the web.
	 * @return the operations
	 */
	ReactiveFetchOperations fetch();

	/**
	 * Return the operations that start and close remote browsers, which the application
	 * drives itself.
	 * @return the operations
	 */
	ReactiveBrowserOperations browser();

	/**
	 * Return the operations that connect password managers, whose items agents may log in
	 * with.
	 * @return the operations
	 */
	ReactiveVaultOperations vault();

	/**
	 * Return the operations on stored browser profiles, whose logins runs may start with.
	 * @return the operations
	 */
	ReactiveProfileOperations profiles();

	/**
	 * Return the operations on the wallet of the account.
	 * @return the operations
	 */
	ReactiveWalletOperations wallet();

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
	default ReactiveTinyFishClient withOptions(RequestOptions options) {
		return mutate().requestOptions(options).build();
	}

	/**
	 * Close the connections. Calls and streams that are open end with an exception; their
	 * remote runs continue. If {@code onClose} is to cancel, these are cancelled first,
	 * and their streams end with that outcome. Browser sessions are ended. This method
	 * waits up to ten seconds for these calls and five for listeners that are being
	 * notified, also on a thread that is interrupted. It does not wait on a thread that
	 * must not block, or that notifies a listener.
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
	 * Builder of a {@link ReactiveTinyFishClient}.
	 */
	class Builder extends TinyFishClientBuilder<Builder> {

		Builder(ClientConfiguration configuration) {
			super(configuration);
		}

		/**
		 * Build the client. Nothing connects before its first operation.
		 * @return the client
		 * @throws IllegalStateException if there is no API key, or if it is malformed
		 * @throws IllegalArgumentException if a setting is not valid
		 */
		public ReactiveTinyFishClient build() {
			return new DefaultReactiveTinyFishClient(new ClientParts(this.configuration));
		}

	}

}
