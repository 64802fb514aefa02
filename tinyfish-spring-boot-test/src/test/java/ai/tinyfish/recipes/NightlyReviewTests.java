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

package ai.tinyfish.recipes;

import java.math.BigDecimal;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The nightly job of the recipes. Its own schedule never comes during the test.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "tinyfish.budget.runs-per-day=2", "review.cron=0 0 0 29 2 *" })
@AutoConfigureTinyFishSimulator
class NightlyReviewTests {

	@Autowired
	private NightlyReview night;

	@Autowired
	private ScheduledTaskHolder schedule;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void suppliersThatTheBudgetLeavesComeFirstTheNextNight() {
		this.simulator.given("Acme", Scenario.failed("SITE_BLOCKED", "Access denied"));
		this.simulator.given("Globex", Scenario.completed(Map.of("value", 4.5)));
		assertThat(this.schedule.getScheduledTasks()).singleElement()
			.satisfies((task) -> task.getTask().getRunnable().run());
		assertThat(this.night.stars()).isEqualTo(Map.of("Globex", new BigDecimal("4.5")));
		assertThat(this.night.due()).containsExactly("Initech", "Acme", "Globex");
		this.night.review();
		assertThat(this.night.due()).containsExactly("Initech", "Acme", "Globex");
		assertThat(this.simulator).hasStartedRuns(2);
	}

	@Test
	void withoutCreditItStopsAsWell(@Autowired TinyFishClient tinyFish) {
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"));
		try (TinyFishClient unlimited = tinyFish.mutate().withoutRunInterceptors().build()) {
			NightlyReview review = new NightlyReview(WebAgents.create(NightlyReview.Reviews.class, unlimited));
			review.review();
			assertThat(review.due()).containsExactly("Acme", "Globex", "Initech");
		}
		assertThat(this.simulator).hasReceivedRequests("POST /v1/automation/run-sse", 1);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@ImportWebAgents(NightlyReview.Reviews.class)
	@Import(NightlyReview.class)
	static class Application {

	}

}
