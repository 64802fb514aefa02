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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Requests of the calls about the vault, and the results of their responses.
 */
@BothClients(always = true)
class VaultWireTests {

	private static final String ITEM = """
			{"itemId":"cred:1","connectionId":"conn-1","label":"Shop","vaultName":"Team","domains":["shop.example"],
			 "fieldMetadata":[{"fieldId":"pw","label":"Password","type":"CONCEALED"}],"hasTotp":true}""";

	private static final VaultItem READ = new VaultItem("cred:1", "conn-1", "Shop", "Team", List.of("shop.example"),
			List.of(new VaultItem.Field("pw", "Password", "CONCEALED")), true);

	@Parameter
	ClientKind kind;

	@Test
	void aConnectionWithAnEmptyIdIsRefused() {
		try (ScriptedServer server = answering(200, "{\"connectionId\":\"\",\"connected\":true,\"items\":[]}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.vault().connect(VaultConnectionRequest.onePassword("ops_token")))
				.withMessageContaining("it has no connectionId");
		}
	}

	@Test
	void onePasswordIsConnectedWithItsToken() {
		try (ScriptedServer server = answering(200,
				"{\"connectionId\":\"conn-1\",\"connected\":true,\"provider\":\"1password\",\"items\":[" + ITEM + "]}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			ConnectedVault vault = client.vault().connect(VaultConnectionRequest.onePassword("ops_token"));
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/vault/connections");
			assertThat(request.body()).isEqualTo("{\"provider\":\"1password\",\"token\":\"ops_token\"}");
			assertThat(vault).isEqualTo(new ConnectedVault("conn-1", true, "1password", List.of(READ)));
			assertThat(vault.provider()).isEqualTo(VaultProvider.ONE_PASSWORD);
			assertThat(vault.items().get(0).fields().get(0).type()).isEqualTo(VaultItem.Field.Type.CONCEALED);
		}
	}

	@Test
	void bitwardenIsConnectedWithItsThreeSecretsAndItsServer() {
		try (ScriptedServer server = answering(200, Operation.VAULT_CONNECT.success());
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			client.vault()
				.connect(VaultConnectionRequest.bitwarden()
					.clientId("user.1")
					.clientSecret("s")
					.masterPassword("m")
					.serverUrl("https://vault.example")
					.build());
			assertThat(RequestParts.of(server.requests().get(0)).body()).isEqualTo("""
					{"provider":"bitwarden","clientId":"user.1","clientSecret":"s","masterPassword":"m",\
					"serverUrl":"https://vault.example","api_integration":"acme"}""");
		}
	}

	@Test
	void connectionsAreRead() {
		try (ScriptedServer server = answering(200, """
				{"connections":[{"id":"conn-1","provider":"bitwarden","connectionStatus":"connected",
				 "lastValidatedAt":"2026-04-10 12:00:00"},
				 {"id":"conn-2","provider":"keepass","connectionStatus":"new","lastValidatedAt":null},null]}""");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			List<VaultConnection> connections = client.vault().connections();
			assertThat(server.requests().get(0)).startsWith("GET /v1/vault/connections HTTP/1.1\r\n");
			assertThat(connections).containsExactly(
					new VaultConnection("conn-1", "bitwarden", "connected", Instant.parse("2026-04-10T12:00:00Z")),
					new VaultConnection("conn-2", "keepass", "new", null));
			assertThat(connections).extracting(VaultConnection::provider)
				.containsExactly(VaultProvider.BITWARDEN, VaultProvider.UNKNOWN);
		}
	}

	@Test
	void aConnectionIsTakenAway() {
		try (ScriptedServer server = answering(200, "{\"disconnected\":true,\"connectionId\":\"conn_1\"}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(client.vault().disconnect("conn_1")).isEqualTo(new DisconnectedVault("conn_1", true));
			assertThat(server.requests().get(0)).startsWith("DELETE /v1/vault/connections/conn_1 HTTP/1.1\r\n");
		}
	}

	@Test
	void aConnectionIsDeletedByAnyIdOfTheService() {
		try (ScriptedServer server = answering(200, "{\"disconnected\":true}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.vault().disconnect("../a b?c=d#\u00e4");
			assertThat(RequestParts.target(server.requests().get(0)))
				.isEqualTo("/v1/vault/connections/..%2Fa%20b%3Fc%3Dd%23%C3%A4");
		}
	}

	@Test
	void itemsAreReadAndReadAnew() {
		try (ScriptedServer server = answering(200,
				"{\"items\":[" + ITEM + "],\"sync_summary\":{\"added\":3,\"updated\":1,\"removed\":0}}");
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			assertThat(client.vault().items()).containsExactly(READ);
			assertThat(client.vault().sync())
				.isEqualTo(new SyncedVault(List.of(READ), new SyncedVault.Summary(3, 1, 0)));
			assertThat(server.requests().get(0)).startsWith("GET /v1/vault/items HTTP/1.1\r\n");
			assertThat(server.requests().get(1)).startsWith("POST /v1/vault/items/sync HTTP/1.1\r\n");
			assertThat(RequestParts.of(server.requests().get(1)).body()).isEmpty();
		}
	}

	@Test
	void withoutAConnectionThereAreNoItems() {
		try (ScriptedServer server = answering(404, Samples.envelope("NOT_FOUND", "Connect a vault"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.vault().items());
		}
		try (ScriptedServer server = answering(401, Samples.envelope("UNAUTHORIZED", "Connect it again"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishAuthenticationException.class).isThrownBy(() -> client.vault().sync());
		}
	}

	@Test
	void secretsAreTakenOutOfEveryPartOfAnErrorThatRepeatsThem() {
		String secrets = Samples.CLIENT_SECRET + " and " + Samples.MASTER_PASSWORD_IN_JSON;
		String answer = """
				{"error":{"code":"BAD %1$s","message":"Said %1$s","details":[{"value":"%1$s"}]},"and":"%1$s\
				""".formatted(secrets);
		for (int status : new int[] { 400, 401, 503, 200 }) {
			for (String body : List.of(answer, answer + "\"}")) {
				try (ScriptedServer server = answering(status, body);
						TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
					TinyFishStatusException thrown = catchThrowableOfType(TinyFishStatusException.class,
							() -> client.vault().connect(Samples.vault()));
					StringWriter text = new StringWriter();
					thrown.printStackTrace(new PrintWriter(text));
					text.append(thrown.code())
						.append(thrown.details())
						.append(thrown.response().toString())
						.append(thrown.response().body());
					assertThat(text.toString()).contains("***")
						.doesNotContain(Samples.CLIENT_SECRET, Samples.MASTER_PASSWORD,
								Samples.MASTER_PASSWORD_IN_JSON);
				}
			}
		}
	}

	@Test
	void otherCallsAreNotCensored() {
		try (ScriptedServer server = answering(400, Samples.envelope("X", "About " + Samples.CLIENT_SECRET));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.vault().items())
				.withMessageContaining(Samples.CLIENT_SECRET);
		}
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
