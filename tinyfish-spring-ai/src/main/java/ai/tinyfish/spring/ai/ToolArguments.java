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

package ai.tinyfish.spring.ai;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Arguments of a call, as the model gives them.
 */
final class ToolArguments {

	/** Reads and writes enums by name, as schemas have them, and numbers as they are. */
	static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
		.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
		.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final ObjectNode values;

	private ToolArguments(ObjectNode values) {
		this.values = values;
	}

	/**
	 * Read arguments.
	 * @param input the text from the model
	 * @throws ToolFailure if it is not a JSON object
	 */
	static ToolArguments of(String input) {
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

	/**
	 * Return a text.
	 * @throws ToolFailure if it is missing, blank, or no text
	 */
	String text(String name) {
		JsonNode value = this.values.path(name);
		if (!value.isString() || value.stringValue().isBlank()) {
			throw bad(name + " must be a text that is not blank");
		}
		return value.stringValue().strip();
	}

	/**
	 * Return a value of a type.
	 * @param schema the schema of the value, for the model
	 * @return the value; if it is missing, null or an empty {@code Optional}
	 * @throws ToolFailure if it is not of the type
	 */
	@Nullable Object value(String name, Type type, JsonNode schema) {
		try {
			return MAPPER.treeToValue(this.values.optional(name).orElse(MAPPER.nullNode()), MAPPER.constructType(type));
		}
		catch (JacksonException ex) {
			throw bad(name + " must match " + schema);
		}
	}

}
