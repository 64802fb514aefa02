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
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.support.RunLog;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.core.NestedExceptionUtils;

/**
 * Strategy interface for the work of a kind of tasks.
 */
@FunctionalInterface
public interface TaskHandler {

	/** The time until a task that failed is executed again for the first time. */
	Duration FIRST_DELAY = Duration.ofSeconds(2);

	/** The longest time until a task that failed is executed again. */
	Duration MAX_DELAY = Duration.ofMinutes(5);

	/** Logs failures of tasks: the scheduler's own messages lack the reason. */
	Logger logger = LoggerFactory.getLogger(TaskHandler.class);

	/**
	 * Return how long to wait after a failure: twice as long each time.
	 * @param attempts how many attempts have failed
	 */
	static Duration delay(int attempts) {
		Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(attempts - 1, 20));
		return (delay.compareTo(MAX_DELAY) > 0) ? MAX_DELAY : delay;
	}

	/**
	 * Execute a task.
	 * @param task the instance and its data
	 * @param due when it was due
	 * @return when to execute it again, or null to remove it
	 */
	@Nullable Instant execute(TaskInstance<String> task, Instant due);

	/**
	 * Return the task. The tasks of a dead process are due at once, by the clock of the
	 * scheduler.
	 * @param repeated whether a task that fails is executed again, later each time
	 * @param warnings decides whether a failure is logged
	 * @param stopped whether due tasks are left to other instances
	 */
	default Task<String> task(TaskKind kind, boolean repeated, RepeatedWarnings warnings, AtomicBoolean stopped) {
		return Tasks.custom(kind.taskName(), String.class)
			.defaultPriority(kind.priority())
			.onFailure((complete, operations) -> {
				Instant next = complete.getTimeDone().plus(delay(complete.getExecution().consecutiveFailures + 1));
				log(complete, warnings, repeated ? "It is executed again at " + next : "The next sweep does its work");
				RunLog.set(null, null, null);
				if (repeated) {
					operations.reschedule(complete, next);
				}
				else {
					operations.remove();
				}
			})
			.onDeadExecution((complete, operations) -> operations.reschedule(complete, complete.getTimeDone()))
			.execute((task, context) -> {
				Instant due = context.getExecution().executionTime;
				Instant next = stopped.get() ? due : execute(task, due);
				// a failure is logged on this thread, after this
				RunLog.set(null, null, null);
				return (next == null) ? new CompletionHandler.OnCompleteRemove<>()
						: (complete, operations) -> operations.reschedule(complete, next);
			});
	}

	private static void log(ExecutionComplete complete, RepeatedWarnings warnings, String next) {
		TaskInstance<?> task = complete.getExecution().taskInstance;
		Throwable failure = complete.getCause().orElse(null);
		Throwable root = (failure != null) ? NestedExceptionUtils.getMostSpecificCause(failure) : null;
		boolean first = warnings.isFirst(task.getTaskName() + ((root != null) ? root.getClass() : ""));
		logger.atLevel(first ? Level.WARN : Level.DEBUG)
			.setCause(failure)
			.log("Task {} of durable runs failed. {}. Failures with the same cause are logged once a minute",
					task.getTaskAndInstance(), next);
	}

}
