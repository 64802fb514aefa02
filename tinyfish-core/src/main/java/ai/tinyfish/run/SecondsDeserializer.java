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

package ai.tinyfish.run;

import java.math.BigDecimal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads a number of seconds, also where it comes as text; what cannot be read, is
 * negative or absurdly long is null.
 */
final class SecondsDeserializer extends StdScalarDeserializer<Duration> {

	private static final int MAX_LENGTH = 40;

	private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	SecondsDeserializer() {
		super(Duration.class);
	}

	@Override
	public @Nullable Duration deserialize(JsonParser parser, DeserializationContext context) {
		return switch (parser.currentToken()) {
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> parse(parser.getString());
			default -> {
				parser.skipChildren();
				yield null;
			}
		};
	}

	private static @Nullable Duration parse(@Nullable String text) {
		if (text == null || text.length() > MAX_LENGTH) {
			return null;
		}
		try {
			BigDecimal seconds = new BigDecimal(text.trim());
			if (seconds.signum() < 0 || seconds.compareTo(MAX_SECONDS) > 0) {
				return null;
			}
			return Duration.ofNanos(seconds.movePointRight(9).longValue());
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
