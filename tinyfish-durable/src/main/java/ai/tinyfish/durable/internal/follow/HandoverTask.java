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

import java.time.Instant;
import java.util.Optional;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.task.TaskHandler;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Hands over an outcome that is stored.
 */
public record HandoverTask(RunTable table, Handover handover, Clock clock) implements TaskHandler {

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		Optional<RunRow> undelivered = this.table.find(task.getId())
			.filter((row) -> row.state() == DurableRunState.UNDELIVERED);
		undelivered.ifPresent(RunRow::inLog);
		undelivered.ifPresent((row) -> this.handover.deliver(row, StoredOutcome.of(row)));
		Instant earliest = this.clock.now().plus(FIRST_DELAY);
		// read once: it may be redelivered at any time
		RunRow row = this.table.find(task.getId()).orElse(null);
		if (row != null && row.state() == DurableRunState.UNDELIVERED) {
			Instant next = row.nextAt();
			return (next != null && next.isAfter(earliest)) ? next : earliest;
		}
		// if it is redelivered before this task has ended, there would be none for it
		boolean parked = row != null && row.state() == DurableRunState.PARKED && undelivered.isPresent();
		return parked ? earliest : null;
	}

}
