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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Ends a stream that has fallen silent, or whose client was closed. Silence counts only
 * while we ask for data: Netty's read timeout and Reactor's {@code timeout} would take a
 * slow listener for a dead server.
 */
public final class StreamWatchdog implements ClientLifecycle.Member {

	private final long idleNanos;

	private final Duration idleTimeout;

	private final Consumer<StreamWatchdog> onRelease;

	private final Sinks.Empty<Void> alarm = Sinks.empty();

	private final AtomicReference<@Nullable Throwable> reason = new AtomicReference<>();

	private final AtomicLong outstanding = new AtomicLong();

	private volatile long lastSign;

	private volatile boolean released;

	private volatile @Nullable Disposable timer;

	StreamWatchdog(Duration idleTimeout, Consumer<StreamWatchdog> onRelease) {
		this.idleTimeout = idleTimeout;
		this.idleNanos = nanos(idleTimeout);
		this.onRelease = onRelease;
		this.lastSign = System.nanoTime();
	}

	private static long nanos(Duration duration) {
		// half of the range, so that sums with System.nanoTime() cannot overflow
		return (duration.compareTo(Duration.ofDays(365)) > 0) ? Duration.ofDays(365).toNanos() : duration.toNanos();
	}

	/**
	 * Watch over the opening of the stream: only its end counts.
	 * @param <T> the opened stream
	 * @param opening the request for the stream
	 * @return the same, failing when the alarm goes off
	 */
	public <T> Mono<T> guardOpening(Mono<T> opening) {
		return opening.takeUntilOther(this.alarm.asMono()).switchIfEmpty(Mono.defer(this::raised));
	}

	/**
	 * Watch over the bytes of the stream.
	 * @param body the bytes
	 * @return the same, failing when the alarm goes off
	 */
	public Flux<byte[]> guard(Flux<byte[]> body) {
		return body.doOnSubscribe((subscription) -> startReading())
			.doOnRequest(this::requested)
			.doOnNext((bytes) -> received())
			.takeUntilOther(this.alarm.asMono())
			.concatWith(Mono.defer(this::raised));
	}

	private <T> Mono<T> raised() {
		Throwable current = this.reason.get();
		return (current != null) ? Mono.error(current) : Mono.empty();
	}

	/**
	 * The last event has arrived: close the connection without waiting for whoever reads
	 * the events.
	 */
	public void complete() {
		release();
		this.alarm.tryEmitEmpty();
	}

	/**
	 * The stream has ended: stop watching and give its place back. May be called more
	 * than once.
	 */
	public synchronized void release() {
		this.released = true;
		Disposable current = this.timer;
		if (current != null) {
			current.dispose();
		}
		this.onRelease.accept(this);
	}

	@Override
	public @Nullable Mono<Void> drain() {
		return null;
	}

	/**
	 * End the stream as the closing of its client does.
	 */
	@Override
	public void close() {
		alarm(new ClientClosedException());
	}

	/**
	 * End the stream.
	 * @param reason what its reader is told
	 */
	void alarm(Throwable reason) {
		if (this.reason.compareAndSet(null, reason)) {
			// a completion, since takeUntilOther does not cancel its source on an error
			this.alarm.tryEmitEmpty();
		}
	}

	private void startReading() {
		this.lastSign = System.nanoTime();
		schedule(this.idleNanos);
	}

	private void requested(long n) {
		if (this.outstanding.get() == 0) {
			// first, so that the check never sees the demand beside an old sign
			this.lastSign = System.nanoTime();
		}
		this.outstanding.getAndUpdate((current) -> Operators.addCap(current, n));
	}

	private void received() {
		this.lastSign = System.nanoTime();
		this.outstanding.updateAndGet((current) -> (current == Long.MAX_VALUE || current == 0) ? current : current - 1);
	}

	private void check() {
		long now = System.nanoTime();
		long untilIdle = (this.outstanding.get() > 0) ? this.lastSign + this.idleNanos - now : this.idleNanos;
		if (untilIdle <= 0) {
			alarm(new StreamIdleException(this.idleTimeout));
			return;
		}
		schedule(untilIdle);
	}

	private synchronized void schedule(long delayNanos) {
		Disposable previous = this.timer;
		if (previous != null) {
			previous.dispose();
		}
		if (this.released) {
			return;
		}
		this.timer = Schedulers.parallel().schedule(this::check, Math.max(1, delayNanos), TimeUnit.NANOSECONDS);
	}

}
