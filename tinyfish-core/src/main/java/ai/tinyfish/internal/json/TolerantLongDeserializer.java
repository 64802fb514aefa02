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

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads a whole number also where it comes as text or as {@code 5.0}; anything else is
 * null.
 */
final class TolerantLongDeserializer extends StdScalarDeserializer<Long> {

	private static final int MAX_LENGTH = 40;

	TolerantLongDeserializer() {
		super(Long.class);
	}

	@Override
	public @Nullable Long deserialize(JsonParser parser, DeserializationContext context) {
		return switch (parser.currentToken()) {
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> parse(parser.getString());
			default -> {
				parser.skipChildren();
				yield null;
			}
		};
	}

	private static @Nullable Long parse(@Nullable String text) {
		if (text == null || text.length() > MAX_LENGTH) {
			return null;
		}
		try {
			return new BigDecimal(text.trim()).longValueExact();
		}
		catch (ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

}
