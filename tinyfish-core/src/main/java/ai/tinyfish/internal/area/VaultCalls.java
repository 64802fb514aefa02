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

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;

/**
 * The calls about the vault, described once.
 */
final class VaultCalls {

	private VaultCalls() {
	}

	static ApiCall<ConnectedVault> connect(VaultConnectionRequest request, RequestBodies bodies) {
		ApiCall.Builder<ConnectedVault> call = ApiCall.post("vault.connect", "/v1/vault/connections",
				VaultCalls::readConnected);
		return bodies.write(call, request).build();
	}

	static ApiCall<List<VaultConnection>> connections() {
		return ApiCall
			.get("vault.connections", "/v1/vault/connections",
					(body) -> Json.readItems(body, "connections", VaultConnection.class))
			.build();
	}

	static ApiCall<DisconnectedVault> disconnect(String connectionId) {
		return ApiCall.delete("vault.disconnect", "/v1/vault/connections/{id}", VaultCalls::readDisconnected)
			.variable("id", Checks.pathId("connectionId", connectionId))
			.whenGone(new DisconnectedVault(connectionId, true))
			.build();
	}

	static ApiCall<List<VaultItem>> items() {
		return ApiCall.get("vault.items", "/v1/vault/items", (body) -> Json.readItems(body, "items", VaultItem.class))
			.build();
	}

	static ApiCall<SyncedVault> sync() {
		return ApiCall
			.post("vault.sync", "/v1/vault/items/sync", (body) -> Json.readList(body, SyncedVault.class, "items"))
			.build();
	}

	private static ConnectedVault readConnected(byte[] body) {
		ConnectedVault connected = Json.read(body, ConnectedVault.class);
		// also if it is empty or not a text
		Checks.that(!connected.connectionId().isBlank(), "it has no connectionId");
		return connected;
	}

	private static DisconnectedVault readDisconnected(byte[] body) {
		Json.requireAnyOf(body, "disconnected", "connectionId");
		return Json.read(body, DisconnectedVault.class);
	}

}
