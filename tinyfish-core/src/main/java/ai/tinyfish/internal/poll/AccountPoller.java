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

package ai.tinyfish.internal.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.support.RunLog;
import ai.tinyfish.support.agent.ReadFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Poller of the runs of one account: one timer, and one call for many runs. A sweep polls
 * the runs that are due in batches. If a batch fails, its runs are read one by one, if
 * the read of one of them shows that the service answers ({@link ReadFailure}). A run
 * that is not answered then has a longer deadline. Only runs with the same deadline are
 * polled together, so that it does not delay others. Sweeps do not wait for each other.
 * The time between two of them is at least a fraction of a second, or the interval
 * between two polls of a run if that is shorter.
 * <p>
 * The record of a run that has ended is read once, in the same way, but the first at
 * once. Those that are wanted while it is being read, or soon after it was requested, are
 * gathered for the next batch.
 */
final class AccountPoller {

	/** Batches in flight of a sweep. */
	private static final int CONCURRENT_BATCHES = 8;

	/**
	 * Single calls in flight of a deadline: many, so that unanswered ones wait at the
	 * same time.
	 */
	private static final int CONCURRENT_SINGLE_CALLS = 64;

	private static final Duration SECOND_CHANCE = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(AccountPoller.class);

	private final ApiAccount account;

	private final ReactiveExecutor executor;

	/** By the deadline of a call, of which there are few. */
	private final Map<Duration, ReactiveExecutor> executors = new ConcurrentHashMap<>();

	private final PollSettings settings;

	private final Object lock = new Object();

	private final Map<String, PolledRun> polled = new HashMap<>();

	private @Nullable Disposable timer;

	private long timerAt;

	private final long sweepGap;

	private long lastSweep;

	/** Records that are wanted, and not read yet. */
	private final List<PolledRun> wanted = new ArrayList<>();

	/** Time from which records may be read. */
	private long recordsDue;

	private final Sinks.Many<PolledRun> single = Sinks.many().unicast().onBackpressureBuffer();

	/** Time of the service's last answer about a run. */
	private long lastAnswer;

	/** The last single call that was not answered, by its deadline. */
	private final Map<Duration, Silence> lastSilence = new HashMap<>();

	AccountPoller(ApiAccount account, ReactiveExecutor executor, PollSettings settings) {
		this.account = account;
		this.executor = executor.withOptions(account.options());
		this.settings = settings;
		this.sweepGap = settings.sweepGapNanos();
		this.lastSweep = System.nanoTime() - this.sweepGap;
		this.lastAnswer = this.lastSweep;
		this.recordsDue = this.lastSweep;
		// on another thread, since runs are emitted with the lock held
		this.single.asFlux()
			.publishOn(Schedulers.parallel())
			.groupBy((run) -> run.deadline, Integer.MAX_VALUE)
			.flatMap((runs) -> runs.flatMap(this::pollOne, CONCURRENT_SINGLE_CALLS))
			.subscribe();
	}

	void add(String runId, MonoSink<Run> waiter) {
		synchronized (this.lock) {
			long now = System.nanoTime();
			PolledRun run = this.polled.computeIfAbsent(runId,
					(key) -> new PolledRun(key, now + this.sweepGap, this.settings));
			run.waiters.add(waiter);
			if (!run.inFlight) {
				schedule(run.due, now);
			}
		}
	}

	void remove(String runId, MonoSink<Run> waiter) {
		synchronized (this.lock) {
			PolledRun run = this.polled.get(runId);
			if (run != null && run.waiters.remove(waiter) && run.waiters.isEmpty()) {
				this.polled.remove(runId);
			}
			if (this.polled.isEmpty()) {
				cancelTimer();
			}
		}
	}

	/**
	 * Read the record of a run, for one waiter.
	 */
	void read(String runId, MonoSink<Run> waiter) {
		PolledRun run = PolledRun.ended(runId, waiter, this.settings);
		boolean due;
		synchronized (this.lock) {
			long now = System.nanoTime();
			this.wanted.add(run);
			due = areRecordsDue(now);
			if (!due && this.wanted.size() == 1) {
				scheduleRecords(now);
			}
		}
		waiter.onDispose(() -> {
			synchronized (this.lock) {
				run.waiters.clear();
			}
		});
		if (due) {
			readRecords();
		}
	}

