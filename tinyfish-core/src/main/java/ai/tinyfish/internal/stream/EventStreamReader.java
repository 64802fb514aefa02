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

package ai.tinyfish.internal.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.internal.wire.SseFrameHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Reader of the events of one stream, from its bytes. A chunk of bytes is decoded as a
 * whole, and the next one is requested when there is demand for one more list of events.
 * Silence only counts while data is requested: Netty's read timeout and Reactor's
 * {@code timeout} would take a slow subscriber for a dead server.
 */
public class EventStreamReader {

	private final Duration idleTimeout;

	private final AtomicReference<@Nullable Throwable> stopped = new AtomicReference<>();

	private volatile boolean completed;

	private volatile @Nullable EventSubscription<?> reading;

	/**
	 * Create a reader.
	 * @param idleTimeout the longest silence of a stream that is being read
	 */
	public EventStreamReader(Duration idleTimeout) {
		this.idleTimeout = idleTimeout;
	}

	/**
	 * Read the events.
	 * @param <T> the type of event
	 * @param body the bytes of the stream
	 * @param maxEventSize the largest event, in bytes
	 * @param decoder decodes the data of one event. If it throws, the stream ends after
	 * the events before it
	 * @param last receives trailing data without a terminating blank line. It may be
	 * incomplete
	 * @return the events, those of a chunk as one list that is not empty, for one
	 * subscriber
	 */
	public final <T> Flux<List<T>> read(Flux<byte[]> body, int maxEventSize, EventDecoder<T> decoder,
			SseFrameHandler last) {
		AtomicBoolean subscribed = new AtomicBoolean();
		return Flux.from((subscriber) -> {
			if (!subscribed.compareAndSet(false, true)) {
				Operators.error(subscriber, new IllegalStateException("A stream can be read once"));
				return;
			}
			EventSubscription<T> current = new EventSubscription<>(this, Operators.toCoreSubscriber(subscriber),
					maxEventSize, decoder, last);
			this.reading = current;
			body.subscribe(current);
		});
	}

	/**
	 * Complete after the events that were decoded until now, and release the connection
	 * if the body ends soon. May be called by the decoder or from any thread.
	 */
	public void complete() {
		this.completed = true;
		EventSubscription<?> current = this.reading;
		// its connection must not be kept for as long as the session is referenced
		this.reading = null;
		if (current != null) {
			current.advance();
		}
	}

	/**
	 * Close the connection and fail at once. Has no effect after {@link #complete()} or
	 * after another reason.
	 * @param reason the failure
	 */
	public final void stop(Throwable reason) {
		boolean first = this.stopped.compareAndSet(null, reason);
		EventSubscription<?> current = this.reading;
		if (first && current != null) {
			current.advance();
		}
	}

	boolean isCompleted() {
		return this.completed;
	}

	@Nullable Throwable stopped() {
		return this.stopped.get();
	}

	Duration idleTimeout() {
		return this.idleTimeout;
	}

	/**
	 * Strategy interface for decoding one event.
	 *
	 * @param <T> the type of event
	 */
	@FunctionalInterface
	public interface EventDecoder<T> {

		/**
		 * Decode one event.
		 * @param buffer the array with the data
		 * @param offset the beginning of the data
		 * @param length the number of bytes
		 * @return the event, or null for data that is not an event
		 */
		@Nullable T decode(byte[] buffer, int offset, int length);

	}

}
