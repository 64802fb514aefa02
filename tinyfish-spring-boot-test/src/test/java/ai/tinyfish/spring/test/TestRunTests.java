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

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TestRunTests {

	@Test
	void completedRunHasItsResultInAllForms() {
		TestRun completed = TestRun.completed(new Price(42))
			.runId("run-7")
			.goal("Read it")
			.url("https://shop.example/1")
			.tag("order-42")
			.step("Open the shop")
			.step("Read the price");
		Run run = completed.run();
		assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(run.runId()).isEqualTo("run-7");
		assertThat(run.goal()).isEqualTo("Read it");
		assertThat(run.numOfSteps()).isEqualTo(2);
		assertThat(run.steps()).extracting(RunStep::action).containsExactly("Open the shop", "Read the price");
		assertThat(run.finishedAt()).isAfter(run.startedAt());
		AgentRun outcome = completed.agentRun();
		assertThat(outcome).isEqualTo(run.toAgentRun());
		assertThat(completed.typedRun(Price.class).value()).isEqualTo(new Price(42));
		assertThat(completed.queuedRun().runId()).isEqualTo("run-7");
		assertThat(completed.queuedRun().isAccepted()).isTrue();
		assertThat(completed.context().tag()).isEqualTo("order-42");
		assertThat(completed.agentEvents()).extracting(AgentEvent::type)
			.containsExactly("STARTED", "PROGRESS", "PROGRESS", "COMPLETE");
		assertThat(completed.agentEvents()).last().isEqualTo(new CompleteEvent(outcome, run.finishedAt(), false));
		TinyFishRunFinishedEvent event = completed.finishedEvent();
		assertThat(event.getRun()).isEqualTo(outcome);
		assertThat(event.getUrl()).isEqualTo("https://shop.example/1");
		assertThat(event.getTag()).isEqualTo("order-42");
		assertThat(completed.startedEvent().getGoal()).isEqualTo("Read it");
		assertThat(completed.progressEvent("Reading").getPurpose()).isEqualTo("Reading");
		assertThat(completed).hasToString("TestRun[run-7, COMPLETED]");
	}

	@Test
	void failedRunHasItsError() {
		TestRun failed = TestRun.failed("SITE_BLOCKED", "Access denied");
		assertThat(failed.agentRun().error().code()).isEqualTo("SITE_BLOCKED");
		assertThat(failed.agentRun().result().isEmpty()).isTrue();
		assertThat(failed.finishedEvent().isCompleted()).isFalse();
		assertThat(failed.finishedEvent().getVerdict().outcome()).isEqualTo(GoalOutcome.MISSED);
		assertThatExceptionOfType(TinyFishRunFailedException.class)
			.isThrownBy(() -> failed.typedRun(Price.class).value());
	}

	@Test
	void runsThatGoOnHaveNoEnd() {
		assertThat(TestRun.pending().run().startedAt()).isNull();
		assertThat(TestRun.running().run().startedAt()).isNotNull();
		assertThat(TestRun.running().run().finishedAt()).isNull();
		assertThat(TestRun.running().step("Reading").agentEvents()).hasSize(2);
		assertThatIllegalStateException().isThrownBy(() -> TestRun.running().finishedEvent())
			.withMessage("A run that is RUNNING has no finished event");
		assertThat(TestRun.cancelled().agentRun().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void resultMayBeWrittenAsJson() {
		assertThat(TestRun.completed().agentRun().result().isEmpty()).isTrue();
		assertThat(TestRun.completed().resultJson("{\"amount\": 42}").agentRun().result().toMap())
			.isEqualTo(Map.of("amount", 42));
	}

	@Test
	void errorEventHasTheException() {
		TinyFishConnectionException exception = new TinyFishConnectionException("Lost", null);
		assertThat(TestRun.running().errorEvent(exception).getException()).isSameAs(exception);
	}

	record Price(int amount) {
	}

}
