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
import ai.tinyfish.internal.area.DefaultReactiveAgentOperations;
import ai.tinyfish.internal.area.DefaultReactiveBrowserOperations;
import ai.tinyfish.internal.area.DefaultReactiveFetchOperations;
import ai.tinyfish.internal.area.DefaultReactiveRunOperations;
import ai.tinyfish.internal.area.DefaultReactiveSearchOperations;
import ai.tinyfish.internal.area.DefaultReactiveVaultOperations;
import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.session.ClientResources;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.vault.ReactiveVaultOperations;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link ReactiveTinyFishClient} over WebClient.
 */
final class DefaultReactiveTinyFishClient implements ReactiveTinyFishClient {

	private final DefaultReactiveTinyFishClientBuilder builder;

	private final ClientSettings settings;

	private final ClientResources resources;

	private final Supplier<WebClient> webClient;

	private final RunFollower endings;

	private final boolean closeable;

	private final ReactiveAgentOperations agent;

	private final ReactiveRunOperations runs;

	private final ReactiveSearchOperations search;

	private final ReactiveFetchOperations fetch;

	private final ReactiveBrowserOperations browser;

	private final ReactiveVaultOperations vault;

	private DefaultReactiveTinyFishClient(DefaultReactiveTinyFishClientBuilder builder, ClientResources resources,
			Supplier<WebClient> webClient, RunFollower endings, boolean closeable) {
		ClientConfiguration configuration = builder.configuration();
		this.builder = builder;
		this.settings = configuration.settings();
		this.resources = resources;
		this.webClient = webClient;
		this.endings = endings;
		this.closeable = closeable;
		ClientRuntime runtime = configuration.runtime(this.settings, resources, webClient);
		ReactiveExecutor executor = configuration.reactiveExecutor(this.settings, resources, webClient);
		RunSessions sessions = configuration.sessions(runtime, resources, endings);
		RunWaits waits = new RunWaits(endings, sessions);
		this.agent = new DefaultReactiveAgentOperations(sessions, executor);
		this.runs = new DefaultReactiveRunOperations(executor, runtime::resolveApiKey, waits);
		this.search = new DefaultReactiveSearchOperations(executor, runtime::resolveApiKey);
		this.fetch = new DefaultReactiveFetchOperations(executor, runtime::resolveApiKey, this.settings);
		this.browser = new DefaultReactiveBrowserOperations(executor, runtime::resolveApiKey, this.settings);
		this.vault = new DefaultReactiveVaultOperations(executor, runtime::resolveApiKey, this.settings);
	}

	static DefaultReactiveTinyFishClient create(DefaultReactiveTinyFishClientBuilder builder) {
		ClientResources resources = builder.configuration().resources();
		// the builder may be used again
		DefaultReactiveTinyFishClientBuilder copy = new DefaultReactiveTinyFishClientBuilder(builder, resources);
		ClientConfiguration configuration = copy.configuration();
		ClientSettings settings = configuration.settings();
		Supplier<WebClient> webClient = configuration.webClient(settings, resources);
		ReactiveExecutor looks = configuration.reactiveExecutor(settings, resources, webClient);
		return new DefaultReactiveTinyFishClient(copy, resources, webClient, configuration.endings(looks, resources),
				true);
	}

	@Override
	public ReactiveTinyFishClient withOptions(RequestOptions options) {
		Objects.requireNonNull(options, "options must not be null");
		DefaultReactiveTinyFishClientBuilder changed = new DefaultReactiveTinyFishClientBuilder(this.builder,
				this.resources);
		changed.configuration().options(options);
		return new DefaultReactiveTinyFishClient(changed, this.resources, this.webClient,
				this.endings.withOptions(options), false);
	}

	@Override
	public ReactiveAgentOperations agent() {
		return this.agent;
	}

	@Override
	public ReactiveRunOperations runs() {
		return this.runs;
	}

	@Override
	public ReactiveSearchOperations search() {
		return this.search;
	}

	@Override
	public ReactiveFetchOperations fetch() {
		return this.fetch;
	}

	@Override
	public ReactiveBrowserOperations browser() {
		return this.browser;
	}

	@Override
	public ReactiveVaultOperations vault() {
		return this.vault;
	}

	@Override
	public Builder mutate() {
		return new DefaultReactiveTinyFishClientBuilder(this.builder, this.resources);
	}

	@Override
	public void close() {
		if (this.closeable) {
			this.resources.close();
		}
	}

	@Override
	public String toString() {
		return "ReactiveTinyFishClient[" + this.settings.baseUrl() + "]";
	}

}
