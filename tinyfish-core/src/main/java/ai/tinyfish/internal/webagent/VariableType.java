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

import java.nio.charset.StandardCharsets;
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
		Checks.that(text.chars().noneMatch(VariableType::isRefused),
				variable + " must not have control characters other than tab and line break");
		checkPaired(variable, text);
		return text;
	}

	static void checkPaired(String name, String text) {
		Checks.that(StandardCharsets.UTF_8.newEncoder().canEncode(text), name + " must not have unpaired surrogates");
	}

	private static boolean isRefused(int character) {
		return Character.isISOControl(character) && character != '\t' && character != '\n' && character != '\r';
	}

}
