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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands outcomes over: stores them and publishes them in one transaction, on whichever
 * instance comes first.
 */
final class Handover {

	private static final Logger logger = LoggerFactory.getLogger(Handover.class);

	private final Database database;

	private final RunTable table;

	private final Scheduling scheduling;

	private final Admission admission;

	private final Clock clock;

	private final OutcomePublisher outcomes;

	private final Notices notices;

	private final Meters meters;

	private final int maxHandovers;

	/** Whether the application stops: its listeners may be gone. */
	private volatile boolean stopped;

	Handover(Database database, RunTable table, Scheduling scheduling, Admission admission, Clock clock,
			OutcomePublisher outcomes, Notices notices, Meters meters, int maxHandovers) {
		this.database = database;
		this.table = table;
		this.scheduling = scheduling;
		this.admission = admission;
		this.clock = clock;
		this.outcomes = outcomes;
		this.notices = notices;
		this.meters = meters;
		this.maxHandovers = maxHandovers;
	}

	/**
	 * Set whether the application stops. From then on outcomes are stored, and other
	 * instances hand them over.
	 * @param stopped true to stop, false to start again
	 */
	void stop(boolean stopped) {
		this.stopped = stopped;
	}

	boolean isStopped() {
		return this.stopped;
	}

	/**
	 * Hand over the outcome of an open run. Where a listener fails, it is handed over
	 * again later.
	 * @param id the durable id
	 * @param ending the outcome
	 */
	void ofRunning(String id, Ending ending) {
		deliver(id, ending, locked(id, (row) -> row.state() == DurableRunState.RUNNING), true);
	}

	/**
	 * Hand over that a request was refused. Where a listener fails, it is handed over
	 * again later.
	 * @param id the durable id
	 * @param token the token of the submission
	 * @param ending the outcome
	 */
	void ofSending(String id, String token, Ending ending) {
		// only this instance knows the response, and so waits for the lock
		deliver(id, ending, () -> this.table.lockWaiting(id)
			.filter((row) -> row.state() == DurableRunState.SENDING && token.equals(row.sendToken())), true);
	}

	/**
	 * Hand over again what a listener failed on.
	 * @param id the durable id
	 * @param ending the outcome
	 * @return when to try again, or null if that is not to be
	 */
	@Nullable Instant again(String id, Ending ending) {
		return deliver(id, ending, locked(id, (row) -> row.state() == DurableRunState.UNDELIVERED), false);
	}

	private Supplier<Optional<RunRow>> locked(String id, Predicate<RunRow> expected) {
		return () -> this.table.lock(id).filter(expected);
	}

	private @Nullable Instant deliver(String id, Ending ending, Supplier<Optional<RunRow>> locked, boolean schedule) {
		if (this.stopped) {
			return leave(id, ending, locked, schedule);
		}
		try {
			boolean delivered = this.database.withApplication(() -> {
				RunRow row = locked.get().orElse(null);
				if (row == null) {
					// another instance was the first, or has it in hand
					return false;
				}
				this.table.end(id, ending, this.clock.now());
				if (schedule) {
					this.admission.run();
				}
				this.outcomes.publish(row, ending);
				return true;
			});
			if (delivered) {
				this.meters.handedOver("delivered");
				if (ending.finishedAt() != null) {
					this.meters.delay(Duration.between(ending.finishedAt(), this.clock.now()));
				}
			}
			return null;
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return failed(id, ending, locked, schedule, ex);
		}
	}

	/**
	 * Leave the outcome to other instances. An event that is published to listeners that
	 * are gone would pass for a handover.
	 */
	private Instant leave(String id, Ending ending, Supplier<Optional<RunRow>> locked, boolean schedule) {
		Instant now = this.clock.now();
		if (schedule) {
			this.database.inTransaction(() -> {
				RunRow row = locked.get().orElse(null);
				if (row != null) {
					this.table.undelivered(id, DurableRunState.UNDELIVERED, ending, row.handoverAttempts(), now, now);
					this.scheduling.ensure(TaskKind.HANDOVER, id, now);
					this.admission.run();
				}
				return null;
			});
		}
		return now;
	}

	/**
	 * Store the outcome, since the service may forget it before a listener succeeds. The
	 * count of attempts was rolled back with the rest.
	 */
	private @Nullable Instant failed(String id, Ending ending, Supplier<Optional<RunRow>> locked, boolean schedule,
			Throwable failure) {
		Failed failed = this.database.inTransaction(() -> {
			RunRow row = locked.get().orElse(null);
			if (row == null) {
				return null;
			}
			int attempts = row.handoverAttempts() + 1;
			// the first time it is not: a task is scheduled all the same
			boolean park = attempts >= this.maxHandovers && !schedule;
			Instant next = this.clock.now().plus(Step.delay(attempts));
			if (!park) {
				this.table.undelivered(id, DurableRunState.UNDELIVERED, ending, attempts, next, this.clock.now());
				if (schedule) {
					this.scheduling.ensure(TaskKind.HANDOVER, id, next);
					this.admission.run();
				}
			}
			return new Failed(row, attempts, next, park);
		});
		if (failed == null) {
			logger.warn("The outcome of durable run {} could not be handed over here", id, failure);
			return null;
		}
		this.meters.handedOver(failed.park() ? "parked" : "failed");
		if (!failed.park()) {
			logger.warn("A listener failed on the outcome of durable run {}. It is handed over again at {}", id,
					failed.next(), failure);
			return failed.next();
		}
		this.notices.change(failed.row(), DurableRunState.PARKED, failed.row().runId(),
				"Its outcome could not be handed over after " + failed.attempts() + " attempts",
				() -> park(id, ending, failed.attempts()));
		return null;
	}

	private boolean park(String id, Ending ending, int attempts) {
		RunRow row = this.table.lock(id).orElse(null);
		if (row == null || row.state() != DurableRunState.UNDELIVERED) {
			return false;
		}
		Instant now = this.clock.now();
		this.table.undelivered(id, DurableRunState.PARKED, ending, attempts, now, now);
		return true;
	}

	private record Failed(RunRow row, int attempts, Instant next, boolean park) {

	}

}
