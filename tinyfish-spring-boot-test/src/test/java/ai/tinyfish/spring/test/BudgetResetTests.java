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

package ai.tinyfish.spring.test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each test has the whole budget of a day.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.budget.runs-per-day=2")
@AutoConfigureTinyFishSimulator
class BudgetResetTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	@Autowired
	TinyFishClient client;

	@Autowired
	TinyFishEndpointContributor budget;

	@RepeatedTest(2)
	void budgetIsThatOfTheTest(@Autowired TinyFishSimulator simulator) {
		assertThat(runsUsed()).isEqualTo("0");
		this.client.agent().run(REQUEST);
		simulator.given("price", Scenario.builder().neverEnds().build());
		// ends with the test
		this.client.agent().start(REQUEST);
		assertThatExceptionOfType(TinyFishBudgetExceededException.class)
			.isThrownBy(() -> this.client.agent().run(REQUEST));
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> runsUsed().equals("2"));
	}

	private String runsUsed() {
		return ((BigDecimal) ((Map<?, ?>) this.budget.details().get("used")).get("runs")).toPlainString();
	}

}
