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

package ai.tinyfish.simulator.internal.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import ai.tinyfish.simulator.internal.run.RunScript.PlannedOutcome;
import ai.tinyfish.simulator.internal.schema.SchemaCheck;
import ai.tinyfish.simulator.internal.schema.SchemaReport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Engine that advances all runs on one timer thread, with or without readers.
 */
public final class RunEngine {

	private static final Logger logger = LoggerFactory.getLogger(RunEngine.class);

	private final RunStore store;

	private final ScheduledThreadPoolExecutor timer;

	private final Scheduler scheduler;

	private final Clock clock;

	private final Duration queueDelay;

	private final Supplier<String> baseUrl;

	/** Notified of each outcome on the timer thread, after all others. */
	private volatile Consumer<Run> afterOutcome = (run) -> {
	};

	public RunEngine(RunStore store, Clock clock, Duration queueDelay, Supplier<String> baseUrl) {
		this.store = store;
		this.clock = clock;
		this.queueDelay = queueDelay;
		this.baseUrl = baseUrl;
		this.timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "tinyfish-simulator-runs");
			thread.setDaemon(true);
			return thread;
		});
		this.timer.setRemoveOnCancelPolicy(true);
		this.scheduler = Schedulers.fromExecutorService(this.timer);
	}

	public void afterOutcome(Consumer<Run> listener) {
		this.afterOutcome = listener;
	}

	/**
	 * Let a run begin.
	 * @param elsewhere brings another script when the first one waits, or {@code null}
	 */
	public Run submit(Submission submission, RunScript script, FaultPlan faults, @Nullable EventStream stream,
			@Nullable LiveRun elsewhere) {
		Run run = this.store.add(UUID.randomUUID().toString(), submission,
				(snapshot) -> new Run(snapshot, script, faults, stream, elsewhere));
		this.timer.execute(() -> move(run, this.queueDelay, this::begin));
		if (elsewhere != null) {
			elsewhere.script().thenAcceptAsync((brought) -> make(run, (waiting) -> {
				waiting.script(brought);
				if (waiting.snapshot().state() == RunState.RUNNING) {
					plan(waiting);
				}
			}), this.timer);
		}
		return run;
	}

	/**
	 * Wait until the runs that were submitted before have made the moves that take no
	 * time.
	 */
	public Mono<Void> settled() {
		return Mono.fromFuture(CompletableFuture.runAsync(() -> {
		}, this.timer), true);
	}

	/**
	 * Cancel a run unless it has ended. One that is being recorded ends when its outcome
	 * is known, and a replayed one ends as the service said.
	 * @return the run before and after
	 */
	public CompletableFuture<Cancellation> cancel(Run run) {
		return CompletableFuture.supplyAsync(() -> {
			RunSnapshot before = run.snapshot();
			if (!before.state().ended() && !run.cancelElsewhere()) {
				run.stopMoving();
				PlannedOutcome planned = run.script().outcome();
				end(run, (planned.recorded() != null) ? planned : PlannedOutcome.CANCELLED);
			}
			return before;
		}, this.timer).thenCompose((before) -> run.outcome().thenApply((after) -> new Cancellation(before, after)));
	}

	/**
	 * Cancel all runs in flight, without webhooks.
	 * @param then the task to execute afterwards on the thread of the runs, before any of
	 * them proceeds
	 * @throws RejectedExecutionException if the engine is closed
	 */
	public CompletableFuture<Void> cancelAll(Runnable then) {
		return CompletableFuture.runAsync(() -> {
			for (Run run : this.store.inFlight()) {
				run.stopMoving();
				finish(run, PlannedOutcome.CANCELLED);
			}
			then.run();
		}, this.timer);
	}

	/**
	 * Execute a task on the thread that changes the runs.
	 * @throws RejectedExecutionException if the engine is closed
	 */
	public void execute(Runnable task) {
		this.timer.execute(task);
	}

	ScheduledFuture<?> every(Duration interval, Runnable task) {
		return this.timer.scheduleWithFixedDelay(task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
	}

	public Scheduler scheduler() {
		return this.scheduler;
	}

	public Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	public boolean isClosed() {
		return this.timer.isShutdown();
	}

	public void close(Duration timeout) {
		this.timer.shutdownNow();
		try {
			this.timer.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void begin(Run run) {
		Instant now = now();
		RunSnapshot begun = run.snapshot().begun(now, this.baseUrl.get() + "/live/" + run.snapshot().id());
		run.become(begun);
		run.publish(RunDocuments.started(begun, now));
		run.publish(RunDocuments.streamingUrl(begun, now));
		plan(run);
	}

	private void advance(Run run) {
		RunScript script = run.script();
		int taken = run.snapshot().steps().size();
		if (taken < script.steps().size()) {
			String purpose = script.steps().get(taken);
			Instant now = now();
			run.become(run.snapshot().stepped(now, purpose));
			run.publish(RunDocuments.progress(run.snapshot(), purpose, script.outcome().recorded(), now));
			plan(run);
		}
		else if (script.outcome().state() != null) {
			end(run, script.outcome());
		}
	}

	private void plan(Run run) {
		Duration delay = run.script().delayAfter(run.snapshot().steps().size());
		if (delay != null) {
			move(run, delay, this::advance);
		}
	}

	private void end(Run run, PlannedOutcome outcome) {
		finish(run, outcome);
		this.afterOutcome.accept(run);
	}

	private void finish(Run run, PlannedOutcome outcome) {
		Instant now = now();
		RunSnapshot before = run.snapshot();
		// the service has checked the result of a recorded run
		String schema = (outcome.state() == RunState.COMPLETED && outcome.recorded() == null)
				? before.submission().outputSchema() : null;
		String result = (schema != null) ? SchemaCheck.wrap(schema, outcome.resultJson()) : outcome.resultJson();
		SchemaReport report = (schema != null) ? SchemaCheck.check(schema, result) : null;
		boolean recorded = before.submission().recording() && before.startedAt() != null;
		String video = recorded ? this.baseUrl.get() + "/recordings/" + before.id() + ".mp4" : null;
		this.store.ends(run);
		run.become(before.ended(now, new RunSnapshot.SimulatedOutcome(Objects.requireNonNull(outcome.state()), result,
				outcome.failure(), report, video, outcome.recorded())));
		this.store.ended(run);
		run.publish(RunDocuments.complete(run.snapshot(), now));
		run.close();
	}

	private void move(Run run, Duration delay, Consumer<Run> move) {
		if (delay.isZero()) {
			make(run, move);
		}
		else {
			run.nextMove(this.timer.schedule(() -> make(run, move), delay.toNanos(), TimeUnit.NANOSECONDS));
		}
	}

	/**
	 * Call an action that logs lines about a run: the MDC has its id under the key of
	 * clients.
	 */
	public static void about(String runId, Runnable action) {
		MDC.put("tinyfish.run.id", runId);
		action.run();
		MDC.remove("tinyfish.run.id");
	}

	private void make(Run run, Consumer<Run> move) {
		try {
			// a cancel can get in before the first move is planned
			if (!run.snapshot().state().ended()) {
				move.accept(run);
			}
		}
		catch (RuntimeException ex) {
			if (!isClosed()) {
				String id = run.snapshot().id();
				about(id, () -> logger.error("Run {} cannot proceed: the simulator failed", id, ex));
			}
		}
	}

	/**
	 * A run before and after it was cancelled.
	 *
	 * @param before the run before
	 * @param after the run after
	 */
	public record Cancellation(RunSnapshot before, RunSnapshot after) {
	}

}
