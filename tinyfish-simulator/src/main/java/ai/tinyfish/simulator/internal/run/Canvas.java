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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Picture that is drawn without a font or a display of the machine, so that it is the
 * same everywhere.
 */
final class Canvas {

	/** Height and width of the square for a point of a glyph. */
	private static final int SCALE = 2;

	/** Number of parts of a side of a pixel, so that the edges of glyphs are smooth. */
	private static final int PARTS = 4;

	private static final int ROWS = 7;

	private static final int COLUMNS = 5;

	private static final int SPACE = 6;

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

	/** How much of each pixel a glyph covers, from 0 to {@code PARTS}. */
	private static final byte[][][] COVERED = new byte[GLYPHS.length / COLUMNS][][];

	static {
		for (int i = 0; i < COVERED.length; i++) {
			COVERED[i] = covered(i);
		}
	}

	private final int width;

	private final int height;

	private final int[] pixels;

	Canvas(int width, int height) {
		this.width = width;
		this.height = height;
		this.pixels = new int[width * height];
	}

	/**
	 * Fill the part of a rectangle that is in the picture.
	 */
	void fill(int x, int y, int width, int height, int color) {
		for (int row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
			for (int column = Math.max(0, x); column < Math.min(this.width, x + width); column++) {
				this.pixels[row * this.width + column] = color;
			}
		}
	}

	/**
	 * Draw the part of a text that fits.
	 */
	void text(int x, int y, int width, int color, boolean bold, String text) {
		int left = x;
		for (int i = 0; i < text.length() && left + advance(glyph(text, i), bold) <= x + width; i++) {
			draw(left, y, color, bold, glyph(text, i));
			left += advance(glyph(text, i), bold);
		}
	}

	/**
	 * Return how many characters of a text fit, and of a longer text, how many of them
	 * are whole words.
	 */
	static int fitting(int width, boolean bold, String text) {
		int used = 0;
		for (int i = 0; i < text.length(); i++) {
			used += advance(glyph(text, i), bold);
			if (used > width) {
				int space = text.lastIndexOf(' ', i);
				return (space > 0) ? space : i;
			}
		}
		return text.length();
	}

	private static int glyph(String text, int index) {
		char character = text.charAt(index);
		return (character >= ' ' && character <= '~') ? character - ' ' : '?' - ' ';
	}

	private static int advance(int glyph, boolean bold) {
		int end = end(glyph);
		return (end > 0) ? SCALE * (end - start(glyph) + 1) + (bold ? 1 : 0) : SPACE;
	}

	private static int start(int glyph) {
		int column = 0;
		while (column < COLUMNS && GLYPHS[glyph * COLUMNS + column] == 0) {
			column++;
		}
		return column;
	}

	private static int end(int glyph) {
		int column = COLUMNS;
		while (column > 0 && GLYPHS[glyph * COLUMNS + column - 1] == 0) {
			column--;
		}
		return column;
	}

	private void draw(int x, int y, int color, boolean bold, int glyph) {
		int left = x - SCALE * start(glyph);
		byte[][] covered = COVERED[glyph];
		for (int row = Math.max(0, -y); row < Math.min(covered.length, this.height - y); row++) {
			for (int column = 0; column <= covered[row].length; column++) {
				int here = (column < covered[row].length) ? covered[row][column] : 0;
				int share = (bold && column > 0) ? Math.max(here, covered[row][column - 1]) : here;
				if (share > 0) {
					int pixel = (y + row) * this.width + left + column;
					this.pixels[pixel] = mixed(this.pixels[pixel], color, share);
				}
			}
		}
	}

	private static int mixed(int ground, int color, int share) {
		int mixed = 0;
		for (int shift = 0; shift < 24; shift += 8) {
			int from = ground >> shift & 0xff;
			int to = color >> shift & 0xff;
			mixed |= from + (to - from) * share / PARTS << shift;
		}
		return mixed;
	}

