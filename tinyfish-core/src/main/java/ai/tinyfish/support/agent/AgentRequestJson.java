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

package ai.tinyfish.support.agent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.WireForm;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * An {@link AgentRequest} as JSON, to be stored and sent later, with everything that may
 * be secret in a separate text. It contains no settings of the client: the defaults of
 * the client that sends it apply.
 * <p>
 * These may be secret: a proxy with its own address, user name or password, the webhook
 * URL, a user name or password in the URL, and each field without a method in
 * {@link AgentRequest.Builder}.
 *
 * @param request the request without its secrets
 * @param secrets the secrets, or null if the request has none
 * @since 0.1.0
 */
public record AgentRequestJson(String request, @Nullable String secrets) {

	private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {
	};

	private static final String URL = "url";

	private static final Pattern USER_INFO = Pattern.compile("([^/?#]*//)[^/?#]*@(.*)", Pattern.DOTALL);

	/** Fields that are never secret. */
	private static final Set<String> PUBLIC = Set.of(URL, "goal", "browser_profile", "api_integration", "use_vault",
			"credential_item_ids", "output_schema", "use_profile", "profile_id");

	/** Parts that are secret if they have another field. */
	private static final Map<String, Set<String>> PUBLIC_PARTS = Map.of("proxy_config",
			Set.of("enabled", "country_code", "type"), "agent_config",
			Set.of("mode", "max_steps", "max_duration_seconds"), "capture_config",
			Set.of("elements", "snapshots", "screenshots", "recording", "html"));

	/**
	 * Write a request.
	 * @param request the request
	 * @return its JSON
	 */
	public static AgentRequestJson of(AgentRequest request) {
		Map<String, Object> shown = WireForm.of(request);
		Map<String, Object> secrets = new LinkedHashMap<>();
		shown.forEach((name, value) -> {
			if (mayBeSecret(name, value)) {
				secrets.put(name, value);
			}
		});
		shown.keySet().removeAll(secrets.keySet());
		Matcher url = USER_INFO.matcher(request.url());
		if (url.matches()) {
			secrets.put(URL, request.url());
			shown.put(URL, url.group(1) + url.group(2));
		}
		Duration timeout = request.runTimeout();
		Document document = new Document(shown, request.tag(), (timeout != null) ? timeout.toString() : null);
		return new AgentRequestJson(text(document), secrets.isEmpty() ? null : text(secrets));
	}

	/**
	 * Return JSON, written as bytes: only the writer of bytes escapes unpaired
	 * surrogates, which databases would change.
	 */
	private static String text(Object value) {
		return new String(Json.write(value), StandardCharsets.UTF_8);
	}

	private static boolean mayBeSecret(String name, Object value) {
		Set<String> publicFields = PUBLIC_PARTS.get(name);
		return (publicFields != null) ? !(value instanceof Map<?, ?> part) || !publicFields.containsAll(part.keySet())
				: !PUBLIC.contains(name);
	}

	/**
	 * Read the request. Without the secrets, the fields with secrets are missing.
	 * @return the request
	 * @throws IllegalArgumentException if the JSON is not that of a request; the message
	 * does not quote it
	 */
	public AgentRequest toAgentRequest() {
		try {
			Document document = Json.read(this.request.getBytes(StandardCharsets.UTF_8), Document.class);
			AgentRequest.Builder builder = AgentRequest.builder();
			WireForm.ofBuilder(builder).setAll(document.run());
			if (this.secrets != null) {
				WireForm.ofBuilder(builder).setAll(Json.read(this.secrets.getBytes(StandardCharsets.UTF_8), FIELDS));
			}
			String timeout = document.runTimeout();
			return builder.tag(document.tag()).runTimeout((timeout != null) ? Duration.parse(timeout) : null).build();
		}
		catch (JacksonException | ClassCastException | DateTimeParseException ex) {
			// their messages quote the JSON
			throw new IllegalArgumentException("The JSON does not describe a request");
		}
	}

	/**
	 * Return a description that shows no secrets.
	 */
	@Override
	public String toString() {
		return "AgentRequestJson[secrets=" + ((this.secrets != null) ? "***" : "none") + "]";
	}

	private record Document(@JsonProperty("run") Map<String, Object> run, @JsonProperty("tag") @Nullable String tag,
			@JsonProperty("run_timeout") @Nullable String runTimeout) {

		private Document {
			run = (run != null) ? run : Map.of();
		}

	}

}
