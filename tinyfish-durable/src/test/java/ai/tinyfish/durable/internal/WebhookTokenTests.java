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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests without an answer whose runs a webhook names with their token.
 */
class WebhookTokenTests extends AbstractSettlementTests {

	private final WebhookRunFollower webhooks = this.time.engine.webhooks();

	@Test
	void aTokenDoesNotLinkARunWithAnotherGoal() {
		String id = dead("goal");
		String other = post("another goal");
		assertThat(this.webhooks.follow(other, token(id))).isTrue();
		this.time.pass(Duration.ofSeconds(5));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		assertThat(this.time.tasks(TaskKind.WEBHOOK)).isZero();
	}

	@Test
	void aRunIsAbandonedByThePolicyAndFoundByItsToken() {
		this.time.abandonAfter = Duration.ofHours(1);
		this.time.restart(null);
		String id = uncertainAnswer("goal");
		String runId = this.time.simulator.journal().runsByGoal().get("goal").get(0).id();
		String token = token(id);
		this.time.jump(Duration.ofMinutes(50));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.UNCERTAIN);
		this.time.jump(Duration.ofMinutes(12));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.ABANDONED);
		assertThat(this.time.find(id).decidedBy()).isEqualTo("tinyfish.durable.uncertain");
		assertThat(this.time.events).last()
			.isInstanceOfSatisfying(DurableRunErrorEvent.class,
					(event) -> assertThat(event.getState()).isEqualTo(DurableRunState.ABANDONED));
		assertThat(this.time.engine.webhooks().follow(runId, token)).isTrue();
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	/**
	 * The service has answered with an error that says that it started nothing, and has
	 * started a run nevertheless.
	 */
	@Test
	void aTokenSettlesARequestThatWouldBeSentAgain() {
		this.time.simulator.given("goal", Scenario.builder().neverEnds().build());
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.answer(500, "application/json",
				"{\"error\": {\"code\": \"INTERNAL_ERROR\", \"message\": \"Try again\"}}"), 1);
		String id = this.time.runs.submit(AgentRequest.of(URL, "goal")).id();
		this.time.run();
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.ACCEPTED);
		String runId = this.time.simulator.journal().runsByGoal().get("goal").get(0).id();
		assertThat(this.webhooks.follow(runId, token(id))).isTrue();
		this.time.run();
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.simulator.journal().submissions("goal")).hasSize(1);
		assertThat(this.time.tasks(TaskKind.SEND)).isZero();
	}

	@Test
	void aTokenIsNotUsedAfterTheRequestWasSentAgain() {
		this.time.simulator.given("goal", Scenario.builder().neverEnds().build());
		String id = uncertainAnswer("goal");
		String first = this.time.simulator.journal().runsByGoal().get("goal").get(0).id();
		String token = token(id);
		// stored, but not executed before a person has decided
		assertThat(this.webhooks.follow(first, token)).isTrue();
		this.time.runs.resubmit(id);
		this.time.run();
		assertThat(this.time.find(id).runId()).isNotNull().isNotEqualTo(first);
		assertThat(this.webhooks.follow(first, token)).isTrue();
		assertThat(this.time.tasks(TaskKind.WEBHOOK)).isZero();
	}

	@Test
	void aTokenThatWasStoredIsNotUsedForTheNextSubmission() {
		String id = uncertainAnswer("goal");
		String first = this.time.simulator.journal().runsByGoal().get("goal").get(0).id();
		assertThat(this.webhooks.follow(first, token(id))).isTrue();
		this.time.runs.resubmit(id);
		claim(id, "next");
		this.time.pass(Duration.ofSeconds(5));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		assertThat(this.time.tasks(TaskKind.WEBHOOK)).isZero();
	}

	@Test
	void aRunThatIsKnownLaterThanItsWebhookIsAskedForAgain() {
		this.time.simulator.given("goal", Scenario.builder().neverEnds().unknownAtFirst(2).build());
		String id = dead("goal");
		String runId = post("goal");
		assertThat(this.webhooks.follow(runId, token(id))).isTrue();
		this.time.run();
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.pass(Duration.ofSeconds(5));
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
		assertThat(this.webhooks.follow(runId, token(id))).isTrue();
	}

	@Test
	void aRunThatIsNotKnownIsAskedForForAMinute() {
		String id = dead("goal");
		assertThat(this.webhooks.follow("no-such-run", token(id))).isTrue();
		this.time.pass(Duration.ofSeconds(90));
		assertThat(this.time.tasks(TaskKind.WEBHOOK)).isZero();
		assertThat(this.time.simulator.journal().requests("GET /v1/runs/{id}")).isBetween(5L, 10L);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
	}

	@Test
	void aTokenIsKeptWhileTheServiceIsAwayOrAsksToWait() {
		String id = dead("goal");
		String runId = post("goal");
		this.time.simulator.fault(FaultPoint.getRun(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "300"), 1);
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.badGateway());
		assertThat(this.webhooks.follow(runId, token(id))).isTrue();
		this.time.pass(Duration.ofSeconds(290));
		assertThat(this.time.simulator.journal().requests("GET /v1/runs/{id}")).isEqualTo(1);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.pass(Duration.ofSeconds(30));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	@Test
	void runsThatAreNotDurableAreNotFollowed() {
		assertThat(this.webhooks.follow(post("goal"), null)).isFalse();
		assertThat(this.webhooks.follow("x".repeat(128), null)).isFalse();
		// a submission of durable runs, but of none that is here
		assertThat(this.webhooks.follow(post("goal"), "unknown")).isTrue();
		assertThat(this.webhooks.follow("x".repeat(128), "unknown")).isTrue();
		assertThat(this.time.tasks(TaskKind.WEBHOOK)).isZero();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void tokensThatNoRunHasAreLoggedOncePerMinute(CapturedOutput output) {
		String runId = post("goal");
		IntStream.range(0, 100).forEach((i) -> assertThat(this.webhooks.follow(runId, "forged-" + i)).isTrue());
		assertThat(output.getOut().split("which a webhook delivery names", -1)).hasSize(2);
		assertThat(output).doesNotContain("forged-");
	}

}
