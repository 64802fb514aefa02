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
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.error.TinyFishTooManyRunsException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * A limit on the runs in flight. Who finds no place waits, first come, first served, and
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

	public synchronized int taken() {
		return this.taken;
	}

	public synchronized int waiting() {
		return this.waiters.size();
	}

	/**
	 * Ask for a place, and take it at once if there is one and nobody waits for it.
	 * @return the place, or the right to wait for it
	 * @throws TinyFishTooManyRunsException if there is none, and none is waited for
	 */
	Entry enter() {
		Entry entry = new Entry();
		if (!takeAtOnce(entry) && this.maxWait.isZero()) {
			throw tooMany("All places are taken");
		}
		return entry;
	}

	private synchronized boolean takeAtOnce(Entry entry) {
		if (this.taken >= this.limit || !this.waiters.isEmpty()
				|| !entry.state.compareAndSet(State.WAITING, State.GRANTED)) {
			return false;
		}
		this.taken++;
		return true;
	}

	private void await(Entry entry, MonoSink<Entry> sink) {
		Waiter waiter = new Waiter(entry, sink);
		synchronized (this) {
			if (!takeAtOnce(entry)) {
				this.waiters.add(waiter);
				waiter.timer = Schedulers.parallel()
					.schedule(() -> expire(waiter), TimeUnit.MILLISECONDS.convert(this.maxWait), TimeUnit.MILLISECONDS);
				sink.onCancel(() -> remove(waiter));
				return;
			}
		}
		sink.success(entry);
	}

	private void expire(Waiter waiter) {
		if (remove(waiter)) {
			waiter.sink.error(tooMany("None of the runs in flight ended within " + this.maxWait));
		}
	}

	private synchronized boolean remove(Waiter waiter) {
		waiter.stopTimer();
		return this.waiters.remove(waiter);
	}

	/**
	 * Hand a place on to whoever waits longest.
	 */
	private synchronized void giveBack() {
		for (Waiter next = this.waiters.poll(); next != null; next = this.waiters.poll()) {
			next.stopTimer();
			if (next.entry.state.compareAndSet(State.WAITING, State.GRANTED)) {
				Waiter granted = next;
				// on another stack: a run that fails at once gives its place back at once
				Schedulers.parallel().schedule(() -> granted.sink.success(granted.entry));
				return;
			}
		}
		this.taken--;
	}

	private TinyFishTooManyRunsException tooMany(String problem) {
		return new TinyFishTooManyRunsException(problem, this.limit);
	}

	/**
	 * One run's place, or its right to wait for one.
	 */
	public final class Entry {

		private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

		boolean isGranted() {
			return this.state.get() == State.GRANTED;
		}

		/**
		 * Wait for the place.
		 * @return this, once the place is taken; fails with
		 * {@link TinyFishTooManyRunsException} if that takes too long. Subscribed to once
		 */
		Mono<Entry> awaitGranted() {
			return isGranted() ? Mono.just(this) : Mono.create((sink) -> await(this, sink));
		}

		/**
		 * Give up the place, or the waiting for it.
		 */
		public void leave() {
			if (this.state.getAndSet(State.LEFT) == State.GRANTED) {
				giveBack();
			}
		}

		/**
		 * The failure of a run that was given up before it had a place.
		 * @param how what happened
		 */
		public TinyFishTooManyRunsException givenUp(String how) {
			return tooMany(how + " while waiting for one of the runs in flight to end");
		}

	}

	private enum State {

		WAITING, GRANTED, LEFT

	}

	private static final class Waiter {

		private final Entry entry;

		private final MonoSink<Entry> sink;

		private @Nullable Disposable timer;

		Waiter(Entry entry, MonoSink<Entry> sink) {
			this.entry = entry;
			this.sink = sink;
		}

		void stopTimer() {
			if (this.timer != null) {
				this.timer.dispose();
			}
		}

	}

}
