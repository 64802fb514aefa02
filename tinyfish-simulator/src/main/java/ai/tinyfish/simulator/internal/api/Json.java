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

package ai.tinyfish.simulator.internal.api;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON mapper of the simulator.
 */
public final class Json {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private Json() {
	}

	/**
	 * Write a value as JSON on one line, as SSE frames need it. The writer of bytes
	 * escapes unpaired surrogates; that of texts would leave them for a later writer to
	 * fail on.
	 * @param value a map, list, scalar, bean or {@code null}
	 * @return the JSON text
	 * @throws IllegalArgumentException if the value cannot be written as JSON
	 */
	public static String write(@Nullable Object value) {
		try {
			return new String(MAPPER.writeValueAsBytes(value), StandardCharsets.UTF_8);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The value cannot be written as JSON", ex);
		}
	}

	/**
	 * Check a JSON text and bring it onto one line.
	 * @param json the text
	 * @return the same document on one line
	 * @throws IllegalArgumentException if the text is not one JSON document
	 */
	public static String compact(String json) {
		JsonNode node = read(json.getBytes(StandardCharsets.UTF_8));
		if (node == null) {
			throw new IllegalArgumentException("Not a JSON document");
		}
		return write(node);
	}

	/**
	 * Return a digest of a value that does not depend on the order of properties.
	 */
	public static UUID digest(JsonNode value) {
		return UUID
			.nameUUIDFromBytes(MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED).writeValueAsBytes(value));
	}

	public static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

	public static byte[] bytes(JsonNode node) {
		return MAPPER.writeValueAsBytes(node);
	}

	/**
	 * Read one document. The parser's own message is not passed on, since it quotes the
	 * body, which may hold a proxy password.
	 */
	public static @Nullable JsonNode read(byte[] body) {
		try {
			JsonNode node = parse(body);
			return (node == null || node.isMissingNode()) ? null : node;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * Read one document that has no secrets.
	 * @throws JacksonException if it is not JSON; the message says why
	 */
	public static JsonNode parse(byte[] json) {
		return MAPPER.readTree(json);
	}

}
