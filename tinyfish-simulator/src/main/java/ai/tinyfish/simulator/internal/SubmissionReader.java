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

package ai.tinyfish.simulator.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import ai.tinyfish.simulator.internal.ApiException.Issue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads and checks the body of the three endpoints that start a run.
 */
final class SubmissionReader {

	private static final Set<String> WEB = Set.of("http", "https");

	private static final Set<String> PROXY = Set.of("http", "https", "socks5");

	private static final Set<String> COUNTRIES = Set.of("US", "GB", "CA", "DE", "FR", "JP", "AU");

	private static final int DEFAULT_MAX_STEPS = 150;

	private SubmissionReader() {
	}

	static Submission read(Endpoint endpoint, byte[] body) {
		JsonNode root = Json.read(body);
		if (root == null) {
			throw ApiException.invalidInput("The request body is not valid JSON");
		}
		if (!root.isObject()) {
			throw ApiException.invalidInput("The request body must be a JSON object");
		}
		List<Issue> issues = new ArrayList<>();
		Fields fields = new Fields(root, issues);
		String url = fields.requiredText("url");
		fields.uri("url", url, WEB);
		String goal = fields.requiredText("goal");
		String profile = fields.oneOf("browser_profile", Set.of("lite", "stealth"));
		Proxy proxy = proxy(fields);
		int maxSteps = agentConfig(fields);
		checkVault(fields);
		checkProfile(fields);
		checkOutputSchema(fields, root.get("output_schema"));
		checkOthers(fields);
		if (!issues.isEmpty() || url == null || goal == null) {
			throw ApiException.invalidInput(issues);
		}
		return new Submission(endpoint, goal, url, (profile != null) ? profile : "lite", proxy.enabled(),
				proxy.countryCode(), maxSteps);
	}

	private static Proxy proxy(Fields fields) {
		Fields proxy = fields.object("proxy_config");
		if (proxy == null) {
			return new Proxy(null, null);
		}
		if (!proxy.has("enabled")) {
			proxy.issue("invalid_type", "enabled", "Field \"enabled\" is required and must be a boolean");
		}
		Boolean enabled = proxy.flag("enabled");
		String country = proxy.oneOf("country_code", COUNTRIES);
		String type = proxy.oneOf("type", Set.of("tetra", "tinyfish", "custom"));
		if ("custom".equals(type) && !proxy.has("url")) {
			proxy.issue("custom", "url", "Field \"url\" is required for a proxy of type custom");
		}
		proxy.uri("url", proxy.text("url"), PROXY);
		proxy.text("username");
		proxy.text("password");
		return new Proxy(enabled, country);
	}

	private static int agentConfig(Fields fields) {
		Fields agent = fields.object("agent_config");
		if (agent == null) {
			return DEFAULT_MAX_STEPS;
		}
		agent.oneOf("mode", Set.of("default", "strict"));
		agent.integer("max_duration_seconds", 1, Integer.MAX_VALUE);
		Integer maxSteps = agent.integer("max_steps", 1, RunScript.MAX_STEPS);
		return (maxSteps != null) ? maxSteps : DEFAULT_MAX_STEPS;
	}

	private static void checkVault(Fields fields) {
		boolean useVault = Boolean.TRUE.equals(fields.flag("use_vault"));
		fields.nonEmptyTexts("credential_item_ids");
		if (fields.has("credential_item_ids") && !useVault) {
			fields.issue("custom", "credential_item_ids", "Field \"credential_item_ids\" needs \"use_vault\": true");
		}
	}

	private static void checkProfile(Fields fields) {
		boolean useProfile = Boolean.TRUE.equals(fields.flag("use_profile"));
		fields.text("profile_id");
		if (fields.has("profile_id") && !useProfile) {
			fields.issue("custom", "profile_id", "Field \"profile_id\" needs \"use_profile\": true");
		}
	}

	private static void checkOutputSchema(Fields fields, @Nullable JsonNode schema) {
		if (schema == null || schema.isBoolean()) {
			return;
		}
		if (!schema.isObject()) {
			fields.issue("invalid_type", "output_schema", "Field \"output_schema\" must be a JSON Schema object");
			return;
		}
		JsonNode type = schema.get("type");
		if (type != null && !(type.isString() && "object".equals(type.stringValue()))) {
			fields.issue("custom", "output_schema", "The top level of \"output_schema\" must have the type object");
		}
	}

	private static void checkOthers(Fields fields) {
		fields.text("api_integration");
		fields.uri("webhook_url", fields.text("webhook_url"), Set.of("https"));
		Fields capture = fields.object("capture_config");
		if (capture != null) {
			List.of("elements", "snapshots", "screenshots", "recording", "html").forEach(capture::flag);
		}
		Fields features = fields.object("feature_flags");
		if (features != null) {
			features.flag("enable_agent_memory");
		}
	}

	private record Proxy(@Nullable Boolean enabled, @Nullable String countryCode) {
	}

}
