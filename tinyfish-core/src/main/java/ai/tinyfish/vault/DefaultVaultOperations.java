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

package ai.tinyfish.vault;

import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Executes the calls about the vault on the calling thread.
 */
final class DefaultVaultOperations implements VaultOperations {

	private final BlockingExecutor executor;

	private final Supplier<String> apiKey;

	private final @Nullable String integration;

	DefaultVaultOperations(BlockingExecutor executor, Supplier<String> apiKey, @Nullable String integration) {
		this.executor = executor;
		this.apiKey = apiKey;
		this.integration = integration;
	}

	@Override
	public ConnectedVault connect(VaultConnectionRequest request) {
		return execute(VaultCalls.connect(request, this.integration));
	}

	@Override
	public List<VaultConnection> connections() {
		return execute(VaultCalls.connections());
	}

	@Override
	public DisconnectedVault disconnect(String connectionId) {
		return execute(VaultCalls.disconnect(connectionId));
	}

	@Override
	public List<VaultItem> items() {
		return execute(VaultCalls.items());
	}

	@Override
	public SyncedVault sync() {
		return execute(VaultCalls.sync());
	}

	private <T> T execute(ApiCall<T> call) {
		return this.executor.execute(call, this.apiKey.get());
	}

}
