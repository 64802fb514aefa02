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

package ai.tinyfish.sample.durable;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishConnectionDetails;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Connection to a simulator in another process, which replaces TinyFish without a key: it
 * has to outlive this process.
 */
@Component
@Profile("durable")
@ConditionalOnProperty(name = { "tinyfish.api-key", "tinyfish.simulator.enabled" }, havingValue = "false",
		matchIfMissing = true)
public class SimulatorElsewhere implements TinyFishConnectionDetails {

	@Override
	public String getApiKey() {
		return "sk-tinyfish-simulator";
	}

	@Override
	public String getBaseUrl() {
		return "http://127.0.0.1:8787";
	}

}
