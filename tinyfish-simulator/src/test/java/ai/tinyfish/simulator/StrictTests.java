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

package ai.tinyfish.simulator;

import java.time.Duration;

import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StrictTests {

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).strict().start();

	private final Api api = new Api(this.simulator);

	@ParameterizedTest
	@ValueSource(strings = { "run", "run-async", "run-sse" })
	void runThatNoScenarioFitsIsRefused(String endpoint) {
		this.simulator.given("hotel", Scenario.completed(1))
			.given((request) -> null)
			.given("PRISE of", Scenario.completed(2));
		Api.Reply reply = this.api.post("/v1/automation/" + endpoint, Api.submission("Find the price of a phone"));
		assertThat(reply.status()).isEqualTo(422);
		assertThat(reply.errorCode()).isEqualTo("NO_SCENARIO");
		String message = "No scenario fits the goal \"Find the price of a phone\":"
				+ " scenarios were given for \"PRISE of\", \"hotel\", a selector";
		assertThat(reply.object("error")).containsEntry("message", message);
		SimulatorJournal journal = this.simulator.journal();
		assertThat(journal.runsCreated()).isZero();
		assertThat(journal.unmatched()).containsExactly(message);
	}

	@Test
	void batchWithSuchARunIsRefusedAsAWhole() {
		this.simulator.given("phone", Scenario.completed(1));
		Api.Reply reply = this.api.post("/v1/automation/run-batch",
				"{\"runs\": [" + Api.submission("phone") + ", " + Api.submission("hotel") + "]}");
		assertThat(reply.errorCode()).isEqualTo("NO_SCENARIO");
		assertThat(this.simulator.journal().runsCreated()).isZero();
		assertThat(this.simulator.journal().unused()).containsExactly("\"phone\"");
	}

	@Test
	void marksInTheGoalAreNotAScenario() {
		assertThat(this.api.post("/v1/automation/run", Api.submission("[fail]")).object("error"))
			.containsEntry("message", "No scenario fits the goal \"[fail]\": no scenarios were given");
	}

	@Test
	void onlyTheNearestScenariosAreNamed() {
		for (int i = 0; i < 8; i++) {
			this.simulator.given("hotel " + i, Scenario.completed(i));
		}
		this.api.post("/v1/automation/run", Api.submission("x".repeat(300)));
		assertThat(this.simulator.journal().unmatched()).singleElement()
			.satisfies((message) -> assertThat(message).contains("x".repeat(200) + "...")
				.doesNotContain("x".repeat(201))
				.endsWith(" and 3 others"));
	}

	@Test
	void scenariosThatNoRunUsedAreInTheJournal() {
		this.simulator.given("phone", Scenario.completed(1)).given("hotel", Scenario.completed(2));
		assertThat(this.api.post("/v1/automation/run", Api.submission("phone")).status()).isEqualTo(200);
		assertThat(this.simulator.journal().unused()).containsExactly("\"hotel\"");
		assertThat(this.simulator.isStrict()).isTrue();
	}

	@Test
	void resetForgetsRefusals() {
		this.api.post("/v1/automation/run", Api.submission("phone"));
		this.simulator.reset();
		assertThat(this.simulator.journal().unmatched()).isEmpty();
		assertThat(this.api.post("/v1/automation/run", Api.submission("phone")).status()).isEqualTo(422);
	}

}
