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

package ai.tinyfish.spring.ai.tools;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;

import static ai.tinyfish.spring.ai.tools.ToolFixture.answer;
import static ai.tinyfish.spring.ai.tools.ToolFixture.failure;
import static ai.tinyfish.spring.ai.tools.ToolFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs in a ledger.
 */
class RunLedgerTests {

	private final ToolFixture fixture = new ToolFixture();

	private final ToolContext conversation = this.fixture.conversation();

	private final List<WeakReference<String>> goals = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void requestOfARunIsNotKept() {
		this.fixture.client((builder) -> builder.runInterceptor(goals()));
		ToolCallback tool = this.fixture.tools().agent();
		JsonNode first = answer(tool, order("price"), this.conversation);
		assertGoalsAreNotKept();
		assertThat(answer(tool, order("price"), this.conversation)).isEqualTo(first);
		assertThat(this.fixture.paid()).isOne();
	}

	@Test
	void requestOfARunWithAnUnknownOutcomeIsNotKeptAndTheRunCanBeCancelled() {
		this.fixture.client((builder) -> builder.runInterceptor(goals()).pollTolerance(Duration.ofMillis(100)));
		this.fixture.simulator
			.given("price", Scenario.builder().neverEnds().fault(FaultPoint.afterEvent(2), Fault.disconnect()).build())
			.fault(FaultPoint.poll(), Fault.badGateway(), 100);
		ToolCallback tool = this.fixture.tools().agent();
		assertThat(failure(tool, order("price"), this.conversation)).contains(" is unknown.");
		assertGoalsAreNotKept();
		this.fixture.simulator.clearFaults();
		String runId = this.fixture.simulator.journal().runs().get(0).id();
		assertThat(answer(this.fixture.tools().runs().get(1), Map.of("run_id", runId), this.conversation).toString())
			.isEqualTo("{\"run_id\":\"" + runId + "\",\"status\":\"CANCELLED\"}");
		assertThat(this.fixture.simulator.journal().runs(Status.CANCELLED)).hasSize(1);
		assertThat(this.fixture.paid()).isOne();
	}

	/**
	 * As on a thread that has no tenant.
	 */
	@Test
	void runWithAnUnknownOutcomeIsCancelledWithTheKeyThatHasStartedIt() {
		AtomicReference<String> key = new AtomicReference<>("sk-tinyfish-tenant");
		this.fixture.client((builder) -> builder.apiKeyProvider(key::get).pollTolerance(Duration.ofMillis(100)));
		this.fixture.simulator
			.given("price", Scenario.builder().neverEnds().fault(FaultPoint.afterEvent(2), Fault.disconnect()).build())
			.fault(FaultPoint.poll(), Fault.badGateway(), 100);
		assertThat(failure(this.fixture.tools().agent(), order("price"), this.conversation)).contains(" is unknown.");
		key.set(null);
		this.fixture.simulator.clearFaults();
		failure(this.fixture.tools().runs().get(1), run(), this.conversation);
		assertThat(this.fixture.simulator.journal().runs(Status.CANCELLED)).hasSize(1);
	}

	@Test
	void openRunIsCancelledAsOpenRunsDoIt() {
		this.fixture.simulator.given("price", Scenario.builder().neverEnds().build());
		List<ToolCallback> tools = this.fixture.tools().agentInBackground();
		answer(tools.get(0), order("price"), this.conversation);
		try (ReactiveTinyFishClient other = ReactiveTinyFishClient.builder()
			.baseUrl(this.fixture.simulator.baseUrl())
			.apiKey("sk-tinyfish-other")
			.openRuns(this.fixture.registry)
			.build()) {
			other.runs().await(run().get("run_id"), Duration.ofMinutes(1)).toFuture();
			await().until(() -> this.fixture.registry.list().size() == 2);
			this.fixture.simulator.fault(FaultPoint.cancelRun(), Fault.refusal(403, "FORBIDDEN", "No"), 1);
			assertThat(answer(tools.get(2), run(), this.conversation).path("status").stringValue())
				.isEqualTo("CANCELLED");
		}
		assertThat(this.fixture.simulator.journal().requests("POST /v1/runs/{id}/cancel")).isEqualTo(2);
	}

	private Map<String, String> run() {
		return Map.of("run_id", this.fixture.simulator.journal().runs().get(0).id());
	}

	private TinyFishRunInterceptor goals() {
		return new TinyFishRunInterceptor() {

			@Override
			public AgentRequest beforeRun(RunSubmission submission) {
				RunLedgerTests.this.goals.add(new WeakReference<>(submission.request().goal()));
				return submission.request();
			}

		};
	}

	private void assertGoalsAreNotKept() {
		assertThat(this.goals).hasSize(1);
		await().untilAsserted(() -> {
			System.gc();
			assertThat(this.goals.get(0).get()).isNull();
		});
	}

}
