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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Halves of characters that UTF-16 has in two parts, such as emoji. A program that cuts a
 * text between them writes one alone, as an escape. The parser of bytes takes none in the
 * name of a property, and one in a result would cost the whole answer.
 */
public final class HalfCharacters {

	/** An escape: of two halves, of one half, or of anything else. */
	private static final Pattern ESCAPE = Pattern.compile("(?s)\\\\(?:"
			+ "u[dD][89abAB]\\p{XDigit}{2}\\\\u[dD][c-fC-F]\\p{XDigit}{2}|(u[dD][89a-fA-F]\\p{XDigit}{2})|.)");

	private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.ISO_8859_1);

	private HalfCharacters() {
	}

	/**
	 * Replace those that a document has.
	 * @param buffer holds the UTF-8 encoded document; not changed
	 * @param offset where it begins
	 * @param length how many bytes it has
	 * @return a copy of the document with replacement characters in their place, or null
	 * if there are none
	 */
	public static byte @Nullable [] replaced(byte[] buffer, int offset, int length) {
		// with a character for each byte
		String document = new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
		Matcher escape = ESCAPE.matcher(document);
		byte[] copy = null;
		while (escape.find()) {
			if (escape.start(1) >= 0) {
				copy = (copy != null) ? copy : Arrays.copyOfRange(buffer, offset, offset + length);
				System.arraycopy(REPLACEMENT, 0, copy, escape.start(), REPLACEMENT.length);
			}
		}
		return copy;
	}

}
