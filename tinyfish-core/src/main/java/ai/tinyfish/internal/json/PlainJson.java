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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.util.AccessPattern;

/**
 * Reads JSON of any shape as plain values: maps, lists, texts, numbers, booleans and
 * null, all unmodifiable. The values do not depend on the mapper that reads. How much is
 * kept of a document is limited, see {@code PlainValues}.
 */
public final class PlainJson {

	/**
	 * Stands for a property of which there is no room to keep anything.
	 */
	public static final Object LEFT_OUT = new Object();

	private PlainJson() {
	}

	/**
	 * Read the current property of a document.
	 * @param parser stands at the value, and afterwards at its end
	 * @return the value; a number that is absurdly large or small is a text, and so is
	 * the beginning of what there is not enough room for. {@link #LEFT_OUT} where there
	 * is none at all
	 */
	public static @Nullable Object read(JsonParser parser) {
		return PlainValues.of(parser).readProperty(parser);
	}

	/**
	 * Copy properties, without those for which there was no room.
	 * @param properties the properties, or null for none
	 * @return an unmodifiable map in the same order
	 */
	public static Map<String, @Nullable Object> copyOf(@Nullable Map<String, ? extends @Nullable Object> properties) {
		if (properties == null || properties.isEmpty()) {
			return Collections.emptyMap();
		}
		Map<String, @Nullable Object> copy = new LinkedHashMap<>(properties);
		copy.values().removeIf((value) -> value == LEFT_OUT);
		return Collections.unmodifiableMap(copy);
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

		@Override
		public @Nullable Object getNullValue(DeserializationContext context) {
			JsonParser parser = context.getParser();
			// another parser may be the one that reads: then it is null all the same
			return (parser != null && parser.hasToken(JsonToken.VALUE_NULL)) ? read(parser) : null;
		}

		@Override
		public AccessPattern getNullAccessPattern() {
			return AccessPattern.DYNAMIC;
		}

	}

}
