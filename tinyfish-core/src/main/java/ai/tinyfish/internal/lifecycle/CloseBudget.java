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

package ai.tinyfish.internal.lifecycle;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Remaining time to end the runs and browser sessions of a client or application, and
 * then to notify listeners. Created when the end begins and shared by all participants,
 * so that their waits do not add up.
 */
public final class CloseBudget {

	/** Maximum time to close the connections, in addition to that for the listeners. */
	public static final Duration CONNECTIONS = Duration.ofSeconds(3);

	/** Maximum wait for the service to cancel runs and end sessions, one or all. */
	public static final Duration CANCELLING = Duration.ofSeconds(10);

	private static final Duration DELIVERY = Duration.ofSeconds(5);

	private final long cancelUntil = System.nanoTime() + CANCELLING.toNanos();

	private @Nullable Long deliverUntil;

	/**
	 * Return the time left to cancel runs and end sessions.
	 * @return zero if it is over
	 */
	public Duration leftToCancel() {
		return left(this.cancelUntil);
	}

	/**
	 * Return the time left to notify listeners, which begins with the first call: runs
	 * are cancelled before.
	 * @return zero if it is over
	 */
	public synchronized Duration leftToDeliver() {
		if (this.deliverUntil == null) {
			this.deliverUntil = System.nanoTime() + DELIVERY.toNanos();
		}
		return left(this.deliverUntil);
	}

	private static Duration left(long until) {
		return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
	}

}
