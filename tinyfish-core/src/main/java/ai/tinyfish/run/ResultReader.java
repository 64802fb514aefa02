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

import java.lang.reflect.Type;
import java.util.List;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.schema.ResultShape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/**
 * Reader of results as types of the caller. Wrappers that agents put around a result are
 * removed first, if the type does not fit them.
 */
final class ResultReader {

	private static final int MAX_LAYERS = 4;

	private static final String FENCE = "```";

	private final JavaType type;

	private final Type requested;

	private final @Nullable String runId;

	private final StringBuilder path = new StringBuilder();

	/**
	 * Create a new reader.
	 * @param type the type to read
	 * @param runId the run of the result, or null
	 */
	ResultReader(Type type, @Nullable String runId) {
		this.type = Json.resultMapper().constructType(type);
		this.requested = type;
		this.runId = runId;
	}

	/**
	 * Read a result.
	 * @param json the result
	 * @param complete whether it must have everything that the type requires, or only
	 * some of it
	 * @return the value
	 * @throws TinyFishResultMappingException if the result does not fit
	 */
	<T> T read(String json, boolean complete) {
		try {
			String inner = unwrap(json, complete);
			ResultCheck check = new ResultCheck(this.type, inner);
			List<SchemaValidation.Violation> missing = complete ? check.findMissing("$" + this.path) : List.of();
			if (!missing.isEmpty()) {
				throw TinyFishResultMappingException.incomplete(this.runId, this.requested, json, missing);
			}
			String unfitting = check.findUnfitting();
			if (unfitting != null) {
				throw TinyFishResultMappingException.unfitting(this.runId, this.requested, "$" + this.path, json,
						unfitting);
			}
			T value = Json.resultMapper().readValue(inner, this.type);
			if (value == null) {
				throw TinyFishResultMappingException.nothing(this.runId, this.requested);
			}
			return value;
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw TinyFishResultMappingException.mismatch(this.runId, this.requested, "$" + this.path, json, ex);
		}
	}

	private String unwrap(String json, boolean complete) {
		String inner = json;
		for (int layer = 0; layer < MAX_LAYERS; layer++) {
			String next = (inner.charAt(0) == '"') ? unwrapText(inner, this.type)
					: (inner.charAt(0) == '{') ? unwrapObject(inner, complete) : null;
			if (next == null) {
				break;
			}
			inner = next;
		}
		return inner;
	}

	/**
	 * Return the JSON document inside a result that is a text with a JSON document, or a
	 * Markdown block of it.
	 * @return the document, or the result itself
	 */
	static String unwrapText(String json) {
		String document = (json.charAt(0) == '"') ? documentIn(json) : null;
		return (document != null) ? document : json;
	}

	private static @Nullable String documentIn(String json) {
		String text = Json.resultMapper().readValue(json, String.class).strip();
		if (text.startsWith(FENCE) && text.endsWith(FENCE) && text.indexOf('\n') > 0) {
			text = text.substring(text.indexOf('\n'), text.length() - FENCE.length()).strip();
		}
		return (text.startsWith("{") || text.startsWith("[")) ? text : null;
	}

	private static @Nullable String unwrapText(String json, JavaType type) {
		Class<?> raw = type.getRawClass();
		if (CharSequence.class.isAssignableFrom(raw)) {
			return null;
		}
		String document = documentIn(json);
		boolean takesText = raw == Object.class || JsonNode.class.isAssignableFrom(raw)
				|| ResultShape.of(type) == ResultShape.SCALAR;
		return (document != null && takesText && !isJson(document)) ? null : document;
	}

	private static boolean isJson(String document) {
		try {
			Json.resultMapper().readTree(document);
			return true;
		}
		catch (JacksonException | NumberFormatException ex) {
			return false;
		}
	}

	/**
	 * Return the array or single value in an object with a single property.
	 * @param complete whether the object must not report a missed goal
	 */
	private @Nullable String unwrapObject(String json, boolean complete) {
		ResultShape shape = ResultShape.of(this.type);
		if (shape == ResultShape.OBJECT) {
			return null;
		}
		JsonNode object = Json.resultMapper().readTree(json);
		if (object.size() != 1 || (complete && DefaultGoalEvaluator.saysMissed(object))) {
			return null;
		}
		String name = object.propertyNames().iterator().next();
		JsonNode value = object.get(name);
		boolean wanted = (shape == ResultShape.ARRAY) ? value.isArray() || value.isString()
				: value.isValueNode() && !value.isNull();
		if (wanted) {
			this.path.append(JsonPaths.property(name));
		}
		return wanted ? value.toString() : null;
	}

}
