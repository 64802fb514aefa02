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
import java.util.UUID;

import ai.tinyfish.durable.internal.task.Scheduling;
import ai.tinyfish.durable.internal.task.TaskKind;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Has runs admitted if there is a limit for all instances, and does nothing without one.
 * Each call schedules a task of its own within the current transaction: instances that
 * changed the row of a common one would wait for the transactions of each other.
 */
final class Admission {

	/** The task that is always there, in case that one of the others is lost. */
	static final String INSTANCE = "all";

	/** Until a task that is about to end has been removed. */
	private static final Duration REMOVAL = Duration.ofSeconds(1);

	private final Scheduling scheduling;

	private final Clock clock;

	private final @Nullable Integer maxRunning;

	Admission(Scheduling scheduling, Clock clock, @Nullable Integer maxRunning) {
		this.scheduling = scheduling;
		this.clock = clock;
		this.maxRunning = maxRunning;
	}

	/**
	 * Return how many runs may have a place, or null without a limit.
	 */
	@Nullable Integer maxRunning() {
		return this.maxRunning;
	}

	boolean isLimited() {
		return this.maxRunning != null;
	}

	/**
	 * Have runs admitted after the transaction: one more waits, or has left a place.
	 */
	void run() {
		schedule(this.clock.now());
	}

	/**
	 * Have runs admitted when the task that calls this has been removed.
	 */
	void runAfterTask() {
		schedule(this.clock.now().plus(REMOVAL));
	}

	private void schedule(Instant time) {
		if (isLimited()) {
			this.scheduling.schedule(TaskKind.ADMIT, UUID.randomUUID().toString(), time);
		}
	}

}
