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

import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.test.context.ActiveProfiles;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs that an application starts with its context, before the first test.
 */
class StartupRunTests {

	@Test
	void strictSimulatorRefusesThemBeforeATestCanGiveAScenario() {
		List<Failure> failures = Launch.summaryOf(false, TooEarly.class).getFailures();
		assertThat(failures).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasStackTraceContaining("No scenario fits"));
	}

	@Test
	void scenarioOfTheBuilderIsThereInTime() {
		Launch.classes(false, InTime.class);
	}

	@Test
	void profileLeavesTheRunnerOut() {
		Launch.classes(false, LeftOut.class);
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	@Import(Runner.class)
	static class TooEarly {

		@Test
		void scenarioIsLate(TinyFishSimulator simulator) {
			simulator.given("price", Scenario.completed(null));
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	@Import(Runner.class)
	static class InTime {

		@Test
		void runOfTheRunnerIsForgotten(TinyFishSimulator simulator) {
			assertThat(simulator).hasStartedNoRuns();
		}

		@TestConfiguration
		static class Scenarios {

			@Bean
			TinyFishSimulatorBuilderCustomizer prices() {
				return (builder) -> builder.given("price", Scenario.completed(null));
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	@Import(Runner.class)
	@ActiveProfiles("test")
	static class LeftOut {

		@Test
		void nothingRuns(TinyFishSimulator simulator) {
			assertThat(simulator).hasStartedNoRuns();
		}

	}

	@Profile("!test")
	static class Runner implements CommandLineRunner {

		private final TinyFishClient tinyFish;

		Runner(TinyFishClient tinyFish) {
			this.tinyFish = tinyFish;
		}

		@Override
		public void run(String... args) {
			this.tinyFish.agent().run(AgentRequest.of("https://shop.example/", "Find the price"));
		}

	}

}
