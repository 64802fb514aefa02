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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Deserializer of values that are sent as a number or as a text. Anything else, and a
 * value that cannot be parsed, is null.
 *
 * @param <T> the type of the values
 */
public class TolerantDeserializer<T> extends StdScalarDeserializer<T> {

	private static final int MAX_NUMBER_LENGTH = 40;

	private final Function<String, @Nullable T> parse;

	/**
	 * Create a deserializer.
	 * @param type the type of the values
	 * @param parse returns the value of the text or number, or null
	 */
	public TolerantDeserializer(Class<T> type, Function<String, @Nullable T> parse) {
		super(type);
		this.parse = parse;
	}

	/**
	 * Return a parser of numbers, also of those written as {@code 5.0} or in a text.
	 * @param <T> the type of the values
	 * @param convert returns the value of the number; returns null or throws an
	 * {@link ArithmeticException} if it has no value
	 * @return the parser, which returns null for a text that is not a number or absurdly
	 * long
	 */
	public static <T> Function<String, @Nullable T> number(Function<BigDecimal, @Nullable T> convert) {
		return (text) -> {
			try {
				return (text.length() <= MAX_NUMBER_LENGTH) ? convert.apply(new BigDecimal(text.trim())) : null;
			}
			catch (ArithmeticException | NumberFormatException ex) {
				return null;
			}
		};
	}

	@Override
	public @Nullable T deserialize(JsonParser parser, DeserializationContext context) {
		return switch (parser.currentToken()) {
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> this.parse.apply(parser.getString());
			default -> {
				parser.skipChildren();
				yield null;
			}
		};
	}

}
