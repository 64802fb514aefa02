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

package ai.tinyfish.internal.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.internal.transport.AnswerTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Waits for the runs of one account: one timer, and one call for many runs. Sweeps do not
 * overlap and come no closer to each other than a fraction of a second.
 *
 * @param <R> what says how a run stands
 */
final class AccountWatcher<R> {

	/** What is asked for in one call (contract section 2.8). */
	private static final int BATCH_SIZE = 100;

	private static final int CONCURRENT_CALLS = 4;

	private static final long MIN_SWEEP_GAP = Duration.ofMillis(200).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(AccountWatcher.class);

	private final Asker asker;

	private final RunSource<R> source;

	private final WatchSettings settings;

	private final BatchSupport batches;

	private final Object lock = new Object();

	private final Map<String, Watch<R>> watches = new HashMap<>();

	private @Nullable Disposable timer;

	private long timerAt;

	private long lastSweep = System.nanoTime() - MIN_SWEEP_GAP;

	private boolean sweeping;

	AccountWatcher(Asker asker, RunSource<R> source, WatchSettings settings, BatchSupport batches) {
		this.asker = asker;
		this.source = source;
		this.settings = settings;
		this.batches = batches;
	}

	void add(String runId, MonoSink<R> waiter) {
		synchronized (this.lock) {
			long now = System.nanoTime();
			Watch<R> watch = this.watches.computeIfAbsent(runId,
					(key) -> new Watch<>(now + Math.min(MIN_SWEEP_GAP, this.settings.interval().toNanos()),
							this.settings.interval().toNanos()));
			watch.waiters.add(waiter);
			schedule(watch.due, now);
		}
	}

	/**
	 * Forget one who waits.
	 * @return whether nobody waits any more
	 */
	boolean remove(String runId, MonoSink<R> waiter) {
		synchronized (this.lock) {
			Watch<R> watch = this.watches.get(runId);
			if (watch != null && watch.waiters.remove(waiter) && watch.waiters.isEmpty()) {
				this.watches.remove(runId);
			}
			if (this.watches.isEmpty() && this.timer != null) {
				this.timer.dispose();
				this.timer = null;
			}
			return this.watches.isEmpty();
		}
	}

	/**
	 * Sweep at the given time, unless a sweep comes earlier. A running sweep schedules
	 * the next one when it ends.
	 */
	private void schedule(long at, long now) {
		long next = (at - this.lastSweep < MIN_SWEEP_GAP) ? this.lastSweep + MIN_SWEEP_GAP : at;
		if (this.sweeping || (this.timer != null && this.timerAt - next <= 0)) {
			return;
		}
		if (this.timer != null) {
			this.timer.dispose();
		}
		this.timerAt = next;
		this.timer = Schedulers.parallel().schedule(this::sweep, Math.max(1, next - now), TimeUnit.NANOSECONDS);
	}

	private void sweep() {
		List<String> due = new ArrayList<>();
		synchronized (this.lock) {
			if (this.sweeping) {
				// by a timer that was replaced when it had gone off already
				return;
			}
			this.timer = null;
			this.sweeping = true;
			this.lastSweep = System.nanoTime();
			// those that are due in a moment come along
			long until = this.lastSweep + MIN_SWEEP_GAP;
			this.watches.forEach((run, watch) -> {
				if (watch.due - until <= 0) {
					watch.lookedAt = this.lastSweep;
					due.add(run);
				}
			});
		}
		Flux.fromIterable(due)
			.buffer(BATCH_SIZE)
			.flatMap(this::look, CONCURRENT_CALLS)
			.doFinally((signal) -> swept())
			.subscribe((none) -> {
			}, (failure) -> logger.warn("Looking at runs failed", failure));
	}

	private void swept() {
		synchronized (this.lock) {
			this.sweeping = false;
			this.watches.values()
				.stream()
				.mapToLong((watch) -> watch.due)
				.reduce((a, b) -> (a - b <= 0) ? a : b)
				.ifPresent((due) -> schedule(due, System.nanoTime()));
		}
	}

	private Mono<Void> look(List<String> runs) {
		if (runs.size() == 1) {
			return lookAtOne(runs.get(0));
		}
		if (this.batches.isMissing()) {
			return lookAtEach(runs);
		}
		return Mono.defer(() -> this.source.getAll(runs, this.asker))
			.flatMap((looked) -> settle(runs, looked))
			.onErrorResume((failure) -> {
				if (failure instanceof TinyFishNotFoundException) {
					this.batches.missing();
					return look(runs);
				}
				if (isUnusable(failure)) {
					return lookAtEach(runs);
				}
				if (isBecauseOfItsRuns(failure)) {
					int half = runs.size() / 2;
					return look(runs.subList(0, half)).then(Mono.defer(() -> look(runs.subList(half, runs.size()))));
				}
				runs.forEach((run) -> settle(run, null, failure));
				return Mono.empty();
			});
	}

	private Mono<Void> settle(List<String> runs, RunSource.Looked<R> looked) {
		List<String> passedOver = new ArrayList<>();
		runs.forEach((run) -> {
			R found = looked.found().get(run);
			if (found != null || looked.unknown().contains(run)) {
				settle(run, found, null);
			}
			else {
				passedOver.add(run);
			}
		});
		// of these nothing was said, which is not to say that there are none
		return lookAtEach(passedOver);
	}

	/**
	 * Whether the answer for all is a success that says nothing: what it does not say,
	 * those for single runs may.
	 */
	private static boolean isUnusable(Throwable failure) {
		return failure instanceof TinyFishStatusException answered && answered.status() / 100 == 2;
	}

	/**
	 * Whether one run may be why the answer for all is refused, or cannot be used: the
	 * others are not to lose their endings over it.
	 */
	private static boolean isBecauseOfItsRuns(Throwable failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure.getCause() instanceof AnswerTooLargeException;
	}

	/**
	 * Whether the service says that there is no such run, and not a gateway that there is
	 * no such page.
	 */
	private static boolean isUnknownRun(Throwable failure) {
		return failure instanceof TinyFishNotFoundException answered && answered.code() != null;
	}

	private Mono<Void> lookAtEach(List<String> runs) {
		return Flux.fromIterable(runs).flatMap(this::lookAtOne, CONCURRENT_CALLS).then();
	}

	private Mono<Void> lookAtOne(String run) {
		return Mono.defer(() -> this.source.get(run, this.asker))
			.doOnNext((found) -> settle(run, found, null))
			.then()
			.onErrorResume((failure) -> {
				settle(run, null, isUnknownRun(failure) ? null : failure);
				return Mono.empty();
			});
	}

	/**
	 * Take note of a look at a run.
	 * @param found how it stands, or null where it was not found or could not be asked
	 * for
	 * @param failure why it could not be asked for, or null
	 */
	private void settle(String run, @Nullable R found, @Nullable Throwable failure) {
		boolean ended = found != null && this.source.hasEnded(found);
		List<MonoSink<R>> waiters = List.of();
		Throwable given = null;
		synchronized (this.lock) {
			Watch<R> watch = this.watches.get(run);
			if (watch == null) {
				return;
			}
			long now = System.nanoTime();
			if (!ended) {
				given = watch.giveUp(found != null, failure, run, now, this.settings);
			}
			if (ended || given != null) {
				this.watches.remove(run);
				waiters = List.copyOf(watch.waiters);
			}
			else {
				watch.later(failure, now, this.settings);
			}
		}
		for (MonoSink<R> waiter : waiters) {
			if (given != null) {
				waiter.error(given);
			}
			else {
				waiter.success(found);
			}
		}
	}

}
