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
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
	 * What the agent is told of the form of a text, since {@code format} is not accepted.
	 */
	private static final Map<String, String> FORMS = Map.of("java.time.LocalDate", "a date such as 2026-01-31",
			"java.time.LocalDateTime", "a date and time such as 2026-01-31T16:30:00", "java.time.LocalTime",
			"a time such as 16:30:00", "java.time.Instant", "a point in time such as 2026-01-31T16:30:00Z",
			"java.time.OffsetDateTime", "a date and time with its offset such as 2026-01-31T16:30:00+01:00",
			"java.time.ZonedDateTime", "a date and time with its offset such as 2026-01-31T16:30:00+01:00",
			"java.time.YearMonth", "a month such as 2026-01", "java.time.Duration",
			"an ISO 8601 duration such as PT1H30M", "java.util.Currency", "an ISO 4217 code such as EUR",
			"java.util.Date", "a point in time such as 2026-01-31T16:30:00Z");

	private ScalarTypes() {
	}

	static boolean isScalar(JavaType type) {
		return jsonType(type) != null || type.isEnumType();
	}

	/**
	 * The schema of a type that is written as one value, or as anything.
	 * @return the schema, or null for any other type
	 */
	static @Nullable Map<String, Object> schema(JavaType type) {
		if (type.isEnumType()) {
			return enumeration(type.getRawClass());
		}
		String jsonType = jsonType(type);
		if (jsonType != null) {
			return described(type.getRawClass(), jsonType);
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
				|| (raw.getName().startsWith("java.time.") && !raw.isEnum());
		return text ? "string" : null;
	}

	private static Map<String, Object> described(Class<?> type, String jsonType) {
		String form = FORMS.get(type.getName());
		return (form != null) ? Map.of("type", jsonType, "description", form) : Map.of("type", jsonType);
	}

	private static Map<String, Object> enumeration(Class<?> type) {
		Set<Object> values = new LinkedHashSet<>();
		boolean texts = true;
		for (Object constant : Arrays.asList(type.getEnumConstants())) {
			JsonNode value = Json.resultMapper().valueToTree(constant);
			texts &= value.isString();
			values.add(
					value.isString() ? value.asString() : value.isNumber() ? value.numberValue() : constant.toString());
		}
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("type", texts ? "string" : "number");
		schema.put("enum", List.copyOf(values));
		return Collections.unmodifiableMap(schema);
	}

}
