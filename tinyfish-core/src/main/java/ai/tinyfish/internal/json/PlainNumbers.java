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

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads the numbers of values without a type. A number with an absurd exponent becomes
 * its text: arithmetic with it may take hours, and Jackson refuses to write it out.
 */
final class PlainNumbers extends StdDeserializer<Object> {

	private static final int MAX_SCALE = 9_999;

	PlainNumbers() {
		super(Object.class);
	}

	@Override
	public Object deserialize(JsonParser parser, DeserializationContext context) {
		if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
			return parser.getNumberValue();
		}
		String text = parser.getString();
		try {
			BigDecimal number = new BigDecimal(text);
			return (Math.abs((long) number.scale()) <= MAX_SCALE) ? number : text;
		}
		catch (NumberFormatException ex) {
			return text;
		}
	}

}
