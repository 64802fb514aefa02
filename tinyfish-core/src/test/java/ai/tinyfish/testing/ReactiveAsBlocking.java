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

package ai.tinyfish.testing;

import ai.tinyfish.ReactiveBuilderAsBlocking;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.WalletOperations;

/**
 * The reactive client in the shape of the blocking one, so that one test serves both. It
 * adds nothing but the waiting: values and exceptions arrive as they are signalled.
 * Features of the blocking client alone are refused.
 */
final class ReactiveAsBlocking implements TinyFishClient {

	private final ReactiveTinyFishClient client;

	private ReactiveAsBlocking(ReactiveTinyFishClient client) {
		this.client = client;
	}

	static Builder builder(ReactiveTinyFishClient.Builder builder) {
		return new ReactiveBuilderAsBlocking(builder, ReactiveAsBlocking::new);
	}

	@Override
	public AgentOperations agent() {
		return new BlockingAgentOperations(this.client.agent());
	}

	@Override
	public RunOperations runs() {
		return new BlockingRunOperations(this.client.runs());
	}

	@Override
	public SearchOperations search() {
		return new BlockingSearchOperations(this.client.search());
	}

	@Override
	public FetchOperations fetch() {
		return new BlockingFetchOperations(this.client.fetch());
	}

	@Override
	public BrowserOperations browser() {
		return new BlockingBrowserOperations(this.client.browser());
	}

	@Override
	public VaultOperations vault() {
		return new BlockingVaultOperations(this.client.vault());
	}

	@Override
	public ProfileOperations profiles() {
		return new BlockingProfileOperations(this.client.profiles());
	}

	@Override
	public WalletOperations wallet() {
		return () -> Blocking.await(this.client.wallet().get());
	}

	@Override
	public Builder mutate() {
		return builder(this.client.mutate());
	}

	@Override
	public void close() {
		this.client.close();
	}

	@Override
	public String toString() {
		return this.client.toString();
	}

}
