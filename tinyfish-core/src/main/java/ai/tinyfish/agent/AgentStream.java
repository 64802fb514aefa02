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

import java.util.Iterator;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The events of one run, read as the caller iterates. The last event is always a
 * {@link CompleteEvent}, and there is exactly one. If the stream breaks before it, the
 * client polls the run until it has ended. If the outcome cannot be read, the iteration
 * ends with an exception, never silently.
 * <p>
 * Iterated by one thread; {@link #close()} may be called from any.
 *
 * @since 0.1.0
 */
public interface AgentStream extends Iterable<AgentEvent>, AutoCloseable {

	/**
	 * Return the events. May be called once.
	 * @return an iterator whose {@code hasNext} waits for the next event. It throws
	 * {@link TinyFishRunOutcomeUnknownException} if the stream breaks and the outcome
	 * cannot be read, if it is closed before the run has ended, or if the thread is
	 * interrupted, and {@link TinyFishRunTimeoutException} if the run passed its deadline
	 * @throws IllegalStateException if called again
	 */
	@Override
	Iterator<AgentEvent> iterator();

	/**
	 * Return the run id.
	 * @return the run id, or null until an event contains it
	 */
	@Nullable String runId();

	/**
	 * Read all remaining events, for their listener, until the run has ended.
	 * @return the outcome of the run
	 * @throws TinyFishRunOutcomeUnknownException if the stream breaks and the outcome
	 * cannot be read, if it is closed before the run has ended, or if the thread is
	 * interrupted
	 * @throws TinyFishRunTimeoutException if the run passed its deadline
	 */
	AgentRun await();

	/**
	 * Close the connection at once and wake the thread that reads. The remote run
	 * continues, unless the client cancels it ({@link AbandonPolicy}). Has no effect once
	 * the run has ended.
	 */
	@Override
	void close();

}
