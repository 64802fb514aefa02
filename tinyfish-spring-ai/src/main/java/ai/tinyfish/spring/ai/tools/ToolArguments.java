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

package ai.tinyfish.spring.ai.tools;

import java.lang.reflect.Type;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Arguments of a call, as passed by the model.
 */
final class ToolArguments {

	/** Reads and writes enums by name, as schemas have them, and numbers as they are. */
	static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
		.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
		.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	/** Maximum number of characters of all arguments together, as JSON. */
	private static final int MAX_INPUT = 100_000;

	/** Maximum number of characters of an argument. */
	private static final int MAX_TEXT = 10_000;

	private static final int MAX_URL = 2048;

	/** Queries are sent in URLs. */
	private static final int MAX_QUERY = 500;

	private final ObjectNode values;

	private ToolArguments(ObjectNode values) {
		this.values = values;
	}

	/**
	 * Read arguments.
	 * @param input the text from the model
	 * @throws ToolFailure if it is not a JSON object, or is too long
	 */
	static ToolArguments of(String input) {
		if (input.length() > MAX_INPUT) {
			throw tooLong("they", MAX_INPUT);
		}
		try {
			if (MAPPER.readTree(input) instanceof ObjectNode values) {
				return new ToolArguments(values);
			}
		}
		catch (JacksonException ex) {
			// as for another value than an object
		}
		throw bad("they are not a JSON object");
	}

	static ToolFailure bad(String problem) {
		return new ToolFailure("Bad arguments, nothing was sent: " + problem);
	}

	private static ToolFailure tooLong(String argument, int max) {
		return bad(argument + " must have at most " + max + " characters");
	}

	/**
	 * Create a request from arguments.
	 * @throws ToolFailure if they are not valid
	 */
	static <T> T request(Supplier<T> creator) {
		try {
			return creator.get();
		}
		catch (IllegalArgumentException ex) {
			throw bad(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Return a text.
	 * @throws ToolFailure if it is missing, blank, too long, or not a text
	 */
	String text(String name) {
		return text(name, MAX_TEXT);
	}

	/**
	 * Return the text of a URL.
	 * @throws ToolFailure if it is missing, blank, too long, has white space, or is not a
	 * text
	 */
	String url(String name) {
		String url = text(name, MAX_URL);
		if (url.chars().anyMatch((c) -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
			throw bad(name + " must not have white space: write a space as %20");
		}
		return url;
	}

	/**
	 * Return a query.
	 * @throws ToolFailure if it is missing, blank, too long, or not a text
	 */
	String query(String name) {
		return text(name, MAX_QUERY);
	}

	private String text(String name, int maxLength) {
		JsonNode value = this.values.path(name);
		if (!value.isString() || value.stringValue().isBlank()) {
			throw bad(name + " must be a text that is not blank");
		}
		if (value.stringValue().length() > maxLength) {
			throw tooLong(name, maxLength);
		}
		return value.stringValue().strip();
	}

	/**
	 * Return a value of a type.
	 * @param schema the schema of the value, for the model
	 * @return the value; if it is missing, null or an empty {@code Optional}
	 * @throws ToolFailure if it is too long, or not of the type
	 */
	@Nullable Object value(String name, Type type, JsonNode schema) {
		JsonNode value = this.values.optional(name).orElse(MAPPER.nullNode());
		if ((value.isString() ? value.stringValue() : value.toString()).length() > MAX_TEXT) {
			throw tooLong(name, MAX_TEXT);
		}
		try {
			return MAPPER.treeToValue(value, MAPPER.constructType(type));
		}
		catch (JacksonException ex) {
			throw bad(name + " must match " + schema);
		}
	}

}
