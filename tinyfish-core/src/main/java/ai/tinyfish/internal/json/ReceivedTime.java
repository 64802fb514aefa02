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

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * A point in time as it was received, whichever mapper reads it.
 *
 * @param value the point in time, or null if it cannot be parsed
 * @param raw the value as received, or null if it was parsed
 */
@JsonDeserialize(using = ReceivedTime.Deserializer.class)
public record ReceivedTime(@Nullable Instant value, @Nullable Object raw) {

	/**
	 * Read a point in time.
	 * @param parser stands at the value, and afterwards at its end
	 * @return the point in time, or null for JSON {@code null}
	 */
	public static @Nullable ReceivedTime read(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_NULL) {
			return null;
		}
		Instant value = (token == JsonToken.VALUE_STRING || token.isNumeric()) ? Instants.parse(parser.getString())
				: null;
		Object raw = (value != null) ? null : PlainJson.read(parser);
		return new ReceivedTime(value, (raw != PlainJson.LEFT_OUT) ? raw : null);
	}

	/**
	 * Deserializer of received times.
	 */
	static final class Deserializer extends StdDeserializer<ReceivedTime> {

		Deserializer() {
			super(ReceivedTime.class);
		}

		@Override
		public @Nullable ReceivedTime deserialize(JsonParser parser, DeserializationContext context) {
			return read(parser);
		}

	}

}
