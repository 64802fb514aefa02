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
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
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

	private final Members<StreamWatchdog> open;

	private final Members<Sinks.Empty<Void>> waiting;

	private final Members<Mono<Void>> farewells;

	private volatile boolean closing;

	private volatile boolean closed;

	/**
	 * Create the set.
	 * @param limit how many streams may be open at once
	 */
	public OpenStreams(int limit) {
		this.limit = limit;
		this.permits = new Semaphore(limit);
		this.parent = null;
		this.open = new Members<>(null);
		this.waiting = new Members<>(null);
		this.farewells = new Members<>(null);
	}

	private OpenStreams(OpenStreams parent) {
		this.limit = parent.limit;
		this.permits = parent.permits;
		this.parent = parent;
		this.open = new Members<>(parent.open);
		this.waiting = new Members<>(parent.waiting);
		this.farewells = new Members<>(parent.farewells);
	}

	/**
	 * The streams of a derived client: they count against the same limit, and end with
	 * either client. Not remembered here, so that it need not be closed.
	 * @return a set of its own
	 */
	public OpenStreams derive() {
		return new OpenStreams(this);
	}

	/**
	 * Take a place for a stream. It is given back when the watchdog is released.
	 * @param idleTimeout the longest silence of a stream that is read from
	 * @return the stream's watchdog
	 * @throws TinyFishTooManyStreamsException if the limit is reached
	 * @throws ClientClosedException if the client is closed
	 */
	public StreamWatchdog register(Duration idleTimeout) {
		if (!this.permits.tryAcquire()) {
			throw new TinyFishTooManyStreamsException(this.limit);
		}
		StreamWatchdog watchdog = new StreamWatchdog(idleTimeout, this::release);
		this.open.add(watchdog);
		if (isClosing()) {
			watchdog.release();
			throw new ClientClosedException();
		}
		return watchdog;
	}

	private void release(StreamWatchdog watchdog) {
		if (this.open.remove(watchdog)) {
			this.permits.release();
		}
	}

	/**
	 * Check that the client is in use.
	 * @throws ClientClosedException if the client is closed
	 */
	public void requireOpen() {
		if (isClosing()) {
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
			this.waiting.add(closing);
			if (isClosed()) {
				closing.tryEmitEmpty();
			}
			// a completion, since takeUntilOther does not cancel its source on an error
			return wait.takeUntilOther(closing.asMono())
				.switchIfEmpty(Mono.error(ClientClosedException::new))
				.doFinally((signal) -> this.waiting.remove(closing));
		});
	}

	/**
	 * Have something done before the client is closed, while it can still make calls.
	 * @param farewell does it, when subscribed to
	 */
	public void addFarewell(Mono<Void> farewell) {
		this.farewells.add(farewell);
	}

	/**
	 * Forget what was to be done before the client is closed.
	 * @param farewell would do it
	 */
	public void removeFarewell(Mono<Void> farewell) {
		this.farewells.remove(farewell);
	}

	/**
	 * Whether the client is closed, or about to be.
	 * @return true if it is
	 */
	public boolean isClosing() {
		return this.closing || (this.parent != null && this.parent.isClosing());
	}

	private boolean isClosed() {
		return this.closed || (this.parent != null && this.parent.isClosed());
	}

	/**
	 * Take no more streams, and do what is to be done before those that are open end.
	 * @return completes when it is done; never fails
	 */
	public Mono<Void> prepareToClose() {
		this.closing = true;
		return Flux.fromIterable(this.farewells.all()).flatMap(Mono::onErrorComplete, Integer.MAX_VALUE).then();
	}

	@Override
	public void close() {
		this.closing = true;
		this.closed = true;
		this.open.all().forEach(StreamWatchdog::stop);
		this.waiting.all().forEach(Sinks.Empty::tryEmitEmpty);
	}

	/**
	 * A set, whose members are members of its parent as well.
	 */
	private static final class Members<T> {

		private final @Nullable Members<T> parent;

		private final Set<T> members = ConcurrentHashMap.newKeySet();

		Members(@Nullable Members<T> parent) {
			this.parent = parent;
		}

		void add(T member) {
			if (this.parent != null) {
				this.parent.add(member);
			}
			this.members.add(member);
		}

		boolean remove(T member) {
			if (this.parent != null) {
				this.parent.remove(member);
			}
			return this.members.remove(member);
		}

		Set<T> all() {
			return this.members;
		}

	}

}
