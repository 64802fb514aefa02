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

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishConnectionDetails;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test classes of other kinds than the usual ones.
 */
class SimulatorExtensionTests {

	@Test
	void leavesConstructorsToSpringThatAreAutowired() {
		Launch.classes(false, AllAutowired.class, ConstructorAutowired.class);
	}

	@Test
	void worksWithoutSpringBootTest() {
		Launch.classes(false, OnlySpring.class);
	}

	@Test
	void subclassesInheritTheSimulator() {
		Launch.classes(false, Subclass.class);
	}

	@Test
	void saysWhyThereIsNoSimulator() {
		TestExecutionSummary summary = Launch.summaryOf(false, Disabled.class);
		assertThat(summary.getFailures()).singleElement()
			.satisfies((failure) -> assertThat(failure.getException()).hasMessageStartingWith(
					"There is no TinyFishSimulator in the application context: tinyfish.enabled is false"));
	}

	@Test
	void settingsAreComparedAndDoNotShowKeys() {
		SimulatorSettings settings = SimulatorSettings.of(WithKeys.class);
		assertThat(settings).isEqualTo(SimulatorSettings.of(WithKeys.class))
			.hasSameHashCodeAs(SimulatorSettings.of(WithKeys.class))
			.isNotEqualTo(SimulatorSettings.of(OnlySpring.class));
		assertThat(settings).hasToString("SimulatorSettings[apiKeys=1, anyApiKey=false, strict=false]");
		assertThat(SimulatorSettings.of(Object.class)).isNull();
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	@TestConstructor(autowireMode = AutowireMode.ALL)
	static class AllAutowired {

		private final TinyFishSimulator simulator;

		private final ApplicationContext context;

		AllAutowired(TinyFishSimulator simulator, ApplicationContext context) {
			this.simulator = simulator;
			this.context = context;
		}

		@Test
		void isTheBean() {
			assertThat(this.simulator).isSameAs(this.context.getBean(TinyFishSimulator.class));
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	static class ConstructorAutowired {

		private final TinyFishSimulator simulator;

		@Autowired
		ConstructorAutowired(TinyFishSimulator simulator) {
			this.simulator = simulator;
		}

		@Test
		void isTheBean(TinyFishSimulator parameter) {
			assertThat(this.simulator).isSameAs(parameter);
		}

	}

	@SpringJUnitConfig
	@AutoConfigureTinyFishSimulator
	static class OnlySpring {

		@Test
		void clientIsConnected(TinyFishSimulator simulator, @Autowired TinyFishConnectionDetails details) {
			assertThat(details.getBaseUrl()).isEqualTo(simulator.baseUrl());
		}

		@Configuration(proxyBeanMethods = false)
		static class Empty {

		}

	}

	@AutoConfigureTinyFishSimulator
	abstract static class AbstractAnnotated {

	}

	static class Subclass extends AbstractAnnotated {

		@Test
		void hasOne(TinyFishSimulator simulator) {
			assertThat(simulator).hasStartedNoRuns();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.enabled=false")
	@AutoConfigureTinyFishSimulator
	static class Disabled {

		@Test
		void isNotReached() {
		}

	}

	@AutoConfigureTinyFishSimulator(apiKeys = "sk-hidden")
	static class WithKeys {

	}

}
