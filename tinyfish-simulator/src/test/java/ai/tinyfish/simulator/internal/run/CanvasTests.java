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

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CanvasTests {

	private static final int INK = 0x20262c;

	private static final int WHITE = 0xffffff;

	@Test
	void shapesOutsideOfThePictureAreLeftOut() throws IOException {
		Canvas canvas = new Canvas(20, 10);
		canvas.fill(-5, -5, 100, 100, WHITE);
		canvas.fill(15, 8, 100, 100, INK);
		canvas.text(2, -7, 18, INK, true, "i");
		canvas.text(2, 5, 18, INK, false, "W");
		BufferedImage image = image(canvas);
		assertThat(rgb(image, 14, 8)).isEqualTo(WHITE);
		assertThat(rgb(image, 15, 7)).isEqualTo(WHITE);
		assertThat(rgb(image, 19, 9)).isEqualTo(INK);
	}

	@Test
	void textHasSmoothEdgesAndIsCutAtItsWidth() throws IOException {
		Canvas canvas = new Canvas(100, 20);
		canvas.fill(0, 0, 100, 20, WHITE);
		canvas.text(0, 2, 40, INK, false, "SOS SOS SOS");
		BufferedImage image = image(canvas);
		int inked = 0;
		int mixed = 0;
		for (int x = 0; x < 100; x++) {
			for (int y = 0; y < 20; y++) {
				int color = rgb(image, x, y);
				assertThat(x >= 40 && color != WHITE).isFalse();
				inked += (color == INK) ? 1 : 0;
				mixed += (color != INK && color != WHITE) ? 1 : 0;
			}
		}
		assertThat(inked).isGreaterThan(50);
		assertThat(mixed).isGreaterThan(10);
	}

	@Test
	void textThatDoesNotFitEndsWithAWord() {
		assertThat(Canvas.fitting(100, false, "Moss")).isEqualTo(4);
		assertThat(Canvas.fitting(100, false, "Winters of Moss")).isEqualTo("Winters".length());
		assertThat(Canvas.fitting(30, false, "Winters")).isBetween(1, 3);
		assertThat(Canvas.fitting(100, true, "iiiiiiiiiiiiiiii"))
			.isLessThan(Canvas.fitting(100, false, "i".repeat(50)));
		assertThat(Canvas.fitting(0, false, "\u20ac")).isZero();
	}

	private static int rgb(BufferedImage image, int x, int y) {
		return image.getRGB(x, y) & WHITE;
	}

	private static BufferedImage image(Canvas canvas) throws IOException {
		return ImageIO.read(new ByteArrayInputStream(canvas.png()));
	}

}
