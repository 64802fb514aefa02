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

package ai.tinyfish.durable.internal.service;

import java.time.Duration;

import ai.tinyfish.settings.AbandonPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Settings of durable runs.
 *
 * @param interval the time between two polls of the open runs
 * @param threads the number of threads of the scheduler
 * @param sendTimeout the longest wait for the answer to a request
 * @param retention how long runs are kept after they ended, and results of watches
 * @param maxHandovers how many times an outcome is handed over before it is parked
 * @param runTimeout how long a run may take, unless its request says so
 * @param onTimeout the action at that time
 * @param maxRunning how many runs of all instances may be running at once, or null for no
 * limit
 * @param abandonAfter how long a run is uncertain before it is abandoned, or null for no
 * end
 * @param maxResults how many results of a watch are kept
 */
public record DurableSettings(Duration interval, int threads, Duration sendTimeout, Duration retention,
		int maxHandovers, Duration runTimeout, AbandonPolicy onTimeout, @Nullable Integer maxRunning,
		@Nullable Duration abandonAfter, int maxResults, Duration approvalTimeout) {

	/** Interval of the heartbeats of a scheduler. */
	public static final Duration HEARTBEAT = Duration.ofSeconds(5);

	/** Missed heartbeats after which a scheduler counts as dead: the allowed minimum. */
	public static final int MISSED_HEARTBEATS = 4;

	/** Time until another process executes the tasks of a dead one, with a reserve. */
	public static final Duration TAKEOVER = Duration.ofSeconds(60);

	/**
	 * Return the time after which a request that was being sent certainly has no sender.
	 */
	public Duration grace() {
		return this.sendTimeout.plus(TAKEOVER);
	}

}
