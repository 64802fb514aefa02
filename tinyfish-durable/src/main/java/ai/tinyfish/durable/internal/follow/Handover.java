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

package ai.tinyfish.durable.internal.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.service.Interceptors;
import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.service.Traces;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.ListenerFailedException;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.internal.watch.WatchOutcomes;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Hands outcomes over: stores and publishes them in one transaction, on the first
 * instance that succeeds. Runs that a person has to decide about are published in the
 * same way.
 */
public record Handover(Database database, RunTable table, Scheduling scheduling, Clock clock,
		ApplicationEventPublisher publisher, GoalEvaluator evaluator, Interceptors interceptors, WatchOutcomes watches,
		Meters meters, Traces traces, int maxHandovers, RepeatedWarnings warnings, AtomicBoolean stopped) {

	/** The events of watches are delivered by a task of their own. */
	private static final Runnable NO_LISTENERS = () -> {
	};

	private static final Logger logger = LoggerFactory.getLogger(Handover.class);

	/**
	 * Hand over the outcome of a run, unless another instance does so, or a person has
	 * decided about it. If a listener fails, it is handed over again later.
	 * @param expected the run, which is {@code RUNNING} or {@code UNDELIVERED}
	 * @param outcome the outcome
	 */
	public void deliver(RunRow expected, StoredOutcome outcome) {
		if (this.stopped.get()) {
			// without listeners, the event would count as handed over
			keep(expected, outcome, 0);
			return;
		}
		expected.about(expected.runId(), () -> handOver(expected, outcome));
	}

	private void handOver(RunRow expected, StoredOutcome outcome) {
		AgentRun run = StoredOutcome.run(outcome.result());
		// before the transaction, which an evaluator that fails could end
		GoalVerdict verdict = (run == null) ? null
				: GoalVerdict.of(this.evaluator, (expected.slot() != null) ? WatchOutcomes.judged(run) : run);
		try {
			boolean delivered = this.database.withListeners(() -> locked(expected).map((row) -> {
				if (row.slot() != null) {
					reported(row, outcome);
					this.table.delete(List.of(row.id()));
					this.watches.ended(row, outcome, run, verdict);
					return NO_LISTENERS;
				}
				this.table.change(outcome.transition(), row.id(), outcome, "verdict",
						(verdict != null) ? verdict.outcome() : null);
				reported(row, outcome);
				return (Runnable) () -> this.traces.follow("handover", row, () -> {
					this.publisher.publishEvent(outcome.event(row, run, verdict));
					return null;
				});
			}).orElse(null));
			if (delivered) {
				this.meters.handedOver("delivered");
				if (run != null) {
					this.meters.ended(expected, run);
				}
				if (outcome.finishedAt() != null) {
					this.meters.delay(Duration.between(outcome.finishedAt(), this.clock.now()));
				}
			}
		}
		catch (ListenerFailedException ex) {
			failed(expected, outcome, Objects.requireNonNull(ex.getCause()));
		}
		catch (RuntimeException ex) {
			// the failed database may be this one, or one that a listener uses: keep
			// the outcome, since the service may forget it, and do not delay other runs
			RunRow row = keep(expected, outcome, 0);
			if (row == null || row.state() == DurableRunState.UNDELIVERED) {
				throw ex;
			}
		}
	}

	private Optional<RunRow> locked(RunRow expected) {
		return this.table.lock(expected.id())
			.filter((row) -> row.state() == expected.state() && Objects.equals(row.runId(), expected.runId()));
	}

	/**
	 * Lock a run on whose outcome a listener has failed. The attempt counts, although
	 * another poll of the run may have handed over the same outcome at the same time.
	 */
	private Optional<RunRow> lockedToCount(RunRow expected) {
		return this.table.lockWhenFree(expected.id())
			.filter((row) -> Transition.KEEP.from().contains(row.state())
					&& Objects.equals(row.runId(), expected.runId()));
	}

	/**
	 * Notify the interceptors before the listeners: otherwise a budget could refuse the
	 * next run, which a listener submits.
	 */
	private void reported(RunRow row, StoredOutcome outcome) {
		if (row.state() != DurableRunState.UNDELIVERED) {
			this.interceptors.ended(row, outcome);
		}
	}

	private void failed(RunRow expected, StoredOutcome outcome, Throwable failure) {
		// the service may forget the outcome before a listener succeeds
		RunRow row = keep(expected, outcome, 1);
		boolean park = row != null && row.handoverAttempts() + 1 >= this.maxHandovers;
		this.meters.handedOver(park ? "parked" : "retry");
		// the listener may have changed the MDC
		expected.about(expected.runId(),
				() -> logger.atWarn()
					.setCause(this.warnings.isFirst("listener " + expected.id()) ? failure : null)
					.log("A listener failed on the outcome of durable run {}: {}", expected.id(), failure.toString()));
		if (row != null && park) {
			undecided(row, DurableRunState.PARKED,
					"Its outcome could not be handed over after " + (row.handoverAttempts() + 1) + " attempts",
					() -> this.table.change(Transition.PARK, expected.id()));
		}
	}

	/**
	 * Store an outcome to be handed over later.
	 * @param failures how many attempts have failed now
	 * @return the run before that, or null if another instance was faster
	 */
	private @Nullable RunRow keep(RunRow expected, StoredOutcome outcome, int failures) {
		return this.database.inTransaction(() -> {
			RunRow row = ((failures > 0) ? lockedToCount(expected) : locked(expected)).orElse(null);
			if (row != null) {
				int attempts = row.handoverAttempts() + failures;
				Instant next = (failures > 0) ? this.clock.now().plus(TaskHandler.delay(attempts)) : this.clock.now();
				this.table.change(Transition.KEEP, row.id(), outcome, "attempts", attempts, "next", next);
				reported(row, outcome);
				this.scheduling.ensure(TaskKind.HANDOVER, row.id(), next);
			}
			return row;
		});
	}

	/**
	 * Store the outcome of a run that will not be sent, and have it handed over.
	 * @param by the name of the person who decided so, or null
	 * @return false if the run is in another state
	 */
	public boolean unsent(RunRow row, Transition transition, StoredOutcome outcome, @Nullable String by) {
		return this.database.inTransaction(() -> {
			Instant now = this.clock.now();
			boolean changed = this.table.change(transition, row.id(), outcome, "attempts", 0, "next", now, "by", by);
			if (changed) {
				this.scheduling.ensure(TaskKind.HANDOVER, row.id(), now);
				this.interceptors.ended(row, outcome);
			}
			return changed;
		});
	}

	/**
	 * Change the state of a run, and publish that a person has to decide about it. A
	 * failing listener does not prevent the change of state.
	 * @param row the run before that
	 * @param state the state after it
	 * @param message the reason
	 * @param update changes the state; false if the run is not in the expected one
	 */
	public void undecided(RunRow row, DurableRunState state, String message, BooleanSupplier update) {
		row.about(row.runId(), () -> decide(row, state, message, update));
	}

	private void decide(RunRow row, DurableRunState state, String message, BooleanSupplier update) {
		DurableRunErrorEvent event = new DurableRunErrorEvent(row.id(), state).withTag(row.tag())
			.withAccount(row.accountName())
			.withGoalVersion(row.goalVersion())
			.withRunId(row.runId())
			.withMessage(message);
		BooleanSupplier change = () -> {
			boolean done = update.getAsBoolean();
			if (done && (state == DurableRunState.UNCERTAIN || state == DurableRunState.LOST)) {
				this.interceptors.ended(row, null,
						() -> new TinyFishRunOutcomeUnknownException(message, null, row.runId()));
			}
			if (done && row.slot() != null) {
				// it needs no person, and a webhook may still show its run
				this.watches.unknown(row, message);
				this.table.change(Transition.ABANDON, row.id(), "by", RunTable.POLICY);
				logger.warn("Durable run {} of watch {} is given up: {}", row.id(), row.watch(), message);
				return false;
			}
			return done;
		};
		boolean changed;
		try {
			changed = this.database
				.withListeners(() -> change.getAsBoolean() ? () -> this.publisher.publishEvent(event) : null);
		}
		catch (ListenerFailedException ex) {
			changed = this.database.inTransaction(change::getAsBoolean);
			if (changed) {
				row.about(row.runId(), () -> logger.warn("A listener failed on {}", event, ex.getCause()));
			}
		}
		if (changed) {
			row.about(row.runId(), () -> logger.warn("Durable run {} is {}: {}", row.id(), state, message));
			this.meters.undecided(state);
		}
	}

}
