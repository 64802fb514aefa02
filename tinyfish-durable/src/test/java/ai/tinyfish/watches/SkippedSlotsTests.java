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

package ai.tinyfish.watches;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(properties = "tinyfish.durable.interval=200ms")
@AutoConfigureTinyFishSimulator
class SkippedSlotsTests {

	@Autowired
	Watches watches;

	@Autowired
	TinyFishSimulator simulator;

	@Test
	void changeThatThePageDoesNotShowIsFound() {
		simulator.page("https://shop.example/teas", "<table class=\"teas\"><tr><td>Assam</td></tr></table>");
		simulator.given("all teas", price("9.99"));
		watches.save(watches.get("cheap-teas").cron("* * * * * *").skipUnchanged(2, "table.teas"));
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> watches.find("cheap-teas").skipped() > 0);
		simulator.given("all teas", price("8.49"));
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> watches.find("cheap-teas").checkOff() != null);
	}

	@AfterEach
	void pause() {
		watches.pause("cheap-teas");
	}

	private static Scenario price(String price) {
		return Scenario.completed(List.of(Map.of("sku", "assam", "price", new BigDecimal(price), "rank", 1)));
	}

}
