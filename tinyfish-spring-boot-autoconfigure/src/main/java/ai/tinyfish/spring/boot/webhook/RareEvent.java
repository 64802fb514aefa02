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

package ai.tinyfish.spring.boot.webhook;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Something that others can make happen as often as they like, and that is not to fill
 * the log.
 */
final class RareEvent {

	private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

	private long reportedAt = System.nanoTime() - INTERVAL;

	private long count;

	/**
	 * Count it, and report it if that was not done within the last minute.
	 * @param report is given how often it has happened since it was last reported
	 */
	void happened(LongConsumer report) {
		long since;
		synchronized (this) {
			this.count++;
			long now = System.nanoTime();
			if (now - this.reportedAt < INTERVAL) {
				return;
			}
			this.reportedAt = now;
			since = this.count;
			this.count = 0;
		}
		report.accept(since);
	}

}
