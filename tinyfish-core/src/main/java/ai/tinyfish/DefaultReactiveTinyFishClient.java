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

import java.util.Objects;
import java.util.function.Supplier;

import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.fetch.ReactiveFetchOperations;
import ai.tinyfish.internal.account.DefaultReactiveProfileOperations;
import ai.tinyfish.internal.account.DefaultReactiveVaultOperations;
import ai.tinyfish.internal.account.DefaultReactiveWalletOperations;
import ai.tinyfish.internal.area.DefaultReactiveAgentOperations;
import ai.tinyfish.internal.area.DefaultReactiveBrowserOperations;
import ai.tinyfish.internal.area.DefaultReactiveFetchOperations;
import ai.tinyfish.internal.area.DefaultReactiveRunOperations;
import ai.tinyfish.internal.area.DefaultReactiveSearchOperations;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.profile.ReactiveProfileOperations;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.wallet.ReactiveWalletOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link ReactiveTinyFishClient} over WebClient.
 */
final class DefaultReactiveTinyFishClient implements ReactiveTinyFishClient {

	private final DefaultReactiveTinyFishClientBuilder builder;

	private final ClientSettings settings;

	private final ClientResources resources;

	private final Supplier<WebClient> webClient;

	private final Supplier<RunFollower> follower;

	private final boolean closeable;

	/** Created when the first of them is used: an application may use none. */
	private final SingletonSupplier<Operations> operations;

	private DefaultReactiveTinyFishClient(DefaultReactiveTinyFishClientBuilder builder, ClientResources resources,
			Supplier<WebClient> webClient, Supplier<RunFollower> follower, boolean closeable) {
		ClientConfiguration configuration = builder.configuration();
		this.builder = builder;
		this.settings = configuration.settings();
		this.resources = resources;
		this.webClient = webClient;
		this.follower = follower;
		this.closeable = closeable;
		// at once: a key that is missing is to be seen when the client is built
		Supplier<@Nullable String> apiKey = configuration.apiKeySupplier();
		this.operations = SingletonSupplier.of(() -> operations(configuration, apiKey));
	}

	private Operations operations(ClientConfiguration configuration, Supplier<@Nullable String> apiKey) {
		RunFollower follower = this.follower.get();
		ClientRuntime runtime = configuration.runtime(this.settings, apiKey, this.resources, this.webClient);
		ReactiveExecutor executor = configuration.reactiveExecutor(this.settings, this.resources, this.webClient);
		RunSessions sessions = configuration.sessions(runtime, this.resources, follower);
		RunWaits waits = new RunWaits(follower, sessions);
		return new Operations(new DefaultReactiveAgentOperations(sessions, executor),
				new DefaultReactiveRunOperations(executor, runtime::resolveApiKey, waits),
				new DefaultReactiveSearchOperations(executor, runtime::resolveApiKey),
				new DefaultReactiveFetchOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultReactiveBrowserOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultReactiveVaultOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultReactiveProfileOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultReactiveWalletOperations(executor, runtime::resolveApiKey));
	}

	static DefaultReactiveTinyFishClient create(DefaultReactiveTinyFishClientBuilder builder) {
		ClientResources resources = builder.configuration().resources();
		// the builder may be used again
		DefaultReactiveTinyFishClientBuilder copy = new DefaultReactiveTinyFishClientBuilder(builder, resources);
		ClientConfiguration configuration = copy.configuration();
		ClientSettings settings = configuration.settings();
		Supplier<WebClient> webClient = configuration.webClient(settings, resources);
		return new DefaultReactiveTinyFishClient(copy, resources, webClient,
				configuration.follower(settings, resources, webClient), true);
	}

	@Override
	public ReactiveTinyFishClient withOptions(RequestOptions options) {
		Objects.requireNonNull(options, "options must not be null");
		DefaultReactiveTinyFishClientBuilder changed = new DefaultReactiveTinyFishClientBuilder(this.builder,
				this.resources);
		changed.configuration().override(options);
		return new DefaultReactiveTinyFishClient(changed, this.resources, this.webClient,
				() -> this.follower.get().withOptions(options), false);
	}

	@Override
	public ReactiveAgentOperations agent() {
		return this.operations.obtain().agent();
	}

	@Override
	public ReactiveRunOperations runs() {
		return this.operations.obtain().runs();
	}

	@Override
	public ReactiveSearchOperations search() {
		return this.operations.obtain().search();
	}

	@Override
	public ReactiveFetchOperations fetch() {
		return this.operations.obtain().fetch();
	}

	@Override
	public ReactiveBrowserOperations browser() {
		return this.operations.obtain().browser();
	}

	@Override
	public ReactiveVaultOperations vault() {
		return this.operations.obtain().vault();
	}

	@Override
	public ReactiveProfileOperations profiles() {
		return this.operations.obtain().profiles();
	}

	@Override
	public ReactiveWalletOperations wallet() {
		return this.operations.obtain().wallet();
	}

	String baseUrl() {
		return this.settings.baseUrl();
	}

	@Override
	public Builder mutate() {
		return new DefaultReactiveTinyFishClientBuilder(this.builder, this.resources);
	}

	@Override
	public void close() {
		if (this.closeable) {
			this.resources.close(this.builder.configuration().runs());
		}
	}

	@Override
	public String toString() {
		return "ReactiveTinyFishClient[" + this.settings.baseUrl() + "]";
	}

	/**
	 * Operations of the client, one for each area of the API.
	 */
	private record Operations(ReactiveAgentOperations agent, ReactiveRunOperations runs,
			ReactiveSearchOperations search, ReactiveFetchOperations fetch, ReactiveBrowserOperations browser,
			ReactiveVaultOperations vault, ReactiveProfileOperations profiles, ReactiveWalletOperations wallet) {

	}

}
