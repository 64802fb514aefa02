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
import java.util.function.Consumer;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.service.Service;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.error.TinyFishNotFoundException;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a run at the service.
 *
 * @param cancel cancels a run whose cancellation was not requested before, but stored
 * with the task
 */
public record CancelTask(RunTable table, Service service, Consumer<String> cancel) implements TaskHandler {

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		if (task.getData() != null && this.table.find(task.getId()).isPresent()) {
			this.cancel.accept(task.getId());
		}
		RunRow row = this.table.find(task.getId()).orElse(null);
		String runId = (row != null) ? row.runId() : null;
		if (row == null || row.state() != DurableRunState.RUNNING || runId == null) {
			return null;
		}
		row.inLog();
		Instant paused = this.service.pausedUntil(row.account());
		if (paused == null) {
			try {
				this.service.call(row.account(), "runs.cancel", (runs) -> runs.cancel(runId));
			}
			catch (TinyFishNotFoundException ex) {
				// the polls report it as well, or cancel the run again
			}
		}
		return paused;
	}

}
