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

package ai.tinyfish.coins;

import java.util.Map;

import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The test of {@code docs/testing.md} with an agent.
 */
@SpringBootTest(properties = "tinyfish.simulator.enabled=true")
class ThriftyCoinsTests {

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private ThriftyCoins coins;

	@Test
	void priceIsReadOnceForEachCurrency() {
		simulator.given("bitcoin", Scenario.completed(Map.of("value", 64000)));
		assertThat(coins.price("bitcoin", "EUR")).isEqualByComparingTo("64000");
		assertThat(coins.price("bitcoin", "EUR")).isEqualByComparingTo("64000");
		assertThat(coins.price("bitcoin", "USD")).isEqualByComparingTo("64000");
		assertThat(simulator.journal().submissions("<coin>bitcoin</coin>")).hasSize(2);
	}

	@Test
	void failureIsNotCached() {
		simulator.given("dogecoin", Scenario.failed("SITE_BLOCKED", "The site does not let the agent in"));
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> coins.price("dogecoin", "EUR"));
		simulator.given("dogecoin", Scenario.completed(Map.of("value", 2)));
		assertThat(coins.price("dogecoin", "EUR")).isEqualByComparingTo("2");
	}

}
