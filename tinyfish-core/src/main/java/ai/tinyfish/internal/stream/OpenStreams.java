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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.internal.transport.ClientClosedException;

/**
 * The streams that a client has open: no more than a limit, and all of them ended when
 * the client is closed.
 */
public final class OpenStreams implements AutoCloseable {

	private final int limit;

	private final Semaphore permits;

	private final Set<StreamWatchdog> open = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Create the set.
	 * @param limit how many streams may be open at once
	 */
	public OpenStreams(int limit) {
		this.limit = limit;
		this.permits = new Semaphore(limit);
	}

	/**
	 * Take a place for a stream. It is given back when the watchdog is released.
	 * @param idleTimeout the longest silence of a stream that is read from
	 * @param deadline the longest life of the stream
	 * @return the stream's watchdog
	 * @throws TinyFishTooManyStreamsException if the limit is reached
	 * @throws IllegalStateException if the client is closed
	 */
	public StreamWatchdog register(Duration idleTimeout, Duration deadline) {
		if (!this.permits.tryAcquire()) {
			throw new TinyFishTooManyStreamsException(this.limit);
		}
		StreamWatchdog watchdog = new StreamWatchdog(idleTimeout, deadline, this::release);
		this.open.add(watchdog);
		if (this.closed) {
			watchdog.release();
			throw new ClientClosedException();
		}
		return watchdog;
	}

	/**
	 * Check that the client is in use.
	 * @throws IllegalStateException if the client is closed
	 */
	public void requireOpen() {
		if (this.closed) {
			throw new ClientClosedException();
		}
	}

	private void release(StreamWatchdog watchdog) {
		if (this.open.remove(watchdog)) {
			this.permits.release();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.open.forEach((watchdog) -> watchdog.alarm(new ClientClosedException()));
	}

}
