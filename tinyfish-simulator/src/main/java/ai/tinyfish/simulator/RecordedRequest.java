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

package ai.tinyfish.simulator;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.internal.api.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Request of a run as a cassette has it: the fields that decide about the result, as
 * texts, with the name of each part of an object or schema. The values of fields that may
 * be secret are not written, but a digest of them. Secrets in URLs, also the names of
 * users, are masked and not compared.
 */
final class RecordedRequest {

	private static final List<String> FIELDS = List.of("url", "goal", "output_schema", "browser_profile",
			"agent_config.mode", "agent_config.max_steps", "agent_config.max_duration_seconds", "proxy_config.enabled",
			"proxy_config.country_code", "proxy_config.type", "use_vault", "use_profile", "profile_id",
			"feature_flags.enable_agent_memory");

	/** Fields that do not decide about the result. */
	private static final Set<String> IGNORED = Set.of("webhook_url", "capture_config", "api_integration",
			"proxy_config.password");

	/** Scheme and host with its port, and the rest: without default port and slash. */
	private static final Pattern URL = Pattern.compile("(?is)(https?://[^/?#]*?)"
			+ "(?:(?<=http://[^/?#]{0,999}):80|(?<=https://[^/?#]{0,999}):443)?(?=[/?#]|$)/?(.*)");

	/** Length of the text before the first difference in a message. */
	private static final int CONTEXT = 20;

	private RecordedRequest() {
	}

	static Map<String, Object> of(JsonNode run) {
		Map<String, Object> request = new LinkedHashMap<>();
		run.required("request").forEachEntry((field, value) -> request.put(field, mask(field, value.asString())));
		return request;
	}

	static Map<String, Object> of(ObjectNode body, CassetteFilter filter) {
		Map<String, Object> request = new TreeMap<>();
		body.forEachEntry((field, value) -> put(field, value, request));
		request.computeIfPresent("url", (field, value) -> URL.matcher((String) value)
			.replaceFirst(
					(url) -> Matcher.quoteReplacement(url.group(1).toLowerCase(Locale.ROOT) + "/" + url.group(2))));
		filter.filter(request);
		request.values().removeIf(Objects::isNull);
		request.replaceAll((field, value) -> mask(field, value.toString()));
		return request;
	}

	private static String mask(String field, String value) {
		return (field.equals("url") ? UrlSecrets.IN_URL : UrlSecrets.IN_TEXT).mask(value);
	}

	private static void put(String field, JsonNode value, Map<String, Object> request) {
		boolean shown = FIELDS.contains(field) || field.startsWith("output_schema.");
		if (value.isObject() && !value.isEmpty() && !IGNORED.contains(field)) {
			value.forEachEntry((name, part) -> put(field + "." + name, part, request));
		}
		else if (shown && value.isArray() && !value.isEmpty()) {
			IntStream.range(0, value.size()).forEach((i) -> put(field + "." + i, value.get(i), request));
		}
		else if (!IGNORED.contains(field)) {
			// too short to find the value by it
			request.put(field, shown ? value.asString(value.toString())
					: "digest " + Json.digest(value).toString().substring(0, 8));
		}
	}

	/**
	 * Return the fields in which two requests differ.
	 */
	static List<String> differences(Map<String, Object> recorded, Map<String, Object> requested) {
		TreeSet<String> fields = new TreeSet<>(requested.keySet());
		fields.addAll(recorded.keySet());
		return fields.stream()
			.map((field) -> difference(field, recorded.getOrDefault(field, "none").toString(),
					requested.getOrDefault(field, "none").toString()))
			.filter((difference) -> !difference.isEmpty())
			.toList();
	}

	private static String difference(String field, String recorded, String requested) {
		int from = Math.max(0, Arrays.mismatch(recorded.toCharArray(), requested.toCharArray()) - CONTEXT);
		return recorded.equals(requested) ? "" : "%s (recorded \"%.80s\", requested \"%.80s\")".formatted(field,
				recorded.substring(from), requested.substring(from));
	}

}