	// a full batch does not wait for more
	private boolean areRecordsDue(long now) {
		return this.recordsDue - now <= 0 || this.wanted.size() >= RunCalls.BATCH_SIZE;
	}

	private void scheduleRecords(long now) {
		Schedulers.parallel().schedule(this::readRecords, this.recordsDue - now, TimeUnit.NANOSECONDS);
	}

	private void readRecords() {
		long now = System.nanoTime();
		List<PolledRun> runs = new ArrayList<>();
		synchronized (this.lock) {
			if (!areRecordsDue(now)) {
				return;
			}
			for (PolledRun run : this.wanted) {
				if (!run.waiters.isEmpty()) {
					run.begin(now);
					runs.add(run);
				}
			}
			this.wanted.clear();
			if (!runs.isEmpty()) {
				this.recordsDue = now + PollSettings.LONGEST_RECORDS_GAP;
			}
		}
		Flux.fromIterable(runs)
			.buffer(RunCalls.BATCH_SIZE)
			.flatMap(this::poll, CONCURRENT_BATCHES)
			.doFinally((signal) -> recordsRead(now))
			.subscribe();
	}

	private void recordsRead(long begun) {
		synchronized (this.lock) {
			if (this.recordsDue != begun + PollSettings.LONGEST_RECORDS_GAP) {
				// another one has begun since
				return;
			}
			long now = System.nanoTime();
			this.recordsDue = now + Math.max(begun + PollSettings.RECORDS_GAP - now, 0);
			if (!this.wanted.isEmpty()) {
				scheduleRecords(now);
			}
		}
	}

