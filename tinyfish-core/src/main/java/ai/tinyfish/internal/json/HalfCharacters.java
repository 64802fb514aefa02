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

import org.jspecify.annotations.Nullable;

/**
 * Halves of characters that UTF-16 has in two parts, such as emoji. A program that cuts a
 * text between them writes one alone, as an escape. The parser of bytes takes none in the
 * name of a property, and one in a result would cost the whole answer.
 */
public final class HalfCharacters {

	private static final int ESCAPE_LENGTH = 6;

	private static final byte[] REPLACEMENT = { '\\', 'u', 'f', 'f', 'f', 'd' };

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
		byte[] copy = null;
		int end = offset + length;
		int at = offset;
		while (at < end) {
			if (buffer[at] != '\\') {
				at++;
				continue;
			}
			int unit = unit(buffer, at, end);
			if (unit < 0 || !Character.isSurrogate((char) unit)) {
				// whatever is escaped is none of the next one
				at += 2;
			}
			else if (Character.isHighSurrogate((char) unit) && isLow(unit(buffer, at + ESCAPE_LENGTH, end))) {
				at += 2 * ESCAPE_LENGTH;
			}
			else {
				if (copy == null) {
					copy = new byte[length];
					System.arraycopy(buffer, offset, copy, 0, length);
				}
				System.arraycopy(REPLACEMENT, 0, copy, at - offset, ESCAPE_LENGTH);
				at += ESCAPE_LENGTH;
			}
		}
		return copy;
	}

	private static boolean isLow(int unit) {
		return unit >= 0 && Character.isLowSurrogate((char) unit);
	}

	/**
	 * The UTF-16 code unit that is escaped at a place, or -1.
	 */
	private static int unit(byte[] buffer, int at, int end) {
		if (at + ESCAPE_LENGTH > end || buffer[at] != '\\' || buffer[at + 1] != 'u') {
			return -1;
		}
		int unit = 0;
		for (int i = at + 2; i < at + ESCAPE_LENGTH; i++) {
			int digit = Character.digit(buffer[i], 16);
			if (digit < 0) {
				return -1;
			}
			unit = unit * 16 + digit;
		}
		return unit;
	}

}
