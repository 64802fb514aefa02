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

package ai.tinyfish.sample;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Does what the tests in docs/agents.md do, with the same agents.
 */
@SpringBootTest(properties = "tinyfish.simulator.enabled=true")
@DirtiesContext
class AgentsPageTests {

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private ThriftyCoins coins;

	@Test
	void priceIsReadOnceForEachCurrency() {
		this.simulator.given("bitcoin", Scenario.completed(Map.of("value", 64000)));
		assertThat(this.coins.price("bitcoin", "EUR")).isEqualByComparingTo("64000");
		assertThat(this.coins.price("bitcoin", "EUR")).isEqualByComparingTo("64000");
		assertThat(this.coins.price("bitcoin", "USD")).isEqualByComparingTo("64000");
		assertThat(this.simulator.journal().submissions("<coin>bitcoin</coin>")).hasSize(2);
	}

	@Test
	void failureIsNotCached() {
		this.simulator.given("dogecoin", Scenario.failed("SITE_BLOCKED", "The site does not let the agent in"));
		assertThatExceptionOfType(TinyFishRunFailedException.class)
			.isThrownBy(() -> this.coins.price("dogecoin", "EUR"));
		this.simulator.given("dogecoin", Scenario.completed(Map.of("value", 2)));
		assertThat(this.coins.price("dogecoin", "EUR")).isEqualByComparingTo("2");
	}

	@Test
	void goalHasTheFormThatThePageShows() throws IOException {
		this.coins.price("Bitcoin", "EUR");
		String page = Files.readString(Path.of("../docs/agents.md"));
		assertThat(this.simulator.journal().runs())
			.anySatisfy((run) -> assertThat(page).contains("```\n" + run.request().goal() + "\n```"));
	}

	@Test
	void pageHasTheSameTestAndAgent() throws IOException {
		String test = normalize(Files.readString(Path.of("src/test/java/ai/tinyfish/sample/AgentsPageTests.java")));
		String page = Files.readString(Path.of("../docs/agents.md"));
		assertThat(test).contains(normalize(part(page, "@Test\n    void priceIsReadOnceForEachCurrency()", "\n}\n")))
			.contains(normalize(part(page, "interface ThriftyCoins", "\n}\n")));
	}

	private static String part(String page, String from, String to) {
		int start = page.indexOf(from);
		assertThat(start).as(from).isNotNegative();
		return page.substring(start, page.indexOf(to, start));
	}

	private static String normalize(String code) {
		return code.replace("this.", "").replaceAll("\\s+", "");
	}

	@WebAgent(url = "https://coins.example/{coin}")
	interface ThriftyCoins {

		@Cacheable(cacheNames = "prices", sync = true)
		@Goal("What does one {coin} cost in {currency}?")
		BigDecimal price(String coin, String currency);

		@ConcurrencyLimit(2)
		@Goal("List the sellers of {coin}")
		List<String> sellers(String coin);

		@Retryable(includes = TinyFishRunFailedException.class, maxRetries = 1)
		@Goal("How many sellers of {coin} are there?")
		int count(String coin);

	}

	@TestConfiguration(proxyBeanMethods = false)
	@EnableCaching
	@EnableResilientMethods
	@ImportWebAgents(ThriftyCoins.class)
	static class ThriftyConfiguration {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

}
