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

package ai.tinyfish.simulator.internal.server;

import java.util.Map;
import java.util.Set;

import ai.tinyfish.simulator.internal.api.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Redaction of secrets in recorded requests.
 */
final class Secrets {

	private static final String HIDDEN = "***";

	private static final Set<String> PROVIDERS = Set.of("1password", "bitwarden");

	private Secrets() {
	}

	/**
	 * Redact a request to connect a vault to its provider and the names of its fields. A
	 * body that is not a JSON object is left out.
	 */
	static byte[] hidden(byte[] body) {
		JsonNode root = Json.read(body);
		if (root == null || !root.isObject()) {
			return new byte[0];
		}
		ObjectNode kept = Json.object();
		for (Map.Entry<String, JsonNode> field : root.properties()) {
			boolean harmless = field.getKey().equals("provider") && PROVIDERS.contains(field.getValue().asString(""));
			kept.set(field.getKey(), harmless ? field.getValue() : kept.stringNode(HIDDEN));
		}
		return Json.bytes(kept);
	}

}
