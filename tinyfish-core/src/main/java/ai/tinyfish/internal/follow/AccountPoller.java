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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.internal.follow.PolledRun.Poll;
import ai.tinyfish.internal.follow.RunSource.BatchAnswer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Poller of the runs of one account: one timer, and one call for many runs. Polls go on
 * side by side, up to a bound: a run whose poll is in flight is not polled again, and the
 * others do not wait for its answer. Sweeps come no closer to each other than a fraction
 * of a second, or the interval between two polls of a run if it is shorter.
 *
 * @param <R> the document that says how a run stands
 */
final class AccountPoller<R> {

	/** Batches in flight, of one run or of many, that are not overdue. */
	private static final int CONCURRENT_BATCHES = 8;

	/** Calls in flight for runs whose last one was not answered. */
	private static final int CONCURRENT_SILENT = 8;

	private static final Duration SECOND_CHANCE = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(AccountPoller.class);

	private final ApiAccount account;

	private final RunSource<R> source;

	private final PollSettings settings;

	private final BatchSupport batches;

	private final Object lock = new Object();

	private final Map<String, PolledRun<R>> polled = new HashMap<>();

	private @Nullable Disposable timer;

	private long timerAt;

	private final long sweepGap;

	private long lastSweep;

	private final SingleCalls singleCalls = new SingleCalls();

	private int batchesInFlight;

	private int silentInFlight;

	AccountPoller(ApiAccount account, RunSource<R> source, PollSettings settings, BatchSupport batches) {
		this.account = account;
		this.source = source;
		this.settings = settings;
		this.batches = batches;
		this.sweepGap = settings.sweepGapNanos();
		this.lastSweep = System.nanoTime() - this.sweepGap;
	}

	void add(String runId, MonoSink<R> waiter) {
		synchronized (this.lock) {
			long now = System.nanoTime();
			PolledRun<R> polledRun = this.polled.computeIfAbsent(runId,
					(key) -> new PolledRun<>(now + this.sweepGap, this.settings));
			polledRun.waiters.add(waiter);
			if (mayBePolled(polledRun)) {
				schedule(polledRun.due, now);
			}
		}
	}

	/**
	 * Remove a waiter.
	 * @return whether there are no more waiters
	 */
	boolean remove(String runId, MonoSink<R> waiter) {
		synchronized (this.lock) {
			PolledRun<R> polledRun = this.polled.get(runId);
			if (polledRun != null && polledRun.waiters.remove(waiter) && polledRun.waiters.isEmpty()) {
				this.polled.remove(runId);
			}
			if (this.polled.isEmpty()) {
				cancelTimer();
			}
			return this.polled.isEmpty();
		}
	}

	private boolean mayBePolled(PolledRun<R> polledRun) {
		return !polledRun.isInFlight() && (polledRun.isSilent() ? this.silentInFlight < CONCURRENT_SILENT
				: this.batchesInFlight < CONCURRENT_BATCHES);
	}

