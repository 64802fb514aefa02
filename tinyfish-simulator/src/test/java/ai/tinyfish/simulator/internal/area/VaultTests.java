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

package ai.tinyfish.simulator.internal.area;

import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class VaultTests {

	private static final String CONNECTIONS = "/v1/vault/connections";

	private static final String ONE_PASSWORD = "{\"provider\": \"1password\", \"token\": \"hidden-token\"}";

	private static final String BITWARDEN = """
			{"provider": "bitwarden", "clientId": "hidden-id", "clientSecret": "hidden-secret",
			 "masterPassword": "hidden-master", "serverUrl": "https://me:hidden-user@vault.example"}""";

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.start();

	private final Api api = new Api(this.simulator);

	@Test
	void withoutAConnectionThereIsNothing() {
		assertThat(this.api.get(CONNECTIONS).body()).isEqualTo(Map.of("connections", List.of()));
		for (Api.Reply reply : List.of(this.api.get("/v1/vault/items"), this.api.post("/v1/vault/items/sync"),
				this.api.delete(CONNECTIONS + "/conn_1"))) {
			assertThat(reply.status()).isEqualTo(404);
			assertThat(reply.errorCode()).isEqualTo("NOT_FOUND");
		}
	}

	@Test
	void connectingAnswersWithTheItems() {
		Api.Reply reply = this.api.post(CONNECTIONS, ONE_PASSWORD);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("connectionId", "connected", "provider", "items")
			.containsEntry("connected", true)
			.containsEntry("provider", "1password");
		String id = reply.text("connectionId");
		assertThat(reply.list("items")).hasSize(2).allSatisfy((item) -> {
			assertThat(item)
				.containsOnlyKeys("itemId", "connectionId", "label", "vaultName", "domains", "fieldMetadata", "hasTotp")
				.containsEntry("connectionId", id);
			assertThat((List<?>) item.get("fieldMetadata"))
				.allSatisfy((field) -> assertThat((Map<?, ?>) field).hasSize(3));
		});
		assertThat(this.api.get("/v1/vault/items").list("items")).isEqualTo(reply.list("items"));
		assertThat(this.api.get(CONNECTIONS).list("connections")).singleElement()
			.satisfies((connection) -> assertThat(connection)
				.containsOnlyKeys("id", "provider", "connectionStatus", "lastValidatedAt")
				.containsEntry("id", id)
				.containsEntry("provider", "1password")
				.containsEntry("connectionStatus", "connected"));
	}

	@Test
	void sameProviderReplacesAndAnotherIsAdded() {
		String first = this.api.post(CONNECTIONS, ONE_PASSWORD).text("connectionId");
		String other = this.api.post(CONNECTIONS, BITWARDEN).text("connectionId");
		String second = this.api.post(CONNECTIONS, ONE_PASSWORD).text("connectionId");
		assertThat(List.of(first, other, second)).doesNotHaveDuplicates();
		assertThat(this.api.get(CONNECTIONS).list("connections")).extracting((connection) -> connection.get("id"))
			.containsExactlyInAnyOrder(other, second);
		assertThat(this.api.get("/v1/vault/items").list("items")).hasSize(4)
			.extracting((item) -> item.get("connectionId"))
			.containsOnly(other, second);
		assertThat(this.api.delete(CONNECTIONS + "/" + first).status()).isEqualTo(404);
	}

	@Test
	void disconnectingTakesTheItemsAway() {
		String id = this.api.post(CONNECTIONS, ONE_PASSWORD).text("connectionId");
		Api.Reply reply = this.api.delete(CONNECTIONS + "/" + id);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).isEqualTo(Map.of("disconnected", true, "connectionId", id));
		assertThat(this.api.delete(CONNECTIONS + "/" + id).status()).isEqualTo(404);
		assertThat(this.api.get("/v1/vault/items").status()).isEqualTo(404);
	}

	@Test
	void syncFindsAnItemOnceAndThenNothingNew() {
		this.api.post(CONNECTIONS, ONE_PASSWORD);
		Api.Reply first = this.api.post("/v1/vault/items/sync");
		assertThat(first.body()).containsOnlyKeys("items", "sync_summary");
		assertThat(first.list("items")).hasSize(3);
		assertThat(first.object("sync_summary")).isEqualTo(Map.of("added", 1, "updated", 0, "removed", 0));
		assertThat(this.api.get("/v1/vault/items").list("items")).isEqualTo(first.list("items"));
		this.api.post(CONNECTIONS, BITWARDEN);
		assertThat(this.api.post("/v1/vault/items/sync").object("sync_summary")).containsEntry("added", 1);
		assertThat(this.api.post("/v1/vault/items/sync").object("sync_summary")).containsEntry("added", 0);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                                                            | provider
			{"provider": 1}                                               | provider
			{"provider": "hidden", "token": "x"}                          | provider
			{"provider": "1password"}                                     | token
			{"provider": "1password", "token": " "}                       | token
			{"provider": "1password", "token": 5}                         | token
			{"provider": "1password", "token": null}                      | token
			{"provider": "1password", "clientId": "hidden"}               | token
			{"provider": "bitwarden", "clientId": "x", "clientSecret": "hidden"}          | masterPassword
			{"provider": "bitwarden", "clientId": "x", "masterPassword": "hidden"}        | clientSecret
			{"provider": "bitwarden", "clientSecret": "hidden", "masterPassword": "x"}    | clientId
			{"provider": "bitwarden", "clientId": "x", "clientSecret": "", "masterPassword": "x"} | clientSecret
			{B, "serverUrl": "hidden"}                                    | serverUrl
			{B, "serverUrl": "ftp://hidden.example"}                      | serverUrl
			{B, "serverUrl": 1}                                           | serverUrl
			""")
	void invalidFieldIsNamed(String body, String path) {
		Api.Reply reply = this.api.post(CONNECTIONS, body.replace("{B",
				"{\"provider\": \"bitwarden\", \"clientId\": \"x\", \"clientSecret\": \"x\", \"masterPassword\": \"x\""));
		assertThat(reply.status()).isEqualTo(400);
		assertThat(reply.errorCode()).isEqualTo("INVALID_INPUT");
		assertThat(reply.wrongFields()).containsExactly(path);
		assertThat(reply.raw()).doesNotContain("hidden");
		assertThat(this.api.get(CONNECTIONS).list("connections")).isEmpty();
	}

	@Test
	void secretsAreInNoAnswerAndNoJournal() {
		List<String> bodies = List.of(ONE_PASSWORD, BITWARDEN, "{\"token\": \"hidden-cut\"", "\"hidden-text\"",
				"[\"hidden-item\"]", "{\"provider\": \"hidden-provider\", \"other\": {\"a\": [\"hidden-deep\"]}}",
				"{\"provider\": \"1password\", \"token\": \"hidden-" + "x".repeat(2 * 1024 * 1024) + "\"}");
		for (String body : bodies) {
			assertThat(this.api.post(CONNECTIONS, body).raw()).doesNotContain("hidden");
		}
		assertThat(this.api.get(CONNECTIONS).raw() + this.api.get("/v1/vault/items").raw()).doesNotContain("hidden");
		List<ReceivedRequest> received = this.simulator.journal().received();
		assertThat(received).hasSizeGreaterThan(bodies.size())
			.allSatisfy((request) -> assertThat(request.body() + request).doesNotContain("hidden"));
		assertThat(received.get(0).body()).isEqualTo("{\"provider\":\"1password\",\"token\":\"***\"}");
		assertThat(Api.json(received.get(1).body())).containsEntry("provider", "bitwarden")
			.containsOnlyKeys("provider", "clientId", "clientSecret", "masterPassword", "serverUrl")
			.containsEntry("masterPassword", "***");
		assertThat(received.get(2).body()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "null" })
	void bodyWithoutAnObjectIsRefused(String body) {
		assertThat(this.api.post(CONNECTIONS, body).status()).isEqualTo(400);
	}

	@Test
	void connectionCanBeOneThatHasExpired() {
		this.api.post(CONNECTIONS, ONE_PASSWORD);
		this.simulator.fault(FaultPoint.answerOf("POST /v1/vault/items/sync"),
				Fault.refusal(401, "UNAUTHORIZED", "The vault must be connected again"), 1);
		Api.Reply reply = this.api.post("/v1/vault/items/sync");
		assertThat(reply.status()).isEqualTo(401);
		assertThat(reply.errorCode()).isEqualTo("UNAUTHORIZED");
		assertThat(this.api.post("/v1/vault/items/sync").object("sync_summary")).containsEntry("added", 1);
	}

}
