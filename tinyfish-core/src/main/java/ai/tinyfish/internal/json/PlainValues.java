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
import tools.jackson.core.TokenStreamContext;

/**
 * The plain values that are kept of one document, such as a run with its error and its
 * steps: in memory they are up to fifty times as large as on the wire.
 */
final class PlainValues {

	private static final int MAX_VALUES = 10_000;

	private static final int MAX_CHARACTERS = 1024 * 1024;

	/** Characters of a text that redaction keeps. */
	private static final int MAX_TEXT_LENGTH = 64 * 1024;

	/**
	 * Larger exponents are of no use, arithmetic with them may take hours, and Jackson
	 * refuses to write them out.
	 */
	private static final int MAX_SCALE = 9_999;

	private int values = MAX_VALUES;

	private int characters = MAX_CHARACTERS;

	/** Maps and lists that are open. */
	private int depth;

	/** How many of them were open when there was no more room, or -1. */
	private int depthWhenFull = -1;

	private PlainValues() {
	}

	/**
	 * Return the values of the document that is being read.
	 * @param parser stands at the value of a property
	 */
	static PlainValues of(JsonParser parser) {
		TokenStreamContext document = document(parser);
		// the parser forgets it at the end of the document
		if (document.currentValue() instanceof PlainValues values) {
			return values;
		}
		PlainValues values = new PlainValues();
		document.assignCurrentValue(values);
		return values;
	}

	/**
	 * Errors and steps belong to the document of their run. There may be several runs in
	 * what is read at once.
	 */
	private static TokenStreamContext document(JsonParser parser) {
		TokenStreamContext context = parser.streamReadContext();
		TokenStreamContext owner = parser.currentToken().isStructStart() ? context.getParent() : context;
		TokenStreamContext outer = owner.getParent();
		if (outer != null && isProperty("error", outer)) {
			return outer;
		}
		if (outer != null && outer.inArray() && isProperty("steps", outer.getParent())) {
			return outer.getParent();
		}
		return owner;
	}

	private static boolean isProperty(String name, TokenStreamContext object) {
		return object.inObject() && name.equals(object.currentName());
	}

	/**
	 * Read a property.
	 * @param parser stands at its value, and afterwards at the end of this
	 * @return the value, or else the beginning of its JSON as a text, or
	 * {@link PlainJson#LEFT_OUT}
	 */
	@Nullable Object readProperty(JsonParser parser) {
		String name = parser.currentName();
		if (this.values == 0 || !takeCharacters((name != null) ? name.length() : 0)) {
			parser.skipChildren();
			return PlainJson.LEFT_OUT;
		}
		if (parser.hasToken(JsonToken.VALUE_STRING)) {
			this.values--;
			return beginning(parser.getString());
		}
		int valuesBefore = this.values;
		int charactersBefore = this.characters;
		Object value = read(parser);
		if (this.depthWhenFull < 0) {
			return value;
		}
		this.values = valuesBefore - 1;
		this.characters = charactersBefore;
		int open = this.depthWhenFull;
		this.depthWhenFull = -1;
		if (value == PlainJson.LEFT_OUT) {
			return value;
		}
		String json = Json.mapper().writeValueAsString(value);
		return beginning(json.substring(0, json.length() - open));
	}

	private Object beginning(String text) {
		int length = Math.min(text.length(), Math.min(this.characters, MAX_TEXT_LENGTH));
		if (length == 0 && !text.isEmpty()) {
			return PlainJson.LEFT_OUT;
		}
		this.characters -= length;
		return cut(text, length);
	}

	private static String cut(String text, int length) {
		if (length >= text.length()) {
			return text;
		}
		// half a character cannot be written as UTF-8
		boolean half = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
		return text.substring(0, half ? length - 1 : length);
	}

	private boolean takeCharacters(int length) {
		if (length > this.characters) {
			return false;
		}
		this.characters -= length;
		return true;
	}

	private @Nullable Object read(JsonParser parser) {
		if (this.depthWhenFull >= 0 || this.values == 0) {
			return leaveOut(parser);
		}
		this.values--;
		JsonToken token = parser.currentToken();
		return switch (token) {
			case START_OBJECT -> readMap(parser);
			case START_ARRAY -> readList(parser);
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			default -> {
				String text = cut(parser.getString(), MAX_TEXT_LENGTH);
				if (!takeCharacters(text.length())) {
					yield leaveOut(parser);
				}
				yield token.isNumeric() ? number(text) : text;
			}
		};
	}

	private Object leaveOut(JsonParser parser) {
		if (this.depthWhenFull < 0) {
			this.depthWhenFull = this.depth;
		}
		parser.skipChildren();
		return PlainJson.LEFT_OUT;
	}

	private Map<String, @Nullable Object> readMap(JsonParser parser) {
		Map<String, @Nullable Object> map = null;
		this.depth++;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			Object value = takeCharacters(name.length()) ? read(parser) : leaveOut(parser);
			if (value != PlainJson.LEFT_OUT) {
				map = (map != null) ? map : new LinkedHashMap<>();
				map.put(name, value);
			}
		}
		this.depth--;
		return (map != null) ? Collections.unmodifiableMap(map) : Collections.emptyMap();
	}

	private List<@Nullable Object> readList(JsonParser parser) {
		List<@Nullable Object> list = null;
		this.depth++;
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			Object item = read(parser);
			if (item != PlainJson.LEFT_OUT) {
				list = (list != null) ? list : new ArrayList<>();
				list.add(item);
			}
		}
		this.depth--;
		return (list != null) ? Collections.unmodifiableList(list) : Collections.emptyList();
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

}
