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

package ai.tinyfish.simulator.internal.schema;

import java.util.Map;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.internal.api.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Form of the results of a schema. A schema describes an object: for a list, clients have
 * one with {@code items} and nothing else, and for a single value one with {@code value}.
 */
final class ResultForm {

	private static final int MAX_LENGTH = 200;

	private ResultForm() {
	}

	/**
	 * Wrap a list or a single value if the schema has a property for that and nothing
	 * else.
	 */
	static @Nullable String wrap(String schemaJson, @Nullable String resultJson) {
		JsonNode result = SchemaSample.parse((resultJson != null) ? resultJson : "null");
		Map.Entry<String, JsonNode> wrapper = wrapper(SchemaSample.parse(schemaJson));
		if (wrapper == null || result.isObject() || result.isNull() || result.isArray() != isList(wrapper)) {
			return resultJson;
		}
		return Json.write(Json.object().set(wrapper.getKey(), result));
	}

	/**
	 * Return the only property of the schema of a list or a single value, or {@code null}
	 * for any other schema.
	 */
	static Map.@Nullable Entry<String, JsonNode> wrapper(JsonNode schema) {
		if (schema.path("properties").size() != 1) {
			return null;
		}
		Map.Entry<String, JsonNode> only = schema.get("properties").properties().iterator().next();
		return only.getKey().equals(isList(only) ? "items" : "value") ? only : null;
	}

	static boolean isList(Map.Entry<String, JsonNode> property) {
		return "array".equals(property.getValue().path("type").asString(""));
	}

	/**
	 * Describe the form, such as <code>{"items": [{"price": number}]}</code>.
	 */
	static String describe(JsonNode schema) {
		String form = form(schema);
		return (form.length() <= MAX_LENGTH) ? form : form.substring(0, MAX_LENGTH) + "...";
	}

	private static String form(JsonNode schema) {
		if (schema.has("properties")) {
			return schema.get("properties")
				.properties()
				.stream()
				.map((property) -> "\"" + property.getKey() + "\": " + form(property.getValue()))
				.collect(Collectors.joining(", ", "{", "}"));
		}
		if (schema.has("anyOf")) {
			return schema.get("anyOf")
				.valueStream()
				.map(ResultForm::form)
				.distinct()
				.collect(Collectors.joining(" or "));
		}
		String type = schema.path("type").asString("value");
		return type.equals("array") ? "[" + form(schema.path("items")) + "]" : type;
	}

}
