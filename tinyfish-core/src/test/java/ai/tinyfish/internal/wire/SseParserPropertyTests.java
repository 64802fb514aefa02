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
import java.util.List;
import java.util.SplittableRandom;

import ai.tinyfish.testing.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For any bytes, however they are cut, the parser reads the events of the standard, which
 * are those of {@link NaiveEventStream}.
 * <p>
 * A failure names the seed of the stream that failed; with
 * {@code -Dtinyfish.test.seed=<seed>} that stream is the first.
 */
class SseParserPropertyTests {

	private static final int STREAMS = 10_000;

	private static final int NO_LIMIT = 1024 * 1024;

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void randomStreamsAreReadAsTheStandardSaysHoweverTheyAreCut(long firstSeed) {
		int events = 0;
		for (long seed = firstSeed; seed < firstSeed + STREAMS; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			byte[] stream = RandomEventStream.generate(random);
			// half of them byte by byte, where nothing hides behind U+FFFD
			Charset charset = random.nextBoolean() ? StandardCharsets.UTF_8 : StreamOutcome.BYTES;
			StreamOutcome expected = new StreamOutcome(NaiveEventStream.read(stream, charset), false);
			for (List<byte[]> chunks : cuts(stream, random)) {
				check(seed, stream, chunks, NO_LIMIT, charset, expected);
			}
			events += expected.events().size();
		}
		assertThat(events).as("random streams have events at all").isGreaterThan(STREAMS);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource(Seeds.ALL)
	void theLimitHoldsForRandomStreamsHoweverTheyAreCut(long firstSeed) {
		int[] tooLarge = new int[2];
		for (long seed = firstSeed; seed < firstSeed + STREAMS; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			byte[] stream = RandomEventStream.generate(random);
			int limit = 3 + random.nextInt(60);
			StreamOutcome expected = NaiveEventStream.read(stream, limit, StreamOutcome.BYTES);
			for (List<byte[]> chunks : cuts(stream, random)) {
				check(seed, stream, chunks, limit, StreamOutcome.BYTES, expected);
			}
			tooLarge[expected.tooLarge() ? 1 : 0]++;
		}
		assertThat(tooLarge).as("streams under the limit, and over it").doesNotContain(0);
	}

	@Test
	void everyShortStreamOfRelevantCharactersIsReadAsTheStandardSays() {
		checkAll(7, "data", ":", " ", "x", "\n", "\r");
	}

	@Test
	void everyShortStreamWithPartsOfAByteOrderMarkIsReadAsTheStandardSays() {
		checkAll(6, "\u00ef", "\u00bb", "\u00bf", "data:x", "\n", "\r");
	}

	private static List<List<byte[]>> cuts(byte[] stream, SplittableRandom random) {
		List<List<byte[]>> cuts = new ArrayList<>();
		cuts.add(List.of(stream));
		cuts.add(Chunks.random(stream, random));
		cuts.add(Chunks.random(stream, random));
		// of the very long ones that would be many thousands
		if (stream.length < 4096) {
			cuts.add(Chunks.ofSize(stream, 1));
		}
		return cuts;
	}

	/**
	 * Check all streams of up to so many of the parts, in which each character is a byte.
	 */
	private static void checkAll(int length, String... parts) {
		List<String> streams = List.of("");
		for (int i = 0; i < length; i++) {
			List<String> longer = new ArrayList<>();
			for (String stream : streams) {
				for (String part : parts) {
					String text = stream + part;
					longer.add(text);
					byte[] bytes = text.getBytes(StreamOutcome.BYTES);
					StreamOutcome expected = new StreamOutcome(NaiveEventStream.read(bytes, StreamOutcome.BYTES),
							false);
					check(0, bytes, List.of(bytes), NO_LIMIT, StreamOutcome.BYTES, expected);
					check(0, bytes, Chunks.ofSize(bytes, 1), NO_LIMIT, StreamOutcome.BYTES, expected);
				}
			}
			streams = longer;
		}
	}

	private static void check(long seed, byte[] stream, List<byte[]> chunks, int limit, Charset charset,
			StreamOutcome expected) {
		StreamOutcome actual = StreamOutcome.ofParser(chunks, limit, charset);
		// hundreds of thousands of these: the description is for the one that fails
		if (!actual.equals(expected)) {
			assertThat(actual)
				.as("%s, limit %d, stream %s cut into %s", Seeds.describe(seed), limit, escape(stream),
						chunks.stream().map((chunk) -> chunk.length).toList())
				.isEqualTo(expected);
		}
	}

	private static String escape(byte[] stream) {
		StringBuilder text = new StringBuilder("\"");
		for (byte value : stream) {
			switch (value) {
				case '\n' -> text.append("\\n");
				case '\r' -> text.append("\\r");
				default -> text.append((value >= ' ' && value < 0x7F) ? String.valueOf((char) value)
						: String.format("\\x%02X", value));
			}
		}
		return text.append('"').toString();
	}

}
