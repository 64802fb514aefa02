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
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads JSON of any shape as plain values: maps, lists, texts, numbers, booleans and
 * null, all unmodifiable. The values do not depend on the mapper that reads.
 */
public final class PlainJson {

	/**
	 * Larger exponents are of no use, and arithmetic with them may take hours.
	 */
	private static final int MAX_SCALE = 10_000;

	private PlainJson() {
	}

	/**
	 * Read the current value of a document.
	 * @param parser stands at the value, and afterwards at its end
	 * @return the value; a number that is absurdly large or small is a text
	 */
	public static @Nullable Object read(JsonParser parser) {
		JsonToken token = parser.currentToken();
		return switch (token) {
			case START_OBJECT -> readMap(parser);
			case START_ARRAY -> readList(parser);
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
			default -> parser.getString();
		};
	}

	private static Map<String, @Nullable Object> readMap(JsonParser parser) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			map.put(name, read(parser));
		}
		return Collections.unmodifiableMap(map);
	}

	private static List<@Nullable Object> readList(JsonParser parser) {
		List<@Nullable Object> list = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			list.add(read(parser));
		}
		return Collections.unmodifiableList(list);
	}

	private static Object number(String text) {
		try {
			BigDecimal number = new BigDecimal(text);
			if (text.chars().allMatch((c) -> c == '-' || (c >= '0' && c <= '9'))) {
				return integer(number.toBigIntegerExact());
			}
			return (Math.abs((long) number.scale()) <= MAX_SCALE) ? number : text;
		}
		catch (ArithmeticException | NumberFormatException ex) {
			return text;
		}
	}

	private static Number integer(BigInteger number) {
		if (number.bitLength() < Integer.SIZE) {
			return number.intValueExact();
		}
		return (number.bitLength() < Long.SIZE) ? (Number) number.longValueExact() : number;
	}

	/**
	 * Deserializer of plain values.
	 */
	public static final class Deserializer extends StdDeserializer<Object> {

		/**
		 * Create a deserializer.
		 */
		public Deserializer() {
			super(Object.class);
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			return read(parser);
		}

		@Override
		public @Nullable Object deserializeWithType(JsonParser parser, DeserializationContext context,
				TypeDeserializer typeDeserializer) {
			return read(parser);
		}

	}

}
