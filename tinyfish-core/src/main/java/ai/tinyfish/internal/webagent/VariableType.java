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

package ai.tinyfish.internal.webagent;

import java.util.Currency;
import java.util.UUID;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Types of template variables, by what their values may contain.
 */
enum VariableType {

	/** Any text: data from outside. */
	TEXT,

	/** Number, boolean, enum, date and the like: its form leaves no room for a text. */
	PLAIN;

	/**
	 * Return the type of a parameter's values.
	 * @param declared the type of the parameter
	 * @return the type, or null if it is none of a variable
	 */
	static @Nullable VariableType of(Class<?> declared) {
		Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(declared);
		if (CharSequence.class.isAssignableFrom(type) || type == Character.class) {
			return TEXT;
		}
		boolean number = Number.class.isAssignableFrom(type) && type.getName().startsWith("java.");
		boolean plain = number || type == Boolean.class || type.isEnum() || type == UUID.class || type == Currency.class
				|| type.getPackageName().equals("java.time");
		return plain ? PLAIN : null;
	}

	/**
	 * Return the text of a value.
	 * @param variable its name
	 * @param value the value, or null
	 * @throws IllegalArgumentException if there is no value, or if it has control
	 * characters other than tab and line break, or half a character
	 */
	static String text(String variable, @Nullable Object value) {
		Checks.that(value != null, variable + " must not be null");
		String text = String.valueOf(value);
		checkCharacters(variable, text, true);
		return text;
	}

	/**
	 * Check the characters of a text.
	 * @param name its name
	 * @param text the text
	 * @param multiline whether it may have tabs and line breaks
	 * @throws IllegalArgumentException if it has control characters, or half a character
	 */
	static void checkCharacters(String name, String text, boolean multiline) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isISOControl(character)) {
				boolean layout = character == '\t' || character == '\n' || character == '\r';
				Checks.that(layout && multiline,
						name + (multiline ? " must not have control characters other than tab and line break"
								: " must not have control characters"));
			}
			if (Character.isSurrogate(character)) {
				Checks.that(i + 1 < text.length() && Character.isSurrogatePair(character, text.charAt(i + 1)),
						name + " must not have unpaired surrogates");
				i++;
			}
		}
	}

}
