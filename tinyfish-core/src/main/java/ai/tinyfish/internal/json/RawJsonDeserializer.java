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

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Base class for deserializers that keep any JSON value as it comes, numbers to their
 * last digit, null included.
 *
 * @param <T> the type that holds the value
 */
public abstract class RawJsonDeserializer<T> extends StdDeserializer<T> {

	private final Function<String, T> holder;

	/**
	 * Create a deserializer.
	 * @param type the type that holds the value
	 * @param holder creates the holder of JSON text, which may be {@code null} (as text)
	 */
	protected RawJsonDeserializer(Class<T> type, Function<String, T> holder) {
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
