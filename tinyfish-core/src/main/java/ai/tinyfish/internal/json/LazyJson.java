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

import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A value that is parsed on first access, and only once, since it may contain megabytes
 * of screenshots. Values of the wrong shape are not changed.
 */
@JsonDeserialize(using = LazyJson.Deserializer.class)
final class LazyJson {

	private volatile Object value;

	/**
	 * Create a value.
	 * @param value the value, which our mapper writes in the service's form
	 */
	LazyJson(Object value) {
		this.value = value;
	}

	static LazyJson unread(String json) {
		return new LazyJson(new Unread(json));
	}

	boolean isNull() {
		return this.value instanceof Unread unread && unread.json.equals("null");
	}

	boolean isNothing() {
		return isNull() || "".equals(this.value);
	}

	<T> @Nullable T as(Class<T> type, Function<String, @Nullable T> parse) {
		Object known = this.value;
		if (type.isInstance(known) && !(known instanceof Unread)) {
			return type.cast(known);
		}
		T parsed = null;
		try {
			parsed = parse.apply(json());
		}
		catch (JacksonException | NumberFormatException ex) {
			// of the wrong shape, or a number that is out of range
		}
		this.value = (parsed != null) ? parsed : known;
		return parsed;
	}

	String json() {
		Object known = this.value;
		return (known instanceof Unread unread) ? unread.json : Json.mapper().writeValueAsString(known);
	}

	LazyJson mapTexts(UnaryOperator<String> change) {
		return unread(RawJson.mapTexts(json(), change));
	}

	/**
	 * JSON text of a value that has not been read yet.
	 */
	private record Unread(String json) {

	}

	/**
	 * Deserializer of any JSON value.
	 */
	static final class Deserializer extends RawJson.Deserializer<LazyJson> {

		Deserializer() {
			super(LazyJson.class, LazyJson::unread);
		}

		@Override
		public LazyJson deserialize(JsonParser parser, DeserializationContext context) {
			if (parser.hasToken(JsonToken.VALUE_STRING)) {
				return new LazyJson(parser.getString());
			}
			String name = parser.currentName();
			if (name != null && name.equals(context.getAttribute(JsonFields.SKIPPED))) {
				parser.skipChildren();
				return unread("null");
			}
			return super.deserialize(parser, context);
		}

	}

}
