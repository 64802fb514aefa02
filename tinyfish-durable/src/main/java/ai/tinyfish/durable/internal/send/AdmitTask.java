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

package ai.tinyfish.durable.internal.send;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

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
 * Sends the runs that have waited longest while fewer than the limit are running. One
 * instance does this for all.
 */
public record AdmitTask(Database database, RunQueries queries, Scheduling scheduling, Clock clock,
		@Nullable Integer maxRunning, Duration interval) implements TaskHandler {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		if (this.maxRunning == null) {
			// from an instance that had a limit
			return null;
		}
		this.database.doInTransaction(() -> admit(this.maxRunning));
		return this.clock.now().plus(Collections.min(List.of(INTERVAL, this.interval)));
	}

	private void admit(int maxRunning) {
		Instant now = this.clock.now();
		List<String> ids = this.queries.admissible(maxRunning, TaskKind.SEND.taskName(), now);
		this.scheduling.schedule(ids.stream()
			.<SchedulableInstance<?>>map((id) -> TaskKind.SEND.instance(id, SendTask.ADMITTED, now))
			.toList());
	}

}
