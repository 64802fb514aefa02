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

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Types of template variables, by the possible content of their values.
 */
enum VariableType {

	/** Any text: data from outside. */
	TEXT,

	/** Number, boolean, enum, date or similar type, whose form cannot contain a text. */
	PLAIN;

	private static final int MAX_DIGITS = 1000;

	/**
	 * Return the type of a parameter's values.
	 * @param declared the type of the parameter, which may be a collection or an
	 * {@code Optional} of values
	 * @return the variable type, or null if the Java type is not supported
	 */
	static @Nullable VariableType of(ResolvableType declared) {
		Class<?> raw = declared.toClass();
		if (raw == Optional.class) {
			return ofOne(declared.getGeneric(0).toClass());
		}
		return ofOne(Collection.class.isAssignableFrom(raw) ? declared.asCollection().getGeneric(0).toClass() : raw);
	}

	private static @Nullable VariableType ofOne(Class<?> declared) {
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
	 * Return the texts of the values of an argument.
	 * @param variable its name
	 * @param argument the argument: a value, a collection or an {@code Optional} of
	 * values
	 * @return the text of each value
	 * @throws IllegalArgumentException if the argument or a value is null, or if a value
	 * has control characters other than tab and line break, or unpaired surrogates
	 */
	static List<String> texts(String variable, @Nullable Object argument) {
		if (argument == null) {
			throw new IllegalArgumentException(variable + " must not be null");
		}
		if (argument instanceof Optional<?> optional) {
			return optional.stream().map((value) -> text(variable, value)).toList();
		}
		return (argument instanceof Collection<?> values)
				? Checks.entries(variable, values).stream().map((value) -> text(variable, value)).toList()
				: List.of(text(variable, argument));
	}

	private static String text(String variable, Object value) {
		String text = (value instanceof Number number) ? digits(variable, number) : value.toString();
		VariableText.check(variable, text, true);
		return VariableText.withoutHidden(text);
	}

	/**
	 * Return a number without an exponent, which an agent may misread.
	 */
	private static String digits(String variable, Number number) {
		if (number instanceof BigDecimal decimal) {
			long places = Math.max((long) decimal.precision() - decimal.scale(), decimal.scale());
			Checks.that(places <= MAX_DIGITS, variable + " must not have more than " + MAX_DIGITS + " digits");
			return decimal.toPlainString();
		}
		boolean binary = (number instanceof Double || number instanceof Float) && Double.isFinite(number.doubleValue());
		return binary ? new BigDecimal(number.toString()).toPlainString() : number.toString();
	}

}
