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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.math.BigDecimal;
import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.observation.TinyFishMetricsAutoConfiguration;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/**
 * Applications with a budget, whose runs are simulated.
 */
final class Budgets {

	static final Duration SOON = Duration.ofSeconds(30);

	/** A run of two steps. */
	static final String TWO_STEPS = "two steps";

	/** A run that goes on after its step until it is cancelled. */
	static final String ENDLESS = "endless";

	private Budgets() {
	}

	static TinyFishSimulator startSimulator() {
		return TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.given(TWO_STEPS, Scenario.builder().steps("Opening", "Reading").resultJson("{\"value\": 42}").build())
			.given(ENDLESS, Scenario.builder().steps("Waiting").neverEnds().build())
			.start();
	}

	/**
	 * An application that has notified its interceptors of everything when it is closed.
	 */
	static ApplicationContextRunner using(TinyFishSimulator simulator) {
		return new ApplicationContextRunner().withInitializer(SystemEnvironment.empty())
			.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class,
					TinyFishMetricsAutoConfiguration.class, TinyFishBudgetAutoConfiguration.class))
			.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
					"tinyfish.retry.max-retries=0");
	}

	static TinyFishClient client(ApplicationContext context) {
		return context.getBean(TinyFishClient.class);
	}

	static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	static Amount amount(long runs, long steps) {
		return new Amount(runs, steps, BigDecimal.ZERO);
	}

}
