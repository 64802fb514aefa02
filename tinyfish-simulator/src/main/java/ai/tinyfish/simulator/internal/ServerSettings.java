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

package ai.tinyfish.simulator.internal;

import java.time.Duration;
import java.util.Set;

/**
 * How the server is set up.
 *
 * @param port the port, or 0 for a free one
 * @param apiKey the only key that is let in
 * @param heartbeat the time between the heartbeats of a stream
 * @param queueDelay how long runs wait before they begin
 * @param failedRunStatus the HTTP status with which the waiting endpoint answers a failed
 * run
 * @param maxRuns how many runs are kept
 * @param maxRequests how many requests, and how many faults, are remembered
 * @param batchGet whether several runs can be read at once
 * @param chance how often faults strike by chance
 * @param webhooks how webhooks are delivered
 */
public record ServerSettings(int port, String apiKey, Duration heartbeat, Duration queueDelay, int failedRunStatus,
		int maxRuns, int maxRequests, boolean batchGet, Chance chance, WebhookSettings webhooks) {

	@Override
	public String toString() {
		return "ServerSettings[port=" + this.port + "]";
	}

	/**
	 * How often faults strike by chance.
	 *
	 * @param seed decides what is drawn
	 * @param streamRate the share of streams that are struck
	 * @param pollRate the share of polls that are struck
	 */
	public record Chance(long seed, double streamRate, double pollRate) {
	}

	/**
	 * How webhooks are delivered.
	 *
	 * @param retryDelay the time before the second attempt; it doubles with each further
	 * one
	 * @param timeout how long an attempt may take
	 * @param hosts where they may go besides this machine
	 */
	public record WebhookSettings(Duration retryDelay, Duration timeout, Set<String> hosts) {

		/**
		 * Copies the set.
		 */
		public WebhookSettings {
			hosts = Set.copyOf(hosts);
		}

	}

}
