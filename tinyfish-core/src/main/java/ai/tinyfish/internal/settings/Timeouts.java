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

package ai.tinyfish.internal.settings;

import java.time.Duration;

import ai.tinyfish.internal.request.Checks;

/**
 * Checks of timeouts and other limits.
 */
public final class Timeouts {

	private static final Duration MIN = Duration.ofMillis(1);

	private static final Duration MAX = Duration.ofDays(365);

	private Timeouts() {
	}

	/**
	 * Check a timeout.
	 * @param name its name in the message
	 * @param value the timeout
	 * @return the timeout in the range of timers: at least a millisecond, and limited
	 * @throws IllegalArgumentException if it is not positive
	 */
	public static Duration check(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException(name + " must be positive: " + value);
		}
		if (value.compareTo(MIN) < 0) {
			return MIN;
		}
		return (value.compareTo(MAX) > 0) ? MAX : value;
	}

	/**
	 * Check a limit.
	 * @param name its name in the message
	 * @param value the limit
	 * @throws IllegalArgumentException if it is not positive
	 */
	static void checkPositive(String name, int value) {
		Checks.that(value > 0, name + " must be positive: " + value);
	}

}
