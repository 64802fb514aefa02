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

package ai.tinyfish.durable.internal.task;

import java.time.Duration;
import java.time.Instant;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * What a task does.
 */
@FunctionalInterface
public interface Step {

	/** The time until a task that failed is executed again for the first time. */
	Duration FIRST_DELAY = Duration.ofSeconds(2);

	/** The longest time until a task that failed is executed again. */
	Duration MAX_DELAY = Duration.ofMinutes(5);

	/**
	 * Return how long to wait after a failure: twice as long each time.
	 * @param attempts how many attempts have failed
	 */
	static Duration delay(int attempts) {
		Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(attempts - 1, 20));
		return (delay.compareTo(MAX_DELAY) > 0) ? MAX_DELAY : delay;
	}

	/**
	 * Execute the task.
	 * @param task the instance and its data
	 * @param due when it was due
	 * @return when to execute it again, or null to remove it
	 */
	@Nullable Instant execute(TaskInstance<String> task, Instant due);

	/**
	 * Return the task. One that fails is executed again later.
	 */
	default CustomTask<String> task(TaskKind kind) {
		return task(kind, (complete, operations) -> operations.reschedule(complete,
				complete.getTimeDone().plus(delay(complete.getExecution().consecutiveFailures + 1))));
	}

	/**
	 * Return the task. The tasks of a dead process are due at once, by the clock of the
	 * scheduler.
	 */
	default CustomTask<String> task(TaskKind kind, FailureHandler<String> onFailure) {
		return Tasks.custom(kind.taskName(), String.class)
			.defaultPriority(kind.priority())
			.onFailure(onFailure)
			.onDeadExecution((complete, operations) -> operations.reschedule(complete, complete.getTimeDone()))
			.execute((task, context) -> {
				Execution execution = context.getExecution();
				Instant next = execute(task, execution.executionTime);
				CompletionHandler<String> completion = (next != null)
						? (complete, operations) -> operations.reschedule(complete, next)
						: (complete, operations) -> operations.remove();
				return completion;
			});
	}

}
