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
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Fields of a JSON object, keyed by JSON name. Each is parsed on first access; a value of
 * the wrong shape is read as null. Known fields are those with an accessor with a JSON
 * name. All others are additional, and so are times that cannot be parsed.
 */
public final class JsonFields {

	/** Attribute of a reader: the name of a field that is skipped. */
	public static final String SKIPPED = JsonFields.class.getName() + ".skipped";

	private static volatile @Nullable Function<Object, JsonFields> fields;

	@JsonAnySetter
	private final Map<String, LazyJson> values = new LinkedHashMap<>();

	/**
	 * Register the access to the fields of documents and their builders, which
	 * applications do not need. Called once, by their base class.
	 * @param access returns the fields
	 */
	public static void register(Function<Object, JsonFields> access) {
		fields = access;
	}

	/**
	 * Return the fields of an outcome or a part of it, which must not be changed, or of a
	 * builder of one.
	 * @param owner the document, or the builder
	 * @return its fields, not a copy
	 */
	public static JsonFields of(Object owner) {
		return Objects.requireNonNull(fields).apply(owner);
	}

	/**
	 * Return the values of all fields of an object.
	 * @param document the object
	 * @return the values, keyed by the names of the accessors
	 */
	public static Map<String, @Nullable Object> valuesOf(Object document) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		JsonAccessors accessors = JsonAccessors.of(document.getClass());
		Stream.concat(accessors.names().values().stream(), Stream.ofNullable(accessors.additional()))
			.forEach((accessor) -> values.put(accessor.getName(), ReflectionUtils.invokeMethod(accessor, document)));
		return values;
	}

	/**
	 * Copy the fields.
	 * @return a new object
	 */
	public JsonFields copy() {
		JsonFields copy = new JsonFields();
		copy.values.putAll(this.values);
		return copy;
	}

	/**
	 * Copy the fields for an object of another type.
	 * @param type the type of this object
	 * @param other the other type
	 * @return a new object, without the fields that only this type has
	 */
	public JsonFields copy(Class<?> type, Class<?> other) {
		JsonFields copy = copy();
		copy.values.keySet()
			.removeIf((name) -> !JsonAccessors.of(other).names().containsKey(name) && !isAdditional(type, name));
		return copy;
	}

	/**
	 * Use one spelling for the name of each field, and remove known fields that are null.
	 * If both spellings are sent, the one with a value counts.
	 * @param type the type of the object
	 * @return this
	 */
	public JsonFields unify(Class<?> type) {
		JsonAccessors accessors = JsonAccessors.of(type);
		accessors.aliases().forEach((alias, name) -> {
			LazyJson value = this.values.remove(alias);
			if (value != null && isNothing(name)) {
				this.values.put(name, value);
			}
		});
		this.values.entrySet()
			.removeIf((field) -> field.getValue().isNull() && accessors.names().containsKey(field.getKey()));
		return this;
	}

	/**
	 * Return a value.
	 * @param <T> the type of the value
	 * @param name the name
	 * @param type the type of the value
	 * @return the value, or null if it is absent or of the wrong shape
	 */
	public <T> @Nullable T get(String name, Class<T> type) {
		return get(name, type, (json) -> Json.mapper().readValue(json, type));
	}

	/**
	 * Return a value with its own parser.
	 * @param <T> the type of the value
	 * @param name the name
	 * @param type the type of the value
	 * @param parse reads JSON text
	 * @return the value, or null if it is absent or of the wrong shape
	 */
	public <T> @Nullable T get(String name, Class<T> type, Function<String, @Nullable T> parse) {
		LazyJson value = this.values.get(name);
		return (value != null) ? value.as(type, parse) : null;
	}

	/**
	 * Return a list.
	 * @param <T> the type of the items
	 * @param name the name
	 * @param type the type of the items
	 * @return the items without nulls; empty if the list is absent
	 */
	@SuppressWarnings("unchecked")
	public <T> List<T> list(String name, Class<T> type) {
		List<T> list = get(name, List.class,
				(json) -> Lists.copyOf(Json.mapper().readerForListOf(type).<List<T>>readValue(json)));
		return (list != null) ? list : List.of();
	}

	/**
	 * Return a map.
	 * @param <T> the type of the values
	 * @param name the name
	 * @param type the type of the values
	 * @return an unmodifiable map, empty if it is absent
	 */
	@SuppressWarnings("unchecked")
	public <T> Map<String, T> map(String name, Class<T> type) {
		Map<String, T> map = get(name, Map.class, (json) -> Json.mapper().readerForMapOf(type).readValue(json));
		return (map != null) ? Collections.unmodifiableMap(map) : Map.of();
	}

	/**
	 * Return a JSON value of any kind.
	 * @param name the name
	 * @return the value, unmodifiable at any depth, or null if it is absent
	 */
	public @Nullable Object any(String name) {
		return get(name, Object.class, (json) -> unmodifiable(Json.mapper().readValue(json, Object.class)));
	}

	private static @Nullable Object unmodifiable(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
			map.forEach((name, item) -> copy.put(name, unmodifiable(item)));
			return Collections.unmodifiableMap(copy);
		}
		if (value instanceof List<?> list) {
			return list.stream().map(JsonFields::unmodifiable).toList();
		}
		return value;
	}

	/**
	 * Return whether there is a field.
	 * @param name the name
	 * @return true if there is, also if its value is null
	 */
	public boolean has(String name) {
		return this.values.containsKey(name);
	}

	/**
	 * Set a value to a copy of a JSON value, which may be changed afterwards.
	 * @param name the name
	 * @param value a plain JSON value, or null to remove it
	 */
	public void setCopy(String name, @Nullable Object value) {
		set(name, value);
		this.values.computeIfPresent(name, (key, given) -> LazyJson.unread(given.json()));
	}

	/**
	 * Set a value.
	 * @param name the name
	 * @param value the value, or null to remove it
	 */
	public void set(String name, @Nullable Object value) {
		if (value != null) {
			this.values.put(name, new LazyJson(value));
		}
		else {
			this.values.remove(name);
		}
	}

	/**
	 * Set a value in a builder.
	 * @param <B> the type of builder
	 * @param builder the builder that holds these fields
	 * @param name the name
	 * @param value the value, or null to remove it
	 * @return the builder
	 */
	public <B> B set(B builder, String name, @Nullable Object value) {
		set(name, value);
		return builder;
	}

	/**
	 * Return the additional fields.
	 * @param type the type of the object
	 * @return an unmodifiable map of plain JSON values
	 */
	public Map<String, @Nullable Object> additional(Class<?> type) {
		Map<String, String> additional = new LinkedHashMap<>();
		this.values.forEach((name, value) -> {
			if (isAdditional(type, name)) {
				additional.put(name, value.json());
			}
		});
		return new JsonMap(additional);
	}

	/**
	 * Replace the additional fields.
	 * @param type the type of the object
	 * @param properties plain JSON values, of which those of known fields are ignored
	 */
	public void setAdditional(Class<?> type, Map<String, ? extends @Nullable Object> properties) {
		this.values.keySet().removeIf((name) -> isAdditional(type, name));
		JsonMap.toJson(properties).forEach((name, json) -> {
			if (isAdditional(type, name)) {
				this.values.put(name, LazyJson.unread(json));
			}
		});
		unify(type);
	}

	/**
	 * Add the fields that an object lacks, from another of its type.
	 * @param document the object with these fields
	 * @param others the fields of the other
	 */
	public void fill(Object document, JsonFields others) {
		JsonAccessors accessors = JsonAccessors.of(document.getClass());
		others.values.forEach((name, value) -> {
			Method accessor = accessors.names().get(name);
			if (isNothing(name) || (accessor != null && ReflectionUtils.invokeMethod(accessor, document) == null)) {
				this.values.put(name, value);
			}
		});
	}

	/**
	 * Change all texts.
	 * @param change the change of each text, at any depth
	 */
	public void mapTexts(UnaryOperator<String> change) {
		this.values.replaceAll((name, value) -> value.mapTexts(change));
	}

	private boolean isNothing(String name) {
		LazyJson value = this.values.get(name);
		return value == null || value.isNothing();
	}

	private boolean isAdditional(Class<?> type, String name) {
		JsonAccessors accessors = JsonAccessors.of(type);
		Method accessor = accessors.names().get(name);
		return (accessor != null) ? accessor.getReturnType() == Instant.class && get(name, Instant.class) == null
				: !accessors.aliases().containsKey(name);
	}

}
