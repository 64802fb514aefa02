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

package ai.tinyfish.spring.boot;

import java.time.Duration;

/**
 * Checks of the durations in the properties.
 */
final class Durations {

	private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(15);

	private Durations() {
	}

	static Duration positive(String property, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new TinyFishConfigurationException(property, "must be a positive duration");
		}
		return value;
	}

	static Duration notNegative(String property, Duration value) {
		if (value.isNegative()) {
			throw new TinyFishConfigurationException(property, "must not be negative");
		}
		return value;
	}

	/**
	 * Return the longest time between two polls of a run.
	 * @param pollInterval the time between the first two polls
	 */
	static Duration maxPollInterval(Duration pollInterval) {
		return (pollInterval.compareTo(MAX_POLL_INTERVAL) > 0) ? pollInterval : MAX_POLL_INTERVAL;
	}

}
