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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.internal.stream.EventStreamReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Single cases of the standard, among them all that readers of event streams were seen to
 * get wrong.
 */
class SseParserConformanceTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final int MAX = 1024 * 1024;

	private static final int LARGE = 300_000;

	/** Streams up to this size are cut at every pair of offsets. */
	private static final int SMALL = 80;

	static Stream<Arguments> streams() {
		return Stream.of(lineEnds(), byteOrderMarks(), fields(), otherFields(), noEvents(), ends(), characters())
			.flatMap((streams) -> streams);
	}

	private static Stream<Arguments> lineEnds() {
		return Stream.of(row("lines ended by LF", "data: a\n\ndata: b\n\n", "a", "b"),
				row("lines ended by CR only", "data: a\r\rdata: b\r\r", "a", "b"),
				row("lines ended by CRLF, which may be cut in two", "data: a\r\n\r\ndata: b\r\n\r\n", "a", "b"),
				row("all three line ends", "data: a\r\ndata: b\r\rdata: c\n\n", "a\nb", "c"),
				row("CRLF is one line end, and LF after it another", "data: a\r\n\ndata: b\r\n\n", "a", "b"),
				row("LF and then CR are two line ends", "data: a\n\rdata: b\n\r", "a", "b"),
				row("CR, CRLF and LF without lines between", "\r\r\n\n\rdata: a\r\r\n\n", "a"),
				row("a stray CR inside a line, LF later", "data: a\rxyz\n\n", "a"),
				row("a stray CR before another field", "data: a\rdata: xyz\n\n", "a\nxyz"));
	}

	private static Stream<Arguments> byteOrderMarks() {
		return Stream.of(row("a BOM before the first line", "\uFEFFdata: a\n\ndata: b\n\n", "a", "b"),
				row("a BOM before an empty line", "\uFEFF\n\ndata: a\n\n", "a"), row("nothing but a BOM", "\uFEFF"),
				row("a second BOM belongs to the field's name", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", "b"),
				row("a BOM later on belongs to the field's name", "data: a\n\n\uFEFFdata: b\n\n", "a"),
				row("a BOM in the data", "data: \uFEFFa\n\n", "\uFEFFa"),
				row("one byte of a BOM", bytes("\u00efdata: a\n\ndata: b\n\n"), "b"),
				row("two bytes of a BOM", bytes("\u00ef\u00bbdata: a\n\ndata: b\n\n"), "b"),
				row("two bytes of a BOM, and the first line's end", bytes("\u00ef\u00bb\ndata: a\n\n"), "a"));
	}

	private static Stream<Arguments> fields() {
		return Stream.of(row("no space after the colon", "data:a\n\n", "a"),
				row("one of several leading spaces is taken away", "data:   a\n\n", "  a"),
				row("spaces at the end are data", "data: a  \n\n", "a  "),
				row("a tab is not a space", "data:\ta\n\n", "\ta"),
				row("colons in the data", "data: a: b\ndata:: c\n\n", "a: b\n: c"),
				row("data: 1, data:, data: 3", "data: 1\ndata:\ndata: 3\n\n", "1\n\n3"),
				row("data without a colon", "data\n\n", ""), row("data without a colon, twice", "data\ndata\n\n", "\n"),
				row("data with nothing but a space", "data: \n\n", ""),
				row("data with an empty line at its end", "data: a\ndata\n\n", "a\n"),
				row("data with an empty line at its beginning", "data\ndata: a\n\n", "\na"),
				row("an event of 300,000 bytes in one line", "data: " + "x".repeat(LARGE) + "\n\ndata: b\n\n",
						"x".repeat(LARGE), "b"),
				row("an event of 300,000 bytes in many lines", "data: 123456789\n".repeat(LARGE / 10) + "\ndata: b\n\n",
						"123456789\n".repeat(LARGE / 10 - 1) + "123456789", "b"));
	}

	private static Stream<Arguments> otherFields() {
		return Stream.of(row("retry: abc", "retry: abc\ndata: a\n\n", "a"),
				row("retry without a value, with a sign, and too large",
						"retry\nretry:\nretry: -1\nretry: 99999999999999999999\ndata: a\n\n", "a"),
				row("id with NUL", "id: a\u0000b\ndata: a\n\n", "a"),
				row("id and event with several leading spaces", "id:   1\nevent:   x\ndata: a\n\n", "a"),
				row("an event's type between its data", "data: a\nevent: x\ndata: b\n\n", "a\nb"),
				row("unknown fields, and those that look like data", "datax: a\ndat: b\nd\nDATA: c\ndata: d\n\n", "d"),
				row("spaces around a field's name belong to it", " data: a\ndata : b\ndata: c\n\n", "c"),
				row("NUL in a field's name", "data\u0000: a\n\u0000data: b\ndata: c\n\n", "c"),
				row("a space after the colon belongs to no name", ":data: a\n\n"),
				row("comments between data", ": hello\ndata: a\n:\n: data: x\ndata: b\n\n", "a\nb"));
	}

	private static Stream<Arguments> noEvents() {
		return Stream.of(row("nothing", ""), row("blank lines", "\n\n\r\r\r\n\r\n"),
				row("blocks of nothing but comments", ": ping\n\n:\n\ndata: a\n\n: ping\n\n", "a"),
				row("blocks without data", "event: x\n\nid: 1\n\nretry: 1\n\nunknown\n\ndata: a\n\n", "a"),
				row("a block without data ends the one before it", "event: x\n\ndata: a\n\n\n\ndata: b\n\n", "a", "b"));
	}

	private static Stream<Arguments> ends() {
		return Stream.of(row("the end before the empty line", "data: a\n\nevent: run.completed\ndata: {}\n", "a"),
				row("the end inside a line", "data: a\n\ndata: {\"trunc", "a"),
				row("the end inside a field's name", "data: a\n\ndat", "a"),
				row("the end after a field's name", "data: a\n\ndata", "a"),
				row("the end after several lines", "data: a\n\ndata: b\ndata: c\n", "a"),
				row("the end inside a comment", "data: a\n\n: bye", "a"),
				row("the end after CR, which is a line's end", "data: a\n\r", "a"),
				row("the end between CR and LF", "data: a\r\n\r", "a"),
				row("the end inside CRLF of the only line", "data: a\r"));
	}

	private static Stream<Arguments> characters() {
		return Stream.of(
				row("characters of two, three and four bytes", "data: \u00e9\u20ac\ud83d\ude00\n\n",
						"\u00e9\u20ac\ud83d\ude00"),
				row("NUL in the data", "data: a\u0000b\n\n", "a\u0000b"),
				row("line ends of Unicode are data", "data: a\u0085b\u2028c\u2029d\u000Be\ff\n\n",
						"a\u0085b\u2028c\u2029d\u000Be\ff"),
				row("a no-break space is not a space", "data:\u00a0a\n\n", "\u00a0a"),
				row("a byte that never occurs in UTF-8", bytes("data: a\u00ffb\n\n"), "a\uFFFDb"),
				row("a character cut short by the end of its line", bytes("data: a\u00e2\u0082\ndata: b\n\n"),
						"a\uFFFD\nb"),
				row("the rest of a character at the beginning of a line", bytes("data:\u0082\u00ac\n\n"),
						"\uFFFD\uFFFD"));
	}

	private static Arguments row(String name, String stream, String... events) {
		return row(name, stream.getBytes(StandardCharsets.UTF_8), events);
	}

	private static Arguments row(String name, byte[] stream, String... events) {
		return Arguments.argumentSet(name, stream, List.of(events));
	}

	/**
	 * Bytes that are not UTF-8, each given as the character of its value.
	 */
	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	@ParameterizedTest
	@MethodSource("streams")
	void parserReads(byte[] stream, List<String> events) {
		for (List<byte[]> chunks : cuts(stream)) {
			List<String> actual = StreamOutcome.ofParser(chunks, MAX, StandardCharsets.UTF_8).events();
			if (!actual.equals(events)) {
				assertThat(actual).as("cut into %s", chunks.stream().map((chunk) -> chunk.length).toList())
					.isEqualTo(events);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("streams")
	void clientsReadAsTheParserDoes(byte[] stream, List<String> events) {
		for (int size : new int[] { 1, 2, 3, MAX }) {
			Flux<String> read = new EventStreamReader(SOON).read(Flux.fromIterable(Chunks.ofSize(stream, size)), MAX,
					(buffer, offset, length) -> new String(buffer, offset, length, StandardCharsets.UTF_8),
					(buffer, offset, length) -> {
					})
				.concatMapIterable(Function.identity(), 1);
			assertThat(read.collectList().block(SOON)).as("chunks of %d", size).isEqualTo(events);
		}
	}

	@ParameterizedTest
	@MethodSource("streams")
	void theNaiveReaderThatRandomStreamsAreComparedWithIsRight(byte[] stream, List<String> events) {
		assertThat(NaiveEventStream.read(stream, StandardCharsets.UTF_8)).isEqualTo(events);
		assertThat(NaiveEventStream.read(stream, MAX, StandardCharsets.UTF_8))
			.isEqualTo(new StreamOutcome(events, false));
	}

	private static List<List<byte[]>> cuts(byte[] stream) {
		List<List<byte[]>> cuts = new ArrayList<>();
		IntStream.of(1, 2, 3, 7, 8192, MAX).forEach((size) -> cuts.add(Chunks.ofSize(stream, size)));
		if (stream.length <= SMALL) {
			for (int first = 0; first <= stream.length; first++) {
				for (int second = first; second <= stream.length; second++) {
					cuts.add(Chunks.at(stream, first, second));
				}
			}
		}
		return cuts;
	}

}
