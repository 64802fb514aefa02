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

package ai.tinyfish.sample.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which screenshots are pictures.
 */
class PictureTests {

	@Test
	void typeIsThatOfTheContent() throws IOException {
		assertThat(Picture.of(uri("png", image("png")))).extracting(Picture::type).isEqualTo(MediaType.IMAGE_PNG);
		assertThat(Picture.of(uri("jpeg", image("jpeg")))).extracting(Picture::type).isEqualTo(MediaType.IMAGE_JPEG);
		assertThat(Picture.of(uri("jpeg", image("png")))).extracting(Picture::type).isEqualTo(MediaType.IMAGE_PNG);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "data:image/png;base64,", "data:image/png;base64,not base64!",
			"https://shots.example/1.png", "javascript:alert(1)", "data:image/svg+xml;base64,PHN2Zy8+",
			"data:text/html;base64,PGI+", "data:image/png;base64,iVBORw0KGgo=", "data:image/jpeg;base64,/9j/4AAAAAA=",
			"data:image/jpeg;base64,/9j/AAAAAAAAAAAAAAAAAAAAAAAA" })
	void anythingElseIsNotAPicture(String screenshot) {
		assertThat(Picture.of(screenshot)).isNull();
	}

	@Test
	void pageThatSaysThatItIsAPictureIsNotAPicture() {
		byte[] html = "<script>alert(1)</script> and more text than any header has".getBytes(StandardCharsets.UTF_8);
		assertThat(Picture.of(uri("png", html))).isNull();
		assertThat(Picture.of(uri("jpeg", html))).isNull();
	}

	@Test
	void pictureIsNotTooLarge() throws IOException {
		byte[] png = image("png");
		assertThat(Picture.of(uri("png", ByteBuffer.allocate(Picture.MAX_BYTES + 1).put(png).array()))).isNull();
		// few bytes for more pixels than a browser should unpack
		assertThat(Picture.of(uri("png", ByteBuffer.wrap(png.clone()).putInt(16, 60_000).array()))).isNotNull();
		assertThat(Picture.of(uri("png", ByteBuffer.wrap(png.clone()).putInt(16, 60_000).putInt(20, 60_000).array())))
			.isNull();
		assertThat(Picture.of(uri("png", ByteBuffer.wrap(png.clone()).putInt(16, -1).putInt(20, -1).array()))).isNull();
	}

	private static byte[] image(String format) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		assertThat(ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), format, bytes)).isTrue();
		return bytes.toByteArray();
	}

	private static String uri(String type, byte[] content) {
		return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(content);
	}

}
