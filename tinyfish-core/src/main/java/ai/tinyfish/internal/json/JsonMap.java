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

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Unmodifiable map of JSON values that are parsed when they are read. Until then it only
 * needs the memory of their JSON: parsed values may need fifty times as much.
 */
public final class JsonMap extends AbstractMap<String, @Nullable Object> {

	private final Map<String, String> json;

	/**
	 * Create a map.
	 * @param json the values as JSON text, keyed by name; not copied
	 */
	public JsonMap(Map<String, String> json) {
		this.json = json;
	}

	/**
	 * Copy values.
	 * @param values plain JSON values, or values read by {@link ValueDeserializer}, keyed
	 * by name; or null for an empty map
	 * @return the map
	 */
	public static JsonMap copyOf(@Nullable Map<String, ? extends @Nullable Object> values) {
		return new JsonMap((values != null) ? toJson(values) : Collections.emptyMap());
	}

	/**
	 * Return values as JSON text, without conversion for a {@code JsonMap}.
	 * @param values plain JSON values, keyed by name
	 * @return a new map
	 */
	public static Map<String, String> toJson(Map<String, ? extends @Nullable Object> values) {
		if (values instanceof JsonMap map) {
			return new LinkedHashMap<>(map.json);
		}
		Map<String, String> json = new LinkedHashMap<>();
		values.forEach((name, value) -> json.put(name,
				(value instanceof Unparsed unparsed) ? unparsed.json : Json.mapper().writeValueAsString(value)));
		return json;
	}

	/**
	 * Return a text.
	 * @param values plain JSON values, keyed by name
	 * @param name the name of the text
	 * @return the text, or null if the value is something else
	 */
	public static @Nullable String text(Map<?, ?> values, String name) {
		return (values.get(name) instanceof String text) ? text : null;
	}

	@Override
	public @Nullable Object get(@Nullable Object name) {
		String value = this.json.get(name);
		return (value != null) ? Json.mapper().readValue(value, Object.class) : null;
	}

	@Override
	public boolean containsKey(@Nullable Object name) {
		return this.json.containsKey(name);
	}

	@Override
	public Set<String> keySet() {
		return Collections.unmodifiableSet(this.json.keySet());
	}

	@Override
	public Set<Entry<String, @Nullable Object>> entrySet() {
		return new AbstractSet<>() {

			@Override
			public Iterator<Entry<String, @Nullable Object>> iterator() {
				return JsonMap.this.json.keySet()
					.stream()
					.<Entry<String, @Nullable Object>>map((name) -> new SimpleImmutableEntry<>(name, get(name)))
					.iterator();
			}

			@Override
			public int size() {
				return JsonMap.this.json.size();
			}

		};
	}

	/**
	 * Deserializer of the values of a map that is copied by {@link #copyOf}.
	 */
	public static final class ValueDeserializer extends RawJson.Deserializer<Object> {

		/**
		 * Create a deserializer.
		 */
		public ValueDeserializer() {
			super(Object.class, Unparsed::new);
		}

	}

	/**
	 * A value that was not parsed.
	 *
	 * @param json the value as JSON text
	 */
	private record Unparsed(String json) {

	}

}
