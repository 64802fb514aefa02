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

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Wire form of a request or query: its fields or parameters, keyed by their names on the
 * wire, in the order of sending. Fields that are not set are absent. Immutable. Two forms
 * are equal if they send the same.
 * <p>
 * Each public class of requests registers a function to its form and receives an empty
 * form to start with. So calls can read fields that applications must not see, such as
 * passwords, without a public method or reflection.
 */
public final class WireForm {

	private static final Map<Class<?>, Function<Object, ?>> HOLDERS = new ConcurrentHashMap<>();

	private static final WireForm EMPTY = new WireForm(Map.of());

	private final Map<String, Object> fields;

	/** For observations: never sent, and not a part of the value. */
	private final RunOrigin origin;

	/**
	 * Create a form.
	 * @param fields the fields by their names on the wire
	 */
	public WireForm(Map<String, Object> fields) {
		this(new LinkedHashMap<>(fields), RunOrigin.NONE);
	}

	private WireForm(Map<String, Object> fields, RunOrigin origin) {
		this.fields = Collections.unmodifiableMap(fields);
		this.origin = origin;
	}

	/**
	 * Register the access to the form of the objects of a class. Called once, by the
	 * class itself. Builders do so only if fields are set in them by name.
	 * @param <T> the type of request or builder
	 * @param type the class
	 * @param form the function to the form of a request, or to the form of a builder
	 * @return the empty form
	 * @throws IllegalStateException if the class is registered already
	 */
	public static <T> WireForm register(Class<T> type, Function<T, ?> form) {
		if (HOLDERS.putIfAbsent(type, (holder) -> form.apply(type.cast(holder))) != null) {
			throw new IllegalStateException("The wire form of " + type.getName() + " is registered already");
		}
		return EMPTY;
	}

	/**
	 * Return the fields of a request.
	 * @param request the request
	 * @return its fields by their names on the wire; fields that are not set are absent
	 * @throws IllegalArgumentException if the class of the request has registered no form
	 */
	public static Map<String, Object> of(Object request) {
		return new LinkedHashMap<>(formOf(request).fields);
	}

	/**
	 * Return the parameters of a query.
	 * @param query the query
	 * @return its parameters by their names on the wire; fields that are not set are
	 * absent
	 * @throws IllegalArgumentException if the class of the query has registered no form
	 */
	public static Map<String, String> ofQuery(Object query) {
		Map<String, String> params = new LinkedHashMap<>();
		formOf(query).fields.forEach((name, value) -> params.put(name, String.valueOf(value)));
		return params;
	}

	/**
	 * Return the form of a builder of requests.
	 * @param builder the builder
	 * @return its form: setting a field there sets it in the builder
	 * @throws IllegalArgumentException if the class of the builder has registered no form
	 */
	public static Builder<?> ofBuilder(Object builder) {
		return (Builder<?>) held(builder);
	}

	static WireForm formOf(Object request) {
		return (WireForm) held(request);
	}

	private static Object held(Object holder) {
		Function<Object, ?> form = HOLDERS.get(holder.getClass());
		if (form == null) {
			throw new IllegalArgumentException("No wire form of " + holder.getClass().getName());
		}
		return form.apply(holder);
	}

	/**
	 * Start a form like this one.
	 * @param <B> the type of the request's builder
	 * @param owner the request's builder, which the methods return
	 * @return a builder with the fields of this form
	 */
	public <B> Builder<B> toBuilder(B owner) {
		return new Builder<>(owner, this);
	}

	/**
	 * Return the value of a field.
	 * @param name the name on the wire
	 * @return the value, or null if it is not set
	 */
	public @Nullable Object get(String name) {
		return this.fields.get(name);
	}

	/**
	 * Return the value of a field that is a text.
	 * @param name the name on the wire
	 * @return the text, or null if it is not set
	 */
	public @Nullable String text(String name) {
		return (String) this.fields.get(name);
	}

	/**
	 * Return the value of a field that is a list of texts.
	 * @param name the name on the wire
	 * @return the texts, or null if they are not set
	 */
	@SuppressWarnings("unchecked")
	public @Nullable List<String> texts(String name) {
		return (List<String>) this.fields.get(name);
	}

	/**
	 * Read a field as another type.
	 * @param <T> the type that it has on the wire
	 * @param <R> the type that it is read as
	 * @param name the name on the wire
	 * @param reader converts the value
	 * @return the converted value, or null if the field is not set
	 */
	@SuppressWarnings("unchecked")
	public <T, R> @Nullable R read(String name, Function<T, R> reader) {
		T value = (T) this.fields.get(name);
		return (value != null) ? reader.apply(value) : null;
	}

	/**
	 * Return all fields.
	 * @return an unmodifiable map
	 */
	public Map<String, Object> toMap() {
		return this.fields;
	}

	RunOrigin origin() {
		return this.origin;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof WireForm that && this.fields.equals(that.fields));
	}

	@Override
	public int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Builds a {@link WireForm}.
	 *
	 * @param <B> the type of the request's builder
	 */
	public static final class Builder<B> {

		private final B owner;

		private final Map<String, Object> fields;

		private RunOrigin origin;

		private Builder(B owner, WireForm form) {
			this.owner = owner;
			this.fields = new LinkedHashMap<>(form.fields);
			this.origin = form.origin;
		}

		/**
		 * Set a field, or remove it.
		 * @param name the name on the wire
		 * @param value the value, or null
		 * @return the request's builder
		 */
		public B set(String name, @Nullable Object value) {
			this.fields.compute(name, (key, before) -> value);
			return this.owner;
		}

		/**
		 * Set a field to a deep copy of JSON-like values, or remove it.
		 * @param name the name on the wire
		 * @param field the name that errors show
		 * @param value the value, or null
		 * @return the request's builder
		 * @throws IllegalArgumentException if the value is not JSON
		 */
		public B setJson(String name, String field, @Nullable Object value) {
			return set(name, JsonValues.copy(field, value));
		}

		/**
		 * Set fields that were read from JSON.
		 * @param fields the fields by their names on the wire, copied deeply
		 * @throws IllegalArgumentException if a value is not JSON
		 */
		public void setAll(Map<String, Object> fields) {
			fields.forEach((name, value) -> setJson(name, name, value));
		}

		/**
		 * Set a field that the request's builder has no method for.
		 * @param names the names that have a method
		 * @param name the name on the wire
		 * @param value the value, copied deeply
		 * @return the request's builder
		 * @throws IllegalArgumentException if the name is blank or has a method, or the
		 * value is null or not JSON
		 */
		public B setAdditional(Collection<String> names, String name, Object value) {
			Checks.text("name of an additional property", name);
			Checks.that(!names.contains(name), name + " has a method of its own and cannot be an additional property");
			Checks.that(value != null, name + " must not be null");
			return setJson(name, name, value);
		}

		/**
		 * Set the method that declares the request.
		 * @param origin the origin
		 */
		public void origin(RunOrigin origin) {
			this.origin = origin;
		}

		/**
		 * Build the form.
		 * @return the form, in the order in which the fields were set
		 */
		public WireForm build() {
			return build(List.of());
		}

		/**
		 * Build the form.
		 * @param first the names of the fields to send first, in this order
		 * @return the form
		 */
		public WireForm build(List<String> first) {
			Map<String, Object> ordered = new LinkedHashMap<>();
			first.stream().filter(this.fields::containsKey).forEach((name) -> ordered.put(name, this.fields.get(name)));
			this.fields.forEach(ordered::putIfAbsent);
			return new WireForm(ordered, this.origin);
		}

	}

}
