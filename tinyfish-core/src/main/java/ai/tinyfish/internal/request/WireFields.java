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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The fields or parameters to send, by their names on the wire, in the order in which
 * they were set. What is null is absent.
 *
 * @param <V> the type of the values
 */
public final class WireFields<V> {

	private final Map<String, V> fields;

	/**
	 * Create fields of which none is set.
	 */
	public WireFields() {
		this(Map.of());
	}

	/**
	 * Create fields that are set as in another request.
	 * @param fields the fields of the other request
	 */
	public WireFields(Map<String, V> fields) {
		this.fields = new LinkedHashMap<>(fields);
	}

	/**
	 * Set a field, or take it away.
	 * @param name the name on the wire
	 * @param value the value, or null
	 */
	public void set(String name, @Nullable V value) {
		if (value != null) {
			this.fields.put(name, value);
		}
		else {
			this.fields.remove(name);
		}
	}

	/**
	 * Read a field of a request.
	 * @param <T> the type that it has on the wire
	 * @param <R> the type that it is read as
	 * @param fields the fields of the request
	 * @param name the name on the wire
	 * @param reader converts the value
	 * @return the converted value, or null if the field is not set
	 */
	@SuppressWarnings("unchecked")
	public static <T, R> @Nullable R read(Map<String, ?> fields, String name, Function<T, R> reader) {
		T value = (T) fields.get(name);
		return (value != null) ? reader.apply(value) : null;
	}

	/**
	 * The value of a field.
	 * @param name the name on the wire
	 * @return the value, or null where it is not set
	 */
	public @Nullable V get(String name) {
		return this.fields.get(name);
	}

	/**
	 * The value of a field that is a text.
	 * @param name the name on the wire
	 * @return the text, or null where it is not set
	 */
	public @Nullable String getText(String name) {
		return (String) this.fields.get(name);
	}

	/**
	 * Return whether a field is true.
	 * @param name the name on the wire
	 * @return whether it is set, and true
	 */
	public boolean isTrue(String name) {
		return Boolean.TRUE.equals(this.fields.get(name));
	}

	/**
	 * The fields that are set.
	 * @return an unmodifiable copy
	 */
	public Map<String, V> toMap() {
		return Collections.unmodifiableMap(new LinkedHashMap<>(this.fields));
	}

}
