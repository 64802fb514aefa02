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

package ai.tinyfish.durable.internal.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.Page;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.WatchEvents;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.internal.watch.Snapshot.Comparison;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchRun;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.support.LogText;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * Compares the outcomes of the runs of watches, in the transaction of the caller, who has
 * locked the run. Events are stored with the new baseline, and delivered by a task.
 */
public record WatchOutcomes(WatchTable table, Scheduling scheduling, Clock clock) {

	private static final Logger logger = LoggerFactory.getLogger(WatchOutcomes.class);

	private static final int MISSES_OF_DRIFT = 3;

	private static final int MAX_PROBLEMS = 3;

	/**
	 * Compare the outcome of a run.
	 * @param ended the outcome, or null if the run was refused
	 */
	public void ended(RunRow run, StoredOutcome outcome, @Nullable AgentRun ended, @Nullable GoalVerdict verdict) {
		Instant slot = Objects.requireNonNull(run.slot());
		this.table.close(run).ifPresent((watch) -> {
			if (ended == null || verdict == null) {
				record(watch, slot, WatchOutcome.SKIPPED, null, outcome.error(), null);
			}
			else if (slot.isBefore(watch.progress().newest())) {
				record(watch, slot, WatchOutcome.LATE, ended, "A newer result was compared before", null);
			}
			else {
				compare(watch, run, ended, verdict);
			}
		});
	}

	/**
	 * Give up a run whose outcome stays unknown.
	 */
	public void unknown(RunRow run, String reason) {
		Instant slot = Objects.requireNonNull(run.slot());
		this.table.close(run).ifPresent((watch) -> record(watch, slot, WatchOutcome.UNKNOWN, null, reason, null));
	}

	/**
	 * Add to the history.
	 */
	void record(WatchRow watch, Instant slot, WatchOutcome outcome, @Nullable AgentRun run, @Nullable String reason,
			@Nullable WatchEvents events) {
		RunResult result = (run != null) ? run.result() : RunResult.empty();
		boolean silent = events == null || events.all().isEmpty();
		this.table.record(watch.id(),
				new WatchResult(slot, slot, 1, outcome, (run != null) ? run.runId() : null, result,
						(reason != null) ? StoredOutcome.storable(reason) : null, List.of(), null),
				silent ? null : events);
		if (outcome != WatchOutcome.UNCHANGED) {
			logger.info("Watch {}, slot {}: {}{}", watch.id(), slot, outcome,
					(reason != null) ? ". " + LogText.of(reason) : "");
		}
		if (!silent) {
			this.scheduling.ensure(TaskKind.WATCH_DELIVERY, WatchDeliveryTask.instance(watch.id(), slot),
					this.clock.now());
		}
	}

	private void compare(WatchRow watch, RunRow row, AgentRun run, GoalVerdict verdict) {
		Instant slot = Objects.requireNonNull(row.slot());
		Progress last = watch.progress();
		Shape shape = Shape.of(watch.definition());
		Snapshot result = read(run, verdict, watch.definition().acceptEmpty(), shape);
		Snapshot baseline = (last.baseline() != null) ? Snapshot.of(last.baseline(), shape) : result;
		List<String> vanished = result.problems().isEmpty() ? baseline.vanished(result, shape) : List.of();
		if (!vanished.isEmpty()) {
			missed(watch, slot, run, "All records lack " + String.join(", ", vanished), true);
		}
		else if (!result.problems().isEmpty()) {
			missed(watch, slot, run, result.problems().stream().limit(MAX_PROBLEMS).collect(Collectors.joining(". ")),
					last.misses() + 1 >= MISSES_OF_DRIFT);
		}
		else {
			compared(watch, slot, run, row.page(),
					baseline.compare(result, last.pending(), shape, watch.definition().confirm()));
		}
	}

