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
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.internal.watch.RunSource.Looked;
import ai.tinyfish.internal.watch.Watch.Sweep;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * Waits for the runs of one account: one timer, and one call for many runs. Polls go on
 * side by side, up to a bound: a run whose poll is in flight is not polled again, and the
 * others do not wait for its answer. Sweeps come no closer to each other than a fraction
 * of a second.
 *
 * @param <R> the document that says how a run stands
 */
final class AccountWatcher<R> {

	/** The most runs of one call (contract section 2.8). */
	private static final int BATCH_SIZE = 100;

	/** Batches in flight, of one run or of many. */
	private static final int CONCURRENT_BATCHES = 8;

	/** Calls for single runs in flight in place of one for all of a batch. */
	private static final int CONCURRENT_CALLS = 8;

	/** Calls in flight for runs whose last one was not answered. */
	private static final int CONCURRENT_SILENT = 8;

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

	private int batchesInFlight;

	private int silentInFlight;

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
							this.settings));
			watch.waiters.add(waiter);
			if (mayBePolled(watch)) {
				schedule(watch.due, now);
			}
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
			if (this.watches.isEmpty()) {
				cancelTimer();
			}
			return this.watches.isEmpty();
		}
	}

	private boolean mayBePolled(Watch<R> watch) {
		return !watch.isInFlight() && (watch.isSilent() ? this.silentInFlight < CONCURRENT_SILENT
				: this.batchesInFlight < CONCURRENT_BATCHES);
	}

	/**
	 * Sweep at the given time, unless a sweep comes earlier.
	 */
	private void schedule(long at, long now) {
		long next = (at - this.lastSweep < MIN_SWEEP_GAP) ? this.lastSweep + MIN_SWEEP_GAP : at;
		if (this.timer != null && this.timerAt - next <= 0) {
			return;
		}
		cancelTimer();
		this.timerAt = next;
		this.timer = Schedulers.parallel().schedule(this::sweep, Math.max(1, next - now), TimeUnit.NANOSECONDS);
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.dispose();
			this.timer = null;
		}
	}

	/**
	 * Sweep when the next run is due that may be polled then.
	 */
	private void scheduleNext() {
		this.watches.values()
			.stream()
			.filter(this::mayBePolled)
			.mapToLong((watch) -> watch.due)
			.reduce((a, b) -> (a - b <= 0) ? a : b)
			.ifPresent((due) -> schedule(due, System.nanoTime()));
	}

	private void sweep() {
		List<Runnable> polls = new ArrayList<>();
		synchronized (this.lock) {
			cancelTimer();
			this.lastSweep = System.nanoTime();
			Sweep sweep = new Sweep(this.lastSweep);
			// those that are due in a moment come along
			long until = this.lastSweep + MIN_SWEEP_GAP;
			List<String> gathered = new ArrayList<>();
			this.watches.entrySet()
				.stream()
				.filter((entry) -> entry.getValue().due - until <= 0)
				// the longest overdue first, in case that not all may be polled
				.sorted((a, b) -> Long.signum(a.getValue().due - b.getValue().due))
				.forEach((entry) -> {
					Watch<R> watch = entry.getValue();
					if (mayBePolled(watch)) {
						watch.polledBy(sweep);
						if (watch.isSilent()) {
							this.silentInFlight++;
							polls.add(() -> poll(List.of(entry.getKey()), sweep, true));
						}
						else {
							gathered.add(entry.getKey());
							if (gathered.size() == BATCH_SIZE) {
								polls.add(batch(gathered, sweep));
							}
						}
					}
				});
			if (!gathered.isEmpty()) {
				polls.add(batch(gathered, sweep));
			}
			scheduleNext();
		}
		polls.forEach(Runnable::run);
	}

	private Runnable batch(List<String> gathered, Sweep sweep) {
		List<String> runs = List.copyOf(gathered);
		gathered.clear();
		this.batchesInFlight++;
		return () -> poll(runs, sweep, false);
	}

	private void poll(List<String> runs, Sweep sweep, boolean silent) {
		poll(runs, sweep).doFinally((signal) -> polled(runs, sweep, silent)).subscribe((none) -> {
		}, (failure) -> logger.warn("Polling runs failed", failure));
	}

	private void polled(List<String> runs, Sweep sweep, boolean silent) {
		synchronized (this.lock) {
			if (silent) {
				this.silentInFlight--;
			}
			else {
				this.batchesInFlight--;
			}
			for (String run : runs) {
				Watch<R> watch = this.watches.get(run);
				if (watch != null && watch.isPolledBy(sweep)) {
					watch.later(null, System.nanoTime(), this.settings);
				}
			}
			scheduleNext();
		}
	}

	private Mono<Void> poll(List<String> runs, Sweep sweep) {
		if (runs.size() == 1) {
			return pollOne(runs.get(0), sweep);
		}
		if (this.batches.isMissing()) {
			return pollEach(runs, sweep);
		}
		Mono<Optional<Looked<R>>> together = Mono
			.defer(() -> this.source.getAll(runs, this.asker, this.settings.longestDeadline()))
			.map(Optional::of);
		// one run may be why there is no answer for the others; that of a slow service is
		// still of use when it comes
		Mono<Optional<Looked<R>>> each = Mono.delay(this.settings.firstDeadline())
			.then(Mono.defer(() -> pollEach(runs, sweep)))
			.thenReturn(Optional.empty());
		return Mono.firstWithSignal(together, each)
			.flatMap((answer) -> answer.map((looked) -> settle(runs, sweep, looked)).orElseGet(Mono::empty))
			.onErrorResume((failure) -> {
				if (failure instanceof TinyFishNotFoundException) {
					this.batches.missing();
					return pollEach(runs, sweep);
				}
				if (isUnusable(failure) || Watch.isUnanswered(failure)) {
					return pollEach(runs, sweep);
				}
				if (isBecauseOfItsRuns(failure)) {
					int half = runs.size() / 2;
					return poll(runs.subList(0, half), sweep)
						.then(Mono.defer(() -> poll(runs.subList(half, runs.size()), sweep)));
				}
				runs.forEach((run) -> settle(run, sweep, null, failure));
				return Mono.empty();
			});
	}

	private Mono<Void> settle(List<String> runs, Sweep sweep, Looked<R> looked) {
		List<String> passedOver = new ArrayList<>();
		runs.forEach((run) -> {
			R found = looked.found().get(run);
			if (found != null || looked.unknown().contains(run)) {
				settle(run, sweep, found, null);
			}
			else {
				passedOver.add(run);
			}
		});
		// of these nothing was said, which is not to say that there are none
		return pollEach(passedOver, sweep);
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
				|| failure.getCause() instanceof DataBufferLimitException;
	}

	/**
	 * Whether the service says that there is no such run, and not a gateway that there is
	 * no such page.
	 */
	private static boolean isUnknownRun(Throwable failure) {
		return failure instanceof TinyFishNotFoundException answered && answered.code() != null;
	}

	private Mono<Void> pollEach(List<String> runs, Sweep sweep) {
		return Flux.fromIterable(runs).flatMap((run) -> pollOne(run, sweep), CONCURRENT_CALLS).then();
	}

	private Mono<Void> pollOne(String run, Sweep sweep) {
		return Mono.defer(() -> {
			Duration deadline = deadline(run, sweep);
			return (deadline != null) ? this.source.get(run, this.asker, deadline) : Mono.empty();
		}).doOnNext((found) -> settle(run, sweep, found, null)).then().onErrorResume((failure) -> {
			settle(run, sweep, null, isUnknownRun(failure) ? null : failure);
			return Mono.empty();
		});
	}

	/**
	 * The longest wait for the answer about a run, or null if nothing is to be learnt of
	 * it any more in this sweep.
	 */
	private @Nullable Duration deadline(String run, Sweep sweep) {
		synchronized (this.lock) {
			Watch<R> watch = this.watches.get(run);
			return (watch != null && watch.isPolledBy(sweep)) ? watch.deadline() : null;
		}
	}

	/**
	 * Record the answer to a poll.
	 * @param found the run's document, or null where it was not found or could not be
	 * read
	 * @param failure why it could not be read, or null
	 */
	private void settle(String run, Sweep sweep, @Nullable R found, @Nullable Throwable failure) {
		boolean ended = found != null && this.source.hasEnded(found);
		List<MonoSink<R>> waiters = List.of();
		Throwable given = null;
		synchronized (this.lock) {
			Watch<R> watch = this.watches.get(run);
			if (watch == null) {
				return;
			}
			// a document that comes late is one all the same, a failure is none any more
			boolean inFlight = watch.isPolledBy(sweep);
			long now = System.nanoTime();
			if (found != null) {
				watch.found(now - sweep.begun(), this.settings);
			}
			else if (inFlight) {
				given = watch.missed(sweep, failure, run, now, this.settings);
			}
			if (ended || given != null) {
				this.watches.remove(run);
				waiters = List.copyOf(watch.waiters);
			}
			else if (inFlight) {
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
