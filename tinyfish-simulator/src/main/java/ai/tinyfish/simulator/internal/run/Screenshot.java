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

import java.util.List;

import ai.tinyfish.simulator.internal.shop.Product;
import ai.tinyfish.simulator.internal.shop.Product.Offer;
import ai.tinyfish.simulator.internal.shop.Shop;

/**
 * Picture of a made-up browser at a step, as PNG. It shows what the live view does.
 */
final class Screenshot {

	private static final int WIDTH = 640;

	private static final int HEIGHT = 400;

	/** Free space at both sides, and between the lines of a text. */
	private static final int MARGIN = 10;

	private static final int LINE = 18;

	/** Heights of the parts above and below the page. */
	private static final int BAR = 40;

	private static final int NOTE = 26;

	private static final int CAPTION = 38;

	private static final int BOOK_WIDTH = 201;

	private static final int BOOK_HEIGHT = 100;

	private static final int GAP = 8;

	/** The longest names have two lines. */
	private static final int PADDING = 6;

	private static final int BOOKS_IN_A_ROW = 3;

	/** The page is further down with each of so many steps. */
	private static final int POSITIONS = 4;

	private static final int SCROLLED = 54;

	private static final int PAPER = 0xfbfaf7;

	private static final int WHITE = 0xffffff;

	private static final int INK = 0x20262c;

	private static final int SOFT = 0x56606b;

	private static final int LINES = 0xd9d5cb;

	private static final int BAR_COLOR = 0xe7eaee;

	private static final int IN_STOCK = 0x0b6650;

	private static final int OUT_OF_STOCK = 0x9a2b22;

	private final Canvas canvas = new Canvas(WIDTH, HEIGHT);

	private Screenshot() {
	}

	/**
	 * Draw a step.
	 * @param run the run
	 * @param number the number of the step, from 1
	 * @return the PNG
	 */
	static byte[] of(RunSnapshot run, int number) {
		Screenshot picture = new Screenshot();
		picture.page(Shop.bundled(), BAR + NOTE - (number - 1) % POSITIONS * SCROLLED);
		picture.browser(run.submission().url().replaceFirst("(?i)^(https?://)[^/?#]*@", "$1"));
		picture.caption(number + "  " + run.steps().get(number - 1).action());
		return picture.canvas.png();
	}

	private void page(Shop shop, int top) {
		this.canvas.fill(0, 0, WIDTH, HEIGHT, PAPER);
		text(MARGIN, top + GAP, INK, true, shop.itself().name());
		int index = 0;
		for (Product product : shop.products()) {
			int x = MARGIN + index % BOOKS_IN_A_ROW * (BOOK_WIDTH + GAP);
			int y = top + 2 * GAP + LINE + index / BOOKS_IN_A_ROW * (BOOK_HEIGHT + GAP);
			book(product, x, y);
			index++;
		}
	}

	private void book(Product product, int x, int y) {
		int left = x + PADDING;
		int width = BOOK_WIDTH - 2 * PADDING;
		this.canvas.fill(x, y, BOOK_WIDTH, BOOK_HEIGHT, LINES);
		this.canvas.fill(x + 1, y + 1, BOOK_WIDTH - 2, BOOK_HEIGHT - 2, WHITE);
		String name = product.name();
		int end = Canvas.fitting(width, false, name);
		this.canvas.text(left, y + GAP, width, INK, false, name.substring(0, end));
		this.canvas.text(left, y + GAP + LINE, width, INK, false, name.substring(end).strip());
		Offer offer = product.offer();
		if (offer != null) {
			this.canvas.text(left, y + GAP + 2 * LINE + 4, width, INK, true, offer.price() + " " + product.currency());
			this.canvas.text(left, y + GAP + 3 * LINE + 4, width, offer.inStock() ? IN_STOCK : OUT_OF_STOCK, true,
					offer.availability());
		}
	}

	private void browser(String address) {
		this.canvas.fill(0, 0, WIDTH, BAR, BAR_COLOR);
		this.canvas.fill(MARGIN, 7, WIDTH - 2 * MARGIN, BAR - 14, WHITE);
		this.canvas.text(MARGIN + GAP, 13, WIDTH - 2 * (MARGIN + GAP), INK, false, address);
		this.canvas.fill(0, BAR, WIDTH, NOTE, PAPER);
		this.canvas.fill(0, BAR + NOTE, WIDTH, 1, LINES);
		text(MARGIN, BAR + 7, SOFT, false, "Simulated: no site is visited, the page is made up.");
	}

	private void caption(String text) {
		this.canvas.fill(0, HEIGHT - CAPTION, WIDTH, CAPTION, INK);
		int end = Canvas.fitting(WIDTH - 3 * MARGIN, false, text);
		text(MARGIN, HEIGHT - CAPTION + 12, WHITE, false,
				(end < text.length()) ? text.substring(0, end) + "..." : text);
	}

	private void text(int x, int y, int color, boolean bold, String text) {
		this.canvas.text(x, y, WIDTH - MARGIN - x, color, bold, text);
	}

}
