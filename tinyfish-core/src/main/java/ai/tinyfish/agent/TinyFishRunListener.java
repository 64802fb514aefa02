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

package ai.tinyfish.agent;

import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;

/**
 * Is told what happens in runs. For each submission either {@link #finished} or
 * {@link #error} is called, once, and nothing after it.
 * <p>
 * A listener given to {@code stream} is called on the iterating thread, just before the
 * event is handed out, and what it throws reaches the caller; it learns of an ending as
 * the caller does, by reading. One given to {@code start} or to the client's builder is
 * called on the event executor, one call at a time for each run; what it throws is logged
 * and changes nothing.
 */
public interface TinyFishRunListener {

	/**
	 * The run exists.
	 * @param context the run
	 * @param event the event
	 */
	default void started(RunContext context, StartedEvent event) {
	}

	/**
	 * The browser can be watched.
	 * @param context the run
	 * @param event the event
	 */
	default void streamingUrl(RunContext context, StreamingUrlEvent event) {
	}

	/**
	 * The agent took a step.
	 * @param context the run
	 * @param event the event
	 */
	default void progress(RunContext context, ProgressEvent event) {
	}

	/**
	 * The stream is alive.
	 * @param context the run
	 * @param event the event
	 */
	default void heartbeat(RunContext context, HeartbeatEvent event) {
	}

	/**
	 * The service told how the run ended.
	 * @param context the run
	 * @param run how it ended: completed, failed or cancelled
	 */
	default void finished(RunContext context, AgentRun run) {
	}

	/**
	 * The run was not accepted, took longer than it may, or its ending is unknown.
	 * @param context the run; its id is null where it is not known
	 * @param exception what went wrong
	 */
	default void error(RunContext context, TinyFishException exception) {
	}

}