	private void missed(WatchRow watch, Instant slot, AgentRun run, String reason, boolean drifted) {
		Progress last = watch.progress();
		WatchDriftedEvent event = (drifted && last.drift() == null)
				? new WatchDriftedEvent(watch.id(), false, StoredOutcome.storable(reason), slot) : null;
		this.table.progress(watch, new Progress(last.baseline(), last.pending(), slot, last.goodAt(), last.misses() + 1,
				(event != null) ? event.reason() : last.drift(), last.early(), last.page()));
		record(watch, slot, WatchOutcome.MISSED, run, reason, new WatchEvents(null, event, null));
	}

	private void compared(WatchRow watch, Instant slot, AgentRun run, @Nullable String digest, Comparison comparison) {
		Progress last = watch.progress();
		boolean changed = !comparison.changes().isEmpty();
		boolean unconfirmed = !comparison.pending().isEmpty();
		Instant now = this.clock.now();
		Instant early = unconfirmed ? confirmation(watch, now) : null;
		Page page = last.page().compared(digest, changed, !last.pending().isEmpty(), unconfirmed);
		WatchDriftedEvent hidden = (page.off() != null && last.page().off() == null)
				? new WatchDriftedEvent(watch.id(), false, page.off(), slot) : null;
		this.table.progress(watch, new Progress(comparison.baseline(), comparison.pending(), slot, now, 0, null,
				(early != null) ? last.early() + 1 : 0, page));
		if (early != null) {
			this.table.schedule(watch.id(), watch.state(), early);
		}
		else if (!unconfirmed && watch.isEarly(now)) {
			// nothing is left to confirm
			this.table.schedule(watch.id(), watch.state(), watch.definition().next(now));
		}
		WatchRun current = new WatchRun(String.valueOf(run.runId()), slot, run.finishedAt());
		record(watch, slot, (last.baseline() == null) ? WatchOutcome.BASELINE
				: changed ? WatchOutcome.CHANGED : unconfirmed ? WatchOutcome.UNCONFIRMED : WatchOutcome.UNCHANGED, run,
				null,
				new WatchEvents(changed ? new WatchChangedEvent(watch.id(), current, comparison.changes()) : null,
						(last.drift() != null) ? new WatchDriftedEvent(watch.id(), true, last.drift(), slot) : null,
						hidden));
	}

	/**
	 * Return when a change is to be confirmed before the next slot. A result that differs
	 * each time must not start a run after the other: after as many as a change needs,
	 * the next slot comes first.
	 */
	private static @Nullable Instant confirmation(WatchRow watch, Instant now) {
		Duration after = watch.definition().confirmAfter();
		if (after == null || watch.state() != WatchState.ACTIVE
				|| watch.progress().early() + 1 >= watch.definition().confirm()) {
			return null;
		}
		Instant early = now.plus(after).truncatedTo(ChronoUnit.MILLIS);
		return (watch.nextAt() == null || early.isBefore(watch.nextAt())) ? early : null;
	}

	/**
	 * Return a run as its goal is judged: whether its result fits the schema is decided
	 * when it is read. The service does not accept a text that is a number.
	 */
	public static AgentRun judged(AgentRun run) {
		return run.toBuilder().schemaValidation(null).build();
	}

	/**
	 * Read the records of a result.
	 * @return the records, and the reasons why they do not fit
	 */
	static Snapshot read(AgentRun run, GoalVerdict verdict, boolean acceptEmpty, Shape shape) {
		try {
			if (acceptEmpty && run.isCompleted() && isNothing(Json.read(run.result().json()))) {
				return Snapshot.of(List.of(), shape);
			}
			Assert.isTrue(!verdict.isMissed(), String.valueOf(verdict.reason()));
			return Snapshot.of(shape.records(run), shape);
		}
		catch (TinyFishException | IllegalArgumentException | JacksonException ex) {
			return new Snapshot(Map.of(), List.of(String.valueOf(ex.getMessage())));
		}
	}

	private static boolean isNothing(JsonNode value) {
		return value.isContainer() ? value.values().stream().allMatch(WatchOutcomes::isNothing)
				: value.isNull() || (value.isString() && value.asString().isBlank());
	}

}
