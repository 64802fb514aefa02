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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Wire form of requests and queries. Each public request class registers a function to
 * its own fields, so that calls can read what no application has to see, such as
 * passwords, without a public method or reflection.
 */
public final class WireForm {

	private static final Map<Class<?>, Function<Object, Map<String, ?>>> FORMS = new ConcurrentHashMap<>();

	private static final Map<Class<?>, BiConsumer<Object, Map<String, Object>>> BUILDERS = new ConcurrentHashMap<>();

	private WireForm() {
	}

	/**
	 * Register the wire form of a class. Called once, by the class itself.
	 * @param <T> the type of request
	 * @param type the class
	 * @param fields the function to its fields, by their names on the wire
	 * @throws IllegalStateException if the class has registered a form before
	 */
	public static <T> void register(Class<T> type, Function<T, Map<String, ?>> fields) {
		if (FORMS.putIfAbsent(type, (request) -> fields.apply(type.cast(request))) != null) {
			throw new IllegalStateException("The wire form of " + type.getName() + " is registered already");
		}
	}

	/**
	 * Register how fields are set in a builder. Called once, by the class of the request.
	 * @param <B> the type of builder
	 * @param type the class of the builder
	 * @param setter sets fields, by their names on the wire
	 */
	public static <B> void registerBuilder(Class<B> type, BiConsumer<B, Map<String, Object>> setter) {
		BUILDERS.put(type, (builder, fields) -> setter.accept(type.cast(builder), fields));
	}

	/**
	 * Set fields in a builder that has registered a setter.
	 * @param builder the builder
	 * @param fields the fields by their names on the wire
	 */
	public static void set(Object builder, Map<String, Object> fields) {
		Objects.requireNonNull(BUILDERS.get(builder.getClass())).accept(builder, fields);
	}

	/**
	 * Return the fields of a request.
	 * @param request the request
	 * @return its fields by their names on the wire; what is not set is absent
	 * @throws IllegalArgumentException if the class of the request has registered no form
	 */
	public static Map<String, Object> of(Object request) {
		Function<Object, Map<String, ?>> fields = FORMS.get(request.getClass());
		if (fields == null) {
			throw new IllegalArgumentException("No wire form of " + request.getClass().getName());
		}
		return new LinkedHashMap<>(fields.apply(request));
	}

	/**
	 * Return the parameters of a query.
	 * @param query the query
	 * @return its parameters by their names on the wire; what is not set is absent
	 * @throws IllegalArgumentException if the class of the query has registered no form
	 */
	public static Map<String, String> ofQuery(Object query) {
		Map<String, String> params = new LinkedHashMap<>();
		of(query).forEach((name, value) -> params.put(name, String.valueOf(value)));
		return params;
	}

}
