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
 * How much the relay remembers, and for how long.
 *
 * @param maxRuns how many runs are remembered
 * @param maxEvents how many events of a run are remembered
 * @param maxText how many characters of text the events of a run may have in all before
 * the oldest are forgotten
 * @param maxEndedText how many characters of text the events of all ended runs may have
 * before the oldest runs are forgotten
 * @param retention for how long a run is remembered that has ended
 * @param heartbeat between two comments
 */
record RelayLimits(int maxRuns, int maxEvents, int maxText, long maxEndedText, Duration retention, Duration heartbeat) {

	static final RelayLimits DEFAULTS = new RelayLimits(1000, 256, 256 * 1024, 32 * 1024 * 1024, Duration.ofMinutes(10),
			Duration.ofSeconds(15));

}
