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
package ai.tinyfish.durable.internal.watch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reader of results by the stored schema of their type: as the type would read them, but
 * without the type, which only the listeners have. Texts that are numbers become numbers,
 * integral decimals become integers, and properties that the schema does not have are
 * dropped, at every depth.
 */
final class SchemaReader {

	/** Sums of numbers with more digits would need gigabytes. */
	private static final int MAX_DIGITS = 1000;

	private static final int MAX_PROBLEMS = 100;

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	/** Why values are refused, with their paths. */
	final List<String> problems = new ArrayList<>();

	/**
	 * Read a value.
	 * @param required whether it must be present, unless the schema is nullable
	 * @return the value, or null if it is absent, null, a text that stands for null, or
	 * refused
	 */
	@Nullable JsonNode read(@Nullable JsonNode value, JsonNode schema, boolean required, String path) {
		String type = schema.path("type").asString("");
		if (value == null || value.isNull() || isEmptyText(value, type, schema)) {
			if (required && !schema.path("nullable").asBoolean(false)) {
				this.problems.add(path + " is missing");
			}
			return null;
		}
		JsonNode read = switch (type) {
			case "number", "integer" -> number(value, type.equals("integer"));
			case "boolean" -> value.isBoolean() ? value : null;
			case "string" -> text(value, schema.path("enum"), schema.path("format").asString(""));
			case "array" -> value.isArray() ? array(value, schema.path("items"), path) : null;
			case "object" -> value.isObject() ? object(value, schema, path) : null;
			default -> any(value);
		};
		if (read == null) {
			this.problems
				.add(path + " is not of type " + (schema.has("enum") ? "enum" : schema.path("format").asString(type)));
		}
		return read;
	}

	/**
	 * Return whether a text is read as null, as agents write it for a number or date.
	 */
	private static boolean isEmptyText(JsonNode value, String type, JsonNode schema) {
		boolean words = type.equals("string") && !schema.has("format") && !schema.has("enum");
		return value.isString() && !words && (value.asString().isBlank() || value.asString().strip().equals("null"));
	}

	private static @Nullable JsonNode number(JsonNode value, boolean integral) {
		String text = value.asString("");
		try {
			BigDecimal number = value.isNumber() ? value.decimalValue()
					: new BigDecimal((text.length() <= MAX_DIGITS) ? text.strip() : "");
			if (number.precision() > MAX_DIGITS || number.scale() > MAX_DIGITS || number.scale() < -MAX_DIGITS) {
				return null;
			}
			return integral ? NODES.numberNode(number.toBigIntegerExact()) : NODES.numberNode(number);
		}
		catch (ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Return a value of any type.
	 * @return the value, or null if a number in it has too many digits
	 */
	private static @Nullable JsonNode any(JsonNode value) {
		return (value.isNumber() ? number(value, false) != null
				: value.valueStream().allMatch((part) -> any(part) != null)) ? value : null;
	}

	private static @Nullable JsonNode text(JsonNode value, JsonNode constants, String format) {
		if (value.isContainer() || !hasFormat(value.asString(), format)) {
			return null;
		}
		if (constants.isMissingNode()) {
			return value.isString() ? value : NODES.stringNode(value.asString());
		}
		return constants.valueStream()
			.filter((constant) -> constant.asString().equals(value.asString().strip()))
			.findFirst()
			.orElse(null);
	}

	private static boolean hasFormat(String text, String format) {
		try {
			return switch (format) {
				case "date" -> LocalDate.parse(text.strip()) != null;
				case "date-time" -> ZonedDateTime.parse(text.strip()) != null;
				case "duration" -> Duration.parse(text.strip()) != null;
				default -> true;
			};
		}
		catch (DateTimeParseException ex) {
			return false;
		}
	}

	private ArrayNode array(JsonNode value, JsonNode items, String path) {
		ArrayNode read = NODES.arrayNode();
		for (int i = 0; i < value.size() && this.problems.size() < MAX_PROBLEMS; i++) {
			read.add(read(value.get(i), items, true, path + "[" + i + "]"));
		}
		return read;
	}

	private @Nullable JsonNode object(JsonNode value, JsonNode schema, String path) {
		if (!schema.has("properties")) {
			// a map
			return any(value);
		}
		ObjectNode read = NODES.objectNode();
		for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
			String name = property.getKey();
			boolean required = schema.path("required").valueStream().anyMatch((each) -> each.asString().equals(name));
			JsonNode part = read(value.get(name), property.getValue(), required, path + "." + name);
			if (part != null) {
				read.set(name, part);
			}
		}
		return read;
	}

}
