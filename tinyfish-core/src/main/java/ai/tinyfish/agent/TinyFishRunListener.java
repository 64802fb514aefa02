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

import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;

/**
 * Callback interface for the events of runs. For each submission either {@link #finished}
 * or {@link #error} is called, once, and nothing after it.
 * <p>
 * A listener given to {@code stream} is called on the iterating thread, just before the
 * event is returned, and its exceptions reach the caller. It is notified of the outcome
 * when the caller reads it. A listener given to {@code start} or to the client's builder
 * is called on the event executor, one call at a time for each run. Its exceptions are
 * logged and have no effect.
 *
 * @since 0.1.0
 */
public interface TinyFishRunListener {

	/**
	 * Handle the start of the run.
	 * @param context the run
	 * @param event the event
	 */
	default void started(RunContext context, StartedEvent event) {
	}

	/**
	 * Handle the URL at which the browser can be watched.
	 * @param context the run
	 * @param event the event
	 */
	default void streamingUrl(RunContext context, StreamingUrlEvent event) {
	}

	/**
	 * Handle a step of the agent.
	 * @param context the run
	 * @param event the event
	 */
	default void progress(RunContext context, ProgressEvent event) {
	}

	/**
	 * Handle a heartbeat of the stream.
	 * @param context the run
	 * @param event the event
	 */
	default void heartbeat(RunContext context, HeartbeatEvent event) {
	}

	/**
	 * Handle the outcome of the run: completed, failed or cancelled.
	 * @param context the run
	 * @param event the last event, with the outcome and whether its stream broke
	 */
	default void finished(RunContext context, CompleteEvent event) {
	}

	/**
	 * Handle a run that was not accepted, passed its deadline, or whose outcome is
	 * unknown.
	 * @param context the run; its id is null if it is not known
	 * @param exception the failure
	 */
	default void error(RunContext context, TinyFishException exception) {
	}

}
