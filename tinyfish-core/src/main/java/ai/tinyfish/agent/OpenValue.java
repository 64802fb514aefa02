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

import org.jspecify.annotations.Nullable;

/**
 * A value out of a set that the service adds to, so that it is no enum. Two are equal if
 * they are of the same kind and have the same text.
 */
abstract class OpenValue {

	private final String value;

	OpenValue(String value) {
		this.value = value;
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return this == other
				|| (other instanceof OpenValue that && getClass() == that.getClass() && this.value.equals(that.value));
	}

	@Override
	public final int hashCode() {
		return this.value.hashCode();
	}

	/**
	 * Return the value as the API knows it.
	 * @return the value
	 */
	@Override
	public final String toString() {
		return this.value;
	}

}
