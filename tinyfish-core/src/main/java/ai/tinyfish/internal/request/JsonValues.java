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

package ai.tinyfish.internal.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Deep, unmodifiable copies of JSON-like values of callers.
 */
final class JsonValues {

	private static final int MAX_DEPTH = 100;

	private JsonValues() {
	}

	static @Nullable Object copy(String field, @Nullable Object value) {
		return copy(field, value, 0);
	}

	private static @Nullable Object copy(String field, @Nullable Object value, int depth) {
		Checks.that(depth <= MAX_DEPTH, field + " must not be nested more than 100 levels deep");
		if (value instanceof Map<?, ?> map) {
			return copyMap(field, map, depth);
		}
		if (value instanceof Collection<?> collection) {
			return copyItems(field, collection, depth);
		}
		if (value instanceof Object[] array) {
			return copyItems(field, Arrays.asList(array), depth);
		}
		Checks.that(
				value == null || value instanceof CharSequence || value instanceof Number || value instanceof Boolean,
				field + " must consist of maps, collections, texts, numbers and booleans");
		if (value instanceof Double || value instanceof Float) {
			// it would be sent as a text
			Checks.that(Double.isFinite(((Number) value).doubleValue()),
					field + " must not contain NaN or infinite numbers");
		}
		return (value instanceof CharSequence text) ? text.toString() : value;
	}

	private static Map<String, @Nullable Object> copyMap(String field, Map<?, ?> map, int depth) {
		// a null inside is a value: JSON Schema has "const": null
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		map.forEach((key, item) -> {
			Checks.that(key instanceof String, field + " must have maps with texts as keys");
			copy.put((String) key, copy(field, item, depth + 1));
		});
		return Collections.unmodifiableMap(copy);
	}

	private static List<@Nullable Object> copyItems(String field, Collection<?> items, int depth) {
		List<@Nullable Object> copy = new ArrayList<>(items.size());
		items.forEach((item) -> copy.add(copy(field, item, depth + 1)));
		return Collections.unmodifiableList(copy);
	}

}
