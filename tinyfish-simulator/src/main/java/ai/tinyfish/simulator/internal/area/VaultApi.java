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

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Fields;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vault API with made-up vaults. Credentials are checked and not kept.
 */
final class VaultApi {

	private static final String ONE_PASSWORD = "1password";

	private static final String BITWARDEN = "bitwarden";

	/** The connections by provider, each of which has one at most. */
	private final Map<String, Connection> connections = new LinkedHashMap<>();

	private final Clock clock;

	private int made;

	VaultApi(Clock clock) {
		this.clock = clock;
	}

	synchronized HttpAnswer connect(byte[] body) {
		String provider = read(body);
		this.made++;
		Connection connection = new Connection("conn_" + this.made, provider, this.clock.instant());
		this.connections.remove(provider);
		this.connections.put(provider, connection);
		ObjectNode answer = Json.object().put("connectionId", connection.id).put("connected", true);
		answer.put("provider", provider);
		connection.addItems(answer.putArray("items"));
		return HttpAnswer.ok(answer);
	}

	synchronized HttpAnswer connections() {
		ObjectNode answer = Json.object();
		ArrayNode array = answer.putArray("connections");
		this.connections.values()
			.forEach((connection) -> array.addObject()
				.put("id", connection.id)
				.put("provider", connection.provider)
				.put("connectionStatus", "connected")
				.put("lastValidatedAt", connection.validatedAt.toString()));
		return HttpAnswer.ok(answer);
	}

	synchronized HttpAnswer disconnect(String id) {
		if (!this.connections.values().removeIf((connection) -> connection.id.equals(id))) {
			throw new ApiException(404, "NOT_FOUND", "Vault connection not found");
		}
		return HttpAnswer.ok(Json.object().put("disconnected", true).put("connectionId", id));
	}

	synchronized HttpAnswer items() {
		return HttpAnswer.ok(allItems());
	}

	/**
	 * Synchronize the vaults. Each vault has one more item after its first
	 * synchronization.
	 */
	synchronized HttpAnswer sync() {
		checkConnected();
		int added = 0;
		for (Connection connection : this.connections.values()) {
			added += connection.synced ? 0 : 1;
			connection.synced = true;
			connection.validatedAt = this.clock.instant();
		}
		ObjectNode answer = allItems();
		answer.putObject("sync_summary").put("added", added).put("updated", 0).put("removed", 0);
		return HttpAnswer.ok(answer);
	}

	private ObjectNode allItems() {
		checkConnected();
		ObjectNode answer = Json.object();
		ArrayNode items = answer.putArray("items");
		this.connections.values().forEach((connection) -> connection.addItems(items));
		return answer;
	}

	private void checkConnected() {
		if (this.connections.isEmpty()) {
			throw new ApiException(404, "NOT_FOUND", "No vault connection found");
		}
	}

	private static String read(byte[] body) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		String provider = fields.has("provider") ? fields.oneOf("provider", Set.of(ONE_PASSWORD, BITWARDEN))
				: fields.requiredText("provider");
		if (ONE_PASSWORD.equals(provider)) {
			fields.requiredText("token");
		}
		if (BITWARDEN.equals(provider)) {
			List.of("clientId", "clientSecret", "masterPassword").forEach(fields::requiredText);
			fields.uri("serverUrl", fields.text("serverUrl"), Set.of("http", "https"));
		}
		if (!issues.isEmpty() || provider == null) {
			throw ApiException.invalidInput(issues);
		}
		return provider;
	}

	/**
	 * A connection.
	 */
	private static final class Connection {

		private final String id;

		private final String provider;

		private Instant validatedAt;

		private boolean synced;

		private Connection(String id, String provider, Instant connectedAt) {
			this.id = id;
			this.provider = provider;
			this.validatedAt = connectedAt;
		}

		private void addItems(ArrayNode items) {
			items.add(item("shop", "Shop", false)).add(item("bank", "Bank", true));
			if (this.synced) {
				items.add(item("mail", "Mail", false));
			}
		}

		private ObjectNode item(String name, String label, boolean totp) {
			ObjectNode item = Json.object()
				.put("itemId", "cred:%s:Personal:%s".formatted(this.id.replace('_', '-'), name))
				.put("connectionId", this.id)
				.put("label", label + " login")
				.put("vaultName", "Personal");
			item.putArray("domains").add(name + ".example");
			ArrayNode fields = item.putArray("fieldMetadata");
			fields.add(field("username", "Username", "STRING")).add(field("password", "Password", "CONCEALED"));
			if (totp) {
				fields.add(field("otp", "One-time password", "OTP"));
			}
			return item.put("hasTotp", totp);
		}

		private static ObjectNode field(String id, String label, String type) {
			return Json.object().put("fieldId", id).put("label", label).put("type", type);
		}

	}

}
