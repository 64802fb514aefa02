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

package ai.tinyfish.simulator.internal.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;

import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.node.ObjectNode;

/**
 * Event stream of one run for one reader. The buffer for a slow reader is bounded by the
 * steps of the run, since heartbeats are dropped while an event waits. Events come only
 * from the engine's thread.
 */
public final class EventStream {

	private static final byte[] PREFIX = "data: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] SUFFIX = "\n\n".getBytes(StandardCharsets.US_ASCII);

	private static final String HEARTBEAT = "HEARTBEAT";

	private final Queue<Frame> waiting = new ConcurrentLinkedQueue<>();

	private final Sinks.Many<Frame> sink = Sinks.many().unicast().onBackpressureBuffer(this.waiting);

	private final RunEngine engine;

	private final Duration heartbeat;

	private final Traffic traffic;

	public EventStream(RunEngine engine, Duration heartbeat, Traffic traffic) {
		this.engine = engine;
		this.heartbeat = heartbeat;
		this.traffic = traffic;
	}

	void next(ObjectNode event) {
		// once the reader has disconnected the event is dropped, and the run continues
		this.sink.tryEmitNext(Frame.of(event));
	}

	void complete() {
		this.sink.tryEmitComplete();
	}

	/**
	 * Return the bytes of the stream, for one subscriber.
	 * @param writing the encoder of the frames
	 */
	public Flux<ByteBuf> content(Function<Flux<Frame>, Flux<ByteBuf>> writing) {
		return Flux.defer(() -> {
			this.traffic.streamOpened();
			ScheduledFuture<?> heartbeats = this.engine.every(this.heartbeat, this::beat);
			return writing.apply(this.sink.asFlux()).doFinally((signal) -> {
				heartbeats.cancel(false);
				this.traffic.streamClosed(signal == SignalType.CANCEL && !this.engine.isClosed());
			});
		});
	}

	private void beat() {
		if (this.waiting.isEmpty()) {
			next(RunDocuments.heartbeat(this.engine.now()));
		}
	}

	/**
	 * One event.
	 *
	 * @param type its type
	 * @param json its data
	 */
	public record Frame(String type, byte[] json) {

		public static Frame of(ObjectNode event) {
			return new Frame(event.path("type").stringValue(), Json.bytes(event));
		}

		public boolean isHeartbeat() {
			return HEARTBEAT.equals(this.type);
		}

		public boolean isComplete() {
			return "COMPLETE".equals(this.type);
		}

		public ByteBuf buffer() {
			return Unpooled.wrappedBuffer(PREFIX, this.json, SUFFIX);
		}

		public byte[] bytes() {
			byte[] bytes = new byte[PREFIX.length + this.json.length + SUFFIX.length];
			buffer().readBytes(bytes);
			return bytes;
		}

	}

}
