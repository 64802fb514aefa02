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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import ai.tinyfish.error.TinyFishTooManyRunsException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Limit on the runs in flight. A run without a place waits, first come, first served, and
 * without a thread.
 */
public final class RunLimiter {

	private final int limit;

	private final Duration maxWait;

	private final Deque<Waiter> waiters = new ArrayDeque<>();

	private int taken;

	private RunLimiter(int limit, Duration maxWait) {
		this.limit = limit;
		this.maxWait = maxWait;
	}

	public static RunLimiter unlimited() {
		return new RunLimiter(Integer.MAX_VALUE, Duration.ZERO);
	}

	public static RunLimiter of(int limit, Duration maxWait) {
		if (limit < 1) {
			throw new IllegalArgumentException("maxInFlight must be positive: " + limit);
		}
		if (Objects.requireNonNull(maxWait, "maxWait must not be null").isNegative()) {
			throw new IllegalArgumentException("maxWait must not be negative: " + maxWait);
		}
		return new RunLimiter(limit, maxWait);
	}

	/**
	 * Return the limit, or null if runs are not limited.
	 */
	public @Nullable Integer limit() {
		return (this.limit != Integer.MAX_VALUE) ? this.limit : null;
	}

	public Duration maxWait() {
		return this.maxWait;
	}

	public synchronized int taken() {
		return this.taken;
	}

	public synchronized int waiting() {
		return this.waiters.size();
	}

	/**
	 * Take a place, if one is free and no run waits for it.
	 * @return false if the run has to wait
	 * @throws TinyFishTooManyRunsException if no place is free, and runs do not wait
	 */
	boolean enter() {
		synchronized (this) {
			if (this.taken < this.limit && this.waiters.isEmpty()) {
				this.taken++;
				return true;
			}
		}
		if (this.maxWait.isZero()) {
			throw tooMany("All slots are taken");
		}
		return false;
	}

	/**
	 * Wait for a place.
	 * @param accept takes the place, and returns false if the run has ended. Must not
	 * block
	 * @return completes when the place was offered; fails with
	 * {@link TinyFishTooManyRunsException} if the wait takes too long
	 */
	Mono<Void> await(BooleanSupplier accept) {
		AtomicBoolean granted = new AtomicBoolean();
		BooleanSupplier take = () -> {
			granted.set(accept.getAsBoolean());
			return granted.get();
		};
		// a place that is granted as the time ends is kept
		Mono<Void> late = Mono.defer(() -> granted.get() ? Mono.empty()
				: Mono.error(tooMany("None of the runs in flight ended within " + this.maxWait)));
		return Mono.<Void>create((sink) -> await(new Waiter(take, sink)))
			.timeout(Duration.ofNanos(TimeUnit.NANOSECONDS.convert(this.maxWait)), late);
	}

	private void await(Waiter waiter) {
		synchronized (this) {
			if (this.taken >= this.limit || !this.waiters.isEmpty()) {
				this.waiters.add(waiter);
				waiter.sink.onCancel(() -> remove(waiter));
				return;
			}
			if (waiter.accept.getAsBoolean()) {
				this.taken++;
			}
		}
		waiter.sink.success();
	}

	private synchronized void remove(Waiter waiter) {
		this.waiters.remove(waiter);
	}

	/**
	 * Release a place, and offer it to the run that has waited longest.
	 */
	synchronized void leave() {
		for (Waiter next = this.waiters.poll(); next != null; next = this.waiters.poll()) {
			if (next.accept.getAsBoolean()) {
				Waiter granted = next;
				// on another stack: a run that fails at once also releases its place at
				// once
				Schedulers.parallel().schedule(() -> granted.sink.success());
				return;
			}
		}
		this.taken--;
	}

	/**
	 * Create the failure of a run that was given up before it had a place.
	 * @param how the way in which it was given up
	 */
	TinyFishTooManyRunsException givenUp(String how) {
		return tooMany(how + " while waiting for one of the runs in flight to end");
	}

	private TinyFishTooManyRunsException tooMany(String problem) {
		return new TinyFishTooManyRunsException(problem, this.limit);
	}

	/**
	 * Run that waits for a place.
	 *
	 * @param accept takes the place, unless the run has ended
	 * @param sink notifies the run that the place was offered
	 */
	private record Waiter(BooleanSupplier accept, MonoSink<Void> sink) {

	}

}
