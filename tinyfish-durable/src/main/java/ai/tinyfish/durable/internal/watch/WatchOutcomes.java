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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.Outcome;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.internal.store.WatchRow.Progress;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.watch.Snapshot.Comparison;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchRun;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * Compares the outcomes of the runs of watches, in the transaction of the caller, who has
 * locked the run.
 */
public record WatchOutcomes(WatchTable table, Clock clock) {

	private static final int MISSES_OF_DRIFT = 3;

	/**
	 * Compare the outcome of a run.
	 * @param ended the outcome, or null if the run was refused
	 * @param publish whether the events will be published. If a listener has failed, they
	 * are not: the baseline stays
	 * @return the events
	 */
	public List<Object> ended(RunRow run, Outcome outcome, @Nullable AgentRun ended, @Nullable GoalVerdict verdict,
			boolean publish) {
		List<Object> events = new ArrayList<>();
		Instant slot = Objects.requireNonNull(run.slot());
		this.table.close(run).ifPresent((watch) -> {
			if (ended == null || verdict == null) {
				record(watch, slot, WatchOutcome.SKIPPED, null, outcome.error());
			}
			else if (slot.isBefore(watch.progress().newest())) {
				record(watch, slot, WatchOutcome.LATE, ended, null);
			}
			else {
				compare(watch, slot, ended, verdict, publish, events);
			}
		});
		return events;
	}

	/**
	 * Give up a run whose outcome stays unknown.
	 */
	public void unknown(RunRow run, String reason) {
		Instant slot = Objects.requireNonNull(run.slot());
		this.table.close(run).ifPresent((watch) -> record(watch, slot, WatchOutcome.UNKNOWN, null, reason));
	}

	/**
	 * Add to the history.
	 */
	void record(WatchRow watch, Instant slot, WatchOutcome outcome, @Nullable AgentRun run, @Nullable String reason) {
		RunResult result = (run != null) ? run.result() : RunResult.empty();
		this.table.record(watch.id(), new WatchResult(slot, outcome, (run != null) ? run.runId() : null, result,
				(reason != null) ? Outcome.storable(reason) : null));
	}

	private void compare(WatchRow watch, Instant slot, AgentRun run, GoalVerdict verdict, boolean publish,
			List<Object> events) {
		Progress last = watch.progress();
		Shape shape = Shape.of(watch.definition());
		Snapshot baseline = (last.baseline() != null) ? Snapshot.of(last.baseline(), shape) : null;
		String miss;
		boolean drifted = last.misses() + 1 >= MISSES_OF_DRIFT;
		try {
			Snapshot result = read(run, verdict, watch.definition().acceptEmpty(), shape);
			List<String> vanished = (baseline != null) ? baseline.vanished(result, shape) : List.of();
			if (vanished.isEmpty()) {
				compare(watch, Objects.requireNonNullElse(baseline, result), result, shape,
						new WatchRun(String.valueOf(run.runId()), slot, run.finishedAt()), run, publish, events);
				return;
			}
			miss = "All records lack " + String.join(", ", vanished);
			drifted = true;
		}
		catch (TinyFishException | IllegalArgumentException | JacksonException ex) {
			miss = String.valueOf(ex.getMessage());
		}
		if (drifted && last.drift() == null) {
			events.add(new WatchDriftedEvent(watch.id(), false, miss, slot));
		}
		this.table.progress(watch.id(), new Progress(last.baseline(), last.run(), last.agreed(), slot, last.goodAt(),
				last.misses() + 1, (drifted && publish && last.drift() == null) ? miss : last.drift()));
		record(watch, slot, publish ? WatchOutcome.MISSED : WatchOutcome.UNDELIVERED, run, miss);
	}

	private void compare(WatchRow watch, Snapshot baseline, Snapshot result, Shape shape, WatchRun current,
			AgentRun run, boolean publish, List<Object> events) {
		Progress last = watch.progress();
		Comparison comparison = baseline.compare(result, last.agreed(), shape,
				publish ? watch.definition().confirm() : Integer.MAX_VALUE);
		boolean changed = !comparison.changes().isEmpty();
		boolean settled = changed || comparison.agreed().isEmpty();
		WatchRun before = Objects.requireNonNullElse(last.run(), current);
		if (changed) {
			events.add(new WatchChangedEvent(watch.id(), before, current, comparison.changes()));
		}
		if (last.drift() != null) {
			events.add(new WatchDriftedEvent(watch.id(), true, last.drift(), current.slot()));
		}
		this.table.progress(watch.id(), new Progress(comparison.baseline(), settled ? current : before,
				comparison.agreed(), current.slot(), this.clock.now(), 0, publish ? null : last.drift()));
		record(watch, current.slot(),
				!publish ? WatchOutcome.UNDELIVERED : (last.baseline() == null) ? WatchOutcome.BASELINE
						: changed ? WatchOutcome.CHANGED : settled ? WatchOutcome.UNCHANGED : WatchOutcome.UNCONFIRMED,
				run, null);
	}

	/**
	 * Read the records of a result.
	 * @throws RuntimeException if the goal was missed, or the result does not fit
	 */
	private static Snapshot read(AgentRun run, GoalVerdict verdict, boolean acceptEmpty, Shape shape) {
		if (acceptEmpty && run.isCompleted() && isNothing(Json.read(run.result().json()))) {
			return Snapshot.of(List.of(), shape);
		}
		Assert.isTrue(!verdict.isMissed(), String.valueOf(verdict.reason()));
		JsonNode result = shape.read(run);
		return Snapshot.of(shape.list() ? result : List.of(result), shape);
	}

	private static boolean isNothing(JsonNode value) {
		return value.isContainer() ? value.values().stream().allMatch(WatchOutcomes::isNothing)
				: value.isNull() || (value.isString() && value.asString().isBlank());
	}

}
