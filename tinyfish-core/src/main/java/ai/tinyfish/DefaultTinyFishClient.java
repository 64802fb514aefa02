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

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.internal.area.BlockingAreas;
import ai.tinyfish.internal.area.DefaultAgentOperations;
import ai.tinyfish.internal.area.DefaultRunOperations;
import ai.tinyfish.internal.area.OperationExecutor;
import ai.tinyfish.internal.area.RequestBodies;
import ai.tinyfish.internal.interceptor.RunInterceptors;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.support.ApiKeySource;
import ai.tinyfish.support.agent.RunInterceptorSource;
import ai.tinyfish.support.agent.SubmissionGates;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.WalletOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * {@link TinyFishClient} over RestClient, and WebClient for streams.
 */
final class DefaultTinyFishClient implements TinyFishClient, ApiKeySource, RunInterceptorSource, SubmissionGates {

	private final ClientParts parts;

	/** Created on first use, since an application may not use them. */
	private final SingletonSupplier<Operations> operations;

	DefaultTinyFishClient(ClientParts parts) {
		this.parts = parts;
		this.operations = SingletonSupplier.of(() -> Operations.of(parts));
	}

	@Override
	public AgentOperations agent(Runnable opening, Runnable written) {
		return new DefaultTinyFishClient(this.parts.withGate(opening, written)).agent();
	}

	@Override
	public String resolveApiKey() {
		return ApiKeys.require(this.parts.apiKey().get());
	}

	@Override
	public @Nullable TinyFishRunInterceptor runInterceptor(boolean unchanged) {
		return this.operations.obtain().interceptors().chain(unchanged);
	}

	@Override
	public void requireAllowed(AgentRequest request) {
		this.operations.obtain().interceptors().requireAllowed(request);
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
		return new Builder(this.parts.derive());
	}

	@Override
	public void close() {
		this.parts.close();
	}

	@Override
	public String toString() {
		return "TinyFishClient[" + this.parts.baseUrl() + "]";
	}

	/**
	 * Operations of the client, one for each area of the API.
	 */
	private record Operations(RunInterceptors interceptors, AgentOperations agent, RunOperations runs,
			SearchOperations search, FetchOperations fetch, BrowserOperations browser, VaultOperations vault,
			ProfileOperations profiles, WalletOperations wallet) {

		static Operations of(ClientParts parts) {
			ClientRuntime runtime = parts.runtime();
			RunSessions sessions = parts.sessions(runtime);
			OperationExecutor executor = new OperationExecutor(parts.blockingExecutor(), runtime::resolveApiKey,
					RequestBodies.of(runtime.settings()), runtime.settings().allowedHosts());
			return new Operations(sessions.interceptors(),
					new DefaultAgentOperations(sessions, executor.calls(), parts.futureThreads()),
					new DefaultRunOperations(executor, parts.waits(sessions)), new BlockingAreas.SearchArea(executor),
					new BlockingAreas.FetchArea(executor),
					new BlockingAreas.BrowserArea(executor, parts.browsers(runtime)),
					new BlockingAreas.VaultArea(executor), new BlockingAreas.ProfileArea(executor),
					new BlockingAreas.WalletArea(executor));
		}

	}

}
