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

package ai.tinyfish.spring.relay;

import java.time.Duration;

/**
 * Bounds of the relay. Text is counted as it is sent, in bytes.
 *
 * @param maxRuns number of runs that are remembered
 * @param maxEvents number of events that are remembered of one run
 * @param maxRunText text of the events of one run, before its oldest are forgotten
 * @param maxText text of all runs together, before whole runs are forgotten
 * @param maxRunWatches number of subscriptions to one run at the same time
 * @param maxWatches number of subscriptions to all runs at the same time
 * @param retention time for which a run is remembered after its end
 * @param heartbeat time between two comments
 * @param writeDeadline time after which a subscriber is dropped that takes nothing
 */
record RelayLimits(int maxRuns, int maxEvents, int maxRunText, long maxText, int maxRunWatches, int maxWatches,
		Duration retention, Duration heartbeat, Duration writeDeadline) {

	static final RelayLimits DEFAULTS = new RelayLimits(1000, 256, 256 * 1024, 32 * 1024 * 1024, 100, 1000,
			Duration.ofMinutes(10), Duration.ofSeconds(15), Duration.ofSeconds(30));

}
