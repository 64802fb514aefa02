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

package ai.tinyfish.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.schema.ResultShape;
import ai.tinyfish.internal.schema.ResultType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;

/**
 * Check of a result against its target type. Jackson reads an object without any property
 * of a record as a record of nulls, so the check comes first.
 */
final class ResultCheck {

	private static final int MAX_NAMED = 10;

	private static final int MAX_NAME = 40;

	private final ResultType type;

	private final JsonNode result;

	private final List<SchemaValidation.Violation> missing = new ArrayList<>();

	/**
	 * Create a new check.
	 * @param type the type that is to be read
	 * @param json the JSON text that it is to be read from
	 */
	ResultCheck(JavaType type, String json) {
		this.type = ResultType.of(type.isReferenceType() ? type.getContentType() : type);
		// numbers that are too large for a BigDecimal may be in unused parts
		this.result = Json.resultMapper().reader().without(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS).readTree(json);
	}

	/**
	 * Find required values that the result lacks.
	 * @param path the JSON path of the JSON text in the result
	 * @return the first of them, by their JSON paths; empty if the result is complete
	 */
	List<SchemaValidation.Violation> findMissing(String path) {
		value(this.result, this.type, () -> path);
		return this.missing;
	}

	private void value(JsonNode value, ResultType type, Supplier<String> path) {
		if (type.type().isReferenceType()) {
			value(value, type.content(), path);
		}
		else if (value.isArray() && isArray(type)) {
			for (int i = 0; i < value.size(); i++) {
				int index = i;
				part(value.get(i), type.content(), () -> path.get() + "[" + index + "]");
			}
		}
		else if (isArray(type)) {
			if (!value.isNull() && type.acceptsSingleValue()) {
				part(value, type.content(), path);
			}
		}
		else if (value.isObject() && type.type().isMapLikeType()) {
			// the values of a map are never required
			value
				.forEachEntry((name, part) -> value(part, type.content(), () -> path.get() + JsonPaths.property(name)));
		}
		else if (value.isObject() && !type.names().isEmpty()) {
			Map<@Nullable ResultType, JsonNode> found = new HashMap<>();
			value.forEachEntry((name, part) -> found.put(type.names().get(name), part));
			for (ResultType property : type.properties()) {
				part(found.get(property), property, () -> path.get() + JsonPaths.property(property.name()));
			}
		}
	}

	private void part(@Nullable JsonNode value, ResultType type, Supplier<String> path) {
		String received = (type.isRequired() && this.missing.size() < MAX_NAMED) ? receivedAsNull(value, type) : null;
		if (received != null) {
			this.missing.add(new SchemaValidation.Violation(path.get(), null, received, "Required, but " + received));
		}
		if (value != null && !type.isOpaque()) {
			value(value, type, path);
		}
	}

	private static boolean isArray(ResultType type) {
		return ResultShape.of(type.type()) == ResultShape.ARRAY;
	}

	/**
	 * Return why a value is read as null: it is absent, null, or a replacement that
	 * agents write, such as an empty text for a date.
	 * @return a description of the received value, or null if it is not read as null
	 */
	private static @Nullable String receivedAsNull(@Nullable JsonNode value, ResultType type) {
		if (value == null) {
			return "absent";
		}
		// as Jackson does, which trims the texts of numbers and dates
		String text = value.isString() ? value.stringValue().trim() : null;
		boolean emptyText = text != null && (text.isBlank() || text.equals("null"));
		String received = value.isNull() ? "null"
				: emptyText ? "an empty text" : (value.isArray() && value.isEmpty()) ? "an empty array" : null;
		return (received != null && isReadAsNull(value, type)) ? received : null;
	}

	/**
	 * Return whether a value is read as null. A value of any type may be null. For types
	 * other than scalars, a text or array is an error, of which there may be many.
	 */
	private static boolean isReadAsNull(JsonNode value, ResultType type) {
		if (!value.isNull() && ResultShape.of(type.type()) != ResultShape.SCALAR) {
			return false;
		}
		try {
			return type.isOpaque() ? value.isNull()
					: !type.type().isJavaLangObject() && Json.resultMapper().treeToValue(value, type.type()) == null;
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// a primitive is never null; reading the result reports other problems better
			return value.isNull();
		}
	}

	/**
	 * Check that at least one name in the result belongs to the type: in an object, or in
	 * one element of an array.
	 * @return a description of the names, or null if a name fits or no name is expected
	 */
	@Nullable String findUnfitting() {
		boolean array = this.result.isArray() && isArray(this.type);
		ResultType expected = array ? this.type.content() : this.type;
		List<JsonNode> objects = (array ? this.result.valueStream() : Stream.of(this.result)).filter(JsonNode::isObject)
			.toList();
		List<String> found = objects.stream().flatMap((object) -> object.propertyNames().stream()).toList();
		if (objects.isEmpty() || found.stream().anyMatch(expected.names()::containsKey) || expected.isOpen()) {
			return null;
		}
		boolean nothingExpected = found.isEmpty() && expected.properties().stream().noneMatch(ResultType::isRequired);
		return nothingExpected ? null : "it has none of " + named(expected.properties().stream().map(ResultType::name))
				+ ", but " + named(found.stream());
	}

	private static String named(Stream<String> names) {
		List<String> some = names.distinct()
			.limit(MAX_NAMED + 1L)
			.map((name) -> Descriptions.excerpt(name, MAX_NAME))
			.toList();
		return some.isEmpty() ? "nothing" : (some.size() <= MAX_NAMED) ? String.join(", ", some)
				: String.join(", ", some.subList(0, MAX_NAMED)) + ", ...";
	}

}
