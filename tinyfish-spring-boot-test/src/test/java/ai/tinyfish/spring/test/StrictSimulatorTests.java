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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Test classes that fail where no scenario fits a run.
 */
@ExtendWith(OutputCaptureExtension.class)
class StrictSimulatorTests {

	private static final AtomicInteger contexts = new AtomicInteger();

	private static final String MESSAGE = "No scenario fits the goal \"Find the price\":"
			+ " scenarios were given for \"prise\", \"hotel\"";

	@Test
	void testFailsAlthoughTheApplicationHandlesTheException() {
		assertThat(failuresOf(Annotated.class)).hasSize(2)
			.allSatisfy((failure) -> assertThat(failure.getException()).isInstanceOf(AssertionError.class)
				.hasMessage("The simulator is strict, and refused 1 run(s):\n  " + MESSAGE));
	}

	@Test
	void propertyMakesTestsStrictAsWell() {
		assertThat(failuresOf(OfProperty.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageContaining("No scenario fits"));
	}

	@Test
	void plainClassesAreStrictAsWell() {
		assertThat(failuresOf(Plain.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageContaining(MESSAGE));
	}

	@Test
	void configurationParameterMakesPlainClassesStrict() {
		System.setProperty("tinyfish.simulator.strict", "true");
		try {
			assertThat(failuresOf(PlainOfParameter.class)).hasSize(1);
		}
		finally {
			System.clearProperty("tinyfish.simulator.strict");
		}
	}

	@Test
	void contextThatIsClosedAfterEachTestIsNotCreatedAgain() {
		contexts.set(0);
		assertThat(failuresOf(Dirties.class)).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageContaining("No scenario fits"));
		assertThat(contexts).hasValue(1);
	}

	@Test
	void testThatLeavesABrowserOpenFails() {
		assertThat(failuresOf(Browsers.class)).singleElement().satisfies((failure) -> {
			assertThat(failure.getTestIdentifier().getDisplayName()).startsWith("left");
			assertThat(failure.getException()).hasMessageContaining("the test has left 1 browser session(s) open: tf-");
		});
	}

	@Test
	void unusedScenariosAreLoggedAndFailNothing(CapturedOutput output) {
		assertThat(failuresOf(Unused.class)).isEmpty();
		assertThat(output).contains("No run of oneOfTwoIsUsed(TinyFishSimulator) used the scenarios for \"hotel\"");
	}

	private static List<Failure> failuresOf(Class<?> testClass) {
		TestExecutionSummary summary = Launch.summaryOf(false, testClass);
		assertThat(summary.getTestsFoundCount()).isPositive();
		return summary.getFailures();
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	static class Annotated {

		@Autowired
		TinyFishClient client;

		@Autowired
		ReactiveTinyFishClient reactiveClient;

		@Test
		void blocking(TinyFishSimulator simulator) {
			simulator.given("hotel", Scenario.completed(1)).given("prise", Scenario.completed(2));
			assertThatExceptionOfType(TinyFishException.class)
				.isThrownBy(() -> this.client.agent().run(SimulatorInContextTests.REQUEST))
				.withMessageContaining("No scenario fits the goal");
			assertThat(simulator).hasStartedNoRuns();
		}

		@Test
		void reactive(TinyFishSimulator simulator) {
			simulator.given("hotel", Scenario.completed(1)).given("prise", Scenario.completed(2));
			this.reactiveClient.agent().start(SimulatorInContextTests.REQUEST).onErrorComplete().block();
			assertThat(simulator).hasStartedNoRuns();
		}

		@Test
		void fitting(TinyFishSimulator simulator) {
			simulator.given("price", Scenario.completed(1));
			this.client.agent().run(SimulatorInContextTests.REQUEST);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.simulator.strict=true")
	@AutoConfigureTinyFishSimulator
	static class OfProperty {

		@Test
		void noScenario(@Autowired TinyFishClient client) {
			assertThatExceptionOfType(TinyFishException.class)
				.isThrownBy(() -> client.agent().queue(SimulatorInContextTests.REQUEST));
		}

	}

	/** The annotation comes first: Spring ends its part of the test before. */
	@AutoConfigureTinyFishSimulator(strict = true)
	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
	static class Dirties {

		@Test
		void noScenario(@Autowired TinyFishClient client) {
			assertThatExceptionOfType(TinyFishException.class)
				.isThrownBy(() -> client.agent().run(SimulatorInContextTests.REQUEST));
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class Counted {

			@Bean
			InitializingBean counter() {
				return contexts::incrementAndGet;
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator(strict = true)
	static class Browsers {

		@Test
		void left(TinyFishSimulator simulator, @Autowired TinyFishClient client) {
			client.browser().create();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(simulator).hasNoOpenBrowsers())
				.withMessageContaining("there were 1: tf-");
		}

		@Test
		void closed(TinyFishSimulator simulator, @Autowired TinyFishClient client) {
			client.browser().create().close();
			assertThat(simulator).hasNoOpenBrowsers();
		}

		@Test
		void used(@Autowired ReactiveTinyFishClient client) {
			client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Flux.never().timeout(Duration.ZERO))
				.onErrorComplete()
				.blockLast();
		}

	}

	@AutoConfigureTinyFishSimulator(strict = true)
	static class Plain {

		@Test
		void noScenario(TinyFishSimulator simulator) {
			simulator.given("hotel", Scenario.completed(1)).given("prise", Scenario.completed(2));
			run(simulator);
		}

	}

	@AutoConfigureTinyFishSimulator
	static class PlainOfParameter {

		@Test
		void noScenario(TinyFishSimulator simulator) {
			run(simulator);
		}

	}

	@AutoConfigureTinyFishSimulator(strict = true)
	static class Unused {

		@Test
		void oneOfTwoIsUsed(TinyFishSimulator simulator) {
			simulator.given("hotel", Scenario.completed(1)).given("price", Scenario.completed(2));
			run(simulator);
		}

	}

	private static void run(TinyFishSimulator simulator) {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			client.agent().run(SimulatorInContextTests.REQUEST);
		}
		catch (TinyFishException ex) {
			// as applications do
		}
	}

}
