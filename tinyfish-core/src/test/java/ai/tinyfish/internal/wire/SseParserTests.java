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

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How large events may be, and what the parser keeps of them.
 */
class SseParserTests {

	private static final int LIMIT = 40;

	@Test
	void readsEventsOfSeveralMegabytes() {
		String big = "x".repeat(5 * 1024 * 1024);
		byte[] stream = ascii("data: " + big + "\n\ndata: end\n\n");
		assertThat(StreamOutcome.ofParser(Chunks.ofSize(stream, 8192), 16 * 1024 * 1024, StreamOutcome.BYTES).events())
			.containsExactly(big, "end");
	}

	static Stream<Arguments> streamsAtTheLimit() {
		String data = "x".repeat(LIMIT - 6);
		return Stream.of(Arguments.argumentSet("one line", "data: " + data + "\n\n", List.of(data)),
				Arguments.argumentSet("one line without its end", "data: " + data, List.of()),
				Arguments.argumentSet("one line ended by CR", "data: " + data + "\r\r", List.of(data)),
				Arguments.argumentSet("the last data line", "data: 12345678901234567890\ndata: 1234567890123456789\n\n",
						List.of("12345678901234567890\n1234567890123456789")),
				Arguments.argumentSet("many data lines", "data: 1234567\n".repeat(5) + "\n",
						List.of("1234567\n1234567\n1234567\n1234567\n1234567")),
				Arguments.argumentSet("many empty data lines", "data\n".repeat(LIMIT + 1) + "\n",
						List.of("\n".repeat(LIMIT))),
				Arguments.argumentSet("after a byte order mark", "\u00ef\u00bb\u00bfdata: " + data + "\n\n",
						List.of(data)),
				Arguments.argumentSet("with parts of a byte order mark", "\u00ef\u00bb" + "x".repeat(LIMIT - 2) + "\n",
						List.of()),
				Arguments.argumentSet("a comment", ":" + "x".repeat(LIMIT - 1) + "\n\n", List.of()),
				Arguments.argumentSet("another field", "id: " + "x".repeat(LIMIT - 4) + "\n\n", List.of()),
				Arguments.argumentSet("garbage", "x".repeat(LIMIT), List.of()),
				Arguments.argumentSet("events that are only together larger", ("data: " + data + "\n\n").repeat(3),
						List.of(data, data, data)),
				Arguments.argumentSet("comments and other fields, which do not count for the event",
						"data: 12345678901234567890\n: 123456789012345678901234567890\nid: 1234567890123456789\n"
								+ "data: 1\n\n",
						List.of("12345678901234567890\n1")));
	}

	@ParameterizedTest
	@MethodSource("streamsAtTheLimit")
	void anEventAtTheLimitIsReadHoweverItIsCut(String stream, List<String> events) {
		checkCuts(stream, new StreamOutcome(events, false));
	}

	static Stream<Arguments> streamsOverTheLimit() {
		String data = "x".repeat(LIMIT - 5);
		return Stream.of(Arguments.argumentSet("one line", "data: " + data + "\n\n"),
				Arguments.argumentSet("one line without its end", "data: " + data),
				Arguments.argumentSet("one line ended by CR", "data: " + data + "\r\r"),
				Arguments.argumentSet("the last data line",
						"data: 12345678901234567890\ndata: 12345678901234567890\n\n"),
				Arguments.argumentSet("many data lines", "data: 1234567\n".repeat(5) + "data: \ndata: \n\n"),
				Arguments.argumentSet("many empty data lines", "data\n".repeat(LIMIT + 2) + "\n"),
				Arguments.argumentSet("data lines without an empty one after them", "data: 1\n".repeat(LIMIT)),
				Arguments.argumentSet("after a byte order mark", "\u00ef\u00bb\u00bfdata: " + data + "\n\n"),
				Arguments.argumentSet("with parts of a byte order mark", "\u00ef\u00bb" + "x".repeat(LIMIT - 1)),
				Arguments.argumentSet("a comment", ":" + "x".repeat(LIMIT) + "\n\n"),
				Arguments.argumentSet("another field", "id: " + "x".repeat(LIMIT - 3) + "\n\n"),
				Arguments.argumentSet("garbage", "x".repeat(LIMIT + 1)));
	}

