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
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Reader of the events of one stream, from its bytes. A chunk of bytes is decoded as a
 * whole, and the next one is asked for when there is demand for one more list of events.
 * Silence counts only while we ask for data: Netty's read timeout and Reactor's
 * {@code timeout} would take a slow subscriber for a dead server.
 *
 * @param <T> the type of event
 */
public final class EventStreamReader<T> {

	private final int maxEventSize;

	private final Duration idleTimeout;

	private final EventDecoder<T> decoder;

	private final SseFrameHandler last;

	private final AtomicReference<@Nullable Throwable> stopped = new AtomicReference<>();

	private volatile boolean completed;

	private volatile @Nullable EventSubscription<T> reading;

	/**
	 * Create a reader.
	 * @param maxEventSize the largest event, in bytes
	 * @param idleTimeout the longest silence of a stream that is read from
	 * @param decoder decodes the data of one event. What it throws ends the stream, after
	 * the events that came before
	 * @param last receives the data that the stream ends with, however it ends, where
	 * that is no event for want of the blank line after it; may be half of one
	 */
	public EventStreamReader(int maxEventSize, Duration idleTimeout, EventDecoder<T> decoder, SseFrameHandler last) {
		this.maxEventSize = maxEventSize;
		this.idleTimeout = idleTimeout;
		this.decoder = decoder;
		this.last = last;
	}

	/**
	 * Read the events.
	 * @param body the bytes of the stream
	 * @return the events, those of a chunk as one list that is not empty, for one
	 * subscriber
	 */
	public Flux<List<T>> read(Flux<byte[]> body) {
		AtomicBoolean subscribed = new AtomicBoolean();
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super List<T>> subscriber) {
				if (!subscribed.compareAndSet(false, true)) {
					Operators.error(subscriber, new IllegalStateException("A stream can be read once"));
					return;
				}
				EventSubscription<T> reading = new EventSubscription<>(EventStreamReader.this, subscriber,
						EventStreamReader.this.maxEventSize, EventStreamReader.this.decoder,
						EventStreamReader.this.last);
				EventStreamReader.this.reading = reading;
				body.subscribe(reading);
			}

		};
	}

	/**
	 * Complete after the events that were decoded until now, and give the connection back
	 * if the body ends soon. May be called by the decoder or from any thread.
	 */
	public void complete() {
		this.completed = true;
		advance();
	}

	/**
	 * Close the connection and fail at once. Has no effect after {@link #complete()} or
	 * after another reason.
	 * @param reason the failure
	 */
	public void stop(Throwable reason) {
		if (this.stopped.compareAndSet(null, reason)) {
			advance();
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

	private void advance() {
		EventSubscription<T> current = this.reading;
		if (current != null) {
			current.advance();
		}
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
		 * @param buffer the array that holds the data
		 * @param offset where the data begins
		 * @param length the number of bytes
		 * @return the event, or null for data that is none
		 */
		@Nullable T decode(byte[] buffer, int offset, int length);

	}

}
