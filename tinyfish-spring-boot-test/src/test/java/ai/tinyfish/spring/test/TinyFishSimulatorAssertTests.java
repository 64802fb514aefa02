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

import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@AutoConfigureTinyFishSimulator(apiKeys = { "sk-used-key", "sk-other-key" })
class TinyFishSimulatorAssertTests {

	private static final Map<String, Object> SCHEMA = Map.of("type", "object", "properties",
			Map.of("price", Map.of("type", "number")));

	private final TinyFishSimulator simulator;

	private TinyFishClient client;

	TinyFishSimulatorAssertTests(TinyFishSimulator simulator) {
		this.simulator = simulator;
	}

	@BeforeEach
	void open() {
		this.client = TinyFishClient.builder().baseUrl(this.simulator.baseUrl()).apiKey("sk-used-key").build();
	}

	@AfterEach
	void close() {
		this.client.close();
	}

	@Test
	void numberOfRuns() {
		assertThat(this.simulator).hasStartedNoRuns();
		assertFails(() -> assertThat(this.simulator).hasStartedRuns(2))
			.withMessage("Expected 2 started runs, but there were 0: no run was started");
		String id = run("Find the price");
		assertThat(this.simulator).hasStartedRuns(1);
		assertFails(() -> assertThat(this.simulator).hasStartedNoRuns())
			.withMessage("Expected 0 started runs, but there were 1:\n  " + id
					+ " COMPLETED https://shop.example/ \"Find the price\"");
	}

	@Test
	void goalAndUrl() {
		String id = run("Find the price");
		assertThat(this.simulator).hasStartedRunWithGoal("THE PRICE").hasStartedRunWithUrl("https://shop.example/");
		assertFails(() -> assertThat(this.simulator).hasStartedRunWithGoal("stock"))
			.withMessage("Expected a started run whose goal contains \"stock\", but found no such run:\n  " + id
					+ " COMPLETED https://shop.example/ \"Find the price\"");
		assertFails(() -> assertThat(this.simulator).hasStartedRunWithUrl("https://other.example/"))
			.withMessageStartingWith(
					"Expected a started run at https://other.example/, but found no such run:\n  " + id);
	}

	@Test
	void longGoalsAreCutAndKeptInOneLine() {
		run("Find\nthe " + "long ".repeat(100) + "price");
		assertFails(() -> assertThat(this.simulator).hasStartedNoRuns()).satisfies((failure) -> {
			assertThat(failure.getMessage().lines()).hasSize(2);
			assertThat(failure.getMessage()).hasSizeLessThan(500).endsWith("...\"");
		});
	}

	@Test
	void outputSchema() {
		run("Without");
		assertFails(() -> assertThat(this.simulator).hasStartedRunWithOutputSchema())
			.withMessageStartingWith("Expected a started run with an output schema, but found no such run:\n");
		this.client.agent()
			.run(AgentRequest.builder().url("https://shop.example/").goal("With").outputSchema(SCHEMA).build());
		String other = "{\"type\": \"string\"}";
		assertThat(this.simulator).hasStartedRunWithOutputSchema()
			.hasStartedRunWithOutputSchema(
					"{\"properties\": {\"price\": {\"type\": \"number\"}}, \"type\": \"object\"}");
		assertFails(() -> assertThat(this.simulator).hasStartedRunWithOutputSchema(other))
			.withMessageStartingWith("Expected a started run with the output schema " + other)
			.withMessageContaining("\"With\" {");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> assertThat(this.simulator).hasStartedRunWithOutputSchema("{"));
	}

	@Test
	void requestsAndRunsInDetail() {
		run("Find the price");
		assertThat(this.simulator)
			.hasStartedRunSatisfying((request) -> assertThat(request.browserProfile()).isEqualTo("lite"))
			.hasReceivedRequests("POST /v1/automation/run", 1)
			.runs()
			.extracting(SimulatedRun::status)
			.containsExactly(SimulatedRun.Status.COMPLETED);
		assertFails(() -> assertThat(this.simulator)
			.hasStartedRunSatisfying((request) -> assertThat(request.browserProfile()).isEqualTo("stealth")))
			.withMessageContaining("requests of the started runs")
			.withMessageContaining("stealth");
		assertFails(() -> assertThat(this.simulator).hasReceivedRequests("GET /v1/runs", 1))
			.withMessage("Expected 1 requests to GET /v1/runs, but there were 0 of: {POST /v1/automation/run=1}");
		assertFails(() -> assertThat(this.simulator).runs().isEmpty()).withMessageContaining("[started runs]");
	}

	@Test
	void streamsAndCancels() {
		this.simulator.given("price", Scenario.builder().neverEnds().build());
		assertThat(this.simulator).hasNoOpenStreams().hasReceivedNoCancels().hasDroppedStreams(0);
		try (AgentStream stream = this.client.agent().stream(request("Find the price"))) {
			String id = stream.iterator().next().runId();
			assertThat(this.simulator).hasOpenStreams(1);
			assertFails(() -> assertThat(this.simulator).hasNoOpenStreams())
				.withMessage("Expected 0 open streams, but there were 1");
			assertFails(() -> assertThat(this.simulator).hasReceivedCancelOf(id)).withMessageStartingWith(
					"Expected a request to cancel run " + id + ", but received no such request:\n  " + id);
			this.client.runs().cancel(id);
			assertThat(this.simulator).hasReceivedCancelOf(id);
			assertFails(() -> assertThat(this.simulator).hasReceivedNoCancels())
				.withMessageContaining("POST /v1/runs/" + id + "/cancel");
		}
		await().untilAsserted(() -> assertThat(this.simulator).hasNoOpenStreams());
		assertFails(() -> assertThat(this.simulator).hasDroppedStreams(7))
			.withMessageStartingWith("Expected 7 dropped streams, but there were ");
	}

	@Test
	void keysAreNeverShown() {
		run("Find the price");
		assertThat(this.simulator).hasReceivedApiKey("sk-used-key").hasNotReceivedApiKey("sk-other-key");
		assertFails(() -> assertThat(this.simulator).hasReceivedApiKey("sk-other-key"))
			.withMessage("Expected a request with the API key, but received no such request. Requests received: 1."
					+ " With another API key: 1 (different keys: 1). Without an accepted API key: 0");
		assertFails(() -> assertThat(this.simulator).hasNotReceivedApiKey("sk-used-key"))
			.withMessageContaining("POST /v1/automation/run")
			.withMessageNotContaining("sk-used-key");
	}

	@Test
	void descriptionComesFirst() {
		assertFails(() -> assertThat(this.simulator).as("after the click").hasStartedRuns(1))
			.withMessageStartingWith("[after the click] Expected 1 started runs");
	}

	private static ThrowableAssertAlternative<AssertionError> assertFails(ThrowingCallable assertion) {
		return assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion);
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	private String run(String goal) {
		return this.client.agent().run(request(goal)).runId();
	}

}
