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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The test of the page with a budget.
 */
@SpringBootTest(properties = { "tinyfish.budget.steps-per-day=5", "tinyfish.budget.steps-per-run=5" })
@AutoConfigureTinyFishSimulator
class BudgetTests {

	@Test
	void secondRunIsRefused(@Autowired TinyFishClient tinyFish, @Autowired TinyFishSimulator simulator) {
		simulator.given("price", Scenario.completed(Map.of("price", 640)));
		AgentRequest request = AgentRequest.of("https://shop.example/", "Find the price");
		tinyFish.agent().run(request);
		// one step is used, and the second run may need five
		assertThatExceptionOfType(TinyFishBudgetExceededException.class)
			.isThrownBy(() -> tinyFish.agent().run(request));
		assertThat(simulator).hasStartedRuns(1);
	}

}
