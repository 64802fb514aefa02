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

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.Transition;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures and events between two steps.
 */
class VirtualTimeFailureTests {

	private static final String URL = "https://shop.example/";

	private final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE);

	@AfterEach
	void close() {
		this.time.close();
	}

	/**
	 * The service has answered while the database is away.
	 */
	@ParameterizedTest
	@CsvSource({ "1, 400, REFUSED", "1, 429, DONE", "1, 500, DONE", "2, 400, REFUSED", "2, 402, REFUSED",
			"2, 429, DONE", "2, 500, DONE" })
	void anAnswerThatCannotBeStoredForNowIsStoredLater(int runs, int status, DurableRunState state) {
		Fault refusal = Fault.refusal(status, "INTERNAL_ERROR", "Refused");
		this.time.simulator.fault(FaultPoint.runAsync(), refusal, (status == 400) ? 2 : 1)
			.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), refusal, 1);
		List<String> ids = submit(runs, "ends");
		onClaim(ids, () -> this.time.away = 3);
		this.time.run();
		assertThat(this.time.away).isZero();
		assertThat(ids).extracting((id) -> this.time.find(id).state())
			.doesNotContain(DurableRunState.SENDING, DurableRunState.UNCERTAIN);
		this.time.pass(Duration.ofMinutes(1));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(state);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void aRequestWhoseClaimMayBeCommittedIsSentLater(int runs) {
		List<DurableSubmission> submissions = Collections.nCopies(runs,
				DurableSubmission.of(AgentRequest.of(URL, "ends")).withAccount("tenant"));
		List<DurableRun> submitted = (runs > 1) ? this.time.runs.submitAll(submissions)
				: List.of(this.time.runs.submit(submissions.get(0)));
		AtomicBoolean claiming = new AtomicBoolean();
		this.time.onKey = () -> this.time.silent = !claiming.getAndSet(true);
		this.time.run();
		assertThat(submitted).extracting((run) -> this.time.find(run.id()))
			.allSatisfy((run) -> assertThat(run.state()).isEqualTo(DurableRunState.ACCEPTED))
			.allSatisfy((run) -> assertThat(run.attempts()).isEqualTo(1));
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(submitted).extracting((run) -> this.time.find(run.id()).state()).containsOnly(DurableRunState.DONE);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(runs);
	}

	@Test
	void runsReturnedWhileABatchIsPreparedAreNotClaimedWithIt() {
		List<DurableSubmission> submissions = Collections.nCopies(2,
				DurableSubmission.of(AgentRequest.of(URL, "ends")).withAccount("tenant"));
		List<RunRow> rows = this.time.runs.submitAll(submissions)
			.stream()
			.map((run) -> this.time.engine.table.find(run.id()).orElseThrow())
			.toList();
		RunRow first = rows.get(0);
		this.time.engine.table.claim(List.of(first), "token", "other");
		this.time.onKey = () -> this.time.engine.table.change(Transition.RETURN, first.id(), "batch", first.batch(),
				"error", null, "next", null, "token", "token-" + first.seq());
		this.time.run();
		assertThat(this.time.find(first.id()).state()).isEqualTo(DurableRunState.ACCEPTED);
		this.time.onKey = () -> {
		};
		this.time.pass(Duration.ofMinutes(3));
		assertThat(rows).extracting((row) -> this.time.find(row.id()).state()).containsOnly(DurableRunState.DONE);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(2);
	}

	@Test
	void aBatchIsSentAgainAlthoughItsLastRunWasCancelled() {
		this.time.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"),
				Fault.refusal(500, "INTERNAL_ERROR", "Try again"), 1);
		List<String> ids = submit(2, "ends");
		onClaim(ids, () -> this.time.runs.cancel(ids.get(1)));
		this.time.pass(VirtualTime.INTERVAL.multipliedBy(2));
		assertThat(this.time.find(ids.get(0)).run().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(this.time.find(ids.get(1)).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	/**
	 * A listener that uses another database.
	 */
	@ParameterizedTest
	@MethodSource("failuresOfDatabases")
	void anOutcomeIsStoredAlthoughADatabaseOfItsListenerIsAway(RuntimeException failure) {
		List<String> ids = submit(3, "ends");
		this.time.run();
		this.time.failure = failure;
		this.time.pass(VirtualTime.INTERVAL);
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.UNDELIVERED);
		this.time.pass(Duration.ofMinutes(20));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.UNDELIVERED);
		this.time.failure = null;
		this.time.pass(Duration.ofMinutes(6));
		assertThat(ids).extracting((id) -> this.time.find(id).state()).containsOnly(DurableRunState.DONE);
		assertThat(this.time.events).hasSize(3);
	}

	static Stream<RuntimeException> failuresOfDatabases() {
		return Stream.of(new CannotCreateTransactionException("away on purpose"),
				new IllegalStateException(new SQLException("away on purpose", "08006")),
				new IllegalStateException(new SQLException("could not serialize access", "40001")));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theTraceOfAListenerIsLoggedOncePerRunAndMinute(CapturedOutput output) {
		List<String> ids = submit(2, "ends");
		this.time.run();
		this.time.failure = new IllegalStateException("thrown on purpose");
		for (int second = 0; second < 20
				&& this.time.engine.table.find(ids.get(1)).orElseThrow().handoverAttempts() < 2; second++) {
			this.time.pass(Duration.ofSeconds(1));
		}
		String failed = "A listener failed on the outcome of durable run ";
		for (String id : ids) {
			assertThat(output.getOut().split(failed + id, -1)).hasSizeGreaterThan(2);
		}
		assertThat(output.getOut().split("\njava.lang.IllegalStateException: thrown on purpose", -1)).hasSize(3);
	}

	@Test
	void aListenerThatFailsOnThePolicyDoesNotKeepTasksFromBeingRepaired() {
		this.time.abandonAfter = Duration.ofHours(1);
		this.time.restart(null);
		String uncertain = submit(1, "uncertain").get(0);
		this.time.engine.table.claim(List.of(this.time.engine.table.find(uncertain).orElseThrow()), "token", "dead");
		this.time.pass(Duration.ofMinutes(3));
		assertThat(this.time.find(uncertain).state()).isEqualTo(DurableRunState.UNCERTAIN);
		this.time.failure = new CannotCreateTransactionException("away on purpose");
		this.time.jump(Duration.ofHours(2));
		String waiting = submit(1, "neverEnds").get(0);
		this.time.simulator.given("neverEnds", Scenario.builder().neverEnds().build());
		this.time.engine.database.doInTransaction(() -> this.time.engine.database.jdbc()
			.sql("delete from tinyfish_task where task_instance = ?")
			.param(waiting)
			.update());
		this.time.pass(Duration.ofMinutes(8));
		assertThat(this.time.find(uncertain).state()).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(this.time.find(waiting).state()).isEqualTo(DurableRunState.RUNNING);
		this.time.failure = null;
		this.time.pass(Duration.ofMinutes(6));
		assertThat(this.time.find(uncertain).state()).isEqualTo(DurableRunState.ABANDONED);
	}

	private List<String> submit(int runs, String goal) {
		List<AgentRequest> requests = Collections.nCopies(runs, AgentRequest.of(URL, goal));
		return ((runs > 1) ? this.time.runs.submitAll(requests) : List.of(this.time.runs.submit(requests.get(0))))
			.stream()
			.map(DurableRun::id)
			.toList();
	}

	/**
	 * Do something between the claim of requests and their call.
	 */
	private void onClaim(List<String> ids, Runnable work) {
		AtomicBoolean claimed = new AtomicBoolean();
		this.time.engine.database.afterCommit(() -> {
			if (this.time.find(ids.get(0)).state() == DurableRunState.SENDING && !claimed.getAndSet(true)) {
				// outside of the transaction that has ended
				CompletableFuture.runAsync(work).join();
			}
		});
	}

}
