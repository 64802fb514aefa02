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
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The answers for a range: a run that cannot be read keeps no other from its outcome, and
 * does not stay open for ever.
 */
class PollTaskTests {

	private static final Fault TOO_LARGE = Fault.answer(200, "application/json", " ".repeat(65 * 1024 * 1024));

	private final VirtualTime time = new VirtualTime(AbandonPolicy.CANCEL);

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void runsWhoseAnswerIsTooLargeArePolledInHalves() {
		List<String> ids = submit(5);
		this.time.simulator.fault(FaultPoint.getRuns(), TOO_LARGE, 2);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(ids).extracting(this::state).containsOnly(DurableRunState.DONE);
		// 5, 2, 1, 1 and 3
		assertThat(this.time.polls()).isEqualTo(5);
	}

	@Test
	void aRunThatIsTooLargeByItselfIsLostAtTheThirdPoll() {
		String id = submit(1).get(0);
		this.time.simulator.fault(FaultPoint.getRuns(), TOO_LARGE, 3);
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(state(id)).isEqualTo(DurableRunState.RUNNING);
		this.time.pass(VirtualTime.INTERVAL);
		DurableRun lost = this.time.find(id);
		assertThat(lost.state()).isEqualTo(DurableRunState.LOST);
		assertThat(lost.error()).contains(lost.runId()).contains("larger than");
		assertThat(this.time.events).singleElement().isInstanceOf(DurableRunErrorEvent.class);
		this.time.runs.settleUnproven(lost, lost.runId());
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(id)).isEqualTo(DurableRunState.DONE);
	}

	@Test
	void runsAreReadOneByOneWhereTheyCannotBeReadTogether() {
		this.time.simulator.given("too large", Scenario.builder().fault(FaultPoint.getRun(), TOO_LARGE).build());
		this.time.simulator.given("refused",
				Scenario.builder().fault(FaultPoint.getRun(), Fault.refusal(422, "INVALID_INPUT", "No"), 3).build());
		String large = this.time.runs.submit(AgentRequest.of("https://shop.example/", "too large")).id();
		String refused = this.time.runs.submit(AgentRequest.of("https://shop.example/", "refused")).id();
		String other = this.time.runs.submit(AgentRequest.of("https://shop.example/", "ends")).id();
		this.time.run();
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(400, "INVALID_INPUT", "One of them is wrong"));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(other)).isEqualTo(DurableRunState.DONE);
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(state(large)).isEqualTo(DurableRunState.LOST);
		// a refusal may be the service's mistake
		assertThat(state(refused)).isEqualTo(DurableRunState.RUNNING);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(state(refused)).isEqualTo(DurableRunState.DONE);
		assertThat(this.time.events).filteredOn(DurableRunFinishedEvent.class::isInstance).hasSize(2);
	}

	@Test
	void aRunWhoseReadIsRefusedIsCancelledAndThenLost() {
		String id = submit(1).get(0);
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(400, "INVALID_INPUT", "The id is wrong"))
			.fault(FaultPoint.getRun(), Fault.refusal(400, "INVALID_INPUT", "The id is wrong"));
		this.time.pass(Duration.ofMinutes(2));
		this.time.jump(Duration.ofMinutes(27));
		assertThat(state(id)).isEqualTo(DurableRunState.RUNNING);
		assertThat(this.time.find(id).cancelRequested()).isFalse();
		this.time.pass(Duration.ofMinutes(2));
		assertThat(state(id)).isEqualTo(DurableRunState.RUNNING);
		assertThat(this.time.simulator.journal().cancels(this.time.find(id).runId())).isNotEmpty();
		this.time.jump(Duration.ofMinutes(28));
		this.time.pass(Duration.ofMinutes(3));
		assertThat(state(id)).isEqualTo(DurableRunState.LOST);
		assertThat(this.time.find(id).error()).contains("cannot be read").contains("The id is wrong");
	}

	@Test
	void oneRefusalDoesNotCancelARun() {
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		String id = this.time.runs.submit(AgentRequest.of("https://shop.example/", "neverEnds")).id();
		this.time.run();
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(400, "INVALID_INPUT", "No"), 2)
			.fault(FaultPoint.getRun(), Fault.refusal(400, "INVALID_INPUT", "No"), 2);
		// as if it had waited in line for longer than its timeout
		this.time.engine.database.inTransaction(() -> this.time.engine.database.jdbc()
			.sql("update tinyfish_run set changed_at = ?")
			.param(this.time.engine.clock.now().minus(Duration.ofMinutes(40)).atOffset(ZoneOffset.UTC))
			.update());
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(3));
		assertThat(state(id)).isEqualTo(DurableRunState.RUNNING);
		assertThat(this.time.find(id).cancelRequested()).isFalse();
	}

	@Test
	void anAnswerWithoutARunLosesTheRunIfOthersCanBeRead() {
		this.time.simulator.given("unusable",
				Scenario.builder().fault(FaultPoint.getRun(), Fault.answer(200, "application/json", "[]")).build());
		String id = this.time.runs.submit(AgentRequest.of("https://shop.example/", "unusable")).id();
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.answer(200, "text/html", "<html>a gateway</html>"));
		this.time.pass(Duration.ofMinutes(2));
		this.time.jump(Duration.ofMinutes(58));
		this.time.pass(Duration.ofMinutes(2));
		// there was nothing but the pages of a gateway
		assertThat(state(id)).isEqualTo(DurableRunState.RUNNING);
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		this.time.runs.submit(AgentRequest.of("https://shop.example/", "neverEnds"));
		// it counts if the other one is read first
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(40));
		assertThat(this.time.find(id).cancelRequested()).isTrue();
		this.time.jump(Duration.ofMinutes(20));
		this.time.runs.submit(AgentRequest.of("https://shop.example/", "neverEnds, either"));
		this.time.pass(Duration.ofMinutes(12));
		assertThat(state(id)).isEqualTo(DurableRunState.LOST);
	}

	@Test
	void aRunOnWhichTheServiceFailsKeepsNoOtherFromItsOutcome() {
		this.time.simulator.given("fails",
				Scenario.builder()
					.fault(FaultPoint.getRun(), Fault.refusal(500, "INTERNAL_ERROR", "Not this one"))
					.build());
		String failing = this.time.runs.submit(AgentRequest.of("https://shop.example/", "fails")).id();
		List<String> ids = submit(5);
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(422, "INVALID_INPUT", "One of them is wrong"));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(ids).extracting(this::state).containsOnly(DurableRunState.DONE);
		assertThat(state(failing)).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void runsReadBeforeTheServiceAskedToWaitAreHandedOver() {
		this.time.simulator.given("busy",
				Scenario.builder()
					.fault(FaultPoint.getRun(),
							Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "1"))
					.build());
		this.time.runs.submit(AgentRequest.of("https://shop.example/", "busy"));
		List<String> ids = submit(3);
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(400, "INVALID_INPUT", "One of them is wrong"));
		// each time in another order
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(40));
		assertThat(ids).extracting(this::state).containsOnly(DurableRunState.DONE);
	}

	@ParameterizedTest
	@MethodSource("failuresOfReadsOfMany")
	void runsAreReadOneByOneWhereTheServiceFailsOnAll(String name, Fault fault) {
		List<String> ids = submit(60);
		this.time.simulator.fault(FaultPoint.getRuns(), fault);
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(ids).extracting(this::state).containsOnly(DurableRunState.DONE);
	}

	static Stream<Arguments> failuresOfReadsOfMany() {
		return Stream.of(Arguments.of("500", Fault.refusal(500, "INTERNAL_ERROR", "Too much")),
				Arguments.of("502", Fault.badGateway()), Arguments.of("503", Fault.answer(503, "text/html", "<html>")),
				Arguments.of("504", Fault.refusal(504, "TIMEOUT", "Too much")),
				Arguments.of("unreadable", Fault.answer(200, "application/json", "{\"data\":1}")),
				Arguments.of("404", Fault.refusal(404, "NOT_FOUND", "No such path")),
				Arguments.of("404 of a gateway", Fault.answer(404, "text/html", "<html>")),
				Arguments.of("page", Fault.answer(200, "text/html", "<html>")));
	}

	@Test
	void oneRunIsTriedWhereTheServiceSeemsToBeAway() {
		submit(5);
		this.time.simulator.fault(FaultPoint.getRuns(), Fault.refusal(504, "TIMEOUT", "Away"))
			.fault(FaultPoint.getRun(), Fault.refusal(504, "TIMEOUT", "Away"));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(this.time.simulator.journal().requests("GET /v1/runs/{id}")).isEqualTo(1);
	}

	@Test
	void runsThatTheAnswerDoesNotMentionAreReadOneByOne() {
		List<String> ids = submit(3);
		this.time.simulator.fault(FaultPoint.getRuns(),
				Fault.answer(200, "application/json", "{\"data\":[],\"not_found\":[]}"));
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(ids).extracting(this::state).containsOnly(DurableRunState.DONE);
	}

	@Test
	void aRunThatATransactionHasLockedKeepsNoOtherWaiting() throws Exception {
		VirtualTime leaving = new VirtualTime(AbandonPolicy.LEAVE);
		ExecutorService thread = Executors.newSingleThreadExecutor();
		CountDownLatch locked = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		try {
			leaving.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
			String held = leaving.runs.submit(AgentRequest.of("https://shop.example/", "neverEnds")).id();
			String other = leaving.runs.submit(AgentRequest.of("https://shop.example/", "neverEnds")).id();
			leaving.run();
			Future<Object> transaction = thread.submit(() -> leaving.engine.database.inTransaction(() -> {
				leaving.engine.table.lock(held);
				locked.countDown();
				await(done);
				return "";
			}));
			await(locked);
			leaving.jump(Duration.ofMinutes(31));
			leaving.pass(VirtualTime.INTERVAL);
			assertThat(leaving.find(other).state()).isEqualTo(DurableRunState.LOST);
			assertThat(leaving.find(held).state()).isEqualTo(DurableRunState.RUNNING);
			done.countDown();
			transaction.get(30, TimeUnit.SECONDS);
			leaving.pass(VirtualTime.INTERVAL);
			assertThat(leaving.find(held).state()).isEqualTo(DurableRunState.LOST);
		}
		finally {
			done.countDown();
			thread.shutdownNow();
			leaving.close();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> submit(int runs) {
		List<String> ids = IntStream.range(0, runs)
			.mapToObj((i) -> this.time.runs.submit(AgentRequest.of("https://shop.example/", "ends " + i)).id())
			.toList();
		this.time.run();
		return ids;
	}

	private DurableRunState state(String id) {
		return this.time.find(id).state();
	}

}
