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

import java.time.Instant;

import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of tasks: their names and priorities. Thousands of requests to send must not
 * delay outcomes.
 */
public enum TaskKind {

	/** Sends one request. The instance is the durable id. */
	SEND("tinyfish-send", 50),

	/** Sends up to 100 requests in one call. The instance is the id of the batch. */
	SEND_BATCH("tinyfish-send-batch", 50),

	/** Cuts the open runs of an account into ranges, once per interval. */
	PLAN("tinyfish-plan", 90),

	/** Polls up to 100 open runs and hands over their outcomes. */
	POLL("tinyfish-poll", 90),

	/** Hands over an outcome that was stored. The instance is the durable id. */
	HANDOVER("tinyfish-handover", 90),

	/**
	 * Reads a run that a webhook has named. The instance is the durable id and the id of
	 * the run.
	 */
	WEBHOOK("tinyfish-webhook", 90),

	/** Decides about a request without an answer. The instance is the durable id. */
	SETTLE("tinyfish-settle", 50),

	/** Cancels a run, if possible before it is sent. The instance is the durable id. */
	CANCEL("tinyfish-cancel", 60),

	/** Admits waiting runs, if there is a limit for all instances. */
	ADMIT("tinyfish-admit", 60),

	/** Submits the runs of watches that are due. */
	WATCH("tinyfish-watch", 90),

	/**
	 * Delivers the events of a watch. The instance is the id of the watch and a slot.
	 */
	WATCH_DELIVERY("tinyfish-watch-delivery", 90),

	/** Fetches pages of watches. The instance is the account and a number sign. */
	PAGE_CHECK("tinyfish-check", 90),

	/** Deletes old runs, and schedules missing tasks. */
	TIDY("tinyfish-tidy", 10);

	/** The instance of tasks that are executed by one instance for all. */
	public static final String ALL = "all";

	private final String taskName;

	private final int priority;

	TaskKind(String taskName, int priority) {
		this.taskName = taskName;
		this.priority = priority;
	}

	/**
	 * Return the instance of a task for an account, whose name may be empty.
	 */
	public static String ofAccount(String account) {
		return account + "#";
	}

	public String taskName() {
		return this.taskName;
	}

	int priority() {
		return this.priority;
	}

	public SchedulableInstance<String> instance(String id, @Nullable String data, Instant time) {
		return new TaskInstance.Builder<String>(this.taskName, id).priority(this.priority).data(data).scheduledTo(time);
	}

}
