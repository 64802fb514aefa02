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

package ai.tinyfish.internal.json;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * The mappers of this client. The application's own mapper is never used: its naming
 * strategy, modules and features would change the JSON that is sent and read.
 */
public final class Json {

	private static final int MAX_NESTING = 500;

	// a base64 screenshot is one string
	private static final int MAX_STRING_LENGTH = 64 * 1024 * 1024;

	private static final int MAX_NUMBER_LENGTH = 10_000;

	private static final int MAX_AMOUNT_DIGITS = 40;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(MAX_NESTING)
			.maxStringLength(MAX_STRING_LENGTH)
			.maxNumberLength(MAX_NUMBER_LENGTH)
			.build())
		.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build())
		.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
		.build();

	private static final JsonMapper MAPPER = wireMapper();

	private Json() {
	}

	/**
	 * Return the mapper for the JSON of the API: a tolerant reader. Unknown properties
	 * are ignored, and an optional value of the wrong shape is read as null.
	 * @return the mapper
	 */
	public static JsonMapper mapper() {
		return MAPPER;
	}

	/**
	 * Return the mapper that converts a run's result to a type of the caller: unknown
	 * properties are ignored, but values that do not fit fail. It reads Kotlin classes if
	 * {@link KotlinSupport} is present.
	 * @return the mapper
	 */
	public static JsonMapper resultMapper() {
		return ResultMapper.INSTANCE;
	}

	/**
	 * Read a whole document.
	 * @param <T> the type to read
	 * @param json the UTF-8 encoded document
	 * @param type the type to read
	 * @return the value, never null
	 * @throws JacksonException if this is not JSON, or if the document as a whole does
	 * not have the shape of the type
	 */
	public static <T> T read(byte[] json, Class<T> type) {
		return read(json, MAPPER.constructType(type), type.getSimpleName());
	}

	/**
	 * Read a whole document of a generic type.
	 * @param <T> the type to read
	 * @param json the UTF-8 encoded document
	 * @param type the type to read
	 * @return the value, never null
	 * @throws JacksonException if this is not JSON, or if the document as a whole does
	 * not have the shape of the type
	 */
	public static <T> T read(byte[] json, TypeReference<T> type) {
		JavaType javaType = MAPPER.constructType(type);
		return read(json, javaType, javaType.getRawClass().getSimpleName());
	}

	/**
	 * Read a whole document with a list. Another value in its place would be read as an
	 * empty list, and is refused. Items of a wrong shape are ignored, unless all of them
	 * are.
	 * @param <T> the type to read
	 * @param json the UTF-8 encoded document
	 * @param type the type to read
	 * @param alternatives names at the top of the document, of which one must have a
	 * value, and each value must be a list of objects
	 * @return the value, never null
	 * @throws IllegalArgumentException if the list is missing
	 * @throws JacksonException if this is not JSON, or if the document as a whole does
	 * not have the shape of the type
	 */
	public static <T> T readList(byte[] json, Class<T> type, String... alternatives) {
		requireAnyList(json, alternatives);
		return read(json, type);
	}

	/**
	 * Read a whole document of a generic type with a list, as
	 * {@link #readList(byte[], Class, String...)} does.
	 * @param <T> the type to read
	 * @param json the UTF-8 encoded document
	 * @param type the type to read
	 * @param alternatives names at the top of the document
	 * @return the value, never null
	 * @throws IllegalArgumentException if the list is missing
	 * @throws JacksonException if this is not JSON, or if the document as a whole does
	 * not have the shape of the type
	 */
	public static <T> T readList(byte[] json, TypeReference<T> type, String... alternatives) {
		requireAnyList(json, alternatives);
		return read(json, type);
	}

	/**
	 * Read the only list of a document, as {@link #readList(byte[], Class, String...)}
	 * does.
	 * @param <T> the type of its items
	 * @param json the UTF-8 encoded document
	 * @param name the name of the list
	 * @param type the type of its items
	 * @return the items
	 * @throws IllegalArgumentException if the list is missing
	 * @throws JacksonException if this is not JSON
	 */
	public static <T> List<T> readItems(byte[] json, String name, Class<T> type) {
		requireAnyList(json, name);
		return Lists.copyOf(MAPPER.readerForListOf(type).at("/" + name).<List<T>>readValue(json));
	}

	private static <T> T read(byte[] json, JavaType type, String name) {
		T value;
		try {
			value = MAPPER.readValue(json, type);
		}
		catch (NumberFormatException ex) {
			// thrown unwrapped for a number that is too large even for a BigDecimal
			throw DatabindException.from((JsonParser) null, "The document has a number that is out of range", ex);
		}
		if (value == null) {
			throw DatabindException.from((JsonParser) null, "The document is null where a " + name + " is expected");
		}
		return value;
	}

	/**
	 * Write a value; absent (null) properties are left out.
	 * @param value the value to write
	 * @return the UTF-8 encoded document
	 * @throws JacksonException if the value cannot be written
	 */
	public static byte[] write(Object value) {
		return MAPPER.writeValueAsBytes(value);
	}

	/**
	 * Return the names and values at the top of an object, without reading nested values
	 * or parsing numbers, since absurd numbers would fail.
	 * @param json the UTF-8 encoded document
	 * @return for each name the text of a string, an empty text for any other value, or
	 * null for null; empty if the document is not an object
	 * @throws JacksonException if this is not JSON
	 */
	public static Map<String, @Nullable String> topLevel(byte[] json) {
		Map<String, @Nullable String> fields = new HashMap<>();
		try (JsonParser parser = MAPPER.createParser(json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return fields;
			}
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				JsonToken value = parser.nextToken();
				if (value == JsonToken.VALUE_NULL) {
					fields.put(name, null);
				}
				else {
					fields.put(name, (value == JsonToken.VALUE_STRING) ? parser.getString() : "");
				}
				parser.skipChildren();
			}
		}
		return fields;
	}

	/**
	 * Check that a document has a required value.
	 * @param json the UTF-8 encoded document
	 * @param alternatives names at the top of the document, of which one must have a
	 * value
	 * @throws IllegalArgumentException if all are absent
	 * @throws JacksonException if this is not JSON
	 */
	public static void requireAnyOf(byte[] json, String... alternatives) {
		Map<String, @Nullable String> fields = topLevel(json);
		for (String name : alternatives) {
			if (fields.get(name) != null) {
				return;
			}
		}
		throw new IllegalArgumentException("it has no " + String.join(" and no ", alternatives));
	}

	/**
	 * Check a document that may be absent, and whose content does not matter.
	 * @param json the UTF-8 encoded document, which may be empty
	 * @throws JacksonException if it is not empty and not JSON
	 */
	public static void requireJsonOrNothing(byte[] json) {
		if (json.length > 0) {
			MAPPER.readTree(json);
		}
	}

	private static void requireAnyList(byte[] json, String... alternatives) {
		List<String> names = List.of(alternatives);
		boolean found = false;
		try (JsonParser parser = MAPPER.createParser(json)) {
			boolean object = parser.nextToken() == JsonToken.START_OBJECT;
			for (String name = object ? parser.nextName() : null; name != null; name = parser.nextName()) {
				JsonToken value = parser.nextToken();
				if (names.contains(name) && value != JsonToken.VALUE_NULL) {
					found = true;
					if (value != JsonToken.START_ARRAY || !isListOfObjects(parser)) {
						throw new IllegalArgumentException("its " + name + " is not a list of objects");
					}
				}
				else {
					parser.skipChildren();
				}
			}
		}
		if (!found) {
			throw new IllegalArgumentException("it has no " + String.join(" and no ", alternatives));
		}
	}

	/**
	 * Return whether a list is empty, has an object, or nothing but nulls.
	 * @param parser the parser at the beginning of the list, and afterwards at its end
	 */
	private static boolean isListOfObjects(JsonParser parser) {
		boolean object = false;
		boolean odd = false;
		for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
			object |= item == JsonToken.START_OBJECT;
			odd |= item != JsonToken.START_OBJECT && item != JsonToken.VALUE_NULL;
			parser.skipChildren();
		}
		return object || !odd;
	}

	private static JsonMapper resultMapper(JsonMapper.Builder base) {
		SimpleModule exact = new SimpleModule("tinyfish-exact");
		exact.setDeserializerModifier(new FiniteNumbers());
		JacksonModule kotlin = KotlinSupport.module();
		if (kotlin != null) {
			base.addModule(kotlin);
		}
		return base.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			// otherwise a number is read as the constant with that ordinal, and a year
			// as a day of 1975
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			// use the constant with @JsonEnumDefaultValue
			.enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
			.withCoercionConfig(LocalDate.class,
					(coercion) -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
			.addModule(exact)
			.build();
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static JsonMapper wireMapper() {
		SimpleModule tolerant = new SimpleModule("tinyfish-tolerant");
		// only values without a type are read as a Number, and they may be texts
		tolerant.addDeserializer((Class) Number.class, (ValueDeserializer) new PlainNumbers());
		tolerant.addDeserializer(Instant.class, new TolerantDeserializer<>(Instant.class, Instants::parse));
		tolerant.addDeserializer(Integer.class,
				new TolerantDeserializer<>(Integer.class, TolerantDeserializer.number(BigDecimal::intValueExact)));
		tolerant.addDeserializer(Long.class,
				new TolerantDeserializer<>(Long.class, TolerantDeserializer.number(BigDecimal::longValueExact)));
		tolerant.addDeserializer(BigDecimal.class,
				new TolerantDeserializer<>(BigDecimal.class, TolerantDeserializer.number(Json::amount)));
		return base().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
			.enable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
			.withCoercionConfigDefaults(
					(coercion) -> coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.AsNull))
			.addModule(tolerant)
			.addHandler(new WrongShapeAsNull())
			.build();
	}

	/**
	 * Return an amount, or null for one that is too large or too small to be written out.
	 */
	private static @Nullable BigDecimal amount(BigDecimal value) {
		return (Math.abs((long) value.precision() - value.scale()) <= MAX_AMOUNT_DIGITS) ? value : null;
	}

	private static JsonMapper.Builder base() {
		return JsonMapper.builder(FACTORY)
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
			.disable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
			.disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			// a null inside a map is the caller's value (JSON Schema has some) and kept
			.changeDefaultPropertyInclusion(
					(inclusion) -> inclusion.withValueInclusion(Include.NON_NULL).withContentInclusion(Include.ALWAYS));
	}

	/**
	 * Holder of the mapper for results, which is created on first use, since modules are
	 * costly.
	 */
	private static final class ResultMapper {

		private static final JsonMapper INSTANCE = resultMapper(base());

	}

}
