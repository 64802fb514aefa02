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

package ai.tinyfish.shop;

import java.util.Map;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SpringBootTest
@AutoConfigureTinyFishSimulator(apiKeys = { "sk-acme", "sk-globex" })
class TenantTests {

	@Autowired
	Offers offers;

	@Autowired
	TinyFishSimulator simulator;

	@AfterEach
	void leave() {
		Tenants.current.remove();
	}

	@Test
	void eachTenantPaysForItsRuns() {
		simulator.given("phone", Scenario.completed(Map.of("product", "Phone", "price", 640)));
		Tenants.current.set("globex");
		offers.priceOf("Phone");
		assertThat(simulator).hasStartedRuns(1).hasReceivedApiKey("sk-globex").hasNotReceivedApiKey("sk-acme");
	}

	@Test
	void withoutATenantNothingIsSent() {
		assertThatIllegalStateException().isThrownBy(() -> offers.priceOf("Phone"));
		assertThat(simulator).hasStartedNoRuns();
	}

	@TestConfiguration
	static class Tenants {

		static final ThreadLocal<String> current = new ThreadLocal<>();

		@Bean
		TinyFishApiKeyProvider keys() {
			Map<String, String> keys = Map.of("acme", "sk-acme", "globex", "sk-globex");
			return () -> (current.get() != null) ? keys.get(current.get()) : null;
		}

	}

}
