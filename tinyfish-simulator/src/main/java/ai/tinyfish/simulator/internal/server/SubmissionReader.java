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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.Fields;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.Submission;
import ai.tinyfish.simulator.internal.schema.SchemaRules;
import ai.tinyfish.simulator.internal.webhook.WebhookHosts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reader of the bodies of the endpoints that start runs.
 */
final class SubmissionReader {

	private static final Set<String> WEB = Set.of("http", "https");

	private static final Set<String> PROXY = Set.of("http", "https", "socks5");

	private static final int DEFAULT_MAX_STEPS = 150;

	private static final int MAX_RUNS = 100;

	private final WebhookHosts webhookHosts;

	SubmissionReader(WebhookHosts webhookHosts) {
		this.webhookHosts = webhookHosts;
	}

	Submission read(Endpoint endpoint, byte[] body) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		Submission submission = read(endpoint, fields, schema(fields, issues));
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		return submission;
	}

	/**
	 * Read several runs, all or none.
	 */
	List<Submission> readBatch(byte[] body) {
		List<Issue> issues = new ArrayList<>();
		Fields fields = Fields.of(body, issues);
		JsonNode schema = schema(fields, issues);
		List<Submission> submissions = new ArrayList<>();
		for (Fields run : fields.requiredObjects("runs", MAX_RUNS)) {
			if (run.has("output_schema")) {
				run.issue("unrecognized_keys", "output_schema",
						"Field \"output_schema\" belongs beside \"runs\" and applies to all of them");
			}
			submissions.add(read(Endpoint.RUN_BATCH, run, schema));
		}
		if (!issues.isEmpty()) {
			throw ApiException.invalidInput(issues);
		}
		return submissions;
	}

	/**
	 * Return a run as if it had been submitted alone.
	 * @param index its place in a batch, or -1 if it is not in one
	 */
	static ObjectNode runOf(byte[] body, int index) {
		ObjectNode fields = (ObjectNode) Json.parse(body);
		return (index < 0) ? fields : ((ObjectNode) fields.remove("runs").path(index)).setAll(fields);
	}

	private Submission read(Endpoint endpoint, Fields fields, @Nullable JsonNode schema) {
		String url = fields.requiredText("url");
		fields.uri("url", url, WEB);
		String goal = fields.requiredText("goal");
		String profile = fields.oneOf("browser_profile", Set.of("lite", "stealth"));
		Proxy proxy = proxy(fields);
		int maxSteps = agentConfig(fields);
		checkVault(fields);
		checkProfile(fields);
		String webhook = webhook(fields);
		boolean recording = captures(fields);
		checkOthers(fields);
		return new Submission(endpoint, (goal != null) ? goal : "", (url != null) ? url : "",
				(profile != null) ? profile : "lite", proxy.enabled(), proxy.countryCode(), maxSteps,
				(schema != null && schema.isObject()) ? Json.write(schema) : null, webhook, recording);
	}

	private static @Nullable JsonNode schema(Fields fields, List<Issue> issues) {
		JsonNode schema = fields.node("output_schema");
		if (schema != null) {
			new SchemaRules(issues).check(schema, List.of("output_schema"));
		}
		return schema;
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
		String country = proxy.oneOf("country_code", Submission.COUNTRIES);
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

	private @Nullable String webhook(Fields fields) {
		String text = fields.text("webhook_url");
		boolean plain = text != null && this.webhookHosts.isHostOf(text);
		fields.uri("webhook_url", text, plain ? WEB : Set.of("https"));
		return text;
	}

	private static boolean captures(Fields fields) {
		Fields capture = fields.object("capture_config");
		if (capture == null) {
			return false;
		}
		List.of("elements", "snapshots", "screenshots", "html").forEach(capture::flag);
		return Boolean.TRUE.equals(capture.flag("recording"));
	}

	private static void checkOthers(Fields fields) {
		fields.text("api_integration");
		Fields features = fields.object("feature_flags");
		if (features != null) {
			features.flag("enable_agent_memory");
		}
	}

	private record Proxy(@Nullable Boolean enabled, @Nullable String countryCode) {
	}

}
