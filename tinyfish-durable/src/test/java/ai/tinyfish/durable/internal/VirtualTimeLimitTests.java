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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A limit for the runs of all instances, in minutes that do not pass.
 */
class VirtualTimeLimitTests {

	private static final String URL = "https://shop.example/";

	private final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE, 2);

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void aRequestWithoutAnAnswerHasItsPlaceUntilItIsUncertain() {
		lostAnswer("lost 1");
		String lost = lostAnswer("lost 2");
		List<String> waiting = submit("waits 1", "waits 2", "waits 3");
		this.time.pass(Duration.ofSeconds(100));
		assertThat(waiting).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.ACCEPTED));
		this.time.pass(Duration.ofSeconds(60));
		assertThat(waiting).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.DONE));
		assertThat(state(lost)).isEqualTo(DurableRunState.UNCERTAIN);
		this.time.runs.settleUnproven(this.time.find(lost),
				this.time.simulator.journal().runsByGoal().get("lost 2").get(0).id());
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(state(lost)).isEqualTo(DurableRunState.DONE);
	}

	@Test
	void aRunThatIsSentAgainWaitsInLineAndIsTheFirst() {
		endless();
		String uncertain = lostAnswer("neverEnds uncertain");
		this.time.pass(Duration.ofSeconds(130));
		assertThat(state(uncertain)).isEqualTo(DurableRunState.UNCERTAIN);
		List<String> running = submit("neverEnds 1", "neverEnds 2");
		List<String> waiting = submit("neverEnds 3", "neverEnds 4");
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(running.get(1))).isEqualTo(DurableRunState.RUNNING);
		this.time.runs.resubmit(uncertain);
		this.time.runs.cancel(running.get(0));
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(state(uncertain)).isEqualTo(DurableRunState.RUNNING);
		assertThat(state(waiting.get(0))).isEqualTo(DurableRunState.ACCEPTED);
	}

	@Test
	void aRunThatIsLostLeavesItsPlace() {
		endless();
		List<String> ids = submit("neverEnds 1", "neverEnds 2", "neverEnds 3");
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.ACCEPTED);
		this.time.jump(Duration.ofMinutes(31));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(ids.get(0))).isEqualTo(DurableRunState.LOST);
		// for the clock of the test, it has run for half an hour as well
		assertThat(this.time.find(ids.get(2)).runId()).isNotNull();
	}

	@Test
	void anOutcomeThatAListenerFailsOnLeavesItsPlaceAtOnce() {
		this.time.failure = new IllegalStateException("thrown on purpose");
		List<String> ids = submit("ends 1", "ends 2", "waits");
		admit();
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.ACCEPTED);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(ids.get(0))).isEqualTo(DurableRunState.UNDELIVERED);
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void aRefusedRequestLeavesItsPlaceAtOnce() {
		endless();
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "Not allowed"), 2);
		List<String> ids = submit("neverEnds 1", "neverEnds 2", "neverEnds 3");
		admit();
		assertThat(state(ids.get(0))).isEqualTo(DurableRunState.REFUSED);
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.RUNNING);
	}

	/**
	 * The first request is refused for now. Others take its place, and it is the first to
	 * get a place after its delay.
	 */
	@Test
	void aRequestThatIsRefusedForNowIsTheFirstAfterItsDelay() {
		endless();
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.refusal(500, "INTERNAL_ERROR", "Try again"), 1);
		String first = submit("neverEnds first").get(0);
		this.time.pass(Duration.ofSeconds(1));
		List<String> others = submit("neverEnds 1", "neverEnds 2", "neverEnds 3");
		admit();
		assertThat(state(first)).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(state(others.get(1))).isEqualTo(DurableRunState.RUNNING);
		this.time.pass(Duration.ofSeconds(30));
		assertThat(state(first)).isEqualTo(DurableRunState.ACCEPTED);
		this.time.runs.cancel(others.get(0));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(first)).isEqualTo(DurableRunState.RUNNING);
		assertThat(state(others.get(2))).isEqualTo(DurableRunState.ACCEPTED);
	}

	@Test
	void nothingIsAdmittedBeforeTheTimeThatTheServiceAskedFor() {
		this.time.simulator.fault(FaultPoint.runAsync(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "300"), 1);
		List<String> ids = submit("ends 1", "ends 2", "ends 3");
		this.time.pass(Duration.ofSeconds(290));
		assertThat(this.time.simulator.journal().submissions("ends")).hasSizeLessThanOrEqualTo(2);
		this.time.pass(Duration.ofSeconds(60));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.DONE));
	}

	@Test
	void aRequestThatCannotBeReadLeavesItsPlace() {
		endless();
		List<String> unreadable = submit("neverEnds 1", "neverEnds 2");
		this.time.engine.database.inTransaction(
				() -> this.time.engine.database.jdbc().sql("update tinyfish_run set request = '{'").update());
		this.time.run();
		List<String> others = submit("neverEnds 3", "neverEnds 4");
		admit();
		assertThat(others).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.RUNNING));
		assertThat(unreadable)
			.allSatisfy((id) -> assertThat(this.time.engine.table.find(id).orElseThrow().error()).contains("read"));
	}

	@Test
	void tasksThatWereDeletedAreScheduledAgain() {
		List<String> ids = submit("ends 1", "ends 2", "ends 3");
		delete(TaskKind.ADMIT);
		this.time.pass(Duration.ofMinutes(1));
		List<String> others = submit("ends 4", "ends 5");
		delete(TaskKind.ADMIT);
		this.time.pass(Duration.ofMinutes(4));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.DONE));
		assertThat(others).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.DONE));
		assertThat(this.time.tasks(TaskKind.ADMIT)).isEqualTo(1);
	}

	@Test
	void runsThatWaitNeedNoTasks() {
		endless();
		submit(IntStream.range(0, 50).mapToObj((i) -> "neverEnds " + i).toArray(String[]::new));
		assertThat(this.time.tasks(TaskKind.SEND)).isZero();
		admit();
		assertThat(this.time.tasks(TaskKind.ADMIT)).isEqualTo(1);
		assertThat(this.time.tasks(TaskKind.SEND)).isZero();
	}

	@Test
	void runsThatWaitAreSentAfterTheLimitWasTakenAway() {
		endless();
		List<String> ids = submit("neverEnds 1", "neverEnds 2", "neverEnds 3", "neverEnds 4");
		admit();
		assertThat(state(ids.get(3))).isEqualTo(DurableRunState.ACCEPTED);
		this.time.restart(null);
		this.time.pass(Duration.ofMinutes(3));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(DurableRunState.RUNNING));
		assertThat(this.time.tasks(TaskKind.ADMIT)).isZero();
	}

	@Test
	void runsFromBeforeTheLimitWaitInLine() {
		endless();
		this.time.restart(null);
		List<String> ids = new ArrayList<>(submit("neverEnds 1", "neverEnds 2", "neverEnds 3"));
		this.time.runs.submitAll(IntStream.range(4, 8).mapToObj((i) -> AgentRequest.of(URL, "neverEnds " + i)).toList())
			.forEach((run) -> ids.add(run.id()));
		this.time.restart(2);
		this.time.pass(Duration.ofMinutes(3));
		assertThat(ids).filteredOn((id) -> state(id) == DurableRunState.RUNNING)
			.containsExactlyElementsOf(ids.subList(0, 2));
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(2);
		this.time.runs.cancel(ids.get(0));
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void aSmallerLimitAdmitsNothingUntilEnoughHaveEnded() {
		endless();
		List<String> ids = submit("neverEnds 1", "neverEnds 2", "neverEnds 3");
		admit();
		this.time.restart(1);
		this.time.runs.cancel(ids.get(0));
		this.time.pass(Duration.ofMinutes(1));
		assertThat(state(ids.get(0))).isEqualTo(DurableRunState.DONE);
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.ACCEPTED);
		this.time.runs.cancel(ids.get(1));
		this.time.pass(Duration.ofMinutes(1));
		assertThat(state(ids.get(2))).isEqualTo(DurableRunState.RUNNING);
	}

	private void endless() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
	}

	private List<String> submit(String... goals) {
		return List.of(goals)
			.stream()
			.map((goal) -> this.time.runs.submit(AgentRequest.of(URL, goal)))
			.map(DurableRun::id)
			.toList();
	}

	private String lostAnswer(String goal) {
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = submit(goal).get(0);
		admit();
		assertThat(state(id)).isEqualTo(DurableRunState.SENDING);
		return id;
	}

	private void admit() {
		this.time.pass(Duration.ofSeconds(2));
	}

	private void delete(TaskKind kind) {
		this.time.engine.database.inTransaction(() -> this.time.engine.database.jdbc()
			.sql("delete from tinyfish_task where task_name = ?")
			.param(kind.taskName())
			.update());
	}

	private DurableRunState state(String id) {
		return this.time.find(id).state();
	}

}
