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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Conversion between the constants of enums and the texts of the wire.
 */
public final class EnumTexts {

	private EnumTexts() {
	}

	/**
	 * Return the constant that a text names.
	 * @param <E> the type of the enum
	 * @param text the text, in any case and with space around it, or null
	 * @param unknown the constant for any other text, and for null
	 * @return the constant
	 */
	public static <E extends Enum<E>> E read(@Nullable String text, E unknown) {
		String name = (text != null) ? text.trim() : "";
		for (E constant : unknown.getDeclaringClass().getEnumConstants()) {
			if (constant.name().equalsIgnoreCase(name)) {
				return constant;
			}
		}
		return unknown;
	}

	/**
	 * Return the text of a constant that may be absent.
	 * @param constant the constant, or null
	 * @return its name in lower case, or null
	 */
	public static @Nullable String write(@Nullable Enum<?> constant) {
		return (constant != null) ? constant.name().toLowerCase(Locale.ROOT) : null;
	}

}
