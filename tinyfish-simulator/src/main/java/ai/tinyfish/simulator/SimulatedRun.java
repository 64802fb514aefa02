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

package ai.tinyfish.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Snapshot of a run of the simulator.
 *
 * @param id the run id
 * @param status the status
 * @param request the request
 * @param createdAt when it was accepted
 * @param startedAt when the agent began, or {@code null} if it did not yet or never will
 * @param finishedAt when it ended, or {@code null} while it is in progress
 * @param stepsTaken the number of steps that have begun
 * @param resultJson the result as JSON, or {@code null} if there is no result
 * @param errorCode the code of the error that the run failed with, or {@code null}
 * @since 0.1.0
 */
public record SimulatedRun(String id, Status status, SimulatorRequest request, Instant createdAt,
		@Nullable Instant startedAt, @Nullable Instant finishedAt, int stepsTaken, @Nullable String resultJson,
		@Nullable String errorCode) {

	/**
	 * The status of a run, named as on the wire.
	 */
	public enum Status {

		/** Accepted, not started. */
		PENDING,

		/** The agent is working. */
		RUNNING,

		/** Ended normally, whether or not the goal was met. */
		COMPLETED,

		/** Ended with an error. */
		FAILED,

		/** Ended on request. */
		CANCELLED

	}

}
