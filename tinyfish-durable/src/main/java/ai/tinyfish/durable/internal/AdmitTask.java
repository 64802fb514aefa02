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

import java.time.Instant;
import java.util.List;

import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.durable.internal.task.TaskKind;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;

/**
 * Admits the runs that have waited longest while there are places. All that admit runs
 * lock the same row, so that they count one after the other.
 */
final class AdmitTask implements Step {

	/** How many runs are admitted in one transaction. */
	private static final int STEP = 100;

	private final Engine engine;

	AdmitTask(Engine engine) {
		this.engine = engine;
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		Integer maxRunning = this.engine.admission().maxRunning();
		if (maxRunning == null) {
			// from an instance that had a limit
			return null;
		}
		try {
			int admitted;
			do {
				admitted = this.engine.database().inTransaction(() -> admit(task.getId(), maxRunning));
			}
			while (admitted == STEP);
		}
		catch (DuplicateKeyException ex) {
			// another instance was the first to insert the row that is locked
			return this.engine.clock().now();
		}
		return task.getId().equals(Admission.INSTANCE)
				? PlanTask.next(due, this.engine.clock().now(), this.engine.settings().interval()) : null;
	}

	private int admit(String instance, int maxRunning) {
		Instant now = this.engine.clock().now();
		this.engine.places().lock(now);
		// before the count, which thus includes what they are for
		this.engine.queries().deleteWaitingTasks(TaskKind.ADMIT.taskName(), List.of(Admission.INSTANCE, instance), now);
		int free = maxRunning - this.engine.places().taken();
		if (free <= 0) {
			return 0;
		}
		List<String> ids = this.engine.places().admit(Math.min(free, STEP), TaskKind.SEND.taskName(), now);
		if (!ids.isEmpty()) {
			this.engine.scheduling()
				.scheduleAll(ids.stream()
					.<SchedulableInstance<?>>map((id) -> TaskKind.SEND.instance(id, null, now))
					.toList());
		}
		return ids.size();
	}

}