	private static byte[][] covered(int glyph) {
		boolean[][] ink = new boolean[ROWS][COLUMNS];
		for (int row = 0; row < ROWS; row++) {
			for (int column = 0; column < COLUMNS; column++) {
				ink[row][column] = (GLYPHS[glyph * COLUMNS + column] >> row & 1) == 1;
			}
		}
		while (ink.length < ROWS * SCALE * PARTS) {
			ink = doubled(ink);
		}
		int[][] counts = new int[ROWS * SCALE][COLUMNS * SCALE];
		byte[][] covered = new byte[ROWS * SCALE][COLUMNS * SCALE];
		for (int row = 0; row < ink.length; row++) {
			for (int column = 0; column < ink[row].length; column++) {
				counts[row / PARTS][column / PARTS] += ink[row][column] ? 1 : 0;
				covered[row / PARTS][column / PARTS] = (byte) ((counts[row / PARTS][column / PARTS] + 1) / PARTS);
			}
		}
		return covered;
	}

	/**
	 * Return a picture of twice the size, whose corners are less sharp.
	 */
	private static boolean[][] doubled(boolean[][] ink) {
		boolean[][] doubled = new boolean[ink.length * 2][ink[0].length * 2];
		for (int row = 0; row < doubled.length; row++) {
			for (int column = 0; column < doubled[row].length; column++) {
				int y = row / 2;
				int x = column / 2;
				boolean above = isInk(ink, y - 1, x);
				boolean left = isInk(ink, y, x - 1);
				boolean corner = above != isInk(ink, y + 1, x) && left != isInk(ink, y, x + 1);
				boolean besideRow = (row % 2 == 0) == above;
				boolean besideColumn = (column % 2 == 0) == left;
				doubled[row][column] = (corner && besideRow == besideColumn) ? besideRow : ink[y][x];
			}
		}
		return doubled;
	}

	private static boolean isInk(boolean[][] ink, int row, int column) {
		return row >= 0 && row < ink.length && column >= 0 && column < ink[row].length && ink[row][column];
	}

	/**
	 * Return the picture as PNG, whose pixels are indexes of a palette.
	 */
	byte[] png() {
		Map<Integer, Integer> colors = new LinkedHashMap<>();
		// each row begins with the byte that says how it is filtered, which is zero
		byte[] rows = new byte[this.height * (this.width + 1)];
		for (int i = 0; i < this.pixels.length; i++) {
			int color = colors.computeIfAbsent(this.pixels[i], (added) -> colors.size());
			rows[i / this.width * (this.width + 1) + 1 + i % this.width] = (byte) color;
		}
		ByteBuffer palette = ByteBuffer.allocate(colors.size() * 3);
		colors.keySet()
			.forEach((color) -> palette.put((byte) (color >> 16)).put((byte) (color >> 8)).put(color.byteValue()));
		byte[] data = deflated(rows);
		ByteBuffer header = ByteBuffer.allocate(13).putInt(this.width).putInt(this.height).put(hex("0803000000"));
		ByteBuffer png = ByteBuffer.allocate(data.length + palette.capacity() + 100).put(hex("89504e470d0a1a0a"));
		chunk(png, "IHDR", header.array());
		chunk(png, "PLTE", palette.array());
		chunk(png, "IDAT", data);
		chunk(png, "IEND", new byte[0]);
		return Arrays.copyOf(png.array(), png.position());
	}

	private static byte[] deflated(byte[] content) {
		Deflater deflater = new Deflater();
		deflater.setInput(content);
		deflater.finish();
		byte[] data = new byte[content.length];
		int length = deflater.deflate(data);
		deflater.end();
		return Arrays.copyOf(data, length);
	}

	private static void chunk(ByteBuffer png, String type, byte[] data) {
		png.putInt(data.length);
		int start = png.position();
		png.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
		CRC32 sum = new CRC32();
		sum.update(png.array(), start, data.length + 4);
		png.putInt((int) sum.getValue());
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
	}

}
