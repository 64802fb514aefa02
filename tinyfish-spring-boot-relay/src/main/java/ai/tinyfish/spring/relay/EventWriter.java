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

package ai.tinyfish.spring.relay;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Writer of events to browsers, with Spring MVC and WebFlux. Frames are cut into slices,
 * which are passed on as the browser reads.
 *
 * @param frames renders events
 * @param timeout time after which a browser is dropped if it reads nothing
 * @param slow counts the browsers that were dropped
 */
record EventWriter(EventFrames frames, Duration timeout, LongAdder slow) {

	/**
	 * Writer for the application's own relay.
	 */
	static final EventWriter DEFAULT = new EventWriter(new EventFrames(JsonMapper.shared()), Duration.ofSeconds(30),
			new LongAdder());

	/**
	 * Bound for one write, since Reactor Netty copies up to 64 writes that the connection
	 * does not accept, and Servlet containers one.
	 */
	private static final int SLICE = 2 * 1024;

	/** Time for the remaining bytes when the relay ends the stream. */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	/**
	 * Return a stream of events that are rendered for each browser.
	 */
	EventStream stream(Flux<? extends ServerSentEvent<?>> events) {
		return (output) -> write(events.map(this.frames::render), output);
	}

	/**
	 * Write events.
	 * @param events the events as they are sent
	 * @param output as in {@link EventStream#writeTo}
	 */
	Mono<Void> write(Flux<byte[]> events, Function<Flux<ByteBuffer>, Mono<Void>> output) {
		return Mono.defer(() -> {
			ReadTimeout timeout = new ReadTimeout(this.timeout);
			Sinks.Empty<Void> closed = Sinks.empty();
			Flux<ByteBuffer> slices = events.onErrorResume(RunWatch.ClosedException.class, (ex) -> {
				closed.tryEmitEmpty();
				return Flux.empty();
			}).concatMap(EventWriter::slices, 0);
			return output.apply(timeout.observe(slices))
				.takeUntilOther(Mono.firstWithSignal(timeout.elapsed().doOnNext((tick) -> this.slow.increment()),
						closed.asMono().then(Mono.delay(CLOSE_TIMEOUT))));
		});
	}

	private static Flux<ByteBuffer> slices(byte[] frame) {
		return Flux.range(0, (frame.length + SLICE - 1) / SLICE)
			.map((number) -> ByteBuffer.wrap(frame, number * SLICE, Math.min(SLICE, frame.length - number * SLICE)));
	}

}
