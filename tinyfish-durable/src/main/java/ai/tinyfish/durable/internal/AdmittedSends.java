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

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunRow;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Sends only runs that were admitted, if there is a limit for all instances.
 */
final class AdmittedSends {

	private final Engine engine;

	private final SendTask send;

	AdmittedSends(Engine engine, SendTask send) {
		this.engine = engine;
		this.send = send;
	}

	/**
	 * Send a request. One that is to be sent later leaves its place to others, and is the
	 * first in line when its delay is over.
	 */
	@Nullable Instant single(TaskInstance<String> task, Instant due) {
		if (this.engine.places().isWaiting(task.getId())) {
			inTransaction(this.engine.admission()::runAfterTask);
			return null;
		}
		Instant next = this.send.execute(task, due);
		if (next != null && !this.engine.isStopped()) {
			inTransaction(() -> {
				this.engine.places().release(task.getId());
				this.engine.admission().run();
			});
		}
		return next;
	}

	/**
	 * Take a batch apart: an instance without the limit has stored it.
	 */
	@Nullable Instant batch(TaskInstance<String> task, Instant due) {
		for (RunRow row : this.engine.table().findBatch(task.getId())) {
			if (row.state() == DurableRunState.SENDING) {
				this.send.orphaned(row);
			}
		}
		inTransaction(() -> {
			for (RunRow row : this.engine.table().findBatch(task.getId())) {
				this.engine.table().alone(row.id(), this.engine.clock().now());
			}
			this.engine.admission().run();
		});
		return null;
	}

	private void inTransaction(Runnable work) {
		this.engine.database().inTransaction(() -> {
			work.run();
			return null;
		});
	}

}
