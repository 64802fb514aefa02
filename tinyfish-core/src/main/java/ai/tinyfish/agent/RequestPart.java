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

import java.util.Map;

import ai.tinyfish.internal.request.WireFields;
import org.jspecify.annotations.Nullable;

/**
 * Part of a request that is an object on the wire. Immutable. Two are equal if they are
 * of the same kind and send the same.
 */
abstract class RequestPart {

	private final Map<String, Object> fields;

	RequestPart(WireFields<Object> fields) {
		this.fields = fields.toMap();
	}

	/**
	 * Return the fields to send, by their names on the wire.
	 */
	final Map<String, Object> toMap() {
		return this.fields;
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

	@Override
	public String toString() {
		return getClass().getSimpleName() + this.fields;
	}

}
