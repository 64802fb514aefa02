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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The streams that a client has open: no more than a limit, and all of them ended when
 * the client is closed.
 */
public final class OpenStreams implements AutoCloseable {

	private final int limit;

	private final Semaphore permits;

	private final @Nullable OpenStreams parent;

	private final Set<StreamWatchdog> open = ConcurrentHashMap.newKeySet();

	private final Set<Sinks.Empty<Void>> waiting = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Create the set.
	 * @param limit how many streams may be open at once
	 */
	public OpenStreams(int limit) {
		this(limit, new Semaphore(limit), null);
	}

	private OpenStreams(int limit, Semaphore permits, @Nullable OpenStreams parent) {
		this.limit = limit;
		this.permits = permits;
		this.parent = parent;
	}

	/**
	 * The streams of a derived client: they count against the same limit, and end with
	 * either client. Not remembered here, so that it need not be closed.
	 * @return a set of its own
	 */
	public OpenStreams derive() {
		return new OpenStreams(this.limit, this.permits, this);
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
		add(watchdog);
		if (isClosed()) {
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
		if (isClosed()) {
			throw new ClientClosedException();
		}
	}

	/**
	 * Have one who waits, without a stream, told when the client is closed.
	 * @param <T> what is waited for
	 * @param wait gives it
	 * @return the same, failing with {@link ClientClosedException} then
	 */
	public <T> Mono<T> untilClosed(Mono<T> wait) {
		return Mono.defer(() -> {
			Sinks.Empty<Void> closing = Sinks.empty();
			addWaiting(closing);
			if (isClosed()) {
				closing.tryEmitEmpty();
			}
			// a completion, since takeUntilOther does not cancel its source on an error
			return wait.takeUntilOther(closing.asMono())
				.switchIfEmpty(Mono.error(ClientClosedException::new))
				.doFinally((signal) -> removeWaiting(closing));
		});
	}

	private void addWaiting(Sinks.Empty<Void> closing) {
		if (this.parent != null) {
			this.parent.addWaiting(closing);
		}
		this.waiting.add(closing);
	}

	private void removeWaiting(Sinks.Empty<Void> closing) {
		if (this.parent != null) {
			this.parent.removeWaiting(closing);
		}
		this.waiting.remove(closing);
	}

	private boolean isClosed() {
		return this.closed || (this.parent != null && this.parent.isClosed());
	}

	private void add(StreamWatchdog watchdog) {
		if (this.parent != null) {
			this.parent.add(watchdog);
		}
		this.open.add(watchdog);
	}

	private void release(StreamWatchdog watchdog) {
		if (remove(watchdog)) {
			this.permits.release();
		}
	}

	private boolean remove(StreamWatchdog watchdog) {
		if (this.parent != null) {
			this.parent.remove(watchdog);
		}
		return this.open.remove(watchdog);
	}

	@Override
	public void close() {
		this.closed = true;
		this.open.forEach((watchdog) -> watchdog.alarm(new ClientClosedException()));
		this.waiting.forEach(Sinks.Empty::tryEmitEmpty);
	}

}
