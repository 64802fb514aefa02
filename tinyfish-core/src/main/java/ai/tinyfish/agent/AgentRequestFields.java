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

package ai.tinyfish.agent;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireFields;
import ai.tinyfish.internal.schema.OutputSchemas;
import org.jspecify.annotations.Nullable;

/**
 * Fields of an {@link AgentRequest} on the wire, with their rules.
 */
final class AgentRequestFields {

	/**
	 * The names of all fields that have a setter, in the order of sending.
	 */
	private static final List<String> NAMES = List.of("goal", "url", "browser_profile", "proxy_config",
			"api_integration", "agent_config", "capture_config", "webhook_url", "use_vault", "credential_item_ids",
			"output_schema", "use_profile", "profile_id");

	private final WireFields<Object> fields;

	AgentRequestFields(Map<String, Object> fields) {
		this.fields = new WireFields<>(fields);
	}

	/**
	 * Return a request with the output schema of a type, unless it has one.
	 */
	static AgentRequest expecting(AgentRequest request, Type type) {
		return (request.outputSchema() != null) ? request
				: request.toBuilder().outputSchema(OutputSchemas.of(type)).build();
	}

	void set(String name, @Nullable Object value) {
		if (value instanceof RequestPart part) {
			// a part in which nothing is set is the same as none
			this.fields.set(name, part.fields.isEmpty() ? null : part.fields);
		}
		else {
			this.fields.set(name, value);
		}
	}

	void setAdditional(String name, Object value) {
		this.fields.set(name, JsonValues.copyAdditional(NAMES, name, value));
	}

	/**
	 * Check the fields, and return them in the order of sending: additional ones come
	 * last.
	 * @return an unmodifiable copy
	 * @throws IllegalArgumentException naming the field that is missing or not valid
	 */
	Map<String, Object> toCheckedMap() {
		check();
		Map<String, Object> all = this.fields.toMap();
		Map<String, Object> ordered = new LinkedHashMap<>();
		NAMES.stream().filter(all::containsKey).forEach((name) -> ordered.put(name, all.get(name)));
		all.forEach(ordered::putIfAbsent);
		return Collections.unmodifiableMap(ordered);
	}

	private void check() {
		Checks.webUrl("url", this.fields.getText("url"));
		Checks.text("goal", this.fields.getText("goal"));
		Checks.optionalText("apiIntegration", this.fields.getText("api_integration"));
		Checks.optionalText("profileId", this.fields.getText("profile_id"));
		Checks.optionalHttpsUrl("webhookUrl", this.fields.getText("webhook_url"));
		checkCredentialItemIds();
		Checks.that(this.fields.get("profile_id") == null || this.fields.isTrue("use_profile"),
				"profileId needs useProfile to be true");
	}

	private void checkCredentialItemIds() {
		if (!(this.fields.get("credential_item_ids") instanceof List<?> items)) {
			return;
		}
		Checks.that(this.fields.isTrue("use_vault"), "credentialItemIds needs useVault to be true");
		Checks.that(!items.isEmpty(), "credentialItemIds must not be empty: leave it out to allow all items");
		Checks.that(items.stream().allMatch((item) -> item instanceof String text && !text.isBlank()),
				"credentialItemIds must not have blank items");
	}

}
