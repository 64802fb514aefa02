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

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The result of reading a stream.
 *
 * @param events the data of the events
 * @param tooLarge whether the stream ended with one that is too large
 */
record StreamOutcome(List<String> events, boolean tooLarge) {

	/** Each byte is a character. */
	static final Charset BYTES = StandardCharsets.ISO_8859_1;

	/**
	 * Read a stream with the parser.
	 * @param chunks the bytes of the stream as they arrive
	 * @param limit the largest event, in bytes
	 * @param charset in which the data is returned
	 * @return the result
	 */
	static StreamOutcome ofParser(List<byte[]> chunks, int limit, Charset charset) {
		List<String> events = new ArrayList<>();
		SseParser parser = new SseParser(limit,
				(buffer, offset, length) -> events.add(new String(buffer, offset, length, charset)));
		try {
			for (byte[] chunk : chunks) {
				byte[] copy = chunk.clone();
				parser.feed(copy);
				// the parser must not keep the chunk
				Arrays.fill(copy, (byte) '#');
			}
			return new StreamOutcome(events, false);
		}
		catch (SseEventTooLargeException ex) {
			return new StreamOutcome(events, true);
		}
	}

}
