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
import java.util.List;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.internal.schema.OutputSchemas;

/**
 * Fields of an {@link AgentRequest} on the wire, with their rules.
 */
final class AgentRequestFields {

	/**
	 * The names of all fields that have a setter, in the order of sending.
	 */
	static final List<String> NAMES = List.of("goal", "url", "browser_profile", "proxy_config", "api_integration",
			"agent_config", "capture_config", "webhook_url", "use_vault", "credential_item_ids", "output_schema",
			"use_profile", "profile_id");

	private AgentRequestFields() {
	}

	/**
	 * Return a request with the output schema of a type, unless it has one.
	 */
	static AgentRequest expecting(AgentRequest request, Type type) {
		return (request.outputSchema() != null) ? request
				: request.toBuilder().outputSchema(OutputSchemas.of(type)).build();
	}

	/**
	 * Check the fields, and return them in the order of sending: additional fields come
	 * last.
	 * @throws IllegalArgumentException naming the field that is missing or not valid
	 */
	static WireForm checked(WireForm.Builder<?> builder) {
		WireForm fields = builder.build(NAMES);
		Checks.webUrl("url", fields.text("url"));
		Checks.text("goal", fields.text("goal"));
		Checks.optionalText("apiIntegration", fields.text("api_integration"));
		Checks.optionalText("profileId", fields.text("profile_id"));
		Checks.optionalHttpsUrl("webhookUrl", fields.text("webhook_url"));
		checkCredentialItemIds(fields);
		Checks.that(fields.get("profile_id") == null || Boolean.TRUE.equals(fields.get("use_profile")),
				"profileId needs useProfile to be true");
		return fields;
	}

	private static void checkCredentialItemIds(WireForm fields) {
		if (!(fields.get("credential_item_ids") instanceof List<?> items)) {
			return;
		}
		Checks.that(Boolean.TRUE.equals(fields.get("use_vault")), "credentialItemIds needs useVault to be true");
		Checks.that(!items.isEmpty(), "credentialItemIds must not be empty: leave it out to allow all items");
		Checks.that(items.stream().allMatch((item) -> item instanceof String text && !text.isBlank()),
				"credentialItemIds must not have blank items");
	}

}
