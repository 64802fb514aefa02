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

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import ai.tinyfish.internal.wire.SseFrameHandler;
import ai.tinyfish.internal.wire.SseParser;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Turns the bytes of a stream into events.
 */
public final class EventFlux {

	private EventFlux() {
	}

	/**
	 * Read events.
	 * @param <T> the type of event
	 * @param body the bytes of the stream
	 * @param maxEventSize the largest event, in bytes
	 * @param decoder reads one event's data; null for data that is no event
	 * @param last receives what the stream ends with, however it ends, where that is no
	 * event for want of the blank line after it; may be half of one
	 * @return the events; what the decoder or the parser throws ends it, after the events
	 * that came before
	 */
	public static <T> Flux<T> of(Flux<byte[]> body, int maxEventSize, EventDecoder<T> decoder, SseFrameHandler last) {
		return Flux.defer(() -> {
			Batch<T> batch = new Batch<>();
			SseParser parser = new SseParser(maxEventSize, (buffer, offset, length) -> {
				T event = decoder.decode(buffer, offset, length);
				if (event != null) {
					batch.events.add(event);
				}
			});
			// one chunk at a time: the next is asked for when the events of this one are
			// read
			return body.concatMapIterable((bytes) -> batch.read(parser, bytes), 1)
				.doOnTerminate(() -> parser.end(last));
		});
	}

	/**
	 * Reads one event's data.
	 *
	 * @param <T> the type of event
	 */
	@FunctionalInterface
	public interface EventDecoder<T> {

		/**
		 * Read one event's data.
		 * @param buffer the array that holds the data
		 * @param offset where the data begins
		 * @param length the number of bytes
		 * @return the event, or null for data that is none
		 */
		@Nullable T decode(byte[] buffer, int offset, int length);

	}

	/**
	 * The events of one chunk, and what went wrong after the last of them.
	 */
	private static final class Batch<T> {

		private List<T> events = new ArrayList<>();

		Iterable<T> read(SseParser parser, byte[] bytes) {
			RuntimeException failure = null;
			try {
				parser.feed(bytes);
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			List<T> read = this.events;
			this.events = new ArrayList<>();
			RuntimeException thrown = failure;
			return (thrown != null) ? () -> new FailingIterator<>(read.iterator(), thrown) : read;
		}

	}

	private record FailingIterator<T>(Iterator<T> events, RuntimeException failure) implements Iterator<T> {

		@Override
		public boolean hasNext() {
			if (!this.events.hasNext()) {
				throw this.failure;
			}
			return true;
		}

		@Override
		public T next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			return this.events.next();
		}

	}

}
