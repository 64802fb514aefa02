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

package ai.tinyfish.internal.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SseParserTests {

	private static final int MAX = 1024 * 1024;

	static Stream<Arguments> documents() {
		return Stream.of(Arguments.of("line feeds", "data: a\n\ndata: b\n\n", List.of("a", "b")),
				Arguments.of("carriage returns", "data: a\r\rdata: b\r\r", List.of("a", "b")),
				Arguments.of("both", "data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
				Arguments.of("mixed endings", "data: a\r\ndata: b\r\rdata: c\n\n", List.of("a\nb", "c")),
				Arguments.of("byte order mark", "\uFEFFdata: a\n\n", List.of("a")),
				Arguments.of("byte order mark later on", "data: a\n\n\uFEFFdata: b\n\n", List.of("a")),
				Arguments.of("no space after the colon", "data:a\n\n", List.of("a")),
				Arguments.of("one space is taken away", "data:  a \n\n", List.of(" a ")),
				Arguments.of("several data lines", "data: 1\ndata:\ndata: 3\n\n", List.of("1\n\n3")),
				Arguments.of("data without a colon", "data\n\n", List.of("")),
				Arguments.of("comments", ": hello\ndata: a\n:\n\n: bye\n\n", List.of("a")),
				Arguments.of("other fields", "event: x\nid: 1\nretry: abc\ndata: a\n\n", List.of("a")),
				Arguments.of("unknown fields", "datax: a\ndat: b\nDATA: c\ndata: d\n\n", List.of("d")),
				Arguments.of("no data, no event", "event: x\n\nid: 2\n\n\n\n", List.of()),
				Arguments.of("cut inside an event", "data: a\n\ndata: b\n", List.of("a")),
				Arguments.of("cut inside a line", "data: a\n\ndata: {\"b", List.of("a")),
				Arguments.of("cut after the field", "data: a\n\nevent: run\ndata: b", List.of("a")),
				Arguments.of("beyond ASCII", "data: \u00e9\u20ac\ud83d\ude00\n\n", List.of("\u00e9\u20ac\ud83d\ude00")),
				Arguments.of("a stray carriage return ends the line", "data: a\rxyz\n\n", List.of("a")),
				Arguments.of("empty", "", List.of()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("documents")
	void readsByTheStandardHoweverTheBytesAreCut(String name, String document, List<String> expected) {
		byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
		assertThat(parse(List.of(bytes))).isEqualTo(expected);
		assertThat(parse(chunks(bytes, 1))).isEqualTo(expected);
		for (int cut = 0; cut <= bytes.length; cut++) {
			assertThat(parse(List.of(Arrays.copyOfRange(bytes, 0, cut), Arrays.copyOfRange(bytes, cut, bytes.length))))
				.as("cut at %d", cut)
				.isEqualTo(expected);
		}
	}

	@Test
	void randomCutsGiveTheSameEvents() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		StringBuilder document = new StringBuilder();
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			String text = "{\"n\":" + i + ",\"t\":\"\u00fc\u20ac\ud83d\ude80".repeat(random.nextInt(5)) + "\"}";
			expected.add(text);
			document.append("data: ").append(text).append((i % 3 == 0) ? "\r\n\r\n" : (i % 3 == 1) ? "\n\n" : "\r\r");
		}
		byte[] bytes = document.toString().getBytes(StandardCharsets.UTF_8);
		for (int round = 0; round < 50; round++) {
			List<byte[]> chunks = new ArrayList<>();
			for (int from = 0; from < bytes.length;) {
				int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
				chunks.add(Arrays.copyOfRange(bytes, from, to));
				from = to;
			}
			assertThat(parse(chunks)).as("seed %d", seed).isEqualTo(expected);
		}
	}

	@Test
	void readsEventsOfSeveralMegabytes() {
		String big = "x".repeat(5 * 1024 * 1024);
		List<String> events = parse(
				chunks(("data: " + big + "\n\ndata: end\n\n").getBytes(StandardCharsets.UTF_8), 8192),
				16 * 1024 * 1024);
		assertThat(events).hasSize(2);
		assertThat(events.get(0)).isEqualTo(big);
		assertThat(events.get(1)).isEqualTo("end");
	}

	@Test
	void refusesALineOverTheLimit() {
		byte[] garbage = "x".repeat(101).getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> parse(List.of(garbage), 100))
			.withMessageContaining("100 bytes");
		assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> parse(chunks(garbage, 7), 100));
	}

	@Test
	void refusesManyShortLinesOverTheLimit() {
		byte[] document = "data: 0123456789\n".repeat(20).getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> parse(List.of(document), 100));
	}

	@Test
	void limitHoldsForEachEventAlone() {
		byte[] document = "data: 0123456789\n\n".repeat(100).getBytes(StandardCharsets.UTF_8);
		assertThat(parse(chunks(document, 13), 20)).hasSize(100);
	}

	private static List<byte[]> chunks(byte[] bytes, int size) {
		List<byte[]> chunks = new ArrayList<>();
		for (int from = 0; from < bytes.length; from += size) {
			chunks.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
		}
		return chunks;
	}

	private static List<String> parse(List<byte[]> chunks) {
		return parse(chunks, MAX);
	}

	private static List<String> parse(List<byte[]> chunks, int maxEventSize) {
		List<String> events = new ArrayList<>();
		SseParser parser = new SseParser(maxEventSize,
				(buffer, offset, length) -> events.add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
		for (byte[] chunk : chunks) {
			byte[] copy = chunk.clone();
			parser.feed(copy);
			// the parser must not keep the chunk
			Arrays.fill(copy, (byte) '#');
		}
		return events;
	}

}
