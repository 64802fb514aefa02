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

package ai.tinyfish.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes up event streams that are full of rarities: every kind of field and of line end,
 * broken UTF-8, byte order marks, lines of many kilobytes, and ends in the middle.
 */
final class RandomEventStream {

	private static final String[] FIELDS = { "event", "id", "retry", "x", "datax", "dat", "d", "Data", " data", "data ",
			"\uFEFFdata", "data\u0000", "d\u00e4ta" };

	private static final String[] SEPARATORS = { ":", ": ", ": ", ": ", ":  ", ":\t", "::", "" };

	private static final String[] TEXTS = { "a", "{\"n\":1}", "abc", "0", " ", "  ", "\t", ":", "data", "data:",
			"\u0000", "\u000B\f", "\u0085", "\u2028", "\u00e9", "\u20ac", "\ud83d\ude00", "\uFEFF", "\u00a0" };

	/**
	 * Lone continuation bytes, sequences that are cut short, overlong ones, a surrogate,
	 * bytes beyond the last code point, and bytes that never occur.
	 */
	private static final int[][] BROKEN = { { 0x80 }, { 0xBF, 0xBF }, { 0xC3 }, { 0xE2, 0x82 }, { 0xF0, 0x9F, 0x98 },
			{ 0xF0, 0x9F }, { 0xC0, 0xAF }, { 0xC1 }, { 0xE0, 0x80, 0x80 }, { 0xED, 0xA0, 0x80 },
			{ 0xF4, 0x90, 0x80, 0x80 }, { 0xF5 }, { 0xFE }, { 0xFF }, { 0xEF, 0xBB }, { 0xEF } };

	private static final String[] LINE_ENDS = { "\n", "\r", "\r\n" };

	private final SplittableRandom random;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private RandomEventStream(SplittableRandom random) {
		this.random = random;
	}

	static byte[] generate(SplittableRandom random) {
		return new RandomEventStream(random).generate();
	}

	private byte[] generate() {
		beginning();
		String usualEnd = pick(LINE_ENDS);
		boolean mixed = oneIn(3);
		int lines = this.random.nextInt(oneIn(20) ? 200 : 24);
		for (int i = 0; i < lines; i++) {
			line();
			if (!oneIn(50)) {
				write(mixed ? pick(LINE_ENDS) : usualEnd);
			}
		}
		if (oneIn(2)) {
			write(usualEnd + usualEnd);
		}
		byte[] bytes = this.out.toByteArray();
		return oneIn(3) ? Arrays.copyOf(bytes, this.random.nextInt(bytes.length + 1)) : bytes;
	}

	private void beginning() {
		switch (this.random.nextInt(8)) {
			case 0, 1 -> write("\uFEFF");
			case 2 -> write("\uFEFF\uFEFF");
			case 3 -> write((byte) 0xEF);
			case 4 -> write((byte) 0xEF, (byte) 0xBB);
			default -> {
				// most streams begin with a line
			}
		}
	}

	private void line() {
		switch (this.random.nextInt(10)) {
			case 0, 1, 2, 3 -> {
				write("data");
				write(pick(SEPARATORS));
				text();
			}
			case 4 -> {
				write(pick(FIELDS));
				write(pick(SEPARATORS));
				text();
			}
			case 5 -> {
				write(":");
				text();
			}
			case 6 -> text();
			default -> {
				// an empty line
			}
		}
	}

	private void text() {
		if (oneIn(400)) {
			write("x".repeat(this.random.nextInt(70_000)));
		}
		int pieces = this.random.nextInt(6);
		for (int i = 0; i < pieces; i++) {
			if (oneIn(5)) {
				broken();
			}
			else {
				write(pick(TEXTS));
			}
		}
	}

	private void broken() {
		for (int value : BROKEN[this.random.nextInt(BROKEN.length)]) {
			write((byte) value);
		}
	}

	private boolean oneIn(int count) {
		return this.random.nextInt(count) == 0;
	}

	private String pick(String[] values) {
		return values[this.random.nextInt(values.length)];
	}

	private void write(String text) {
		this.out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
	}

	private void write(byte... bytes) {
		this.out.writeBytes(bytes);
	}

}
