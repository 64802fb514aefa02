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

package ai.tinyfish.internal.schema;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.internal.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TreeNode;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.jdk.JDKFromStringDeserializer;

/**
 * The types that are written as one JSON value.
 */
final class ScalarTypes {

	private static final Set<Class<?>> INTEGERS = Set.of(byte.class, Byte.class, short.class, Short.class, int.class,
			Integer.class, long.class, Long.class, BigInteger.class, AtomicInteger.class, AtomicLong.class,
			OptionalInt.class, OptionalLong.class);

	private static final Set<Class<?>> TEXTS = Set.of(char.class, Character.class, byte[].class, char[].class,
			Date.class, Calendar.class, UUID.class);

	private static final Set<Class<?>> TEXTS_BY_NAME = Set.of(JDKFromStringDeserializer.types());

	/**
	 * The formats that the service accepts, for the types that are read from their texts.
	 */
	private static final Map<String, String> FORMATS = Map.of("java.time.LocalDate", "date", "java.time.Instant",
			"date-time", "java.time.OffsetDateTime", "date-time", "java.time.ZonedDateTime", "date-time",
			"java.util.Date", "date-time", "java.time.Duration", "duration");

	private ScalarTypes() {
	}

	static boolean isScalar(JavaType type) {
		return jsonType(type) != null || type.getRawClass().isEnum();
	}

	/**
	 * Return the schema of a type that is written as one value, or as any value.
	 * @return the schema, or null for any other type, and for an enum that is written as
	 * something else
	 */
	static @Nullable Map<String, Object> schema(JavaType type) {
		if (type.getRawClass().isEnum()) {
			return enumeration(type.getRawClass());
		}
		String jsonType = jsonType(type);
		if (jsonType != null) {
			return formatted(type.getRawClass(), jsonType);
		}
		return (type.getRawClass() == Object.class || TreeNode.class.isAssignableFrom(type.getRawClass())) ? Map.of()
				: null;
	}

	private static @Nullable String jsonType(JavaType type) {
		Class<?> raw = type.getRawClass();
		if (raw == boolean.class || raw == Boolean.class || raw == AtomicBoolean.class) {
			return "boolean";
		}
		if (INTEGERS.contains(raw) || raw.getName().equals("java.time.Year")) {
			return "integer";
		}
		if (raw == float.class || raw == double.class || raw == OptionalDouble.class
				|| Number.class.isAssignableFrom(raw)) {
			return "number";
		}
		boolean text = CharSequence.class.isAssignableFrom(raw) || TEXTS.contains(raw) || TEXTS_BY_NAME.contains(raw)
				|| (raw.getName().startsWith("java.time.") && !raw.isEnum() && !raw.isInterface());
		return text ? "string" : null;
	}

	private static Map<String, Object> formatted(Class<?> type, String jsonType) {
		String format = FORMATS.get(type.getName());
		return (format != null) ? Map.of("type", jsonType, "format", format) : Map.of("type", jsonType);
	}

	/**
	 * Return the schema of an enum that is written as texts: the service accepts no other
	 * values of an enum.
	 */
	private static @Nullable Map<String, Object> enumeration(Class<?> type) {
		List<JsonNode> values = new ArrayList<>();
		for (Object constant : Arrays.asList(type.getEnumConstants())) {
			values.add(Json.resultMapper().valueToTree(constant));
		}
		if (values.isEmpty() || !values.stream().allMatch((value) -> value.isValueNode() && !value.isNull())) {
			return null;
		}
		if (values.stream().allMatch(JsonNode::isNumber)) {
			return Map.of("type", "number");
		}
		List<String> texts = values.stream().map(JsonNode::asString).distinct().toList();
		return Map.of("type", "string", "enum", texts);
	}

}
