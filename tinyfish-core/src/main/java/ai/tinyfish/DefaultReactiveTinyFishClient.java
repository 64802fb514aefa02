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
import ai.tinyfish.internal.area.DefaultReactiveAgentOperations;
import ai.tinyfish.internal.area.DefaultReactiveRunOperations;
import ai.tinyfish.internal.area.ReactiveAreas;
import ai.tinyfish.internal.area.ReactiveOperationExecutor;
import ai.tinyfish.internal.area.RequestBodies;
import ai.tinyfish.internal.session.ClientRuntime;
import ai.tinyfish.internal.session.RunSessions;
import ai.tinyfish.profile.ReactiveProfileOperations;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.support.BaseUrlSource;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.wallet.ReactiveWalletOperations;

import org.springframework.util.function.SingletonSupplier;

/**
 * {@link ReactiveTinyFishClient} over WebClient.
 */
final class DefaultReactiveTinyFishClient implements ReactiveTinyFishClient, BaseUrlSource {

	private final ClientParts parts;

	/** Created on first use, since an application may not use them. */
	private final SingletonSupplier<Operations> operations;

	DefaultReactiveTinyFishClient(ClientParts parts) {
		this.parts = parts;
		this.operations = SingletonSupplier.of(() -> Operations.of(parts));
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

	@Override
	public String baseUrl() {
		return this.parts.baseUrl();
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
		return "ReactiveTinyFishClient[" + this.parts.baseUrl() + "]";
	}

	/**
	 * Operations of the client, one for each area of the API.
	 */
	private record Operations(ReactiveAgentOperations agent, ReactiveRunOperations runs,
			ReactiveSearchOperations search, ReactiveFetchOperations fetch, ReactiveBrowserOperations browser,
			ReactiveVaultOperations vault, ReactiveProfileOperations profiles, ReactiveWalletOperations wallet) {

		static Operations of(ClientParts parts) {
			ClientRuntime runtime = parts.runtime();
			RunSessions sessions = parts.sessions(runtime);
			ReactiveOperationExecutor executor = new ReactiveOperationExecutor(parts.reactiveExecutor(),
					runtime::resolveApiKey, RequestBodies.of(runtime.settings()), runtime.settings().allowedHosts());
			return new Operations(new DefaultReactiveAgentOperations(sessions, executor.calls()),
					new DefaultReactiveRunOperations(executor, parts.waits(sessions)),
					new ReactiveAreas.SearchArea(executor), new ReactiveAreas.FetchArea(executor),
					new ReactiveAreas.BrowserArea(executor, parts.browsers(runtime)),
					new ReactiveAreas.VaultArea(executor), new ReactiveAreas.ProfileArea(executor),
					new ReactiveAreas.WalletArea(executor));
		}

	}

}
