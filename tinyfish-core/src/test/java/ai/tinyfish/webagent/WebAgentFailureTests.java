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

package ai.tinyfish.webagent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for goals that are missed, results that do not fit, and other failures of agents.
 */
class WebAgentFailureTests extends AbstractWebAgentTests {

	@Test
	void goalThatIsMissedIsAnExceptionOfItsOwnUnlessItIsAccepted() {
		Map<String, Object> blocked = Map.of("amount", 1, "currency", "EUR", "success", false, "reason", "captcha");
		this.simulator.given("cost", Scenario.completed(blocked));
		assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> this.coins.cost("Bitcoin"))
			.satisfies((ex) -> {
				assertThat(ex.runId()).isEqualTo(onlyRun().id());
				assertThat(ex.verdict().outcome()).isEqualTo(GoalOutcome.MISSED);
				assertThat(ex.run().result().toMap()).containsEntry("reason", "captcha");
				assertThat(ex).hasMessage("Run " + ex.runId() + " of " + Coins.class.getName()
						+ ".cost missed its goal: The result says success: false (captcha)");
			});
		assertThat(this.coins.acceptedCost("Bitcoin").currency()).isEqualTo("EUR");
	}

	@Test
	void resultThatDoesNotFitIsAnExceptionOfItsOwn() {
		this.simulator.given("cost", Scenario.completed(Map.of("amount", "much", "currency", "EUR")));
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> this.coins.cost("Bitcoin"))
			.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.amount"));
		this.simulator.given("cost", Scenario.completed(Map.of("amount", 1)));
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> this.coins.acceptedCost("Bitcoin"));
	}

	@Test
	void mismatchThatTheServiceFoundIsAResultThatDoesNotFit() {
		this.simulator.given("cost",
				Scenario.builder()
					.result(Map.of("amount", 1))
					.fault(FaultPoint.beforeComplete(), Fault.disconnect())
					.build());
		assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> this.coins.cost("Bitcoin"))
			.satisfies((ex) -> assertThat(ex.violations()).isNotEmpty());
	}

	@Test
	void evaluatorSeesAllOfAnOutcomeWhoseResultDoesNotFit() {
		String complete = "{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":{},"
				+ "\"schema_validation\":{\"valid\":false,\"errors\":[]},"
				+ "\"profile_hint\":{\"reason\":\"login_required\"}}";
		List<AgentRun> evaluated = new ArrayList<>();
		GoalEvaluator evaluator = (run) -> {
			evaluated.add(run);
			return (run.schemaValidation() != null) ? GoalVerdict.missed("The schema") : GoalVerdict.unknown();
		};
		try (RunServer server = new RunServer(
				(exchange) -> exchange.answer(200, "text/event-stream", "data: " + complete + "\n\n"),
				RunServer.RUNNING);
				TinyFishClient client = Samples.client(server.baseUrl()).build();
				ReactiveTinyFishClient reactiveClient = Samples.reactiveClient(server.baseUrl()).build()) {
			Coins coins = WebAgents.builder()
				.client(client)
				.reactiveClient(reactiveClient)
				.goalEvaluator(evaluator)
				.build()
				.create(Coins.class);
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> coins.cost("Bitcoin"));
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> coins.costMono("Bitcoin").block(LONG));
		}
		assertThat(evaluated).hasSize(4).allSatisfy((run) -> assertThat(run.profileHint()).isNotNull());
	}

	@Test
	void resultThatSaysWhyTheGoalWasMissedIsNotAMisfit() {
		this.simulator.given("cost",
				Scenario.builder()
					.result(Map.of("success", false, "reason", "captcha"))
					.fault(FaultPoint.beforeComplete(), Fault.disconnect())
					.build());
		assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> this.coins.cost("Bitcoin"))
			.withMessageContaining("captcha")
			.satisfies((ex) -> assertThat(ex.run().schemaValidation()).isNotNull());
	}

	@Test
	void applicationDecidesWhetherTheGoalIsAchieved() {
		WebAgents strict = WebAgents.builder()
			.client(this.client)
			.goalEvaluator((run) -> GoalVerdict.missed("Never good enough"))
			.build();
		assertThatExceptionOfType(TinyFishGoalMissedException.class)
			.isThrownBy(() -> strict.create(Shop.class).price("Bitcoin"))
			.withMessageContaining("Never good enough");
	}

	@Test
	@SuppressWarnings("NullAway")
	void evaluatorThatFailsTakesNothingAway() {
		WebAgents failing = WebAgents.builder().client(this.client).goalEvaluator((run) -> {
			throw new IllegalStateException("broken");
		}).build();
		assertThat(failing.create(Shop.class).price("Bitcoin")).isEqualTo(PRICE);
		WebAgents silent = WebAgents.builder().client(this.client).goalEvaluator((run) -> null).build();
		assertThat(silent.create(Shop.class).price("Bitcoin")).isEqualTo(PRICE);
	}

	@Test
	void runThatTakesTooLongEndsWithItsDeadline() throws Exception {
		// so that the connection is there
		this.coins.count();
		this.simulator.given("cost", Scenario.builder().neverEnds().build());
		MoreTime.whereTooLittle(Duration.ofMillis(500),
				(deadline) -> assertThat(MoreTime.timeoutOf(() -> this.coins.costWithin("Bitcoin", deadline)).runId())
					.isNotNull());
	}

	@Test
	void threadThatMustNotBlockIsRefusedBeforeAnythingIsSent() {
		Throwable refusal = Mono.fromCallable(() -> catchThrowable(() -> this.coins.cost("Bitcoin")))
			.subscribeOn(Schedulers.parallel())
			.block(LONG);
		assertThat(refusal).isInstanceOf(IllegalStateException.class)
			.hasMessageStartingWith("Coins.cost: ")
			.hasMessageContaining("nothing was sent");
		assertThat(this.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void closedClientRefuses() {
		this.client.close();
		assertThatIllegalStateException().isThrownBy(() -> this.coins.cost("Bitcoin"));
	}

}
