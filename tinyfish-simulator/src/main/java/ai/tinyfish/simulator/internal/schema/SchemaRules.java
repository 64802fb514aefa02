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

package ai.tinyfish.simulator.internal.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import ai.tinyfish.simulator.internal.api.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Rules for the schemas that the API accepts for results: a part of JSON Schema, in which
 * unknown keywords are errors.
 */
public final class SchemaRules {

	private static final int MAX_BYTES = 64 * 1024;

	private static final int MAX_DEPTH = 10;

	/** Bound of the simulator: nested arrays with 100 items each would never be done. */
	private static final int MAX_VALUES = 50_000;

	private static final Set<String> TYPES = Set.of("object", "array", "string", "number", "integer", "boolean");

	private static final Set<String> FORMATS = Set.of("date", "date-time", "duration", "time");

	/** Types that a keyword may be used with; any where the set is empty. */
	private static final Map<String, Set<String>> KEYWORDS = Map.ofEntries(Map.entry("type", Set.of()),
			Map.entry("nullable", Set.of()), Map.entry("anyOf", Set.of()), Map.entry("enum", Set.of("string")),
			Map.entry("format", Set.of("string")), Map.entry("items", Set.of("array")),
			Map.entry("minItems", Set.of("array")), Map.entry("maxItems", Set.of("array")),
			Map.entry("minimum", Set.of("number", "integer")), Map.entry("maximum", Set.of("number", "integer")),
			Map.entry("properties", Set.of("object")), Map.entry("required", Set.of("object")),
			Map.entry("propertyOrdering", Set.of("object")));

	private final List<Issue> issues;

	public SchemaRules(List<Issue> issues) {
		this.issues = issues;
	}

	/**
	 * Check a schema as a whole.
	 */
	public void check(JsonNode schema, List<Object> path) {
		if (schema.isBoolean()) {
			return;
		}
		if (!schema.isObject()) {
			issue("invalid_type", path, "Field \"output_schema\" must be a JSON Schema object");
			return;
		}
		if (Json.write(schema).getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			issue("too_big", path, "Field \"output_schema\" must have at most " + MAX_BYTES + " bytes");
			return;
		}
		if (schema.has("type") && !"object".equals(text(schema.get("type")))) {
			issue("custom", path, "The top level of \"output_schema\" must have the type object");
		}
		if (schema.has("anyOf")) {
			issue("custom", path, "The top level of \"output_schema\" must not be composed with \"anyOf\"");
		}
		int before = this.issues.size();
		checkNode(schema, path, 0);
		if (this.issues.size() == before && SchemaSample.size(schema) > MAX_VALUES) {
			issue("too_big", path,
					"A sample for \"output_schema\" would have more than " + MAX_VALUES + " values, see \"minItems\"");
		}
	}

	private void checkNode(JsonNode schema, List<Object> path, int depth) {
		if (!schema.isObject()) {
			issue("invalid_type", path, "A schema must be an object");
			return;
		}
		if (depth > MAX_DEPTH) {
			issue("too_big", path, "A schema must be nested at most " + MAX_DEPTH + " deep");
			return;
		}
		String type = text(schema.get("type"));
		for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
			String name = keyword.getKey();
			Set<String> types = KEYWORDS.get(name);
			if (types == null) {
				issue("unrecognized_keys", below(path, name),
						"The keyword is not supported in a schema. Those that are: "
								+ String.join(", ", new TreeSet<>(KEYWORDS.keySet())));
			}
			else if (!types.isEmpty() && !isBeside(types, type, schema)) {
				issue("custom", below(path, name),
						"The keyword \"" + name + "\" needs the type " + String.join(" or ", new TreeSet<>(types)));
			}
			else {
				checkKeyword(name, keyword.getValue(), below(path, name), depth);
			}
		}
	}

	private static boolean isBeside(Set<String> types, @Nullable String type, JsonNode schema) {
		// a schema for an object need not say so
		return (type != null) ? types.contains(type) : types.contains("object") && !schema.has("type");
	}

	private void checkKeyword(String name, JsonNode value, List<Object> path, int depth) {
		switch (name) {
			case "type" -> require(TYPES.contains(String.valueOf(text(value))), path,
					"The type must be one of " + String.join(", ", new TreeSet<>(TYPES)));
			case "format" -> require(FORMATS.contains(String.valueOf(text(value))), path,
					"The format must be one of " + String.join(", ", new TreeSet<>(FORMATS)));
			case "nullable" -> require(value.isBoolean(), path, "The keyword \"nullable\" must be a boolean");
			case "minimum", "maximum" -> require(value.isNumber() && Double.isFinite(value.asDouble(Double.NaN)), path,
					"A bound must be a number in the range of a double");
			case "minItems", "maxItems" ->
				require(value.isIntegralNumber() && value.bigIntegerValue().signum() >= 0 && value.canConvertToInt(),
						path, "A number of items must be an integer of at least 0");
			case "enum" -> require(isTexts(value) && !value.isEmpty(), path, "The values must be strings");
			case "required", "propertyOrdering" -> require(isTexts(value), path, "The names must be strings");
			case "items" -> checkNode(value, path, depth + 1);
			case "anyOf" -> checkChoices(value, path, depth);
			default -> checkProperties(value, path, depth);
		}
	}

	private void checkChoices(JsonNode value, List<Object> path, int depth) {
		require(value.isArray() && !value.isEmpty(), path, "The choices must be an array that is not empty");
		for (int i = 0; value.isArray() && i < value.size(); i++) {
			checkNode(value.get(i), below(path, i), depth + 1);
		}
	}

	private void checkProperties(JsonNode value, List<Object> path, int depth) {
		require(value.isObject(), path, "The properties must be an object");
		value.properties()
			.forEach((property) -> checkNode(property.getValue(), below(path, property.getKey()), depth + 1));
	}

	private static boolean isTexts(JsonNode value) {
		return value.isArray() && value.valueStream().allMatch(JsonNode::isString);
	}

	private void require(boolean condition, List<Object> path, String message) {
		if (!condition) {
			issue("invalid_value", path, message);
		}
	}

	private void issue(String code, List<Object> path, String message) {
		this.issues.add(new Issue(code, path, message));
	}

	private static @Nullable String text(@Nullable JsonNode node) {
		return (node != null && node.isString()) ? node.stringValue() : null;
	}

	private static List<Object> below(List<Object> path, Object element) {
		List<Object> extended = new ArrayList<>(path);
		extended.add(element);
		return extended;
	}

}