	/**
	 * Return whether nothing is waited for, and records may be read at once.
	 */
	boolean isIdle() {
		synchronized (this.lock) {
			return this.polled.isEmpty() && this.wanted.isEmpty() && this.recordsDue - System.nanoTime() <= 0;
		}
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

	private void sweep() {
		Map<Duration, List<PolledRun>> due = new TreeMap<>();
		synchronized (this.lock) {
			cancelTimer();
			long now = System.nanoTime();
			this.lastSweep = now;
			for (PolledRun run : this.polled.values()) {
				// runs that are due in a moment are included
				if (!run.inFlight && run.due - now <= this.sweepGap) {
					run.begin(now);
					due.computeIfAbsent(run.deadline, (deadline) -> new ArrayList<>()).add(run);
				}
				else if (!run.inFlight) {
					schedule(run.due, now);
				}
			}
		}
		Flux.fromIterable(due.values())
			.concatMap((runs) -> Flux.fromIterable(runs).buffer(RunCalls.BATCH_SIZE))
			.flatMap(this::poll, CONCURRENT_BATCHES)
			.subscribe();
	}

	private Mono<Void> poll(List<PolledRun> runs) {
		// not always the same: it may be the one that fails
		PolledRun first = runs.get(ThreadLocalRandom.current().nextInt(runs.size()));
		if (runs.size() == 1) {
			return pollOne(first);
		}
		ApiCall<RunBatch> together = RunCalls.outcomes(runs.stream().map((run) -> run.runId).distinct().toList());
		Mono<RunBatch> answer = first.ended ? call(together, PollSettings.RECORDS_DEADLINE)
				: call(together, first.deadline)
					// the service may have been unavailable
					.onErrorResume(TinyFishTimeoutException.class,
							(late) -> call(together, this.settings.withinTolerance(SECOND_CHANCE)));
		return answer.doOnNext((batch) -> settle(runs, batch)).then().onErrorResume((failure) -> {
			ReadFailure about = ReadFailure.of(failure);
			if (about.affectsAllRuns()) {
				runs.forEach((run) -> settle(run, null, failure));
				return Mono.empty();
			}
			// a single call shows whether the service answers, unless it may take as
			// long. Records are not polled again
			boolean probed = about == ReadFailure.NO_ANSWER && !(failure instanceof TinyFishTimeoutException)
					&& !first.ended;
			return (probed ? pollOne(first) : Mono.empty()).then(Mono.fromRunnable(() -> pollSingly(runs)));
		});
	}

	private <T> Mono<T> call(ApiCall<T> call, Duration deadline) {
		return this.executors.computeIfAbsent(deadline, this.executor::withoutRetries)
			.execute(call, this.account.apiKey());
	}

	private void settle(List<PolledRun> runs, RunBatch batch) {
		Map<String, Run> found = new HashMap<>();
		// a run may appear twice: the document with its outcome counts
		batch.data().forEach((run) -> found.merge(run.runId(), run, (a, b) -> a.status().isTerminal() ? a : b));
		Set<String> mentioned = new HashSet<>(found.keySet());
		mentioned.addAll(batch.notFound());
		// the other runs may still exist
		pollSingly(runs.stream().filter((run) -> !mentioned.contains(run.runId)).toList());
		runs.stream()
			.filter((run) -> mentioned.contains(run.runId))
			.forEach((run) -> settle(run, found.get(run.runId), null));
	}

	private void pollSingly(List<PolledRun> runs) {
		synchronized (this.lock) {
			runs.forEach(this.single::tryEmitNext);
		}
	}

	private Mono<Void> pollOne(PolledRun run) {
		return Mono.defer(() -> {
			Silence silence;
			synchronized (this.lock) {
				if (!isPolled(run)) {
					return Mono.empty();
				}
				silence = this.lastSilence.get(run.deadline);
				if (silence == null || silence.at() - run.begun < 0 || this.lastAnswer - run.begun >= 0) {
					silence = null;
					run.begin(System.nanoTime());
				}
			}
			if (silence != null) {
				// an unavailable service is polled in batches again
				settle(run, null, silence.failure(), ReadFailure.SERVICE, false);
				return Mono.empty();
			}
			return call(RunCalls.get(run.runId), run.deadline);
		}).doOnNext((found) -> settle(run, found, null)).then().onErrorResume((failure) -> {
			settle(run, null, failure);
			return Mono.empty();
		});
	}

	// unless it has already been answered, or has no waiters
	private boolean isPolled(PolledRun run) {
		return run.inFlight && !run.waiters.isEmpty();
	}

	/**
	 * Record the answer to a poll.
	 * @param found the run's document, or null if it was not found or could not be read
	 * @param failure the failure to read it, or null if there is an answer
	 */
	private void settle(PolledRun run, @Nullable Run found, @Nullable Throwable failure) {
		settle(run, found, failure, (failure == null) ? ReadFailure.UNKNOWN_RUN : ReadFailure.of(failure), true);
	}

	private void settle(PolledRun run, @Nullable Run found, @Nullable Throwable failure, ReadFailure about,
			boolean polled) {
		List<MonoSink<Run>> waiters;
		Throwable given = null;
		synchronized (this.lock) {
			if (!isPolled(run)) {
				return;
			}
			long now = System.nanoTime();
			if (about == ReadFailure.UNKNOWN_RUN) {
				this.lastAnswer = now;
			}
			else if (failure != null && polled && (about == ReadFailure.NO_ANSWER || about == ReadFailure.SERVICE)) {
				this.lastSilence.put(run.deadline, new Silence(now, failure));
			}
			if (found != null) {
				run.found(now);
			}
			else {
				given = run.missed(failure, about, now);
			}
			if (given == null && !run.ended && (found == null || !found.status().isTerminal())) {
				run.later(failure, now);
				schedule(run.due, now);
				return;
			}
			this.polled.remove(run.runId, run);
			waiters = List.copyOf(run.waiters);
			run.waiters.clear();
		}
		for (MonoSink<Run> waiter : waiters) {
			try {
				if (given != null) {
					waiter.error(given);
				}
				else {
					waiter.success(found);
				}
			}
			catch (RuntimeException ex) {
				RunLog.about(run.runId, null, null, () -> logger.warn("An outcome was not handed over", ex));
			}
		}
	}

	/**
	 * A single call that was not answered.
	 */
	private record Silence(long at, Throwable failure) {

	}

}
