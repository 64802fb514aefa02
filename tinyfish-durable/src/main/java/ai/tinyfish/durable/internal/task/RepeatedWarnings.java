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

package ai.tinyfish.durable.internal.task;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides whether a warning is logged: once a minute for each cause, since thousands of
 * tasks may have the same problem.
 */
public final class RepeatedWarnings {

	private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

	private static final int MAX_CAUSES = 1000;

	private final Map<String, Long> warnedAt = new ConcurrentHashMap<>();

	/**
	 * Return whether this is the first warning of this minute.
	 * @param cause the cause of the warning
	 */
	public boolean isFirst(String cause) {
		long now = System.nanoTime();
		if (this.warnedAt.size() >= MAX_CAUSES) {
			this.warnedAt.values().removeIf((time) -> now - time >= INTERVAL);
		}
		return this.warnedAt.compute(cause,
				(key, time) -> (time == null || now - time >= INTERVAL) ? now : time) == now;
	}

}
