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

import ai.tinyfish.internal.request.Checks;

/**
 * Characters of a text from outside.
 */
final class VariableText {

	private VariableText() {
	}

	/**
	 * Check the characters of a text.
	 * @param name its name
	 * @param text the text
	 * @param multiline whether it may have tabs and line breaks
	 * @throws IllegalArgumentException if it has control characters or unpaired
	 * surrogates
	 */
	static void check(String name, String text, boolean multiline) {
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

	/**
	 * Remove the characters that people do not see and an agent reads: tag characters,
	 * bidirectional controls, and variation selectors after the first. A single selector
	 * stays, since emoji and names need it.
	 * @param text the text
	 * @return the text without them
	 */
	static String withoutHidden(String text) {
		StringBuilder kept = new StringBuilder(text.length());
		boolean selected = false;
		for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
			int character = text.codePointAt(i);
			boolean selector = isVariationSelector(character);
			if (!isTag(character) && !isBidiControl(character) && !(selector && selected)) {
				kept.appendCodePoint(character);
				selected = selector;
			}
		}
		return kept.toString();
	}

	private static boolean isTag(int character) {
		return character >= 0xE0000 && character <= 0xE007F;
	}

	private static boolean isBidiControl(int character) {
		return character == 0x061C || character == 0x200E || character == 0x200F
				|| (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
	}

	private static boolean isVariationSelector(int character) {
		return (character >= 0xFE00 && character <= 0xFE0F) || (character >= 0xE0100 && character <= 0xE01EF)
				|| (character >= 0x180B && character <= 0x180D) || character == 0x180F;
	}

}