	@ParameterizedTest
	@MethodSource("streamsOverTheLimit")
	void anEventOverTheLimitIsRefusedHoweverItIsCut(String stream) {
		checkCuts(stream, new StreamOutcome(List.of(), true));
	}

	@ParameterizedTest
	@MethodSource("streamsOverTheLimit")
	void eventsBeforeTheOneOverTheLimitAreReadAndThoseAfterItAreNot(String stream) {
		if (!stream.startsWith("\u00ef")) {
			checkCuts("data: a\n\ndata: b\n\n" + stream + "\n\ndata: c\n\n",
					new StreamOutcome(List.of("a", "b"), true));
		}
	}

	private static void checkCuts(String stream, StreamOutcome expected) {
		byte[] bytes = stream.getBytes(StreamOutcome.BYTES);
		for (int first = 0; first <= bytes.length; first++) {
			for (int second = first; second <= bytes.length; second++) {
				StreamOutcome actual = StreamOutcome.ofParser(Chunks.at(bytes, first, second), LIMIT,
						StreamOutcome.BYTES);
				assertThat(actual).as("cut at %d and %d", first, second).isEqualTo(expected);
			}
		}
		for (int size = 1; size <= bytes.length; size++) {
			assertThat(StreamOutcome.ofParser(Chunks.ofSize(bytes, size), LIMIT, StreamOutcome.BYTES))
				.as("pieces of %d", size)
				.isEqualTo(expected);
		}
	}

	@Test
	void theFailureNamesTheLimit() {
		SseParser parser = new SseParser(100, (buffer, offset, length) -> {
		});
		assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> parser.feed(new byte[101]))
			.withMessageContaining("100 bytes");
	}

	@ParameterizedTest
	@MethodSource("streamsOverTheLimit")
	void nothingIsKeptOrReadAfterAnEventOverTheLimit(String stream) {
		byte[] bytes = stream.getBytes(StreamOutcome.BYTES);
		for (int size = 1; size <= bytes.length; size++) {
			List<byte[]> chunks = Chunks.ofSize(bytes, size);
			SseParser parser = new SseParser(LIMIT, (buffer, offset, length) -> {
				throw new AssertionError("There is no event");
			});
			assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> chunks.forEach(parser::feed));
			assertThat(keptBytes(parser)).as("pieces of %d", size).isZero();
			for (String next : List.of("\n\n", "data: a\n\n", "", "x")) {
				assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> parser.feed(ascii(next)));
				assertThat(keptBytes(parser)).as("pieces of %d", size).isZero();
			}
		}
	}

	@Test
	void nothingIsKeptBetweenEvents() {
		SseParser parser = new SseParser(1024, (buffer, offset, length) -> {
		});
		for (String chunk : List.of("data: ab", "c\ndata: d\nda", "ta: e\n\n")) {
			parser.feed(ascii(chunk));
		}
		assertThat(keptBytes(parser)).isZero();
		parser.feed(ascii(": pi"));
		parser.feed(ascii("ng\n\nevent: x\nid: 1\n\n"));
		assertThat(keptBytes(parser)).isZero();
	}

	@Test
	void noMoreIsKeptOfAnEventThanTheLimit() {
		List<Integer> lengths = new ArrayList<>();
		SseParser parser = new SseParser(1000, (buffer, offset, length) -> lengths.add(length));
		for (byte[] chunk : Chunks.ofSize(ascii("data: " + "x".repeat(994)), 3)) {
			parser.feed(chunk);
			assertThat(keptBytes(parser)).isLessThanOrEqualTo(1000);
		}
		parser.feed(ascii("\n\n"));
		for (int i = 0; i < 500; i++) {
			parser.feed(ascii("data: 1\n"));
			assertThat(keptBytes(parser)).isLessThanOrEqualTo(1000);
		}
		parser.feed(ascii("\n"));
		assertThat(lengths).containsExactly(994, 999);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * The sizes of all arrays that the parser holds.
	 */
	private static int keptBytes(SseParser parser) {
		int size = 0;
		try {
			for (Field field : SseParser.class.getDeclaredFields()) {
				if (field.getType() == byte[].class && !Modifier.isStatic(field.getModifiers())) {
					field.setAccessible(true);
					size += ((byte[]) field.get(parser)).length;
				}
			}
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
		return size;
	}

}
