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
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.RunQueries;
import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the open runs of an account into ranges, once per interval.
 */
public record PlanTask(Database database, RunQueries queries, Scheduling scheduling, Service service, Clock clock,
		Duration interval) implements TaskHandler {

	/** Maximum number of runs in a call. */
	public static final int RANGE_SIZE = 100;

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String account = task.getId().substring(0, task.getId().length() - 1);
		Instant paused = this.service.pausedUntil(account);
		if (paused != null) {
			return paused;
		}
		boolean idle = this.database.inTransaction(() -> plan(account, due));
		// the task of an account is scheduled again with its next run
		return (idle && !account.isEmpty()) ? null : next(due, this.clock.now(), this.interval);
	}

	/**
	 * Plan a sweep, unless the last one is not finished.
	 * @return whether there are no open runs
	 */
	private boolean plan(String account, Instant sweep) {
		if (this.scheduling.isWaiting(TaskKind.POLL, TaskKind.ofAccount(account))) {
			return false;
		}
		List<Long> open = this.queries.open(account);
		List<SchedulableInstance<?>> ranges = new ArrayList<>();
		for (int from = 0; from < open.size(); from += RANGE_SIZE) {
			// the next sweep can poll the same runs: the process that polled them may
			// have died
			ranges.add(PollTask.range(TaskKind.ofAccount(account) + sweep.toEpochMilli() + "#" + ranges.size(), account,
					open.get(from), open.get(Math.min(open.size(), from + RANGE_SIZE) - 1), this.clock.now()));
		}
		this.scheduling.schedule(ranges);
		return open.isEmpty();
	}

	/**
	 * Return the time of the next sweep: at a fixed rate, skipping missed sweeps.
	 */
	public static Instant next(Instant due, Instant now, Duration interval) {
		Instant next = due.plus(interval);
		if (next.isAfter(now)) {
			return next;
		}
		long missed = Duration.between(next, now).dividedBy(interval) + 1;
		return next.plus(interval.multipliedBy(missed));
	}

}
