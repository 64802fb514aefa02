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
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchPreview;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The price monitor of the recipes. Its own schedule never comes during the test.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "monitor.cron=-", "tinyfish.durable.interval=100ms" })
@AutoConfigureTinyFishSimulator
@ExtendWith(OutputCaptureExtension.class)
class PriceMonitorTests {

	@Autowired
	private Watches watches;

	@Test
	void aChangedPriceIsLoggedOnceAndAFailureIsNotAChange(TinyFishSimulator simulator, CapturedOutput output) {
		simulator.given("teas", teas("9.99"), Scenario.failed("SITE_BLOCKED", "Access denied"), teas("8.49"));
		runs(WatchOutcome.BASELINE, WatchOutcome.MISSED, WatchOutcome.UNCONFIRMED);
		assertThat(output).doesNotContain("assam cost");
		runs(WatchOutcome.CHANGED, WatchOutcome.UNCHANGED);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(output).containsOnlyOnce("assam cost 9.99, and now 8.49"));
		assertThat(simulator).hasStartedRuns(5);
	}

	@Test
	void theSimulatorHasPricesOfItsOwn() {
		WatchPreview preview = this.watches.preview(this.watches.get("teas"));
		assertThat(preview.problems()).isEmpty();
		assertThat(preview.records()).hasSizeGreaterThan(1);
	}

	private void runs(WatchOutcome... outcomes) {
		for (WatchOutcome outcome : outcomes) {
			int before = this.watches.history("teas").size();
			this.watches.runNow("teas");
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> this.watches.history("teas").size() > before);
			assertThat(this.watches.history("teas").get(0).outcome()).isEqualTo(outcome);
		}
	}

	private static Scenario teas(String price) {
		return Scenario.completed(List.of(Map.of("sku", "assam", "price", new BigDecimal(price)),
				Map.of("sku", "darjeeling", "price", new BigDecimal("12"))));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	@ImportWebAgents(PriceMonitor.Shop.class)
	@Import(PriceMonitor.class)
	static class Application {

	}

}