	// unless a sweep comes earlier
	private void schedule(long at, long now) {
		long next = (at - this.lastSweep < this.sweepGap) ? this.lastSweep + this.sweepGap : at;
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
	 * Schedule the sweep for the next run that may be polled.
	 */
	private void scheduleNext() {
		this.polled.values()
			.stream()
			.filter(this::mayBePolled)
			.mapToLong((polledRun) -> polledRun.due)
			.reduce((a, b) -> (a - b <= 0) ? a : b)
			.ifPresent((due) -> schedule(due, System.nanoTime()));
	}

	private void sweep() {
		List<Runnable> polls = new ArrayList<>();
		synchronized (this.lock) {
			cancelTimer();
			this.lastSweep = System.nanoTime();
			// those that are due in a moment come along
			long until = this.lastSweep + this.sweepGap;
			List<String> gathered = new ArrayList<>();
			// those that were answered do not wait with those that were not
			for (boolean failing : List.of(false, true)) {
				this.polled.entrySet()
					.stream()
					.filter((entry) -> entry.getValue().isFailing() == failing && entry.getValue().due - until <= 0)
					// the longest overdue first, in case that not all may be polled
					.sorted((a, b) -> Long.signum(a.getValue().due - b.getValue().due))
					.forEach((entry) -> {
						PolledRun<R> polledRun = entry.getValue();
						if (mayBePolled(polledRun)) {
							if (polledRun.isSilent()) {
								this.silentInFlight++;
								polls.add(begin(List.of(entry.getKey()), true));
							}
							else {
								gathered.add(entry.getKey());
								if (gathered.size() == RunCalls.BATCH_SIZE) {
									polls.add(batch(gathered));
								}
							}
						}
					});
				if (!gathered.isEmpty()) {
					polls.add(batch(gathered));
				}
			}
			scheduleNext();
		}
		polls.forEach(Runnable::run);
	}

	private Runnable batch(List<String> gathered) {
		List<String> runs = List.copyOf(gathered);
		gathered.clear();
		this.batchesInFlight++;
		return begin(runs, false);
	}

	private Runnable begin(List<String> runs, boolean silent) {
		Poll poll = new Poll(this.lastSweep, !silent);
		runs.forEach((run) -> Objects.requireNonNull(this.polled.get(run)).polledBy(poll));
		return () -> {
			// what is not answered in time takes the place of no other any more
			Disposable overdue = Mono.delay(this.settings.firstDeadline()).subscribe((late) -> leaveBatches(poll));
			poll(runs, poll).doFinally((signal) -> {
				overdue.dispose();
				polled(runs, poll, silent);
			}).subscribe((none) -> {
			}, (failure) -> logger.warn("Polling runs failed", failure));
		};
	}

	private void leaveBatches(Poll poll) {
		synchronized (this.lock) {
			this.batchesInFlight -= poll.leaveBatches() ? 1 : 0;
			scheduleNext();
		}
	}

	private void polled(List<String> runs, Poll poll, boolean silent) {
		synchronized (this.lock) {
			this.silentInFlight -= silent ? 1 : 0;
			for (String run : runs) {
				PolledRun<R> polledRun = this.polled.get(run);
				if (polledRun != null && polledRun.isPolledBy(poll)) {
					polledRun.later(null, System.nanoTime(), this.settings);
				}
			}
			leaveBatches(poll);
		}
	}

	private Mono<Void> poll(List<String> runs, Poll poll) {
		if (runs.size() == 1) {
			return pollOne(runs.get(0), poll);
		}
		if (this.batches.isMissing()) {
			return pollEach(runs, poll);
		}
		Mono<Optional<BatchAnswer<R>>> together = Mono
			.defer(() -> this.source.getAll(runs, this.account, this.settings.longestDeadline()))
			.map(Optional::of);
		// the service may have been down, or one run may be why there is no answer for
		// the
		// others; that of a slow service is still of use when it comes
		Mono<Optional<BatchAnswer<R>>> again = Mono.delay(this.settings.firstDeadline()).then(together);
		Mono<Optional<BatchAnswer<R>>> each = Mono.delay(this.settings.firstDeadline().plus(SECOND_CHANCE))
			.then(Mono.defer(() -> pollEach(runs, poll)))
			.thenReturn(Optional.empty());
		return Mono.firstWithSignal(together, again, each)
			.flatMap((answer) -> answer.map((batch) -> settle(runs, poll, batch)).orElseGet(Mono::empty))
			.onErrorResume((failure) -> {
				if (failure instanceof TinyFishNotFoundException) {
					this.batches.missing();
					return pollEach(runs, poll);
				}
				if (Failures.isUnusable(failure)) {
					return pollEach(runs, poll);
				}
				if (Failures.isUnanswered(failure)) {
					// one run may be the reason, or the service is down: a single call
					// shows
					List<String> one = firstThoseThatWereAnswered(runs).stream().limit(1).toList();
					return pollEach(one, poll).then(pollEach(runs, poll));
				}
				if (Failures.isBecauseOfItsRuns(failure)) {
					int half = runs.size() / 2;
					return poll(runs.subList(0, half), poll)
						.then(Mono.defer(() -> poll(runs.subList(half, runs.size()), poll)));
				}
				runs.forEach((run) -> settle(run, poll, null, failure));
				return Mono.empty();
			});
	}

	private Mono<Void> settle(List<String> runs, Poll poll, BatchAnswer<R> answer) {
		List<String> passedOver = new ArrayList<>();
		runs.forEach((run) -> {
			R found = answer.found().get(run);
			if (found != null || answer.unknown().contains(run)) {
				settle(run, poll, found, null);
			}
			else {
				passedOver.add(run);
			}
		});
		// of these nothing was said, which is not to say that there are none
		return pollEach(passedOver, poll);
	}

	private Mono<Void> pollEach(List<String> runs, Poll poll) {
		return Flux.defer(() -> Flux.fromIterable(firstThoseThatWereAnswered(runs)))
			.index()
			.flatMap((run) -> this.singleCalls.inTurn(run.getT1(), pollOneUnlessDown(run.getT2(), poll)),
					Integer.MAX_VALUE)
			.then();
	}

	private List<String> firstThoseThatWereAnswered(List<String> runs) {
		synchronized (this.lock) {
			return runs.stream()
				.filter(this.polled::containsKey)
				.sorted(Comparator.comparing((run) -> Objects.requireNonNull(this.polled.get(run)).deadline()))
				.toList();
		}
	}

	/**
	 * Poll one run, unless polls of others have failed and none was answered: a service
	 * that is down is polled for many at once again.
	 */
	private Mono<Void> pollOneUnlessDown(String run, Poll poll) {
		return Mono.defer(() -> {
			Throwable down;
			synchronized (this.lock) {
				down = poll.whyDown();
			}
			if (down == null) {
				return pollOne(run, poll);
			}
			settle(run, poll, null, new TinyFishConnectionException(String.valueOf(down.getMessage()), down));
			return Mono.empty();
		});
	}

	private Mono<Void> pollOne(String run, Poll poll) {
		return Mono.defer(() -> {
			Duration deadline = deadline(run, poll);
			return (deadline != null) ? this.source.get(run, this.account, deadline) : Mono.empty();
		}).doOnNext((found) -> settle(run, poll, found, null)).then().onErrorResume((failure) -> {
			settle(run, poll, null, Failures.isUnknownRun(failure) ? null : failure);
			return Mono.empty();
		});
	}

	/**
	 * Return the longest wait for the answer about a run, or null if this poll no longer
	 * waits for one.
	 */
	private @Nullable Duration deadline(String run, Poll poll) {
		synchronized (this.lock) {
			PolledRun<R> polledRun = this.polled.get(run);
			return (polledRun != null && polledRun.isPolledBy(poll)) ? polledRun.deadline() : null;
		}
	}

	/**
	 * Record the answer to a poll.
	 * @param found the run's document, or null where it was not found or could not be
	 * read
	 * @param failure why it could not be read, or null
	 */
	private void settle(String run, Poll poll, @Nullable R found, @Nullable Throwable failure) {
		boolean ended = found != null && this.source.hasEnded(found);
		List<MonoSink<R>> waiters = List.of();
		Throwable given = null;
		synchronized (this.lock) {
			poll.answered(failure);
			PolledRun<R> polledRun = this.polled.get(run);
			if (polledRun == null) {
				return;
			}
			// a document that comes late is one all the same, a failure is none any more
			boolean inFlight = polledRun.isPolledBy(poll);
			long now = System.nanoTime();
			if (found != null) {
				polledRun.found(now - poll.begun(), this.settings);
			}
			else if (inFlight) {
				given = polledRun.missed(poll, failure, run, now, this.settings);
			}
			if (ended || given != null) {
				this.polled.remove(run);
				waiters = List.copyOf(polledRun.waiters);
			}
			else if (inFlight) {
				polledRun.later(failure, now, this.settings);
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
