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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose sender died, and the run with their goal that can only be theirs.
 */
class SettlementTests extends AbstractSettlementTests {

	@Test
	void theOnlyRunWithTheGoalIsLinked() {
		this.time.simulator.given("Find the price", Scenario.completed(Map.of("price", "9.99")));
		String id = dead("Find the price");
		String runId = post("Find the price");
		// the service lists it as well, but it is another goal
		post("Find the price of tea");
		this.time.pass(GRACE.minusSeconds(2));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.pass(VirtualTime.INTERVAL.plusSeconds(4));
		DurableRun done = this.time.find(id);
		assertThat(done.state()).isEqualTo(DurableRunState.DONE);
		assertThat(done.runId()).isEqualTo(runId);
		assertThat(this.time.events).singleElement().isInstanceOf(DurableRunFinishedEvent.class);
		assertThat(this.time.simulator.journal().runsByGoal().get("Find the price")).hasSize(1);
		assertThat(this.time.simulator.journal().requests("GET /v1/runs")).isEqualTo(1);
		assertThat(this.time.tasks(TaskKind.SETTLE)).isZero();
	}

	@Test
	void aRunThatBelongsToAnotherDurableRunIsLeftOut() {
		String other = this.time.runs.submit(AgentRequest.of(URL, "goal")).id();
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(other).state()).isEqualTo(DurableRunState.DONE);
		String id = dead("goal");
		String runId = post("goal");
		this.time.pass(GRACE.plusSeconds(2));
		assertThat(this.time.find(id).runId()).isEqualTo(runId).isNotEqualTo(this.time.find(other).runId());
	}

	@Test
	void twoRunsWithTheGoalDecideNothing() {
		String id = dead("goal");
		List<String> runIds = List.of(post("goal"), post("goal"));
		assertThat(uncertain(id)).contains("2 runs have its goal").contains(runIds);
	}

	@Test
	void aRunOfAnotherDurableRunDecidesNothing() {
		this.time.runs.submit(AgentRequest.of(URL, "goal"));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(uncertain(dead("goal"))).contains("lists no run that has its goal");
	}

	@Test
	void aRunThatAMemberOfTheSameBatchMayHaveDecidesNothing() {
		List<String> ids = deadBatch("goal", "goal", "another goal");
		post("goal");
		String another = post("another goal");
		assertThat(uncertain(ids.get(0))).contains("so has durable run " + ids.get(1));
		assertThat(uncertain(ids.get(1))).contains("so has durable run " + ids.get(0));
		assertThat(this.time.find(ids.get(2)).runId()).isEqualTo(another);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRunThatAnotherUncertainRunMayHaveDecidesNothing(boolean abandoned) {
		String other = uncertainAnswer("goal");
		if (abandoned) {
			this.time.runs.abandon(other);
		}
		assertThat(uncertain(dead("goal"))).contains("so has durable run " + other);
	}

	@Test
	void aRunOfTheFirstSubmissionOfAnotherDurableRunDecidesNothing() {
		String other = uncertainAnswer("goal");
		this.time.runs.resubmit(other);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(other).state()).isEqualTo(DurableRunState.DONE);
		// of the two runs with this goal, the first one has no owner
		assertThat(uncertain(dead("goal"))).contains("so has durable run " + other);
	}

	@Test
	void aRunThatWasCreatedBeforeTheRequestWasSentDecidesNothing() {
		String runId = post("goal");
		this.time.jump(Duration.ofMinutes(3));
		assertThat(uncertain(dead("goal"))).contains(runId).contains("created at another time");
	}

	@Test
	void allPagesOfRunsAreRead() {
		String id = dead("goal");
		String runId = post("goal");
		sender().queueAll(IntStream.range(0, 100).mapToObj((i) -> AgentRequest.of(URL, "goal " + i)).toList());
		this.time.pass(GRACE.plusSeconds(2));
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
		assertThat(this.time.simulator.journal().requests("GET /v1/runs")).isEqualTo(2);
	}

	/**
	 * The instance lives, and only the answer was lost.
	 */
	@Test
	void aRunWhoseAnswerWasLostIsFoundAtOnce() {
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = this.time.runs.submit(AgentRequest.of(URL, "goal")).id();
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.events).singleElement().isInstanceOf(DurableRunFinishedEvent.class);
		assertThat(this.time.simulator.journal().submissions("goal")).hasSize(1);
	}

	/**
	 * The service has started all requests of a call, and its answer is lost.
	 */
	@Test
	void theRunsOfABatchAreDistinguishedByTheirGoals() {
		this.time.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		List<String> goals = List.of("one goal", "another goal", "a third goal");
		List<String> ids = this.time.runs.submitAll(goals.stream().map((goal) -> AgentRequest.of(URL, goal)).toList())
			.stream()
			.map(DurableRun::id)
			.toList();
		this.time.pass(VirtualTime.INTERVAL);
		for (int i = 0; i < ids.size(); i++) {
			DurableRun done = this.time.find(ids.get(i));
			assertThat(done.state()).isEqualTo(DurableRunState.DONE);
			assertThat(this.time.simulator.journal().run(done.runId()).request().goal()).isEqualTo(goals.get(i));
		}
		assertThat(this.time.simulator.journal().requests("POST /v1/automation/run-batch")).isEqualTo(1);
	}

	@Test
	void theSameGoalForManyUrlsStaysUncertain() {
		this.time.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		List<String> ids = this.time.runs
			.submitAll(List.of(AgentRequest.of(URL + "1", "goal"), AgentRequest.of(URL + "2", "goal")))
			.stream()
			.map(DurableRun::id)
			.toList();
		this.time.pass(GRACE.minusSeconds(5));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.SENDING);
		this.time.pass(Duration.ofSeconds(10));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.UNCERTAIN);
		assertThat(this.time.find(ids.get(0)).error()).contains("OutcomeUnknown").contains("2 runs have its goal");
	}

	@Test
	void aGoalThatIsTooLongToSearchForIsComparedAsAWhole() {
		// the search ends within a character of two chars
		String goal = "x".repeat(499) + "\uD83D\uDC1F".repeat(10);
		String id = dead(goal);
		post(goal + "!");
		String runId = post(goal);
		this.time.pass(GRACE.plusSeconds(2));
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	@Test
	void aRunThatWasCancelledMeanwhileIsCancelledOnceItIsKnown() {
		this.time.simulator.given("goal", Scenario.builder().neverEnds().build());
		String id = dead("goal");
		String runId = post("goal");
		this.time.runs.cancel(id);
		this.time.pass(GRACE.plus(VirtualTime.INTERVAL.multipliedBy(2)));
		assertThat(this.time.find(id).run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(this.time.simulator.journal().cancels(runId)).hasSize(1);
	}

	@Test
	void nothingIsDecidedWhileTheServiceIsAway() {
		String id = dead("goal");
		String runId = post("goal");
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.badGateway());
		this.time.pass(Duration.ofMinutes(10));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.simulator.clearFaults();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	@ParameterizedTest
	@CsvSource({ "200, text/html, <html>Sign in</html>", "404, text/html, <html>No such page</html>",
			"200, application/json, {}", "302, text/html, Moved",
			"200, application/json, '{\"data\":[{}],\"pagination\":{\"has_more\":false}}'",
			"200, application/json, '{\"data\":[null],\"pagination\":{\"has_more\":false}}'" })
	void nothingIsDecidedWhileTheListCannotBeRead(int status, String type, String body) {
		String id = dead("goal");
		String runId = post("goal");
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.answer(status, type, body));
		this.time.pass(Duration.ofMinutes(10));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.simulator.clearFaults();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	@Test
	void aPersonDecidesWhereTheListCannotBeReadForAnHour() {
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.answer(200, "text/html", "<html>Sign in</html>"));
		String id = dead("goal");
		post("goal");
		this.time.pass(GRACE);
		// time without polling does not count
		this.time.jump(Duration.ofHours(5));
		passByTheHalfMinute(Duration.ofMinutes(59));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		passByTheHalfMinute(Duration.ofMinutes(2));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(this.time.find(id).error()).contains("The response cannot be used");
		assertThat(this.time.tasks(TaskKind.SETTLE)).isZero();
	}

	private void passByTheHalfMinute(Duration time) {
		LongStream.range(0, time.toSeconds() / 30).forEach((i) -> this.time.jump(Duration.ofSeconds(30)));
	}

	@Test
	void aPersonDecidesWhereTheServiceRefusesToListRuns() {
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		assertThat(uncertain(dead("goal"))).contains("Not for this key");
	}

	@Test
	void nothingIsDecidedWhileTheAccountHasNoCredit() {
		String id = dead("goal");
		String runId = post("goal");
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit"));
		this.time.pass(Duration.ofMinutes(10));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.simulator.clearFaults();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.find(id).runId()).isEqualTo(runId);
	}

	@Test
	void aPersonDecidesWhereRowsOfThatTimeMayHaveBeenDeleted() {
		String id = dead("goal");
		post("goal");
		this.time.sleep(Duration.ofDays(31));
		assertThat(uncertain(id)).contains("too old");
		assertThat(this.time.simulator.journal().requests("GET /v1/runs")).isZero();
	}

	private List<String> deadBatch(String... goals) {
		List<DurableRun> submitted = this.time.runs
			.submitAll(List.of(goals).stream().map((goal) -> AgentRequest.of(URL, goal)).toList());
		List<String> ids = submitted.stream().map(DurableRun::id).toList();
		this.time.engine.table.claim(ids.stream().map((id) -> this.time.engine.table.find(id).orElseThrow()).toList(),
				TOKEN, "dead");
		return ids;
	}

	/**
	 * Let the time of the sender pass.
	 * @return the reason why the run is uncertain
	 */
	private String uncertain(String id) {
		this.time.pass(GRACE.plusSeconds(2));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(this.time.events).filteredOn((event) -> event.getDurableId().equals(id))
			.singleElement()
			.isInstanceOf(DurableRunErrorEvent.class);
		return this.time.find(id).error();
	}

}
