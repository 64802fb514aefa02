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

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Accessors of a type, which declare its JSON fields.
 *
 * @param names the accessors, keyed by JSON name, in the order of the type
 * @param aliases the JSON names, keyed by their other spellings
 * @param additional the accessor of all other fields, or null
 */
record JsonAccessors(Map<String, Method> names, Map<String, String> aliases, @Nullable Method additional) {

	private static final ClassValue<JsonAccessors> ACCESSORS = new ClassValue<>() {

		@Override
		protected JsonAccessors computeValue(Class<?> type) {
			return read(type, List.of(type.getAnnotation(JsonPropertyOrder.class).value()));
		}

	};

	static JsonAccessors of(Class<?> type) {
		return ACCESSORS.get(type);
	}

	private static JsonAccessors read(Class<?> type, List<String> order) {
		Map<String, Method> names = new TreeMap<>(
				Comparator.<String>comparingInt((name) -> order.contains(name) ? order.indexOf(name) : order.size())
					.thenComparing(Comparator.naturalOrder()));
		Map<String, String> aliases = new HashMap<>();
		Method additional = null;
		for (Method method : type.getMethods()) {
			JsonProperty property = method.getAnnotation(JsonProperty.class);
			if (method.isAnnotationPresent(JsonAnyGetter.class)) {
				additional = method;
			}
			if (property != null) {
				String name = property.value().isEmpty() ? method.getName() : property.value();
				names.put(name, method);
				if (method.isAnnotationPresent(JsonAlias.class)) {
					aliases.put(method.getAnnotation(JsonAlias.class).value()[0], name);
				}
			}
		}
		return new JsonAccessors(new LinkedHashMap<>(names), aliases, additional);
	}

}
