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

package ai.tinyfish.simulator.internal.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.internal.webhook.WebhookSettings;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the server.
 *
 * @param port the port, or 0 for a free one
 * @param apiKeys the accepted keys, at least one
 * @param anyApiKey whether all other keys are accepted as well
 * @param heartbeat the time between the heartbeats of a stream
 * @param queueDelay the time that runs wait before they begin
 * @param failedRunStatus the HTTP status with which the waiting endpoint answers a failed
 * run
 * @param maxRuns the number of runs that are kept
 * @param maxRequests the number of requests, and of faults, that are remembered
 * @param batchGet whether several runs can be read at once
 * @param chance the rates of random faults
 * @param webhooks the settings of webhooks
 * @param chromium the browser program, or {@code null} to look for it
 */
public record ServerSettings(int port, List<String> apiKeys, boolean anyApiKey, Duration heartbeat, Duration queueDelay,
		int failedRunStatus, int maxRuns, int maxRequests, boolean batchGet, Chance chance, WebhookSettings webhooks,
		@Nullable Path chromium) {

	/**
	 * Copy the list.
	 */
	public ServerSettings {
		apiKeys = List.copyOf(apiKeys);
	}

	@Override
	public String toString() {
		return "ServerSettings[port=" + this.port + "]";
	}

	/**
	 * Rates of random faults.
	 *
	 * @param seed the seed of the random faults
	 * @param streamRate the share of streams with a fault
	 * @param pollRate the share of polls with a fault
	 */
	public record Chance(long seed, double streamRate, double pollRate) {
	}

}
