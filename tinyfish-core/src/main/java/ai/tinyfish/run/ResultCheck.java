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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.schema.DeclaredType;
import ai.tinyfish.internal.schema.ObjectProperties;
import ai.tinyfish.internal.schema.ObjectProperties.Property;
import ai.tinyfish.internal.schema.ResultShape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.JavaType;

/**
 * Check of a result against the type that it is to be read as. Jackson reads an object
 * that has nothing of a record as a record of nulls, so the check comes first. It goes
 * over the tokens once and builds no tree.
 */
final class ResultCheck {

	private static final int MAX_NAMED = 10;

	private static final int MAX_NAME = 40;

	private final JavaType type;

	private final String json;

	private final String path;

	private final Map<JavaType, Optional<ObjectProperties>> objects = new HashMap<>();

	private final List<SchemaValidation.Violation> missing = new ArrayList<>();

	/**
	 * Create a new check.
	 * @param type the type that is to be read
	 * @param json the JSON text that it is to be read from
	 * @param path where that is in the result, a JSON path
	 */
	ResultCheck(JavaType type, String json, String path) {
		this.type = type;
		this.json = json;
		this.path = path;
	}

	/**
	 * Find what the type requires and the result lacks.
	 * @return the first of them, by their JSON paths; none if the result is complete
	 */
	List<SchemaValidation.Violation> findMissing() {
		try (JsonParser parser = Json.resultMapper().createParser(this.json)) {
			parser.nextToken();
			value(parser, DeclaredType.of(this.type));
		}
		return this.missing;
	}

