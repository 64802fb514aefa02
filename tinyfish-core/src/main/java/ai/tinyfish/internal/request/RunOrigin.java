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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Method of an agent interface that a request comes from. A request carries it for
 * observations alone: it is never sent.
 *
 * @param type name of the interface
 * @param method name of the method
 */
public record RunOrigin(String type, String method) {

	/** Origin of requests that come from no agent interface. */
	public static final RunOrigin NONE = new RunOrigin("none", "none");

	private static final Map<Class<?>, Access<Object>> ACCESS = new ConcurrentHashMap<>();

	/**
	 * Register how the requests of a class carry their origin, so that no application has
	 * to see it. Called once, by the class itself.
	 * @param <T> the type of request
	 * @param type the class
	 * @param reader reads the origin of a request
	 * @param writer makes the same request with another origin
	 */
	@SuppressWarnings("unchecked")
	public static <T> void register(Class<T> type, Function<T, RunOrigin> reader, BiFunction<T, RunOrigin, T> writer) {
		ACCESS.put(type, (Access<Object>) new Access<>(reader, writer));
	}

	/**
	 * Return the origin of a request.
	 * @param request the request
	 * @return its origin, {@link #NONE} where it has none
	 */
	public static RunOrigin of(Object request) {
		Access<Object> access = ACCESS.get(request.getClass());
		return (access != null) ? access.reader().apply(request) : NONE;
	}

	/**
	 * Return the same request with this origin.
	 * @param <T> the type of request
	 * @param request the request
	 * @return the request
	 * @throws IllegalArgumentException if requests of its class carry no origin
	 */
	@SuppressWarnings("unchecked")
	public <T> T on(T request) {
		Access<Object> access = ACCESS.get(request.getClass());
		if (access == null) {
			throw new IllegalArgumentException("No origin on " + request.getClass().getName());
		}
		return (T) access.writer().apply(request, this);
	}

	private record Access<T>(Function<T, RunOrigin> reader, BiFunction<T, RunOrigin, T> writer) {

	}

}
