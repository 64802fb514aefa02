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

import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;

/**
 * Checks of all values in JSON.
 */
public final class JsonContent {

	private JsonContent() {
	}

	/**
	 * Return whether a value is empty.
	 * @param value the value
	 * @return true for null, for a blank text, and for an object or array of nothing else
	 */
	public static boolean isNothing(JsonNode value) {
		return isAll(value, (part) -> part.isString() && part.asString().isBlank());
	}

	/**
	 * Return whether all values are null or of one kind, on any level.
	 * @param value the value
	 * @param kind the kind
	 * @return true if they are, or if there are no values
	 */
	public static boolean isAll(JsonNode value, Predicate<JsonNode> kind) {
		if (value.isContainer()) {
			for (JsonNode item : value) {
				if (!isAll(item, kind)) {
					return false;
				}
			}
			return true;
		}
		return value.isNull() || value.isMissingNode() || kind.test(value);
	}

}
