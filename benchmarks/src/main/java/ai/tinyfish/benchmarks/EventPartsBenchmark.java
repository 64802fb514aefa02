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

package ai.tinyfish.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.wire.SseParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.ObjectReader;

/**
 * The parts of reading an event: finding it among the bytes, and its JSON. Times are per
 * event.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 1)
@OperationsPerInvocation(EventPartsBenchmark.EVENTS)
@SuppressWarnings("NullAway.Init")
public class EventPartsBenchmark {

	static final int EVENTS = 640;

	private static final int CHUNK = 64;

	private static final int MAX_EVENT_SIZE = 1024 * 1024;

	private final ObjectReader reader = Json.mapper().readerFor(HandWrittenEvent.class);

	private List<byte[]> documents;

	private List<byte[]> singleFrames;

	private List<byte[]> chunks;

	private List<byte[]> cutChunks;

	/**
	 * Render the events.
	 */
	@Setup(Level.Trial)
	public void render() {
		List<String> events = new ArrayList<>();
		for (int i = 0; i < EVENTS; i++) {
			events.add(Wire.progress(Wire.RUN_ID, i));
		}
		this.documents = events.stream().map((event) -> event.getBytes(StandardCharsets.UTF_8)).toList();
		this.singleFrames = events.stream().map((event) -> Wire.frames(List.of(event))).toList();
		this.chunks = new ArrayList<>();
		for (int i = 0; i < EVENTS; i += CHUNK) {
			this.chunks.add(Wire.frames(events.subList(i, i + CHUNK)));
		}
		this.cutChunks = cut(Wire.frames(events), 100);
	}

	private static List<byte[]> cut(byte[] bytes, int size) {
		List<byte[]> pieces = new ArrayList<>();
		for (int i = 0; i < bytes.length; i += size) {
			pieces.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)));
		}
		return pieces;
	}

	/**
	 * The parser of frames; each chunk is one event.
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void parserOneInChunk(Blackhole blackhole) {
		parse(this.singleFrames, blackhole);
	}

	/**
	 * The parser of frames; 64 events in a chunk.
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void parserManyInChunk(Blackhole blackhole) {
		parse(this.chunks, blackhole);
	}

	/**
	 * The parser of frames; chunks of 100 bytes, so that each event is cut.
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void parserCutEvents(Blackhole blackhole) {
		parse(this.cutChunks, blackhole);
	}

	private static void parse(List<byte[]> chunks, Blackhole blackhole) {
		int[] events = new int[1];
		SseParser parser = new SseParser(MAX_EVENT_SIZE, (buffer, offset, length) -> {
			events[0]++;
			blackhole.consume(buffer[offset + length - 1]);
		});
		for (byte[] chunk : chunks) {
			parser.feed(chunk);
		}
		if (events[0] != EVENTS) {
			throw new IllegalStateException(events[0] + " events");
		}
	}

	/**
	 * Jackson reads the JSON of an event into a record.
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void jsonToRecord(Blackhole blackhole) {
		for (byte[] document : this.documents) {
			HandWrittenEvent event = this.reader.readValue(document);
			blackhole.consume(event);
		}
	}

	/**
	 * Jackson goes through the JSON of an event and gives the text of each value.
	 * @param blackhole takes the texts
	 */
	@Benchmark
	public void jsonTokens(Blackhole blackhole) {
		for (byte[] document : this.documents) {
			try (JsonParser parser = Json.mapper().createParser(document)) {
				for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
					if (token == JsonToken.VALUE_STRING) {
						blackhole.consume(parser.getString());
					}
				}
			}
		}
	}

}
