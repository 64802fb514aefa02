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

package ai.tinyfish.settings;

import java.util.Locale;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Value of a set that the service may extend, such as a mode or a country. Each type has
 * constants for the values that this version knows, and a method {@code of} for any
 * other. Two values are equal if they are of the same type and have the same text in
 * upper or lower case: compare them with {@code equals}, never with {@code ==}.
 *
 * @since 0.1.0
 */
public abstract class OpenValue {

	private final String value;

	/**
	 * Create a value.
	 * @param value the value as the API knows it; space around it is removed
	 * @throws IllegalArgumentException if the value is blank
	 */
	protected OpenValue(String value) {
		this.value = Checks.text(getClass().getSimpleName(), value).trim();
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return this == other || (other instanceof OpenValue that && getClass() == that.getClass()
				&& this.value.equalsIgnoreCase(that.value));
	}

	@Override
	public final int hashCode() {
		return this.value.toLowerCase(Locale.ROOT).hashCode();
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
