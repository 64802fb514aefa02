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

import ai.tinyfish.recipes.PriceMonitor.PriceChanged;
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
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The price monitor of the recipes. Its own schedule never comes during the test.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "monitor.cron=0 0 0 29 2 *")
@AutoConfigureTinyFishSimulator
@RecordApplicationEvents
class PriceMonitorTests {

	@Autowired
	private ScheduledTaskHolder schedule;

	@Test
	void aChangedPriceIsAnEventAndAFailureIsNot(TinyFishSimulator simulator, ApplicationEvents events) {
		simulator.given("tea", Scenario.failed("SITE_BLOCKED", "Access denied"));
		simulator.given("coffee", price("9.99"), price("9.99"), price("8.49"));
		check();
		check();
		assertThat(events.stream(PriceChanged.class)).isEmpty();
		check();
		assertThat(events.stream(PriceChanged.class))
			.containsExactly(new PriceChanged("coffee", new BigDecimal("9.99"), new BigDecimal("8.49")));
		assertThat(simulator).hasStartedRuns(6);
	}

	private void check() {
		assertThat(this.schedule.getScheduledTasks()).singleElement()
			.satisfies((task) -> task.getTask().getRunnable().run());
	}

	private static Scenario price(String price) {
		return Scenario.completed(Map.of("value", new BigDecimal(price)));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@ImportWebAgents(PriceMonitor.Shop.class)
	@Import(PriceMonitor.class)
	static class Application {

	}

}
