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

package ai.tinyfish.support;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Text from outside in a form that is safe in a log line or a message. Texts from the
 * service, and from the users of an application, are data: logged unchanged, they could
 * forge lines, color a terminal, or reverse the text.
 *
 * @since 0.1.0
 */
public final class LogText {

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

	private LogText() {
	}

	/**
	 * Return the text of a value in one line.
	 * @param value the value, or null
	 * @return its {@link String#valueOf(Object) text}, in which each sequence of control
	 * characters, format characters, and line and paragraph separators is one space
	 */
	public static String of(@Nullable Object value) {
		return UNPRINTABLE.matcher(String.valueOf(value)).replaceAll(" ");
	}

}
