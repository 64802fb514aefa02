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

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.internal.account.DefaultProfileOperations;
import ai.tinyfish.internal.account.DefaultVaultOperations;
import ai.tinyfish.internal.account.DefaultWalletOperations;
import ai.tinyfish.internal.area.DefaultAgentOperations;
import ai.tinyfish.internal.area.DefaultBrowserOperations;
import ai.tinyfish.internal.area.DefaultFetchOperations;
import ai.tinyfish.internal.area.DefaultRunOperations;
import ai.tinyfish.internal.area.DefaultSearchOperations;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.interceptor.RunInterceptors;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.retry.SpringRetryExecutor;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.support.ApiKeySource;
import ai.tinyfish.support.RunInterceptorSource;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.WalletOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link TinyFishClient} over RestClient, and WebClient for streams.
 */
final class DefaultTinyFishClient implements TinyFishClient, ApiKeySource, RunInterceptorSource {

	private final DefaultTinyFishClientBuilder builder;

	private final ClientSettings settings;

	private final ClientResources resources;

	private final Supplier<RestClient> restClient;

	private final Supplier<WebClient> webClient;

	private final Supplier<RunFollower> follower;

	private final boolean closeable;

	private final Supplier<@Nullable String> apiKey;

	/** Created when the first of them is used: an application may use none. */
	private final SingletonSupplier<Operations> operations;

	private DefaultTinyFishClient(DefaultTinyFishClientBuilder builder, ClientResources resources,
			Supplier<RestClient> restClient, Supplier<WebClient> webClient, Supplier<RunFollower> follower,
			boolean closeable) {
		ClientConfiguration configuration = builder.configuration();
		this.builder = builder;
		this.settings = configuration.settings();
		this.resources = resources;
		this.restClient = restClient;
		this.webClient = webClient;
		this.follower = follower;
		this.closeable = closeable;
		// at once: a key that is missing is to be seen when the client is built
		this.apiKey = configuration.apiKeySupplier();
		this.operations = SingletonSupplier.of(() -> operations(configuration, this.apiKey));
	}

	private Operations operations(ClientConfiguration configuration, Supplier<@Nullable String> apiKey) {
		RunFollower follower = this.follower.get();
		ClientRuntime runtime = configuration.runtime(this.settings, apiKey, this.resources, this.webClient);
		BlockingExecutor executor = new BlockingExecutor(this.restClient, this.resources.transport().lifecycle(),
				new SpringRetryExecutor(), this.settings, configuration.callObservations());
		RunSessions sessions = configuration.sessions(runtime, this.resources, follower);
		RunWaits waits = new RunWaits(follower, sessions);
		return new Operations(sessions.interceptors(),
				new DefaultAgentOperations(sessions, executor, this.resources.futureThreads()),
				new DefaultRunOperations(executor, runtime::resolveApiKey, waits),
				new DefaultSearchOperations(executor, runtime::resolveApiKey),
				new DefaultFetchOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultBrowserOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultVaultOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultProfileOperations(executor, runtime::resolveApiKey, this.settings),
				new DefaultWalletOperations(executor, runtime::resolveApiKey));
	}

	static DefaultTinyFishClient create(DefaultTinyFishClientBuilder builder) {
		ClientResources resources = builder.configuration().resources();
		// the builder may be used again
		DefaultTinyFishClientBuilder copy = new DefaultTinyFishClientBuilder(builder, resources);
		ClientConfiguration configuration = copy.configuration();
		ClientSettings settings = configuration.settings();
		Supplier<WebClient> webClient = configuration.webClient(settings, resources);
		return new DefaultTinyFishClient(copy, resources, copy.restClient(settings, resources), webClient,
				configuration.follower(settings, resources, webClient), true);
	}

	@Override
	public TinyFishClient withOptions(RequestOptions options) {
		Objects.requireNonNull(options, "options must not be null");
		DefaultTinyFishClientBuilder changed = new DefaultTinyFishClientBuilder(this.builder, this.resources);
		changed.configuration().override(options);
		return new DefaultTinyFishClient(changed, this.resources, this.restClient, this.webClient,
				() -> this.follower.get().withOptions(options), false);
	}

	@Override
	public String resolveApiKey() {
		return ApiKeys.require(this.apiKey.get());
	}

	@Override
	public @Nullable TinyFishRunInterceptor runInterceptor(boolean unchanged) {
		return this.operations.obtain().interceptors().chain(unchanged);
	}

	@Override
	public AgentOperations agent() {
		return this.operations.obtain().agent();
	}

	@Override
	public RunOperations runs() {
		return this.operations.obtain().runs();
	}

	@Override
	public SearchOperations search() {
		return this.operations.obtain().search();
	}

	@Override
	public FetchOperations fetch() {
		return this.operations.obtain().fetch();
	}

	@Override
	public BrowserOperations browser() {
		return this.operations.obtain().browser();
	}

	@Override
	public VaultOperations vault() {
		return this.operations.obtain().vault();
	}

	@Override
	public ProfileOperations profiles() {
		return this.operations.obtain().profiles();
	}

	@Override
	public WalletOperations wallet() {
		return this.operations.obtain().wallet();
	}

	@Override
	public Builder mutate() {
		return new DefaultTinyFishClientBuilder(this.builder, this.resources);
	}

	@Override
	public void close() {
		if (this.closeable) {
			this.resources.close(this.builder.configuration().runs());
		}
	}

	@Override
	public String toString() {
		return "TinyFishClient[" + this.settings.baseUrl() + "]";
	}

	/**
	 * Operations of the client, one for each area of the API.
	 */
	private record Operations(RunInterceptors interceptors, AgentOperations agent, RunOperations runs,
			SearchOperations search, FetchOperations fetch, BrowserOperations browser, VaultOperations vault,
			ProfileOperations profiles, WalletOperations wallet) {

	}

}
