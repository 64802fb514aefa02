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
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.api-key=sk-never-sent")
@AutoConfigureTinyFishSimulator
class SimulatorInContextTests {

	static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private final TinyFishSimulator inConstructor;

	@Autowired
	TinyFishClient client;

	@Autowired
	TinyFishSimulator field;

	SimulatorInContextTests(@Autowired TinyFishSimulator inConstructor) {
		this.inConstructor = inConstructor;
	}

	@BeforeEach
	void isResetBefore(TinyFishSimulator simulator) {
		assertThat(simulator).hasStartedNoRuns().hasReceivedRequests("POST /v1/automation/run", 0);
	}

	@Test
	void isOneEverywhere(TinyFishSimulator parameter, @Autowired TinyFishSimulator autowired,
			@Autowired ApplicationContext context) {
		assertThat(parameter).isSameAs(this.field).isSameAs(this.inConstructor).isSameAs(autowired);
		assertThat(context.getBeansOfType(TinyFishSimulator.class)).hasSize(1);
	}

	/**
	 * Each repetition would see the scenario, the fault and the runs of the one before.
	 */
	@RepeatedTest(3)
	void scenariosFaultsAndRunsDoNotReachTheNextTest() {
		assertThat(this.client.agent().run(REQUEST).status()).isEqualTo(RunStatus.COMPLETED);
		this.field.given("price", Scenario.failed("SITE_BLOCKED", "Blocked"));
		this.field.fault(FaultPoint.getRun(), Fault.badGateway());
		assertThat(this.client.agent().run(REQUEST).status()).isEqualTo(RunStatus.FAILED);
		assertThat(this.field).hasStartedRuns(2).hasReceivedApiKey(TinyFishSimulator.DEFAULT_API_KEY);
	}

	@RepeatedTest(2)
	void openStreamsDoNotReachTheNextTest(TinyFishSimulator simulator) {
		simulator.given("price", Scenario.builder().neverEnds().build());
		this.client.agent().stream(REQUEST).iterator().next();
		assertThat(simulator).hasOpenStreams(1);
	}

	/**
	 * Measures and does not judge: a figure depends on the machine.
	 */
	@Test
	void timeOfATestWithOneRunIsPrinted() {
		List<Long> millis = new CopyOnWriteArrayList<>();
		for (int i = 0; i < 20; i++) {
			long began = System.nanoTime();
			this.field.reset();
			this.client.agent().run(REQUEST);
			millis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
		}
		System.out.println("Reset and one run, in ms: " + millis);
		assertThat(this.field).hasStartedRuns(1);
	}

	@Nested
	class Inside {

		@Test
		void isTheSame(TinyFishSimulator simulator) {
			assertThat(simulator).isSameAs(SimulatorInContextTests.this.field);
		}

	}

}
