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

package ai.tinyfish.sample.browser;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

import com.microsoft.playwright.Browser.NewPageOptions;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The simulator's screenshots, which are pictures of the pages in
 * {@code src/test/resources/pictures} and of its shop. With
 * {@code -Dtinyfish.docs.update=true} they are made anew.
 */
class PicturePageBrowserTests {

	private static final Path PICTURES = Path
		.of("../tinyfish-simulator/src/main/resources/ai/tinyfish/simulator/internal/run");

	private static final int WIDTH = 640;

	private static final int HEIGHT = 400;

	private static final int COLORS = 16;

	@AutoClose
	private static Chromium chromium;

	@BeforeAll
	static void launch() {
		chromium = new Chromium();
	}

	@ParameterizedTest
	@ValueSource(strings = { "shop", "product", "nothing", "captcha", "blocked", "news", "jobs" })
	void pictureIsSmallAndThatOfItsPage(String name) throws IOException {
		BufferedImage page = shot(url(name));
		Path file = PICTURES.resolve(name + ".png");
		if (Boolean.getBoolean("tinyfish.docs.update")) {
			Files.write(file, png(page));
		}
		assertThat(Files.size(file)).isLessThan(15_000);
		BufferedImage picture = ImageIO.read(file.toFile());
		assertThat(picture.getWidth()).isEqualTo(WIDTH);
		assertThat(picture.getHeight()).isEqualTo(HEIGHT);
		int[] expected = pixels(page);
		int[] actual = pixels(picture);
		// text takes less: fonts differ between machines
		assertThat(IntStream.range(0, expected.length).filter((i) -> distance(expected[i], actual[i]) > 1000).count())
			.isLessThan(expected.length / 10);
	}

	private static URL url(String name) {
		ClassLoader resources = PicturePageBrowserTests.class.getClassLoader();
		return resources.getResource(
				"shop".equals(name) ? "ai/tinyfish/simulator/internal/shop/shop.html" : "pictures/" + name + ".html");
	}

	private static BufferedImage shot(URL url) throws IOException {
		try (Page page = chromium.browser().newPage(new NewPageOptions().setViewportSize(WIDTH, HEIGHT))) {
			if ("file".equals(url.getProtocol())) {
				page.navigate(url.toString());
			}
			else {
				page.setContent(new String(url.openStream().readAllBytes(), StandardCharsets.UTF_8));
			}
			return ImageIO.read(new ByteArrayInputStream(page.screenshot()));
		}
	}

	/**
	 * Return the picture with its most frequent colours alone.
	 */
	static byte[] png(BufferedImage page) throws IOException {
		int[] colors = Arrays.stream(pixels(page))
			.boxed()
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
			.entrySet()
			.stream()
			.sorted(Map.Entry.<Integer, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
			.limit(COLORS)
			.mapToInt(Map.Entry::getKey)
			.toArray();
		IndexColorModel palette = new IndexColorModel(4, colors.length, colors, 0, false, -1, DataBuffer.TYPE_BYTE);
		BufferedImage picture = new BufferedImage(page.getWidth(), page.getHeight(), BufferedImage.TYPE_BYTE_BINARY,
				palette);
		Map<Integer, Integer> nearest = new HashMap<>();
		int[] pixels = pixels(page);
		for (int i = 0; i < pixels.length; i++) {
			picture.setRGB(i % page.getWidth(), i / page.getWidth(),
					nearest.computeIfAbsent(pixels[i], (pixel) -> nearest(colors, pixel)));
		}
		ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
		ImageWriteParam best = writer.getDefaultWriteParam();
		best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
		best.setCompressionQuality(0);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
			writer.setOutput(out);
			writer.write(null, new IIOImage(picture, null, null), best);
		}
		return bytes.toByteArray();
	}

	private static int nearest(int[] colors, int pixel) {
		return Arrays.stream(colors)
			.boxed()
			.min(Comparator.comparingInt((color) -> distance(color, pixel)))
			.orElseThrow();
	}

	private static int[] pixels(BufferedImage image) {
		return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
	}

	private static int distance(int one, int other) {
		return IntStream.of(0, 8, 16)
			.map((shift) -> (one >> shift & 0xff) - (other >> shift & 0xff))
			.map((d) -> d * d)
			.sum();
	}

}
