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
import java.util.Locale;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.schema.SchemaReport.Mismatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Validation of a result against a schema that passed {@link SchemaRules}. Formats are
 * not checked.
 */
public final class SchemaCheck {

	private final List<Mismatch> mismatches = new ArrayList<>();

	private SchemaCheck() {
	}

	/**
	 * Wrap a list or a single value in an object, if the schema describes such a wrapper.
	 * @param schemaJson the schema, which passed {@link SchemaRules}
	 * @param resultJson the result as JSON, or {@code null} for none
	 * @return the object, or else the result itself
	 */
	public static @Nullable String wrap(String schemaJson, @Nullable String resultJson) {
		return ResultForm.wrap(schemaJson, resultJson);
	}

	public static SchemaReport check(String schemaJson, @Nullable String resultJson) {
		SchemaCheck check = new SchemaCheck();
		JsonNode schema = parse(schemaJson);
		JsonNode result = (resultJson != null) ? parse(resultJson) : NullNode.instance;
		check.check(schema, result, "");
		if (!check.mismatches.isEmpty() && isOfAnotherForm(schema, result)) {
			check.mismatches.set(0, check.mismatches.get(0).withForm(ResultForm.describe(schema)));
		}
		return new SchemaReport(check.mismatches);
	}

	/**
	 * Return whether a result shares nothing with the schema: it is not an object, or one
	 * with other properties.
	 */
	private static boolean isOfAnotherForm(JsonNode schema, JsonNode result) {
		JsonNode properties = schema.path("properties");
		return !result.isNull() && !properties.isEmpty() && properties.propertyNames().stream().noneMatch(result::has);
	}

	private static JsonNode parse(String json) {
		JsonNode node = Json.read(json.getBytes(StandardCharsets.UTF_8));
		return (node != null) ? node : NullNode.instance;
	}

	private void check(JsonNode schema, JsonNode value, String path) {
		if (value.isNull()) {
			if (!schema.path("nullable").asBoolean(false)) {
				mismatch(path, wanted(schema), value);
			}
			return;
		}
		if (schema.has("anyOf") && schema.get("anyOf").valueStream().noneMatch((choice) -> fits(choice, value))) {
			mismatch(path, "one of anyOf", value);
			return;
		}
		JsonNode type = schema.get("type");
		if (type != null && !isOfType(value, type.stringValue())) {
			mismatch(path, type.stringValue(), value);
			return;
		}
		checkEnum(schema, value, path);
		checkRange(schema, value, path);
		if (value.isObject()) {
			checkObject(schema, value, path);
		}
		if (value.isArray()) {
			checkArray(schema, value, path);
		}
	}

	static boolean fits(JsonNode schema, JsonNode value) {
		SchemaCheck check = new SchemaCheck();
		check.check(schema, value, "");
		return check.mismatches.isEmpty();
	}

	private void checkEnum(JsonNode schema, JsonNode value, String path) {
		JsonNode allowed = schema.get("enum");
		if (allowed != null && allowed.valueStream().noneMatch(value::equals)) {
			mismatch(path, "one of " + String.join(", ", allowed.valueStream().map(JsonNode::asString).toList()),
					value);
		}
	}

	private void checkRange(JsonNode schema, JsonNode value, String path) {
		if (!value.isNumber()) {
			return;
		}
		JsonNode minimum = schema.get("minimum");
		if (minimum != null && value.decimalValue().compareTo(minimum.decimalValue()) < 0) {
			mismatch(path, "at least " + minimum, value);
		}
		JsonNode maximum = schema.get("maximum");
		if (maximum != null && value.decimalValue().compareTo(maximum.decimalValue()) > 0) {
			mismatch(path, "at most " + maximum, value);
		}
	}

	private void checkObject(JsonNode schema, JsonNode value, String path) {
		schema.path("required").valueStream().map(JsonNode::stringValue).forEach((name) -> {
			if (!value.has(name)) {
				JsonNode property = schema.path("properties").path(name);
				this.mismatches.add(new Mismatch(below(path, name), wanted(property), "undefined", null));
			}
		});
		schema.path("properties").properties().forEach((property) -> {
			JsonNode child = value.get(property.getKey());
			if (child != null) {
				check(property.getValue(), child, below(path, property.getKey()));
			}
		});
	}

	private void checkArray(JsonNode schema, JsonNode value, String path) {
		if (value.size() < schema.path("minItems").asInt(0)) {
			mismatch(path, "at least " + schema.get("minItems") + " items", value);
		}
		if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
			mismatch(path, "at most " + schema.get("maxItems") + " items", value);
		}
		JsonNode items = schema.get("items");
		for (int i = 0; items != null && i < value.size(); i++) {
			check(items, value.get(i), below(path, Integer.toString(i)));
		}
	}

	private void mismatch(String path, String expected, JsonNode value) {
		this.mismatches.add(new Mismatch(path, expected, typeOf(value), null));
	}

	private static String wanted(JsonNode schema) {
		return schema.path("type").asString("a value");
	}

	private static String below(String path, String name) {
		return path.isEmpty() ? name : path + "." + name;
	}

	private static boolean isOfType(JsonNode value, String type) {
		return switch (type) {
			case "integer" -> value.isNumber() && value.canConvertToExactIntegral();
			case "number" -> value.isNumber();
			default -> type.equals(typeOf(value));
		};
	}

	private static String typeOf(JsonNode value) {
		// the types of nodes have the names that a schema has for them
		return value.getNodeType().name().toLowerCase(Locale.ROOT);
	}

}
