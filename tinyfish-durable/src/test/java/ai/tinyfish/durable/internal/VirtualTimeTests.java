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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.follow.PlanTask;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Behaviour over minutes or days.
 */
class VirtualTimeTests {

	private static final String URL = "https://shop.example/";

	private static final OffsetDateTime LONG_AGO = OffsetDateTime.parse("2020-01-01T00:00:00Z");

	private final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE);

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void heldRunIsRefusedAfterAWeekWithoutADecision() {
		this.time.approval = (submission) -> Decision.ASK;
		this.time.restart(null);
		String held = this.time.runs.submit(AgentRequest.of(URL, "Order it")).id();
		this.time.jump(Duration.ofDays(7).minusMinutes(1));
		assertThat(this.time.find(held).state()).isEqualTo(DurableRunState.HELD);
		String later = this.time.runs.submit(AgentRequest.of(URL, "Order more")).id();
		this.time.jump(Duration.ofMinutes(2));
		assertThat(this.time.find(held).state()).isEqualTo(DurableRunState.REFUSED);
		assertThat(this.time.find(held).error()).isEqualTo("It was not decided for PT168H");
		assertThat(this.time.find(held).decidedBy()).isNull();
		assertThat(this.time.find(later).state()).isEqualTo(DurableRunState.HELD);
		assertThat(this.time.events).extracting(DurableRunEvent::getDurableId).containsExactly(held, later, held);
		assertThat(this.time.simulator.journal().runsCreated()).isZero();
	}

	@Test
	void heldRunTakesNoSlotUntilItIsApproved() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		this.time.approval = (submission) -> submission.request().goal().endsWith("held") ? Decision.ASK : Decision.RUN;
		this.time.restart(1);
		String held = this.time.runs.submit(AgentRequest.of(URL, "neverEnds held")).id();
		String running = this.time.runs.submit(AgentRequest.of(URL, "neverEnds")).id();
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.RUNNING);
		this.time.runs.approve(held);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(held).state()).isEqualTo(DurableRunState.ACCEPTED);
		this.time.runs.cancel(running);
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(this.time.find(held).state()).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void nothingIsLostWhileTheServiceIsAwayForTenMinutes() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		String running = this.time.runs.submit(AgentRequest.of(URL, "neverEnds")).id();
		this.time.run();
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.RUNNING);
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.refusal(500, "INTERNAL_ERROR", "away"))
			.fault(FaultPoint.getRuns(), Fault.badGateway());
		long before = this.time.polls();
		String waiting = this.time.runs.submit(AgentRequest.of(URL, "waits")).id();
		this.time.pass(Duration.ofMinutes(10));
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.RUNNING);
		assertThat(this.time.find(waiting).state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(this.time.polls() - before).isBetween(59L, 61L);
		assertThat(this.time.simulator.journal().submissions("waits")).hasSizeBetween(6, 10);
		assertThat(this.time.events).isEmpty();
		this.time.simulator.clearFaults();
		this.time.pass(Duration.ofMinutes(6));
		assertThat(this.time.find(waiting).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.simulator.journal().runsByGoal().get("waits")).hasSize(1);
		this.time.runs.cancel(running);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.DONE);
	}

	@Test
	void theServiceIsNotPolledBeforeTheTimeThatItAskedFor() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		this.time.runs.submit(AgentRequest.of(URL, "neverEnds"));
		this.time.run();
		this.time.simulator.fault(FaultPoint.getRuns(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "300"), 1);
		this.time.pass(VirtualTime.INTERVAL);
		long before = this.time.polls();
		this.time.pass(Duration.ofSeconds(280));
		assertThat(this.time.polls()).isEqualTo(before);
		this.time.pass(Duration.ofSeconds(30));
		assertThat(this.time.polls()).isGreaterThan(before);
	}

	@Test
	void openRunsArePolledInRangesOfOneHundred() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		this.time.runs
			.submitAll(IntStream.range(0, 250).mapToObj((i) -> AgentRequest.of(URL, "neverEnds " + i)).toList());
		this.time.run();
		this.time.pass(VirtualTime.INTERVAL);
		long before = this.time.polls();
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(4));
		assertThat(this.time.polls() - before).isEqualTo(12);
	}

	@Test
	void theSenderOfARequestIsWaitedForBeforeTheRunIsUncertain() {
		String id = this.time.runs.submit(AgentRequest.of(URL, "dies")).id();
		// as a process that dies after the claim
		this.time.engine.table.claim(List.of(this.time.engine.table.find(id).orElseThrow()), "token", "dead");
		this.time.pass(Duration.ofSeconds(118));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		this.time.pass(Duration.ofSeconds(4));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(this.time.events).singleElement().isInstanceOf(DurableRunErrorEvent.class);
		assertThat(this.time.simulator.journal().submissions("dies")).isEmpty();
		assertThat(this.time.tasks(TaskKind.SEND)).isZero();
		assertThat(this.time.tasks(TaskKind.SETTLE)).isZero();
	}

	/**
	 * Another instance may wait longer for an answer than this one.
	 */
	@Test
	void aSenderThatLivesIsNotTakenForADeadOne() {
		String id = this.time.runs.submit(AgentRequest.of(URL, "takes long")).id();
		this.time.engine.database.inTransaction(() -> this.time.engine.database.jdbc()
			.sql("update tinyfish_task set picked = true, picked_by = 'other', last_heartbeat = ? where task_instance = ?")
			.params(this.time.engine.clock.now().plus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC), id)
			.update());
		this.time.engine.table.claim(List.of(this.time.engine.table.find(id).orElseThrow()), "token", "other");
		this.time.pass(Duration.ofMinutes(6));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.SENDING);
		assertThat(this.time.tasks(TaskKind.SETTLE)).isZero();
	}

	/**
	 * A process that dies while it waits for the key has sent nothing, and no decision is
	 * needed.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void aRequestIsNotClaimedBeforeItsKeyIsKnown(int runs) {
		List<DurableRunState> states = new ArrayList<>();
		List<String> ids = new ArrayList<>();
		this.time.onKey = () -> ids.forEach((id) -> states.add(this.time.find(id).state()));
		List<DurableSubmission> submissions = Collections.nCopies(runs,
				DurableSubmission.of(AgentRequest.of(URL, "ends")).withAccount("tenant"));
		List<DurableRun> submitted = (runs > 1) ? this.time.runs.submitAll(submissions)
				: List.of(this.time.runs.submit(submissions.get(0)));
		submitted.forEach((run) -> ids.add(run.id()));
		this.time.run();
		assertThat(states.subList(0, runs)).containsOnly(DurableRunState.ACCEPTED);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(runs);
	}

	/**
	 * The process is paused between the commit of the claim and the call, for longer than
	 * others wait for an answer.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void aRequestThatWasClaimedLongAgoIsSentLater(int runs) {
		List<AgentRequest> requests = Collections.nCopies(runs, AgentRequest.of(URL, "ends"));
		List<String> ids = ((runs > 1) ? this.time.runs.submitAll(requests)
				: List.of(this.time.runs.submit(requests.get(0))))
			.stream()
			.map(DurableRun::id)
			.toList();
		AtomicBoolean paused = new AtomicBoolean();
		this.time.engine.database.afterCommit(() -> {
			if (this.time.find(ids.get(0)).state() == DurableRunState.SENDING && !paused.getAndSet(true)) {
				this.time.sleep(Duration.ofSeconds(61));
			}
		});
		this.time.run();
		assertThat(paused).isTrue();
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.ACCEPTED);
		assertThat(this.time.simulator.journal().runsCreated()).isZero();
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(3));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.DONE);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(runs);
	}

	@Test
	void aRunThatIsLeftAtItsTimeoutIsLost() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		String id = this.time.runs.submit(AgentRequest.of(URL, "neverEnds")).id();
		this.time.run();
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.RUNNING);
		this.time.jump(Duration.ofMinutes(30));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.LOST);
		assertThat(this.time.find(id).error()).contains("PT30M");
		assertThat(this.time.simulator.journal().cancels(this.time.find(id).runId())).isEmpty();
		this.time.runs.settleUnproven(this.time.find(id), this.time.find(id).runId());
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void allThatIsToBeDeletedIsDeletedAtOnce() {
		this.time.engine.database.inTransaction(() -> this.time.engine.database.jdbc()
			.sql("""
					insert into tinyfish_run (id, state, request, accepted_at, ended_at, changed_at)
					select cast(x as varchar), 'DONE', '{}', ?, ?, ? from system_range(1, 1100)""")
			.params(LONG_AGO, LONG_AGO, LONG_AGO)
			.update());
		this.time.jump(Duration.ofMinutes(2));
		assertThat(this.time.engine.database.jdbc().sql("select count(*) from tinyfish_run").query(Long.class).single())
			.isZero();
	}

	@Test
	void runsThatEndedAreDeletedAfterTheirRetention() {
		String done = this.time.runs.submit(AgentRequest.of(URL, "ends")).id();
		this.time.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		String uncertain = this.time.runs.submitAll(List.of(AgentRequest.of(URL, "uncertain"))).get(0).id();
		this.time.pass(Duration.ofSeconds(130));
		assertThat(this.time.find(done).state()).isEqualTo(DurableRunState.DONE);
		this.time.jump(Duration.ofDays(29));
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.runs.find(done)).isNotNull();
		this.time.jump(Duration.ofDays(2));
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.time.runs.find(done)).isNull();
		assertThat(this.time.find(uncertain).state()).isEqualTo(DurableRunState.UNCERTAIN);
	}

	@Test
	void nothingIsSentOrHandedOverWhileTheApplicationStops() {
		String running = this.time.runs.submit(AgentRequest.of(URL, "ends")).id();
		this.time.run();
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.RUNNING);
		String accepted = this.time.runs.submit(AgentRequest.of(URL, "waits")).id();
		// a poll that has begun before that
		this.time.engine.stopped.set(true);
		this.time.engine.handover.deliver(row(running),
				StoredOutcome.of(AgentRun.builder().runId("run-1").statusText("COMPLETED").build()));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.UNDELIVERED);
		assertThat(this.time.find(accepted).state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(this.time.events).isEmpty();
		assertThat(this.time.simulator.journal().submissions("waits")).isEmpty();
		this.time.engine.stopped.set(false);
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(this.time.find(running).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.find(accepted).state()).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.events).hasSize(2);
	}

	@Test
	void anOutcomeIsHandedOverOnce() throws Exception {
		String id = this.time.runs.submit(AgentRequest.of(URL, "ends")).id();
		this.time.run();
		RunRow row = row(id);
		StoredOutcome ending = StoredOutcome.of(AgentRun.builder().runId("run-1").statusText("COMPLETED").build());
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			threads.invokeAll(IntStream.range(0, 20)
				.<Callable<Object>>mapToObj(
						(i) -> Executors.callable(() -> this.time.engine.handover.deliver(row, ending)))
				.toList());
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.time.events).hasSize(1);
		assertThat(this.time.find(id).state()).isEqualTo(DurableRunState.DONE);
	}

	@ParameterizedTest
	@MethodSource("largeResults")
	void allThatTheClientReadsIsHandedOver(String json) {
		String id = this.time.runs.submit(AgentRequest.of(URL, "ends")).id();
		this.time.run();
		this.time.engine.handover.deliver(row(id),
				StoredOutcome.of(AgentRun.completed("run-1", RunResult.ofJson(json))));
		assertThat(this.time.find(id).run().result().json()).isEqualTo(json);
		assertThat(this.time.events).hasSize(1);
	}

	static Stream<String> largeResults() {
		return Stream.of("{\"digits\":" + "7".repeat(9000) + "}",
				"{\"deep\":" + "[".repeat(490) + "]".repeat(490) + "}");
	}

	@Test
	void sweepsThatWereMissedAreNotMadeUpFor() {
		Instant due = Instant.EPOCH;
		Duration interval = Duration.ofSeconds(10);
		assertThat(PlanTask.next(due, due, interval)).isEqualTo(due.plusSeconds(10));
		assertThat(PlanTask.next(due, due.plusSeconds(9), interval)).isEqualTo(due.plusSeconds(10));
		assertThat(PlanTask.next(due, due.plusSeconds(10), interval)).isEqualTo(due.plusSeconds(20));
		assertThat(PlanTask.next(due, due.plusSeconds(99), interval)).isEqualTo(due.plusSeconds(100));
	}

	@Test
	void delaysGrowUpToFiveMinutes() {
		assertThat(IntStream.rangeClosed(1, 9).mapToObj(TaskHandler::delay)).extracting(Duration::toSeconds)
			.containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L);
		assertThat(TaskHandler.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(5));
	}

	@Test
	void parkedOutcomesAreHandedOverAgainTogether() {
		List<String> ids = Stream.of("one", "two", "three").map(this::submit).toList();
		this.time.run();
		this.time.failure = new IllegalStateException("thrown on purpose");
		this.time.pass(Duration.ofMinutes(1));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.PARKED);
		this.time.failure = null;
		DurableRunQuery query = DurableRunQuery.builder().state(DurableRunState.PARKED).limit(2).build();
		assertThat(this.time.runs.decidedBy("alice").redeliverAll(query)).isEqualTo(2);
		this.time.run();
		assertThat(ids).extracting((id) -> this.time.find(id).state())
			.containsExactly(DurableRunState.DONE, DurableRunState.DONE, DurableRunState.PARKED);
		assertThat(this.time.find(ids.get(0)).decidedBy()).isEqualTo("alice");
		assertThat(this.time.events).hasSize(2);
		assertThat(this.time.runs.redeliverAll(query)).isEqualTo(1);
		assertThat(this.time.runs.redeliverAll(query)).isZero();
	}

	@Test
	void runsAreCancelledTogetherWhetherTheyWereSentOrNot() {
		this.time.simulator.given((request) -> Scenario.builder().neverEnds().build());
		String running = submit("running");
		this.time.run();
		String done = submit("done");
		this.time.runs.cancel(done);
		this.time.run();
		String accepted = submit("accepted");
		assertThat(this.time.runs.decidedBy("alice").cancelAll(DurableRunQuery.all())).isEqualTo(2);
		assertThat(this.time.runs.cancelAll(DurableRunQuery.all())).isZero();
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(List.of(running, accepted)).extracting(this.time::find).allSatisfy((run) -> {
			assertThat(run.run().status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(run.decidedBy()).isEqualTo("alice");
		});
		assertThat(this.time.find(done).decidedBy()).isNull();
		assertThat(this.time.simulator.journal().submissions("accepted")).isEmpty();
	}

	private String submit(String goal) {
		return this.time.runs.submit(AgentRequest.of(URL, goal)).id();
	}

	private RunRow row(String id) {
		return this.time.engine.table.find(id).orElseThrow();
	}

}
