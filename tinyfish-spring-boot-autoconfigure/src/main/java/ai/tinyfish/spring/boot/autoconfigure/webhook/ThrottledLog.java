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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Log message that senders of deliveries can cause any number of times: written at most
 * once a minute.
 */
final class ThrottledLog {

	private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

	private long loggedAt = System.nanoTime() - INTERVAL;

	private long count;

	/**
	 * Count an occurrence, and log it unless one was logged within the last minute.
	 * @param log writes the message, given the number of occurrences since the last one
	 */
	void log(LongConsumer log) {
		long since;
		synchronized (this) {
			this.count++;
			long now = System.nanoTime();
			if (now - this.loggedAt < INTERVAL) {
				return;
			}
			this.loggedAt = now;
			since = this.count;
			this.count = 0;
		}
		log.accept(since);
	}

}
