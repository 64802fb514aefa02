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

package ai.tinyfish.internal.area;

import java.util.List;
import java.util.function.Function;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.fetch.ReactiveFetchOperations;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.ReactiveProfileOperations;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.wallet.ReactiveWalletOperations;
import ai.tinyfish.wallet.Wallet;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Operations of the areas without runs, one record for each area. Each operation executes
 * the description of its call without blocking.
 */
public final class ReactiveAreas {

	private ReactiveAreas() {
	}

	public record SearchArea(ReactiveOperationExecutor executor) implements ReactiveSearchOperations {

		@Override
		public Mono<SearchPage> query(SearchRequest request) {
			return this.executor.execute(SearchCalls.query(request));
		}

		@Override
		public Mono<UsagePage<SearchUsage>> usage(UsageQuery query) {
			return this.executor.execute(SearchCalls.usage(query));
		}

	}

	public record FetchArea(ReactiveOperationExecutor executor) implements ReactiveFetchOperations {

		@Override
		public Mono<FetchResponse> getContents(FetchRequest request) {
			return this.executor.execute(FetchCalls.getContents(request, this.executor.bodies()));
		}

		@Override
		public Mono<UsagePage<FetchUsage>> usage(UsageQuery query) {
			return this.executor.execute(FetchCalls.usage(query));
		}

	}

	public record BrowserArea(ReactiveOperationExecutor executor,
			BrowserSessions sessions) implements ReactiveBrowserOperations {

		@Override
		public <T> Flux<T> use(BrowserSessionRequest request,
				Function<? super RemoteBrowser, ? extends Publisher<T>> function) {
			return this.sessions.open(request).flatMapMany((browser) -> BrowserSessions.use(browser, function));
		}

		@Override
		public Mono<RemoteBrowser> create(BrowserSessionRequest request) {
			return this.sessions.open(request).cast(RemoteBrowser.class);
		}

		@Override
		public Mono<Void> close(String sessionId) {
			return this.executor.execute(BrowserCalls.close(sessionId)).then();
		}

		@Override
		public Mono<UsagePage<BrowserUsage>> usage(UsageQuery query) {
			return this.executor.execute(BrowserCalls.usage(query));
		}

	}

	public record VaultArea(ReactiveOperationExecutor executor) implements ReactiveVaultOperations {

		@Override
		public Mono<ConnectedVault> connect(VaultConnectionRequest request) {
			return this.executor.execute(VaultCalls.connect(request, this.executor.bodies()));
		}

		@Override
		public Mono<List<VaultConnection>> connections() {
			return this.executor.execute(VaultCalls.connections());
		}

		@Override
		public Mono<DisconnectedVault> disconnect(String connectionId) {
			return this.executor.execute(VaultCalls.disconnect(connectionId));
		}

		@Override
		public Mono<List<VaultItem>> items() {
			return this.executor.execute(VaultCalls.items());
		}

		@Override
		public Mono<SyncedVault> sync() {
			return this.executor.execute(VaultCalls.sync());
		}

	}

	public record ProfileArea(ReactiveOperationExecutor executor) implements ReactiveProfileOperations {

		@Override
		public Mono<List<Profile>> list() {
			return this.executor.execute(ProfileCalls.list());
		}

		@Override
		public Mono<Profile> create(ProfileRequest request) {
			return this.executor.execute(ProfileCalls.create(request, this.executor.bodies()));
		}

		@Override
		public Mono<SetupSession> startSetup(String profileId, SetupSessionRequest request) {
			return this.executor.execute(ProfileCalls.startSetup(profileId, request, this.executor.bodies()));
		}

		@Override
		public Mono<SavedProfile> save(SetupSession session, List<String> signedInSites) {
			return this.executor.execute(ProfileCalls.save(session, signedInSites));
		}

		@Override
		public Mono<Void> cancelSetup(SetupSession session) {
			return this.executor.execute(ProfileCalls.cancelSetup(session)).then();
		}

	}

	public record WalletArea(ReactiveOperationExecutor executor) implements ReactiveWalletOperations {

		@Override
		public Mono<Wallet> get() {
			return this.executor.execute(WalletCalls.get());
		}

	}

}
