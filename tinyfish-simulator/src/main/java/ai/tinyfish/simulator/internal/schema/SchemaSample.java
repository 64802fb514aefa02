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

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import ai.tinyfish.simulator.internal.api.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sample results for a schema that passed {@link SchemaRules}.
 */
public final class SchemaSample {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final int MAX_ITEMS = 100;

	private SchemaSample() {
	}

	/**
	 * Create a result that fits. The same schema always gives the same result.
	 * @param schemaJson the schema
	 * @return the result as JSON
	 */
	public static String fitting(String schemaJson) {
		ObjectNode result = NODES.objectNode();
		fill(result, parse(schemaJson), 0);
		if (result.isEmpty()) {
			// an empty result counts as a goal that was not reached
			result.put("simulated", 3);
		}
		return Json.write(result);
	}

	/**
	 * Create a result of which no property fits, unless the schema leaves its type open.
	 * @param schemaJson the schema
	 * @return the result as JSON
	 */
	public static String misfitting(String schemaJson) {
		ObjectNode result = NODES.objectNode();
		parse(schemaJson).path("properties").properties().forEach((property) -> {
			boolean array = "array".equals(property.getValue().path("type").asString(""));
			result.set(property.getKey(), array ? NODES.stringNode("not an array") : NODES.arrayNode());
		});
		return Json.write(result);
	}

	static JsonNode parse(String json) {
		JsonNode node = Json.read(json.getBytes(StandardCharsets.UTF_8));
		return (node != null) ? node : NODES.objectNode();
	}

	/**
	 * Return an upper bound for the number of values in a result, and for the work to
	 * create one.
	 * @param schema the schema
	 */
	static double size(JsonNode schema) {
		double size = 1 + schema.path("required").size();
		for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
			size += size(property.getValue());
		}
		if (schema.has("items")) {
			size += count(2, schema) * size(schema.get("items"));
		}
		for (JsonNode choice : schema.path("anyOf")) {
			size += 2 * size(choice);
		}
		return size;
	}

	private static void fill(ObjectNode object, JsonNode schema, int number) {
		schema.path("properties")
			.properties()
			.forEach(
					(property) -> object.set(property.getKey(), value(property.getValue(), property.getKey(), number)));
		schema.path("required").valueStream().map(JsonNode::stringValue).forEach((name) -> {
			if (!object.has(name)) {
				object.put(name, text(null, name, number));
			}
		});
	}

	/**
	 * Create a value that fits, if there can be one.
	 * @param schema the schema of the value
	 * @param name the name of the property that it is for
	 * @param number the number of its record in a list, from 1 on, or 0 outside of lists:
	 * records differ
	 */
	static JsonNode value(JsonNode schema, String name, int number) {
		JsonNode usual = usual(schema, name, number);
		if (SchemaCheck.fits(schema, usual)) {
			return usual;
		}
		return schema.path("anyOf")
			.valueStream()
			.map((choice) -> value(choice, name, number))
			.filter((choice) -> SchemaCheck.fits(schema, choice))
			.findFirst()
			.orElse(schema.path("nullable").asBoolean(false) ? NODES.nullNode() : usual);
	}

	private static JsonNode usual(JsonNode schema, String name, int number) {
		if (schema.has("anyOf") && !schema.has("type")) {
			return value(schema.get("anyOf").get(0), name, number);
		}
		BigDecimal more = BigDecimal.valueOf(Math.max(0, number - 1));
		return switch (schema.path("type").asString("object")) {
			case "string" -> NODES.stringNode(schema.has("enum") ? schema.get("enum").get(0).stringValue()
					: text(schema.path("format").asString(""), name, number));
			case "boolean" -> NODES.booleanNode(true);
			case "integer" -> bounded(BigDecimal.valueOf(3).add(more), schema);
			case "number" -> bounded(new BigDecimal("9.99").add(more), schema);
			case "array" -> array(schema, name);
			default -> {
				ObjectNode object = NODES.objectNode();
				fill(object, schema, number);
				yield object;
			}
		};
	}

	private static String text(@Nullable String format, String name, int number) {
		return switch ((format != null) ? format : "") {
			case "date" -> MadeUpText.day(number);
			case "date-time" -> MadeUpText.day(number) + "T09:30:00Z";
			case "time" -> "09:30:00Z";
			case "duration" -> "PT1H30M";
			default -> MadeUpText.of(name, number);
		};
	}

	/**
	 * Return the number within the bounds of a schema that is nearest to a number.
	 */
	static JsonNode bounded(BigDecimal wanted, JsonNode schema) {
		boolean integer = "integer".equals(schema.path("type").asString(""));
		BigDecimal number = integer ? wanted.setScale(0, RoundingMode.HALF_UP) : wanted;
		if (schema.has("maximum")) {
			BigDecimal maximum = schema.get("maximum").decimalValue();
			number = number.min(integer ? maximum.setScale(0, RoundingMode.FLOOR) : maximum);
		}
		if (schema.has("minimum")) {
			BigDecimal minimum = schema.get("minimum").decimalValue();
			number = number.max(integer ? minimum.setScale(0, RoundingMode.CEILING) : minimum);
		}
		return NODES.numberNode(number);
	}

	/**
	 * Return the number of items within the bounds of a schema that is nearest to a
	 * number, 100 at most.
	 */
	static int count(int wanted, JsonNode schema) {
		int count = Math.max(schema.path("minItems").asInt(0), Math.min(wanted, schema.path("maxItems").asInt(wanted)));
		return Math.min(count, MAX_ITEMS);
	}

	private static JsonNode array(JsonNode schema, String name) {
		int count = count(2, schema);
		ArrayNode array = NODES.arrayNode();
		for (int i = 1; i <= count; i++) {
			array.add(schema.has("items") ? value(schema.get("items"), name, i) : NODES.stringNode(text("", name, i)));
		}
		return array;
	}

}
