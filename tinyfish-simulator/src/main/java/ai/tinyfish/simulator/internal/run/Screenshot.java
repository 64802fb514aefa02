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

package ai.tinyfish.simulator.internal.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Picture of a made-up browser at a step, as PNG. It is drawn without a font or a display
 * of the machine, so that it is the same everywhere.
 */
final class Screenshot {

	private static final int WIDTH = 320;

	private static final int HEIGHT = 200;

	/** Characters in a line of the caption. */
	private static final int LINE = 25;

	private static final int PAGE = 0;

	private static final int INK = 1;

	private static final int BAR = 2;

	private static final int WHITE = 3;

	private static final int LINES = 4;

	private static final int ACCENT = 5;

	/** Covers of books: this color and those after it. */
	private static final int COVERS = 6;

	private static final byte[] PALETTE = hex("fbfaf7 17202b dfe3e9 ffffff c9ced6 e07a1f 2f6f8f a2564b 5b7f4f 7a5c93");

	private static final int COVER_COLORS = PALETTE.length / 3 - COVERS;

	/** The printable ASCII characters: five columns each, the lowest bit on top. */
	private static final byte[] GLYPHS = hex("""
			0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649552250 0005030000
			001c224100 0041221c00 14083e0814 08083e0808 0050300000 0808080808 0060600000 2010080402
			3e5149453e 00427f4000 4261514946 2141454b31 1814127f10 2745454539 3c4a494930 0171090503
			3649494936 064949291e 0036360000 0056360000 0814224100 1414141414 0041221408 0201510906
			324979413e 7e1111117e 7f49494936 3e41414122 7f4141221c 7f49494941 7f09090901 3e4149497a
			7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e
			7f09090906 3e4151215e 7f09192946 4649494931 01017f0101 3f4040403f 1f2040201f 3f4038403f
			6314081463 0708700807 6151494543 007f414100 0204081020 0041417f00 0402010204 4040404040
			0001020400 2054545478 7f48444438 3844444420 384444487f 3854545418 087e090102 0c5252523e
			7f08040478 00447d4000 2040443d00 7f10284400 00417f4000 7c04180478 7c08040478 3844444438
			7c14141408 081414187c 7c08040408 4854545420 043f444020 3c4040207c 1c2040201c 3c4030403c
			4428102844 0c5050503c 4464544c44 0008364100 00007f0000 0041360800 0804081008""");

	/** Each row begins with the byte that says how it is filtered, which is zero. */
	private final byte[] rows = new byte[HEIGHT * (WIDTH + 1)];

	private Screenshot() {
	}

	/**
	 * Draws a step.
	 * @param run the run
	 * @param number the number of the step, from 1
	 * @return the PNG
	 */
	static byte[] of(RunSnapshot run, int number) {
		Screenshot picture = new Screenshot();
		picture.page(number);
		picture.browser(run.submission().url().replaceFirst("(?is)^https?://(?:[^/?#]*@)?([^/?#]*).*", "$1"));
		picture.caption(number + " " + run.steps().get(number - 1).action());
		return picture.png();
	}

	/**
	 * Draws shelves with books, further down with each step.
	 */
	private void page(int number) {
		int book = 0;
		for (int y = 46 - (number - 1) % 4 * 26; y < 152; y += 84) {
			for (int x = 10; x < WIDTH - 70; x += 77) {
				boolean looked = book == number;
				fill(x - 3, y - 3, 74, 78, looked ? ACCENT : LINES);
				fill(x - 1, y - 1, 70, 74, WHITE);
				fill(x + 3, y + 3, 62, 44, COVERS + book % COVER_COLORS);
				fill(x + 3, y + 53, 56, 5, INK);
				fill(x + 3, y + 63, 30, 5, LINES);
				book++;
			}
		}
	}

	private void browser(String address) {
		fill(0, 0, WIDTH, 26, BAR);
		for (int x = 8; x < 40; x += 12) {
			fill(x, 9, 7, 7, LINES);
		}
		fill(46, 4, WIDTH - 54, 18, WHITE);
		text(51, 6, 2, INK, address);
		fill(0, 26, WIDTH, 13, PAGE);
		text(10, 29, 1, INK, "Simulated: no site is visited");
	}

	private void caption(String text) {
		int space = (text.length() > LINE) ? text.lastIndexOf(' ', LINE) : -1;
		int end = (space > 0) ? space : Math.min(LINE, text.length());
		fill(0, 152, WIDTH, HEIGHT - 152, INK);
		text(10, 159, 2, WHITE, text.substring(0, end));
		text(10, 179, 2, WHITE, text.substring(end).strip());
	}

	private void text(int x, int y, int scale, int color, String text) {
		int left = x;
		for (int i = 0; i < text.length() && left < WIDTH - 6 * scale; i++) {
			char character = text.charAt(i);
			int glyph = (character >= ' ' && character <= '~') ? character - ' ' : '?' - ' ';
			for (int column = 0; column < 5; column++) {
				for (int row = 0; row < 7; row++) {
					if ((GLYPHS[glyph * 5 + column] >> row & 1) == 1) {
						fill(left + column * scale, y + row * scale, scale, scale, color);
					}
				}
			}
			left += 6 * scale;
		}
	}

	/**
	 * Fills the part of a rectangle that is in the picture.
	 */
	private void fill(int x, int y, int width, int height, int color) {
		for (int row = Math.max(0, y); row < Math.min(HEIGHT, y + height); row++) {
			for (int column = Math.max(0, x); column < Math.min(WIDTH, x + width); column++) {
				this.rows[row * (WIDTH + 1) + 1 + column] = (byte) color;
			}
		}
	}

	private byte[] png() {
		Deflater deflater = new Deflater();
		deflater.setInput(this.rows);
		deflater.finish();
		byte[] data = new byte[this.rows.length];
		int length = deflater.deflate(data);
		deflater.end();
		ByteBuffer png = ByteBuffer.allocate(length + PALETTE.length + 100).put(hex("89504e470d0a1a0a"));
		// eight bits for each pixel, which are an index of the palette
		chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT).put(hex("0803000000")).array(), 13);
		chunk(png, "PLTE", PALETTE, PALETTE.length);
		chunk(png, "IDAT", data, length);
		chunk(png, "IEND", new byte[0], 0);
		byte[] bytes = new byte[png.position()];
		png.flip().get(bytes);
		return bytes;
	}

	private static void chunk(ByteBuffer png, String type, byte[] data, int length) {
		png.putInt(length);
		int start = png.position();
		png.put(type.getBytes(StandardCharsets.US_ASCII)).put(data, 0, length);
		CRC32 sum = new CRC32();
		sum.update(png.array(), start, length + 4);
		png.putInt((int) sum.getValue());
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
	}

}
