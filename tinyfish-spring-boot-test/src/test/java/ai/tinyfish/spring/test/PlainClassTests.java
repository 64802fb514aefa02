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

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@AutoConfigureTinyFishSimulator(anyApiKey = true)
class PlainClassTests {

	private static TinyFishSimulator ofClass;

	private final TinyFishSimulator simulator;

	PlainClassTests(TinyFishSimulator simulator) {
		this.simulator = simulator;
	}

	@BeforeAll
	static void first(TinyFishSimulator simulator) {
		ofClass = simulator;
	}

	@RepeatedTest(2)
	void simulatorIsThatOfTheClassAndReset(TinyFishSimulator parameter) {
		assertThat(parameter).isSameAs(this.simulator).isSameAs(ofClass).hasStartedNoRuns();
		assertThat(run()).isEqualTo(RunStatus.COMPLETED);
		parameter.given("price", Scenario.failed("SITE_BLOCKED", "Blocked"));
		assertThat(run()).isEqualTo(RunStatus.FAILED);
		assertThat(parameter).hasStartedRuns(2).hasReceivedApiKey("sk-any");
	}

	@Nested
	class Inside {

		@Test
		void isTheSame(TinyFishSimulator inside) {
			assertThat(inside).isSameAs(ofClass);
		}

	}

	@Test
	void isClosedAfterTheClass() {
		List<TinyFishSimulator> seen = new ArrayList<>();
		Keeper.seen = seen::add;
		Launch.classes(false, Keeper.class);
		assertThat(seen).hasSize(1);
		assertThatIllegalStateException().isThrownBy(() -> seen.get(0).reset());
	}

	private RunStatus run() {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey("sk-any")
			.build()) {
			return client.agent().run(SimulatorInContextTests.REQUEST).status();
		}
	}

}