	private void value(JsonParser parser, DeclaredType declared) {
		JavaType type = declared.type();
		if (type.isReferenceType()) {
			value(parser, declared.content());
		}
		else if (parser.currentToken() == JsonToken.START_ARRAY && isArray(type)) {
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				element(parser, declared.content());
			}
		}
		else if (parser.currentToken() == JsonToken.START_OBJECT && type.isMapLikeType()) {
			while (parser.nextName() != null) {
				parser.nextToken();
				// nothing requires a value of a map
				value(parser, declared.content());
			}
		}
		else {
			ObjectProperties all = (parser.currentToken() == JsonToken.START_OBJECT) ? properties(type) : null;
			if (all != null) {
				object(parser, all);
			}
			else {
				parser.skipChildren();
			}
		}
	}

	private static boolean isArray(JavaType type) {
		return (type.isArrayType() || type.isCollectionLikeType()) && ResultShape.of(type) == ResultShape.ARRAY;
	}

	private void element(JsonParser parser, DeclaredType declared) {
		String received = declared.isNullable() ? null : receivedAsNull(parser, declared.type());
		if (received != null) {
			lacks(parser, "", received);
		}
		value(parser, declared);
	}

	private void object(JsonParser parser, ObjectProperties all) {
		@Nullable String[] lacking = new String[all.all().size()];
		for (Property property : all.all()) {
			lacking[property.index()] = property.required() ? "absent" : null;
		}
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			Property property = all.find(name);
			DeclaredType declared = (property != null) ? property.type() : null;
			if (property != null && property.required()) {
				// of a name that comes twice, the last value is read
				lacking[property.index()] = receivedAsNull(parser, (declared != null) ? declared.type() : null);
			}
			if (declared != null) {
				value(parser, declared);
			}
			else {
				parser.skipChildren();
			}
		}
		for (Property property : all.all()) {
			String received = lacking[property.index()];
			if (received != null) {
				lacks(parser, property.name(), received);
			}
		}
	}

	/**
	 * Return why a value is read as null: it is null, or something that agents write
	 * instead, such as an empty text where a date is expected. What may be anything may
	 * be null.
	 * @param type the type, or null where it does not say how the value is read
	 * @return what was received, or null for a value
	 */
	private static @Nullable String receivedAsNull(JsonParser parser, @Nullable JavaType type) {
		if (type != null && type.isJavaLangObject()) {
			return null;
		}
		if (parser.currentToken() == JsonToken.VALUE_NULL) {
			return (type == null || isReadAsNull("null", type)) ? "null" : null;
		}
		if (type == null || ResultShape.of(type) != ResultShape.SCALAR) {
			return null;
		}
		if (parser.currentToken() == JsonToken.VALUE_STRING) {
			String text = parser.getString();
			return ((text.isBlank() || text.equals("null"))
					&& isReadAsNull(Json.resultMapper().writeValueAsString(text), type)) ? "an empty text" : null;
		}
		if (parser.currentToken() == JsonToken.START_ARRAY) {
			boolean empty = parser.nextToken() == JsonToken.END_ARRAY;
			while (parser.currentToken() != JsonToken.END_ARRAY) {
				parser.skipChildren();
				parser.nextToken();
			}
			return (empty && isReadAsNull("[]", type)) ? "an empty array" : null;
		}
		return null;
	}

	private static boolean isReadAsNull(String json, JavaType type) {
		try {
			return Json.resultMapper().readValue(json, type) == null;
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// a primitive has no null; reading the result says better what else is wrong
			return json.equals("null");
		}
	}

	private @Nullable ObjectProperties properties(JavaType type) {
		return this.objects.computeIfAbsent(type, (key) -> Optional.ofNullable(ObjectProperties.of(key))).orElse(null);
	}

	private void lacks(JsonParser parser, String property, String received) {
		if (this.missing.size() < MAX_NAMED) {
			String step = property.isEmpty() ? "" : JsonPaths.property(property);
			this.missing
				.add(new SchemaValidation.Violation(path(parser) + step, null, received, "Required, but " + received));
		}
	}

	/**
	 * Return where the value is that the parser has just read.
	 */
	private String path(JsonParser parser) {
		StringBuilder steps = new StringBuilder();
		for (TokenStreamContext context = parser.streamReadContext(); context != null; context = context.getParent()) {
			if (context.inArray()) {
				steps.insert(0, "[" + context.getCurrentIndex() + "]");
			}
			else if (context.inObject()) {
				steps.insert(0, JsonPaths.property(context.currentName()));
			}
		}
		return this.path + steps;
	}

	/**
	 * Find out whether any name in the result is one of the type: in an object, or in an
	 * array, of which one element is enough.
	 * @return what is there instead, or null if a name fits, or none is expected
	 */
	@Nullable String findUnfitting() {
		JavaType target = this.type;
		while (target.isReferenceType()) {
			target = target.getContentType();
		}
		try (JsonParser parser = Json.resultMapper().createParser(this.json)) {
			boolean array = parser.nextToken() == JsonToken.START_ARRAY && isArray(target);
			ObjectProperties all = properties(array ? target.getContentType() : target);
			if (all == null || all.isOpen() || all.all().isEmpty()) {
				return null;
			}
			boolean object = false;
			Set<String> found = new LinkedHashSet<>();
			for (JsonToken token = array ? parser.nextToken() : parser.currentToken(); token != null
					&& token != JsonToken.END_ARRAY; token = parser.nextToken()) {
				if (token == JsonToken.START_OBJECT) {
					object = true;
					if (anyFits(parser, all, found)) {
						return null;
					}
				}
				else {
					parser.skipChildren();
				}
			}
			boolean nothingExpected = found.isEmpty() && all.all().stream().noneMatch(Property::required);
			return (!object || nothingExpected) ? null : "it has none of "
					+ named(all.all().stream().map(Property::name)) + ", but " + named(found.stream());
		}
	}

	private static boolean anyFits(JsonParser parser, ObjectProperties all, Set<String> found) {
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			if (all.find(name) != null) {
				return true;
			}
			if (found.size() <= MAX_NAMED) {
				found.add(name);
			}
			parser.nextToken();
			parser.skipChildren();
		}
		return false;
	}

	private static String named(Stream<String> names) {
		List<String> some = names.limit(MAX_NAMED + 1L).map((name) -> Descriptions.excerpt(name, MAX_NAME)).toList();
		return some.isEmpty() ? "nothing" : (some.size() <= MAX_NAMED) ? String.join(", ", some)
				: String.join(", ", some.subList(0, MAX_NAMED)) + ", ...";
	}

}
