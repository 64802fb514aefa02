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

import java.util.List;

import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.vault.VaultOperations;

/**
 * The reactive operations of vaults in the shape of the blocking ones.
 */
record BlockingVaultOperations(ReactiveVaultOperations operations) implements VaultOperations {

	@Override
	public ConnectedVault connect(VaultConnectionRequest request) {
		return Blocking.await(this.operations.connect(request));
	}

	@Override
	public List<VaultConnection> connections() {
		return Blocking.await(this.operations.connections());
	}

	@Override
	public DisconnectedVault disconnect(String connectionId) {
		return Blocking.await(this.operations.disconnect(connectionId));
	}

	@Override
	public List<VaultItem> items() {
		return Blocking.await(this.operations.items());
	}

	@Override
	public SyncedVault sync() {
		return Blocking.await(this.operations.sync());
	}

}
