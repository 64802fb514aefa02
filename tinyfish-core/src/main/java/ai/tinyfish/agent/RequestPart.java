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

package ai.tinyfish.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Part of a request that is an object on the wire. Immutable. Two parts are equal if they
 * are of the same kind and send the same fields.
 */
abstract class RequestPart {

	static final String MASK = "***";

	/** Fields to send. */
	final WireForm fields;

	private final Set<String> names;

	/**
	 * Create a new part.
	 * @param fields the fields to send, by their names on the wire
	 * @param names the names that have a setter; the values of other fields may be secret
	 */
	RequestPart(Map<String, Object> fields, Set<String> names) {
		this.fields = new WireForm(fields);
		this.names = names;
	}

	/**
	 * Return the fields to send of a part, or null if nothing is set in it.
	 */
	static @Nullable Map<String, Object> sent(@Nullable RequestPart part) {
		return (part == null || part.fields.toMap().isEmpty()) ? null : part.fields.toMap();
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RequestPart that && getClass() == that.getClass()
				&& this.fields.equals(that.fields));
	}

	@Override
	public final int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Return a description without the values of additional properties.
	 */
	@Override
	public String toString() {
		Map<String, Object> shown = new LinkedHashMap<>(this.fields.toMap());
		shown.replaceAll((name, value) -> this.names.contains(name) ? value : MASK);
		return LogText.of(getClass().getSimpleName() + shown);
	}

}
