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

package ai.tinyfish.durable;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.RepeatedTest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each test of an application has the whole budget of a day, also if it is counted in the
 * database, and if the test has a transaction that is rolled back.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.budget.runs-per-day=2")
@AutoConfigureTinyFishSimulator
class BudgetResetTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	@Autowired
	DurableRuns runs;

	@Autowired
	TinyFishClient client;

	@RepeatedTest(2)
	void budgetIsThatOfTheTest() {
		this.runs.submit(REQUEST);
		useTheRest();
	}

	@RepeatedTest(2)
	@Transactional
	void budgetIsThatOfATestWithATransaction() {
		this.client.agent().run(REQUEST);
		useTheRest();
	}

	private void useTheRest() {
		this.client.agent().run(REQUEST);
		assertThatExceptionOfType(TinyFishBudgetExceededException.class)
			.isThrownBy(() -> this.client.agent().run(REQUEST));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	static class Application {

	}

}
