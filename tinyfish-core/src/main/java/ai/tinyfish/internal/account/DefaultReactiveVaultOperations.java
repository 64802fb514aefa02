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

package ai.tinyfish.internal.account;

import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.internal.area.RequestBodies;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import reactor.core.publisher.Mono;

/**
 * Executes the calls about the vault without blocking.
 */
public final class DefaultReactiveVaultOperations implements ReactiveVaultOperations {

	private final ReactiveExecutor executor;

	private final Supplier<String> apiKey;

	private final RequestBodies bodies;

	public DefaultReactiveVaultOperations(ReactiveExecutor executor, Supplier<String> apiKey, ClientSettings settings) {
		this.executor = executor;
		this.apiKey = apiKey;
		this.bodies = RequestBodies.of(settings);
	}

	@Override
	public Mono<ConnectedVault> connect(VaultConnectionRequest request) {
		return execute(VaultCalls.connect(request, this.bodies));
	}

	@Override
	public Mono<List<VaultConnection>> connections() {
		return execute(VaultCalls.connections());
	}

	@Override
	public Mono<DisconnectedVault> disconnect(String connectionId) {
		return execute(VaultCalls.disconnect(connectionId));
	}

	@Override
	public Mono<List<VaultItem>> items() {
		return execute(VaultCalls.items());
	}

	@Override
	public Mono<SyncedVault> sync() {
		return execute(VaultCalls.sync());
	}

	private <T> Mono<T> execute(ApiCall<T> call) {
		return Mono.defer(() -> this.executor.execute(call, this.apiKey.get()));
	}

}
