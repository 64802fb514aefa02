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

import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.Wallet;
import ai.tinyfish.wallet.WalletOperations;

/**
 * Operations of the areas without runs, one record for each area. Each operation executes
 * the description of its call on the calling thread.
 */
public final class BlockingAreas {

	private BlockingAreas() {
	}

	public record SearchArea(OperationExecutor executor) implements SearchOperations {

		@Override
		public SearchPage query(SearchRequest request) {
			return this.executor.execute(SearchCalls.query(request));
		}

		@Override
		public UsagePage<SearchUsage> usage(UsageQuery query) {
			return this.executor.execute(SearchCalls.usage(query));
		}

	}

	public record FetchArea(OperationExecutor executor) implements FetchOperations {

		@Override
		public FetchResponse getContents(FetchRequest request) {
			return this.executor.execute(FetchCalls.getContents(request, this.executor.bodies()));
		}

		@Override
		public UsagePage<FetchUsage> usage(UsageQuery query) {
			return this.executor.execute(FetchCalls.usage(query));
		}

	}

	public record BrowserArea(OperationExecutor executor, BrowserSessions sessions) implements BrowserOperations {

		@Override
		public RemoteBrowser create(BrowserSessionRequest request) {
			return this.sessions.opening(request).get().openBlocking();
		}

		@Override
		public void close(String sessionId) {
			this.executor.execute(BrowserCalls.close(sessionId));
		}

		@Override
		public UsagePage<BrowserUsage> usage(UsageQuery query) {
			return this.executor.execute(BrowserCalls.usage(query));
		}

	}

	public record VaultArea(OperationExecutor executor) implements VaultOperations {

		@Override
		public ConnectedVault connect(VaultConnectionRequest request) {
			return this.executor.execute(VaultCalls.connect(request, this.executor.bodies()));
		}

		@Override
		public List<VaultConnection> connections() {
			return this.executor.execute(VaultCalls.connections());
		}

		@Override
		public DisconnectedVault disconnect(String connectionId) {
			return this.executor.execute(VaultCalls.disconnect(connectionId));
		}

		@Override
		public List<VaultItem> items() {
			return this.executor.execute(VaultCalls.items());
		}

		@Override
		public SyncedVault sync() {
			return this.executor.execute(VaultCalls.sync());
		}

	}

	public record ProfileArea(OperationExecutor executor) implements ProfileOperations {

		@Override
		public List<Profile> list() {
			return this.executor.execute(ProfileCalls.list());
		}

		@Override
		public Profile create(ProfileRequest request) {
			return this.executor.execute(ProfileCalls.create(request, this.executor.bodies()));
		}

		@Override
		public SetupSession startSetup(String profileId, SetupSessionRequest request) {
			return this.executor.execute(ProfileCalls.startSetup(profileId, request, this.executor.bodies()));
		}

		@Override
		public SavedProfile save(SetupSession session, List<String> signedInSites) {
			return this.executor.execute(ProfileCalls.save(session, signedInSites));
		}

		@Override
		public void cancelSetup(SetupSession session) {
			this.executor.execute(ProfileCalls.cancelSetup(session));
		}

	}

	public record WalletArea(OperationExecutor executor) implements WalletOperations {

		@Override
		public Wallet get() {
			return this.executor.execute(WalletCalls.get());
		}

	}

}
