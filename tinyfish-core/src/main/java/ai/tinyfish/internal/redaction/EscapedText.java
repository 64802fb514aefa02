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

package ai.tinyfish.internal.redaction;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A text, which may be a part of a JSON document or of a URL, without the escapes of
 * these. Knows where each of its characters stands in the original.
 */
final class EscapedText {

	private static final String ESCAPED = "\"\\/bfnrt";

	private static final String MEANT = "\"\\/\b\f\n\r\t";

	private final String text;

	/** Where each character begins in the original, and at last where that ends. */
	private final int[] begins;

	private EscapedText(String text, int[] begins) {
		this.text = text;
		this.begins = begins;
	}

	static EscapedText of(String text) {
		int[] begins = new int[text.length() + 1];
		Arrays.setAll(begins, (i) -> i);
		return new EscapedText(text, begins);
	}

	String text() {
		return this.text;
	}

	int begin(int index) {
		return this.begins[index];
	}

	/**
	 * The same with one level of JSON's escapes less, without an escape that is cut at
	 * the end.
	 * @return the text, or null if there are no escapes
	 */
	@Nullable EscapedText withoutJsonEscapes() {
		return without('\\', this::widthInJson);
	}

	/**
	 * The same with a character in the place of each byte that is escaped as in URLs,
	 * without an escape that is cut at the end.
	 * @return the text, or null if there are no escapes
	 */
	@Nullable EscapedText withoutUrlEscapes() {
		return without('%', this::widthInUrl);
	}

	private @Nullable EscapedText without(char escape, IntUnaryOperator widthAt) {
		if (this.text.indexOf(escape) < 0) {
			return null;
		}
		StringBuilder meant = new StringBuilder(this.text.length());
		int[] meantBegins = new int[this.text.length() + 1];
		int at = 0;
		while (at < this.text.length()) {
			meantBegins[meant.length()] = this.begins[at];
			int width = (this.text.charAt(at) == escape) ? widthAt.applyAsInt(at) : 1;
			if (at + width > this.text.length()) {
				break;
			}
			meant.append(character(at, width));
			at += width;
		}
		meantBegins[meant.length()] = this.begins[this.text.length()];
		return new EscapedText(meant.toString(), Arrays.copyOf(meantBegins, meant.length() + 1));
	}

	private int widthInJson(int at) {
		return this.text.startsWith("u", at + 1) ? 6 : 2;
	}

	private int widthInUrl(int at) {
		for (int i = at + 1; i < Math.min(at + 3, this.text.length()); i++) {
			if (Character.digit(this.text.charAt(i), 16) < 0) {
				return 1;
			}
		}
		return 3;
	}

	private char character(int at, int width) {
		if (width == 1) {
			return this.text.charAt(at);
		}
		if (width == 2) {
			int escape = ESCAPED.indexOf(this.text.charAt(at + 1));
			return (escape < 0) ? this.text.charAt(at + 1) : MEANT.charAt(escape);
		}
		int unit = 0;
		for (int i = at + ((width == 3) ? 1 : 2); i < at + width; i++) {
			// what is no digit makes some other character, which is as good as any
			unit = unit * 16 + Math.max(0, Character.digit(this.text.charAt(i), 16));
		}
		return (char) unit;
	}

}
