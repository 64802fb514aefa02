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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishNotFoundException;
import reactor.core.publisher.Mono;

/**
 * Operations that connect password managers, whose items agents may then log in with,
 * without blocking. Nothing is sent before there is a subscriber; cancelling closes the
 * connection. Every operation may be repeated, so that failures are retried.
 *
 * @since 0.1.0
 */
public interface ReactiveVaultOperations {

	/**
	 * Connect a password manager ({@code POST /v1/vault/connections}). Replaces a
	 * connection with the same one.
	 * @param request the password manager, and its credentials
	 * @return the connection and its items. Fails with {@link TinyFishApiException} if
	 * there is no usable response; the secrets of the request are not in it, even if the
	 * response has it
	 */
	Mono<ConnectedVault> connect(VaultConnectionRequest request);

	/**
	 * Read the account's connections ({@code GET /v1/vault/connections}).
	 * @return the connections. Fails with {@link TinyFishApiException} if there is no
	 * usable response
	 */
	Mono<List<VaultConnection>> connections();

	/**
	 * Delete a connection ({@code DELETE /v1/vault/connections/{id}}). A connection that
	 * no longer exists after an attempt whose response was lost counts as deleted.
	 * @param connectionId the connection's id, as the service has given it
	 * @return the confirmation of the service. Fails with
	 * {@link TinyFishNotFoundException} if there is no such connection, and with
	 * {@link TinyFishApiException} if there is no usable response
	 * @throws IllegalArgumentException if the id is not valid in a path: blank, {@code .}
	 * or {@code ..}, or with control characters
	 */
	Mono<DisconnectedVault> disconnect(String connectionId);

	/**
	 * Read the items that agents may log in with, as the service knows them
	 * ({@code GET /v1/vault/items}).
	 * @return the items. Fails with {@link TinyFishNotFoundException} if there is no
	 * connection, and with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<List<VaultItem>> items();

	/**
	 * Have the service read the items of the connected password managers again
	 * ({@code POST /v1/vault/items/sync}).
	 * @return the items, and the changes. Fails with {@link TinyFishNotFoundException} if
	 * there is no connection, with {@link TinyFishAuthenticationException} if a password
	 * manager has to be connected again, besides a bad API key, and with
	 * {@link TinyFishApiException} if there is no usable response
	 */
	Mono<SyncedVault> sync();

}
