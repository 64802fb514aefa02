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

import java.time.Duration;

import ai.tinyfish.internal.request.Descriptions;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of a run without an outcome, for operators. It has neither the goal nor a
 * secret of the request.
 *
 * @param runId the run, or null as long as it is not known
 * @param operation {@code agent.run}, {@code agent.stream}, {@code agent.start},
 * {@code agent.queue} or {@code agent.queueAll} while the run is queued, or
 * {@code runs.await} for a queued run
 * @param agentInterface the full name of the agent interface that declares the run, or
 * null
 * @param agentMethod the method of that interface, or null
 * @param tag the request's own tag, which is never sent, or null
 * @param host the host of the URL that the agent was sent to, or null where it is not
 * known
 * @param age the time since the run was submitted, or since the await began
 * @param lastStep the beginning of the last action of the agent that the stream reported,
 * or null
 * @param state what the run waits for
 */
public record OpenRun(@Nullable String runId, String operation, @Nullable String agentInterface,
		@Nullable String agentMethod, @Nullable String tag, @Nullable String host, Duration age,
		@Nullable String lastStep, State state) {

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

	/**
	 * States of a run without an outcome.
	 */
	public enum State {

		/** The run waits for its turn. It has not been sent. */
		WAITING,

		/** The outcome is expected from the response to the call that submits the run. */
		ANSWER,

		/** The outcome is expected from the stream of the run. */
		STREAM,

		/** The run is polled. */
		POLL,

		/** The client cancels the run, at its deadline or on close. */
		CANCEL,

		/** The run has ended, and its outcome is about to be published. */
		ENDED

	}

}
