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

import java.io.StringWriter;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonGeneratorBase;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Copies JSON of any shape without interpreting it: numbers keep all their digits, even
 * if no type can represent them.
 */
public final class RawJson {

	private RawJson() {
	}

	/**
	 * Copy the current value of a document.
	 * @param parser the parser at the value, and afterwards at its end
	 * @return the value as JSON text
	 */
	public static String read(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token != null && (token.isNumeric() || token.isBoolean() || token == JsonToken.VALUE_NULL)) {
			return parser.getString();
		}
		StringWriter text = new StringWriter();
		try (JsonGenerator generator = Json.mapper().createGenerator(text)) {
			copy(parser, generator);
		}
		return text.toString();
	}

	/**
	 * Write a value into a document. Raw text is not possible with a generator that does
	 * not write text.
	 * @param json the value as JSON text
	 * @param generator the generator of the document
	 */
	public static void write(String json, JsonGenerator generator) {
		try (JsonParser parser = Json.mapper().createParser(json)) {
			parser.nextToken();
			copy(parser, generator);
		}
	}

	/**
	 * Return the text of a JSON string.
	 * @param json any JSON value
	 * @return the text, or null if the value is not a string
	 */
	public static @Nullable String stringValue(String json) {
		try (JsonParser parser = Json.mapper().createParser(json)) {
			return (parser.nextToken() == JsonToken.VALUE_STRING) ? parser.getString() : null;
		}
	}

	/**
	 * Return the same value in one spelling.
	 * @param json one JSON value
	 * @return the value as JSON text without needless space
	 * @throws IllegalArgumentException if the text is not one JSON value
	 */
	public static String normalize(String json) {
		try (JsonParser parser = Json.mapper().createParser(json)) {
			if (parser.nextToken() == null) {
				throw new IllegalArgumentException("json must not be empty");
			}
			String normalized = read(parser);
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("json must be one value, but there is more after it");
			}
			return normalized;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("json cannot be read: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Return an object.
	 * @param properties its properties as JSON text, keyed by name
	 * @return the object as JSON text
	 */
	public static String object(Map<String, String> properties) {
		StringJoiner object = new StringJoiner(",", "{", "}");
		properties.forEach((name, value) -> object.add(Json.mapper().writeValueAsString(name) + ":" + value));
		return object.toString();
	}

	/**
	 * Change the texts of a value, and its numbers, which may be read as texts.
	 * @param json the value as JSON text
	 * @param change the change of each text, at any depth
	 * @return the changed value as JSON text
	 */
	public static String mapTexts(String json, UnaryOperator<String> change) {
		StringWriter changed = new StringWriter();
		try (JsonParser parser = Json.mapper().createParser(json);
				JsonGenerator generator = Json.mapper().createGenerator(changed)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				String text = token.isScalarValue() ? change.apply(parser.getString()) : "";
				if (token == JsonToken.VALUE_STRING || (token.isNumeric() && !text.equals(parser.getString()))) {
					generator.writeString(text);
				}
				else {
					generator.copyCurrentEventExact(parser);
				}
			}
		}
		return changed.toString();
	}

	private static void copy(JsonParser parser, JsonGenerator generator) {
		// generators of trees and buffers accept only values
		boolean numbersAsText = generator instanceof JsonGeneratorBase;
		int depth = 0;
		for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
			if (numbersAsText && token.isNumeric()) {
				generator.writeNumber(parser.getString());
			}
			else {
				generator.copyCurrentEventExact(parser);
			}
			if (token.isStructStart()) {
				depth++;
			}
			else if (token.isStructEnd()) {
				depth--;
			}
			if (depth == 0) {
				return;
			}
		}
	}

	/**
	 * Base class for deserializers that keep any JSON value unchanged, with all digits of
	 * numbers, null included.
	 *
	 * @param <T> the type that holds the value
	 */
	public abstract static class Deserializer<T> extends StdDeserializer<T> {

		private final Function<String, T> holder;

		/**
		 * Create a deserializer.
		 * @param type the type that holds the value
		 * @param holder creates the holder of JSON text, which may be {@code null} (as
		 * text)
		 */
		protected Deserializer(Class<T> type, Function<String, T> holder) {
			super(type);
			this.holder = holder;
		}

		@Override
		public T deserialize(JsonParser parser, DeserializationContext context) {
			return this.holder.apply(RawJson.read(parser));
		}

		@Override
		public Object deserializeWithType(JsonParser parser, DeserializationContext context,
				TypeDeserializer typeDeserializer) {
			return deserialize(parser, context);
		}

		@Override
		public Object getNullValue(DeserializationContext context) {
			return this.holder.apply("null");
		}

	}

	/**
	 * Base class for serializers that write the JSON of a value.
	 *
	 * @param <T> the type that holds the JSON
	 */
	public abstract static class Serializer<T> extends StdSerializer<T> {

		private final Function<T, String> json;

		/**
		 * Create a serializer.
		 * @param type the type that holds the JSON
		 * @param json returns the JSON text of a value
		 */
		protected Serializer(Class<T> type, Function<T, String> json) {
			super(type);
			this.json = json;
		}

		@Override
		public void serialize(T value, JsonGenerator generator, SerializationContext context) {
			RawJson.write(this.json.apply(value), generator);
		}

		@Override
		public void serializeWithType(T value, JsonGenerator generator, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, generator, context);
		}

	}

}
