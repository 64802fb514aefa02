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

package ai.tinyfish.simulator.internal.webhook;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of webhook deliveries.
 *
 * @param retryDelay the time before the second attempt; it doubles with each further one
 * @param timeout the timeout of an attempt
 * @param hosts the allowed hosts besides this machine
 */
public record WebhookSettings(Duration retryDelay, Duration timeout, Set<String> hosts) {

	/**
	 * Copy the set.
	 */
	public WebhookSettings {
		hosts = Set.copyOf(hosts);
	}

}
