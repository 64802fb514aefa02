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
 * Unpaired surrogates: halves of characters that are two units in UTF-16, such as emoji.
 * A program that cuts a text between them writes one of them, as an escape. The parser of
 * bytes refuses it in the name of a property, so that one in a result would make the
 * whole answer unreadable.
 */
public final class HalfCharacters {

	/** Escapes: a pair of surrogates, an unpaired one, or any other. */
	private static final Pattern ESCAPE = Pattern.compile("(?s)\\\\(?:"
			+ "u[dD][89abAB]\\p{XDigit}{2}\\\\u[dD][c-fC-F]\\p{XDigit}{2}|(u[dD][89a-fA-F]\\p{XDigit}{2})|.)");

	private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.ISO_8859_1);

	private HalfCharacters() {
	}

	/**
	 * Replace the unpaired surrogates of a document.
	 * @param buffer the array with the UTF-8 encoded document; not changed
	 * @param offset the beginning of the document
	 * @param length its length in bytes
	 * @return a copy of the document with replacement characters, or null if it has no
	 * unpaired surrogates
	 */
	public static byte @Nullable [] replaced(byte[] buffer, int offset, int length) {
		// decoded with one character for each byte
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
