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
import java.util.concurrent.Semaphore;

import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The open streams of a client, whose number is limited.
 */
public final class OpenStreams {

	private final int limit;

	private final Semaphore permits;

	private final ClientLifecycle lifecycle;

	/**
	 * Create the set.
	 * @param limit the maximum number of open streams
	 * @param lifecycle ends the streams when the client is closed
	 */
	public OpenStreams(int limit, ClientLifecycle lifecycle) {
		this(limit, new Semaphore(limit), lifecycle);
	}

	private OpenStreams(int limit, Semaphore permits, ClientLifecycle lifecycle) {
		this.limit = limit;
		this.permits = permits;
		this.lifecycle = lifecycle;
	}

	/**
	 * Create the set of a derived client, whose streams count against the same limit.
	 * @param lifecycle the lifecycle of the derived client
	 * @return its own set
	 */
	public OpenStreams derive(ClientLifecycle lifecycle) {
		return new OpenStreams(this.limit, this.permits, lifecycle);
	}

	/**
	 * Acquire a permit for a stream.
	 * @param idleTimeout the longest silence of a stream that is being read
	 * @return the stream's permit
	 * @throws TinyFishTooManyStreamsException if the limit is reached
	 * @throws ClientClosedException if the client is closed
	 */
	public StreamPermit register(Duration idleTimeout) {
		if (!this.permits.tryAcquire()) {
			throw new TinyFishTooManyStreamsException(this.limit);
		}
		StreamPermit permit = new StreamPermit(idleTimeout);
		this.lifecycle.add(permit);
		if (!this.lifecycle.isOpen()) {
			permit.release();
			throw new ClientClosedException();
		}
		return permit;
	}

	/**
	 * Permit of one open stream, from before its request until its events have ended.
	 * Ends the stream when its client is closed.
	 */
	public final class StreamPermit extends EventStreamReader implements ClientLifecycle.Member {

		private final Sinks.Empty<Void> opening = Sinks.empty();

		private StreamPermit(Duration idleTimeout) {
			super(idleTimeout);
		}

		/**
		 * End the opening of the stream when it is completed or closed.
		 * @param <T> the opened stream
		 * @param request the request for the stream
		 * @return the same; empty when it is completed, and failing when it is closed
		 */
		public <T> Mono<T> guardOpening(Mono<T> request) {
			return request.takeUntilOther(this.opening.asMono())
				.switchIfEmpty(Mono.defer(() -> Mono.justOrEmpty(stopped()).flatMap(Mono::error)));
		}

		/**
		 * Release the permit, and end the opening or the events. The connection may be
		 * used again if the rest of the body is short.
		 */
		@Override
		public void complete() {
			release();
			this.opening.tryEmitEmpty();
			super.complete();
		}

		/**
		 * Release the permit. May be called repeatedly.
		 */
		public void release() {
			if (OpenStreams.this.lifecycle.remove(this)) {
				OpenStreams.this.permits.release();
			}
		}

		/**
		 * End the stream, since its client is closed.
		 */
		@Override
		public void clientClosed() {
			stop(new ClientClosedException());
			// a completion, since takeUntilOther does not cancel its source on an error
			this.opening.tryEmitEmpty();
		}

	}

}
