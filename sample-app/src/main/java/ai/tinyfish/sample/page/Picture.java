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

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * Screenshot of a step. It is data from outside: only a PNG or JPEG of a usual size is
 * accepted.
 *
 * @param type its media type
 * @param bytes its content
 */
record Picture(MediaType type, byte[] bytes) {

	static final int MAX_BYTES = 1024 * 1024;

	/** The size of a whole page of 1,600 by 20,000 pixels. */
	private static final long MAX_PIXELS = 32_000_000;

	private static final Pattern DATA_URI = Pattern.compile("data:image/(?:png|jpeg);base64,");

	private static final long PNG = 0x89504e470d0a1a0aL;

	private static final int IHDR = 0x49484452;

	/**
	 * Read a screenshot of a record.
	 * @param uri the {@code data:} URI, or null
	 * @return the picture, or null if it is not accepted
	 */
	static @Nullable Picture of(@Nullable String uri) {
		if (uri == null || uri.length() > MAX_BYTES / 3 * 4) {
			return null;
		}
		Matcher prefix = DATA_URI.matcher(uri);
		if (!prefix.lookingAt()) {
			return null;
		}
		byte[] bytes;
		try {
			bytes = Base64.getDecoder().decode(uri.substring(prefix.end()));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		ByteBuffer image = ByteBuffer.wrap(bytes);
		boolean png = bytes.length > 24 && image.getLong(0) == PNG && image.getInt(12) == IHDR;
		long pixels = png ? pixels(image.getInt(16), image.getInt(20)) : jpegPixels(image);
		return (pixels > 0 && pixels <= MAX_PIXELS)
				? new Picture(png ? MediaType.IMAGE_PNG : MediaType.IMAGE_JPEG, bytes) : null;
	}

	/**
	 * Return the number of pixels that the first frame of a JPEG has.
	 */
	private static long jpegPixels(ByteBuffer image) {
		int at = 2;
		while (at + 9 < image.limit() && image.getShort(0) == (short) 0xffd8 && image.get(at) == (byte) 0xff) {
			int marker = Byte.toUnsignedInt(image.get(at + 1));
			if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
				return pixels(Short.toUnsignedInt(image.getShort(at + 5)), Short.toUnsignedInt(image.getShort(at + 7)));
			}
			at += 2 + Short.toUnsignedInt(image.getShort(at + 2));
		}
		return 0;
	}

	private static long pixels(int height, int width) {
		return (height > 0 && width > 0) ? (long) height * width : 0;
	}

}
