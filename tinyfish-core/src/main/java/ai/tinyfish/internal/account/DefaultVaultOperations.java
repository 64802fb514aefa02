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

import ai.tinyfish.internal.area.OperationExecutor;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.vault.VaultOperations;

/**
 * Executes the calls about the vault on the calling thread.
 */
public final class DefaultVaultOperations implements VaultOperations {

	private final OperationExecutor executor;

	public DefaultVaultOperations(OperationExecutor executor) {
		this.executor = executor;
	}

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
