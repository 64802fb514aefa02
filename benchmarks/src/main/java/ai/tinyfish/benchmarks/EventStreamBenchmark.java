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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Streams of events without a network: the answer of WebClient's exchange comes from
 * memory, one buffer for each chunk. Times are per event.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 1)
@OperationsPerInvocation(EventStreamBenchmark.EVENTS)
@SuppressWarnings("NullAway.Init")
public class EventStreamBenchmark {

	static final int EVENTS = 6400;

	/** How many events are in one buffer. */
	@Param({ "1", "64" })
	private int perChunk;

	private List<byte[]> chunks;

	private EventSource client;

	private EventSource webClient;

	/**
	 * Render the events and make the clients.
	 */
	@Setup(Level.Trial)
	public void start() {
		this.chunks = new ArrayList<>();
		this.chunks.add(Wire.frames(List.of(Wire.started(Wire.RUN_ID))));
		for (int i = 0; i < EVENTS; i += this.perChunk) {
			List<String> events = new ArrayList<>();
			for (int j = i; j < i + this.perChunk; j++) {
				events.add(Wire.progress(Wire.RUN_ID, j));
			}
			this.chunks.add(Wire.frames(events));
		}
		this.chunks.add(Wire.frames(List.of(Wire.complete(Wire.RUN_ID))));
		ExchangeFunction fromMemory = (request) -> Mono.just(ClientResponse.create(HttpStatus.OK)
			.header(HttpHeaders.CONTENT_TYPE, MediaType.TEXT_EVENT_STREAM_VALUE)
			.body(Flux.fromIterable(this.chunks).map(DefaultDataBufferFactory.sharedInstance::wrap))
			.build());
		this.client = new TinyFishSource("http://localhost", 1, (builder) -> withExchange(builder, fromMemory));
		this.webClient = new WebClientSource("http://localhost", 1, (builder) -> withExchange(builder, fromMemory));
	}

	private static void withExchange(WebClient.Builder builder, ExchangeFunction exchange) {
		builder.exchangeFunction(exchange);
	}

	/**
	 * Stop the clients.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		this.client.close();
		this.webClient.close();
	}

	/**
	 * The client.
	 * @return the number of events
	 */
	@Benchmark
	public long client() {
		return count(this.client);
	}

	/**
	 * WebClient by hand.
	 * @return the number of events
	 */
	@Benchmark
	public long webClient() {
		return count(this.webClient);
	}

	private static long count(EventSource source) {
		long count = Objects.requireNonNull(source.stream(Script.of(EVENTS, 1).goal()).count().block());
		if (count != EVENTS + 2) {
			throw new IllegalStateException(count + " events");
		}
		return count;
	}

}
