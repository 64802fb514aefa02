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

package ai.tinyfish.simulator.internal.run;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class AutomationRunTests {

	@AutoClose
	private TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).start();

	private final Api api = new Api(this.simulator);

	@Test
	void runAnswersOnceTheRunHasEnded() {
		Api.Reply reply = run("Find the phone");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.headers().firstValue("content-type")).hasValue("application/json");
		assertThat(reply.body()).containsOnlyKeys("run_id", "status", "started_at", "finished_at", "num_of_steps",
				"result", "schema_validation", "error");
		assertThat(reply.body()).containsEntry("status", "COMPLETED")
			.containsEntry("num_of_steps", 4)
			.containsEntry("error", null);
		assertThat(reply.object("result")).containsEntry("simulated", true)
			.containsEntry("site", "shop.example")
			.containsEntry("goal", "Find the phone");
		SimulatedRun kept = this.simulator.journal().run(reply.text("run_id"));
		assertThat(kept.status()).isEqualTo(SimulatedRun.Status.COMPLETED);
		assertThat(kept.finishedAt()).isAfterOrEqualTo(kept.startedAt());
	}

	@Test
	void failedRunAnswers500WithTheRunBody() {
		Api.Reply reply = run("Try it [fail]");
		assertThat(reply.status()).isEqualTo(500);
		assertThat(reply.body()).containsEntry("status", "FAILED").containsEntry("result", null);
		assertThat(reply.text("run_id")).isNotBlank();
		assertThat(reply.object("error")).containsEntry("code", "TASK_FAILED")
			.containsEntry("category", "AGENT_FAILURE")
			.containsEntry("retry_after", null)
			.containsKeys("message", "help_url", "help_message");
	}

	@Test
	void failedRunAnswers200IfConfigured() {
		try (TinyFishSimulator other = TinyFishSimulator.builder().pace(Duration.ZERO).failedRunStatus(200).start()) {
			Api.Reply reply = new Api(other).post("/v1/automation/run", Api.submission("[fail]"));
			assertThat(reply.status()).isEqualTo(200);
			assertThat(reply.body()).containsEntry("status", "FAILED");
		}
	}

	@Test
	void failMarkTakesAnErrorCode() {
		assertThat(run("[fail:service_busy] now").object("error")).containsEntry("code", "SERVICE_BUSY")
			.containsEntry("category", "SYSTEM_FAILURE")
			.containsEntry("retry_after", 60);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[block]", "[captcha]", "Read it [BLOCK] please" })
	void blockedRunCompletesWithAFailureInItsResult(String goal) {
		Api.Reply reply = run(goal);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsEntry("status", "COMPLETED").containsEntry("error", null);
		assertThat(reply.object("result")).containsEntry("status", "failure").containsKey("reason");
	}

	@Test
	void emptyMarkLeavesNoResult() {
		assertThat(run("[empty]").body()).containsEntry("status", "COMPLETED").containsEntry("result", null);
	}

	@Test
	void stepsMarkSetsTheNumberOfSteps() {
		assertThat(run("[steps:7]").body()).containsEntry("num_of_steps", 7);
		assertThat(run("[steps:0]").body()).containsEntry("num_of_steps", 0);
	}

	@Test
	void slowMarkTakesTenTimesAsLong() {
		String slow = this.api.queue("[slow] [steps:3]");
		awaitEnded(slow);
		SimulatedRun run = this.simulator.journal().run(slow);
		// four moves of 50 ms, the times being cut to whole milliseconds
		assertThat(Duration.between(run.startedAt(), run.finishedAt())).isGreaterThanOrEqualTo(Duration.ofMillis(198));
	}

	@Test
	void runStopsAtItsMaxSteps() {
		Api.Reply reply = this.api.post("/v1/automation/run", """
				{"url": "https://shop.example", "goal": "[steps:9]", "agent_config": {"max_steps": 3}}""");
		assertThat(reply.status()).isEqualTo(500);
		assertThat(reply.body()).containsEntry("num_of_steps", 3).containsEntry("status", "FAILED");
		assertThat(reply.errorCode()).isEqualTo("MAX_STEPS_EXCEEDED");
	}

	@Test
	void queuedRunGoesOnWithoutAnybodyWatching() {
		Api.Reply reply = this.api.post("/v1/automation/run-async", Api.submission("Find the phone"));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).containsOnlyKeys("run_id", "error").containsEntry("error", null);
		awaitEnded(reply.text("run_id"));
		assertThat(this.simulator.journal().runs(SimulatedRun.Status.COMPLETED)).hasSize(1);
	}

	@Test
	void callerThatLeavesDoesNotStopItsRun() throws Exception {
		String body = Api.submission("[slow] [steps:20]");
		try (Socket socket = new Socket("127.0.0.1", this.simulator.port())) {
			String request = "POST /v1/automation/run HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\n"
					+ "Content-Length: %d\r\n\r\n%s";
			socket.getOutputStream()
				.write(request.formatted(this.simulator.apiKey(), body.length(), body)
					.getBytes(StandardCharsets.US_ASCII));
			await().until(() -> this.simulator.journal().runsCreated() == 1);
		}
		await().until(() -> this.simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == 1);
		assertThat(this.simulator.journal().runs().get(0).stepsTaken()).isEqualTo(20);
	}

	@Test
	void givenScenarioDecidesTheResult() {
		this.simulator.given("PHONE", Scenario.completed(Map.of("price", "799", "tags", List.of("a", "b"))))
			.given("list", Scenario.builder().resultJson("[1,\n 2]").steps().build());
		assertThat(run("Find the phone").object("result")).containsEntry("price", "799")
			.containsEntry("tags", List.of("a", "b"));
		Api.Reply list = run("Make a list");
		assertThat(list.body()).containsEntry("result", List.of(1, 2)).containsEntry("num_of_steps", 0);
		assertThat(list.raw()).doesNotContain("\n");
		assertThat(run("Something else").object("result")).containsEntry("simulated", true);
	}

	@Test
	void scenarioGivenLastComesFirst() {
		this.simulator.given("phone", Scenario.failed("SITE_BLOCKED", "No way"))
			.given("phone", Scenario.completed("yes"));
		assertThat(run("phone").body()).containsEntry("result", "yes");
	}

	@Test
	void scenariosThatAreGivenTogetherFollowEachOtherAndTheLastStays() {
		this.simulator.given("phone", Scenario.failed("SITE_BLOCKED", "No way"), Scenario.completed("first"),
				Scenario.completed("then"));
		assertThat(run("phone").body()).containsEntry("status", "FAILED");
		assertThat(run("another").object("result")).containsEntry("simulated", true);
		assertThat(run("phone").body()).containsEntry("result", "first");
		assertThat(run("phone").body()).containsEntry("result", "then");
		assertThat(run("phone").body()).containsEntry("result", "then");
	}

	@Test
	void submissionThatAFaultRefusesTakesNoScenario() {
		this.simulator.given("phone", Scenario.completed("first"), Scenario.completed("then"))
			.fault(FaultPoint.run(), Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down"), 1)
			.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"),
					Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "No"), 1);
		assertThat(run("phone").status()).isEqualTo(429);
		assertThat(this.api.post("/v1/automation/run-batch", "{\"runs\": [" + Api.submission("phone") + "]}").status())
			.isEqualTo(429);
		assertThat(run("phone").body()).containsEntry("result", "first");
		assertThat(run("phone").body()).containsEntry("result", "then");
	}

	@Test
	void selectorSeesTheRequest() {
		this.simulator.given((request) -> Scenario.completed(request));
		Api.Reply reply = this.api.post("/v1/automation/run", """
				{"url": "https://shop.example/a", "goal": "Look", "browser_profile": "stealth",
				 "proxy_config": {"enabled": true, "country_code": "DE"}, "agent_config": {"max_steps": 12}}""");
		assertThat(reply.object("result")).containsEntry("endpoint", "POST /v1/automation/run")
			.containsEntry("url", "https://shop.example/a")
			.containsEntry("goal", "Look")
			.containsEntry("browserProfile", "stealth")
			.containsEntry("proxyCountryCode", "DE")
			.containsEntry("maxSteps", 12);
	}

	@Test
	void selectorThatThrowsIsAnInternalErrorWithoutARun() {
		this.simulator.given((request) -> {
			throw new IllegalStateException("not for the wire");
		});
		Api.Reply reply = run("Look");
		assertThat(reply.status()).isEqualTo(500);
		assertThat(reply.errorCode()).isEqualTo("INTERNAL_ERROR");
		assertThat(reply.raw()).doesNotContain("not for the wire");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	private Api.Reply run(String goal) {
		return this.api.post("/v1/automation/run", Api.submission(goal));
	}

	private void awaitEnded(String id) {
		await().until(() -> this.simulator.journal().run(id).finishedAt() != null);
	}

}
