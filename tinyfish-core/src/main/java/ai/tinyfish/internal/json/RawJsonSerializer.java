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

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Base class for serializers that write a value as the JSON that it holds.
 *
 * @param <T> the type that holds the JSON
 */
public abstract class RawJsonSerializer<T> extends StdSerializer<T> {

	private final Function<T, String> json;

	/**
	 * Create a serializer.
	 * @param type the type that holds the JSON
	 * @param json gives the JSON text of a value
	 */
	protected RawJsonSerializer(Class<T> type, Function<T, String> json) {
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
