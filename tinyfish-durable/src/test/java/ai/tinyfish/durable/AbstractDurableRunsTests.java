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

package ai.tinyfish.durable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Durable runs of one instance, over the simulator.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractDurableRunsTests {

	private static final String URL = "https://shop.example/";

	private static final String SECRET = "hunter2-hunter2";

	private static final String LATE_SWEEP = "task_name = 'tinyfish-plan'"
			+ " and execution_time > current_timestamp + interval '1' minute";

	private final DatabaseKind kind;

	private TinyFishSimulator simulator;

	private Instance instance;

	private Listeners listeners;

	AbstractDurableRunsTests(DatabaseKind kind) {
		this.kind = kind;
	}

	@BeforeAll
	void start() {
		this.simulator = TinyFishSimulator.builder().pace(Duration.ZERO).maxRuns(100_000).start();
		this.instance = Instance.start(this.kind.newDatabase(), this.simulator, List.of(Listeners.class),
				"tinyfish.durable.max-handovers=2");
		this.listeners = this.instance.bean(Listeners.class);
	}

	@AfterAll
	void stop() {
		this.instance.close();
		this.simulator.close();
	}

	@AfterEach
	void clear() {
		this.simulator.clearFaults();
		this.listeners.onFinished((event) -> {
		});
		this.listeners.onError((event) -> {
		});
		this.instance.update("delete from tinyfish_gate");
		// the sweep waits for the gate, too, also one that has just looked at it
		await().atMost(Instance.SOON).until(() -> {
			this.instance.update("update tinyfish_task set execution_time = current_timestamp where " + LATE_SWEEP);
			return this.instance
				.count("tinyfish_task where task_name = 'tinyfish-plan' and picked or " + LATE_SWEEP) == 0;
		});
	}

	@Test
	void aRunIsSentFollowedAndHandedOverOnce() {
		String goal = goal();
		this.simulator.given(goal, Scenario.completed(Map.of("price", "9.99")));
		DurableRun submitted = runs().submit(AgentRequest.of(URL, goal).withTag("order-42"));
		assertThat(submitted.state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(submitted.goal()).isEqualTo(goal);
		DurableRun done = this.instance.await(submitted.id(), DurableRunState.DONE);
		assertThat(done.run().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(done.run().result().toMap()).containsEntry("price", "9.99");
		assertThat(done.tag()).isEqualTo("order-42");
		assertThat(done.runId()).isNotNull();
		assertThat(done.endedAt()).isNotNull();
		assertThat(this.listeners.finished(done.id())).singleElement().satisfies((event) -> {
			assertThat(event.getTag()).isEqualTo("order-42");
			assertThat(event.getRun()).isEqualTo(done.run());
		});
		await().atMost(Instance.SOON).until(() -> this.listeners.afterCommit(done.id()).size() == 1);
		assertThat(this.simulator.journal().runsByGoal().get(goal)).hasSize(1);
	}

	@Test
	void nothingIsSentIfTheTransactionOfTheCallerIsRolledBack() {
		String goal = goal();
		String id = this.instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			assertThat(runs().find(run.id())).isPresent();
			runs().submitAll(List.of(AgentRequest.of(URL, goal)));
			status.setRollbackOnly();
			return run.id();
		});
		assertThat(runs().find(id)).isEmpty();
		assertThat(tasksOf(id)).isZero();
		// what is submitted later has been sent
		this.instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.DONE);
		assertThat(this.simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void nothingIsSentBeforeTheTransactionOfTheCallerCommits() {
		String goal = goal();
		String id = this.instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			InOtherThread
				.run(() -> this.instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.DONE));
			assertThat(this.simulator.journal().submissions(goal)).isEmpty();
			return run.id();
		});
		this.instance.await(id, DurableRunState.DONE);
	}

	@Test
	void manyRequestsAreSentTogether() {
		String goal = goal();
		long before = this.simulator.journal().requests("POST /v1/automation/run-batch");
		List<DurableRun> submitted = runs().submitAll(
				IntStream.range(0, 250).mapToObj((i) -> AgentRequest.of(URL, goal + " " + i).withTag(goal)).toList());
		assertThat(submitted).extracting(DurableRun::goal).startsWith(goal + " 0", goal + " 1").endsWith(goal + " 249");
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, goal) == 250);
		assertThat(this.simulator.journal().requests("POST /v1/automation/run-batch") - before).isEqualTo(3);
		for (DurableRun run : submitted) {
			assertThat(this.listeners.finished(run.id())).hasSize(1);
		}
		submitted.subList(0, 3).forEach((run) -> {
			String runId = runs().find(run.id()).orElseThrow().runId();
			assertThat(this.simulator.journal().run(runId).orElseThrow().request().goal()).isEqualTo(run.goal());
		});
	}

	@Test
	void requestsWithDifferentOutputSchemasAreNotSentTogether() {
		String goal = goal();
		List<DurableRun> submitted = runs().submitAll(List.of(AgentRequest.of(URL, goal),
				AgentRequest.builder().url(URL).goal(goal).outputSchema(Map.of("type", "object")).build(),
				AgentRequest.of(URL, goal)));
		submitted.forEach((run) -> this.instance.await(run.id(), DurableRunState.DONE));
		assertThat(this.simulator.journal().submissions(goal)).hasSize(2);
	}

	@Test
	void oneInvalidRequestDoesNotKeepTheOthersFromBeingSent() {
		String goal = goal();
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"),
				Fault.refusal(400, "INVALID_INPUT", "runs[1].goal is not allowed"), 1);
		List<DurableRun> submitted = runs()
			.submitAll(List.of(AgentRequest.of(URL, goal + " 1"), AgentRequest.of(URL, goal + " 2")));
		submitted.forEach((run) -> this.instance.await(run.id(), DurableRunState.DONE));
		assertThat(this.simulator.journal().runs().stream().filter((run) -> run.request().goal().contains(goal)))
			.hasSize(2);
	}

	@Test
	void pagesListRunsByStateAndTag() {
		String tag = goal();
		List<String> ids = runs()
			.submitAll(IntStream.range(0, 5).mapToObj((i) -> AgentRequest.of(URL, tag + i).withTag(tag)).toList())
			.stream()
			.map(DurableRun::id)
			.toList();
		ids.forEach((id) -> this.instance.await(id, DurableRunState.DONE));
		DurableRunQuery query = DurableRunQuery.all().withState(DurableRunState.DONE).withTag(tag).withLimit(3);
		DurableRunPage first = runs().list(query);
		DurableRunPage second = runs().list(query.withCursor(first.nextCursor()));
		assertThat(first.data()).extracting(DurableRun::id).containsExactlyElementsOf(ids.subList(0, 3));
		assertThat(second.data()).extracting(DurableRun::id).containsExactlyElementsOf(ids.subList(3, 5));
		assertThat(second.nextCursor()).isNull();
		assertThat(runs().list(query.withState(DurableRunState.LOST)).data()).isEmpty();
	}

	@Test
	void aRunThatWasNotSentIsCancelledAtOnce() {
		String goal = goal();
		String id = this.instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			assertThat(runs().cancel(run.id()).state()).isEqualTo(DurableRunState.DONE);
			return run.id();
		});
		assertThat(runs().find(id).orElseThrow().run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(this.listeners.finished(id)).singleElement()
			.satisfies((event) -> assertThat(event.getRun().runId()).isNull());
		await().atMost(Instance.SOON).until(() -> tasksOf(id) == 0);
		assertThat(this.simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aRunIsCancelledAtTheService() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		this.instance.await(id, DurableRunState.RUNNING);
		assertThat(runs().cancel(id).cancelRequested()).isTrue();
		assertThat(this.instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void cancelDoesNothingOnceARunHasEnded() {
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		this.instance.await(id, DurableRunState.DONE);
		assertThat(runs().cancel(id).cancelRequested()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> runs().cancel("no-such-run"));
	}

	@Test
	void aRefusedRequestHasNoRun() {
		String goal = goal();
		this.simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "The goal is not allowed"), 1);
		String id = runs().submit(withSecrets(goal)).id();
		DurableRun refused = this.instance.await(id, DurableRunState.REFUSED);
		assertThat(refused.error()).contains("INVALID_INPUT").contains("The goal is not allowed");
		assertThat(this.listeners.errors(id)).singleElement().satisfies((event) -> {
			assertThat(event.getState()).isEqualTo(DurableRunState.REFUSED);
			assertThat(event.getMessage()).isEqualTo(refused.error());
		});
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aRequestIsSentAgainWhereTheServiceSaysThatItStartedNothing() {
		String goal = goal();
		this.simulator.fault(FaultPoint.runAsync(), Fault.refusal(500, "INTERNAL_ERROR", "Try again"), 1);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		DurableRun done = this.instance.await(id, DurableRunState.DONE);
		assertThat(done.attempts()).isEqualTo(2);
		assertThat(done.error()).isNull();
		assertThat(this.simulator.journal().runsByGoal().get(goal)).hasSize(1);
	}

	@Test
	void noInstanceSendsUntilTheTimeThatTheServiceAskedFor() {
		String goal = goal();
		this.simulator.fault(FaultPoint.runAsync(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "3600"), 1);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		await().atMost(Instance.SOON).until(() -> this.instance.count("tinyfish_gate") == 1);
		String later = runs().submit(AgentRequest.of(URL, goal)).id();
		await().atMost(Instance.SOON).until(() -> isPutOff(later));
		assertThat(this.instance.state(id)).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(this.instance.state(later)).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
		runs().cancel(id);
		runs().cancel(later);
	}

	@Test
	void nothingIsSentAgainWhereARunMayHaveBeenStarted() {
		String goal = goal();
		this.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = runs().submit(withSecrets(goal)).id();
		this.instance.await(id, DurableRunState.UNCERTAIN);
		assertThat(this.listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getState()).isEqualTo(DurableRunState.UNCERTAIN));
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
		String started = this.simulator.journal().runsByGoal().get(goal).get(0).id();
		assertThat(runs().settle(id, started).state()).isEqualTo(DurableRunState.RUNNING);
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(this.instance.await(id, DurableRunState.DONE).runId()).isEqualTo(started);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
		assertThatIllegalStateException().isThrownBy(() -> runs().settle(id, started)).withMessageContaining("is DONE");
	}

	@Test
	void aRunIdThatIsInDoubtBelongsToOneRun() {
		String done = runs().submit(AgentRequest.of(URL, goal())).id();
		String runId = this.instance.await(done, DurableRunState.DONE).runId();
		String uncertain = uncertain(goal());
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settle(uncertain, runId))
			.withMessageContaining("belongs to another");
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settle(uncertain, "../../"));
		assertThat(this.instance.state(uncertain)).isEqualTo(DurableRunState.UNCERTAIN);
	}

	@Test
	void anUncertainRunIsSentAgainIfAPersonSaysSo() {
		String goal = goal();
		String id = uncertain(goal);
		assertThat(stored(id)).contains(SECRET);
		assertThat(runs().resubmit(id).state()).isEqualTo(DurableRunState.ACCEPTED);
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(2)
			.allSatisfy((request) -> assertThat(request.body()).contains(SECRET));
		assertThatIllegalStateException().isThrownBy(() -> runs().resubmit(id));
	}

	@Test
	void anUncertainRunIsGivenUpIfAPersonSaysSo() {
		String id = uncertain(goal());
		DurableRun abandoned = runs().abandon(id);
		assertThat(abandoned.state()).isEqualTo(DurableRunState.ABANDONED);
		assertThat(abandoned.endedAt()).isNotNull();
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThatIllegalStateException().isThrownBy(() -> runs().abandon(id));
	}

	@Test
	void allOfABatchAreUncertainIfItsAnswerIsLost() {
		String goal = goal();
		this.simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		runs().submitAll(List.of(AgentRequest.of(URL, goal).withTag(goal), AgentRequest.of(URL, goal).withTag(goal)));
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.UNCERTAIN, goal) == 2);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void secretsAreStoredUntilTheRequestWasSent() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = this.instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(withSecrets(goal));
			assertThat(stored(run.id())).contains(SECRET);
			return run.id();
		});
		this.instance.await(id, DurableRunState.RUNNING);
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(this.simulator.journal().submissions(goal)).singleElement()
			.satisfies((request) -> assertThat(request.body()).contains(SECRET));
	}

	@Test
	void anOutcomeIsHandedOverAgainIfAListenerFails() {
		String goal = goal();
		this.listeners.onFinished((event) -> {
			if (this.listeners.finished(event.getDurableId()).size() == 1) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		this.instance.await(id, DurableRunState.UNDELIVERED);
		assertThat(this.listeners.afterCommit(id)).isEmpty();
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.listeners.finished(id)).hasSize(2)
			.extracting(DurableRunFinishedEvent::getRun)
			.containsOnly(runs().find(id).orElseThrow().run());
		await().atMost(Instance.SOON).until(() -> this.listeners.afterCommit(id).size() == 1);
	}

	@Test
	void anOutcomeThatListenersFailOnTooOftenIsParked() {
		this.listeners.onFinished((event) -> {
			throw new IllegalStateException("thrown on purpose");
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		DurableRun parked = this.instance.await(id, DurableRunState.PARKED);
		assertThat(parked.run().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(this.listeners.finished(id)).hasSize(2);
		assertThat(this.listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getState()).isEqualTo(DurableRunState.PARKED));
		this.listeners.onFinished((event) -> {
		});
		assertThat(runs().redeliver(id).state()).isEqualTo(DurableRunState.UNDELIVERED);
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.listeners.finished(id)).hasSize(3);
	}

	@Test
	void aRefusalIsHandedOverAgainIfAListenerFails() {
		this.simulator.fault(FaultPoint.runAsync(), Fault.refusal(403, "FORBIDDEN", "Not for you"), 1);
		this.listeners.onError((event) -> {
			if (this.listeners.errors(event.getDurableId()).size() == 1) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		this.instance.await(id, DurableRunState.REFUSED);
		assertThat(this.listeners.errors(id)).hasSize(2);
	}

	@Test
	void anErrorOfAListenerIsNoHandoverEither() {
		this.listeners.onFinished((event) -> {
			if (this.listeners.finished(event.getDurableId()).size() == 1) {
				throw new StackOverflowError("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.listeners.finished(id)).hasSize(2);
	}

	@Test
	void anErrorOfAListenerDoesNotKeepARunFromBecomingUncertain() {
		this.listeners.onError((event) -> {
			throw new StackOverflowError("thrown on purpose");
		});
		String goal = goal();
		this.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		this.instance.await(id, DurableRunState.UNCERTAIN);
		runs().abandon(id);
	}

	@Test
	void aRunThatTheServiceDidNotKnowIsCancelledAgain() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		this.instance.await(id, DurableRunState.RUNNING);
		this.simulator.fault(FaultPoint.cancelRun(), Fault.refusal(404, "NOT_FOUND", "Not known yet"), 1);
		runs().cancel(id);
		assertThat(this.instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void whatAListenerWritesIsRolledBackWithTheOutcome() {
		this.listeners.onFinished((event) -> {
			if (this.listeners.finished(event.getDurableId()).size() == 1) {
				this.instance.jdbc()
					.sql("insert into tinyfish_gate (name) values (?)")
					.param(event.getDurableId())
					.update();
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.instance.count("tinyfish_gate")).isZero();
	}

	@Test
	void anSqlErrorThatAListenerSwallowsDoesNotPassForAHandover() {
		this.listeners.onFinished((event) -> {
			if (this.listeners.finished(event.getDurableId()).size() == 1) {
				swallow();
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		this.instance.await(id, DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> this.listeners.afterCommit(id).size() == 1);
		// only PostgreSQL aborts the transaction
		assertThat(this.listeners.finished(id)).hasSize((this.kind == DatabaseKind.POSTGRESQL) ? 2 : 1);
	}

	@Test
	void anSqlErrorThatTheCallerSwallowsDoesNotPassForASubmission() {
		String goal = goal();
		Runnable submission = () -> this.instance.transaction().executeWithoutResult((status) -> {
			runs().submit(AgentRequest.of(URL, goal).withTag(goal));
			swallow();
		});
		if (this.kind == DatabaseKind.POSTGRESQL) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(submission::run);
			assertThat(runs().list(DurableRunQuery.all().withTag(goal)).data()).isEmpty();
		}
		else {
			submission.run();
			await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, goal) == 1);
		}
	}

	@Test
	void aListenerCanSubmitTheNextRun() {
		String next = goal();
		String id = this.instance.transaction().execute((status) -> {
			String first = runs().submit(AgentRequest.of(URL, goal())).id();
			this.listeners.onFinished((event) -> {
				if (event.getDurableId().equals(first)) {
					runs().submit(AgentRequest.of(URL, next).withTag(next));
				}
			});
			return first;
		});
		this.instance.await(id, DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, next) == 1);
	}

	@Test
	void aRunThatTheServiceDoesNotKnowIsLostAndCanBeFollowedAgain() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().unknownAtFirst(4).build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		DurableRun lost = this.instance.await(id, DurableRunState.LOST);
		assertThat(this.listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getRunId()).isEqualTo(lost.runId()));
		runs().settle(id, lost.runId());
		this.instance.await(id, DurableRunState.DONE);
	}

	@Test
	void aRunThatIsUnknownOnceIsNotLost() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().unknownAtFirst(1).build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		this.instance.await(id, DurableRunState.DONE);
		assertThat(this.listeners.errors(id)).isEmpty();
	}

	@Test
	void aRunThatExceedsItsTimeoutIsCancelled() {
		String goal = goal();
		this.simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.builder().url(URL).goal(goal).runTimeout(Duration.ofMillis(1)).build())
			.id();
		assertThat(this.instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void aRequestWhoseSenderDiedIsUncertainAfterSomeTime() {
		String goal = goal();
		String id = this.instance.transaction().execute((status) -> {
			String accepted = runs().submit(AgentRequest.of(URL, goal)).id();
			// as if a process had claimed it and died five minutes ago
			this.instance.jdbc()
				.sql("update tinyfish_run set state = 'SENDING', send_token = 'dead', sending_at = accepted_at - interval '5' minute where id = ?")
				.param(accepted)
				.update();
			return accepted;
		});
		this.instance.await(id, DurableRunState.UNCERTAIN);
		assertThat(this.listeners.errors(id)).hasSize(1);
		assertThat(this.simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aRequestWhoseSenderDiedHasTheOnlyRunWithItsGoal() {
		String goal = goal();
		String started = this.instance.bean(TinyFishClient.class).agent().queue(AgentRequest.of(URL, goal)).runId();
		String id = this.instance.transaction().execute((status) -> {
			String accepted = runs().submit(AgentRequest.of(URL, goal)).id();
			// a second before its time is over
			this.instance.jdbc()
				.sql("update tinyfish_run set state = 'SENDING', send_token = 'dead', sending_at = accepted_at - interval '119' second where id = ?")
				.param(accepted)
				.update();
			return accepted;
		});
		assertThat(this.instance.await(id, DurableRunState.DONE).runId()).isEqualTo(started);
		assertThat(this.listeners.errors(id)).isEmpty();
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void tagsThatCannotBeStoredAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> runs().submit(AgentRequest.of(URL, "goal").withTag("x".repeat(256))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> runs().submit(AgentRequest.of(URL, "goal").withTag("a\0b")));
		assertThatIllegalStateException().isThrownBy(() -> runs().submit(AgentRequest.of(URL, "goal"), "tenant"));
		assertThat(runs().submitAll(List.of())).isEmpty();
	}

	@Test
	void textsThatDatabasesDoNotLikeAreStored() {
		String goal = goal() + " \0 \uD83D\uDC1F";
		this.simulator.given(goal.substring(0, 20), Scenario.builder().resultJson("{\"a\":\"\\u0000\"}").build());
		DurableRun done = this.instance.await(runs().submit(AgentRequest.of(URL, goal)).id(), DurableRunState.DONE);
		assertThat(done.goal()).isEqualTo(goal);
		assertThat(done.run().result().json()).contains("\\u0000");
	}

	@Test
	void aRefusalWithATextThatDatabasesDoNotLikeIsStored() {
		this.simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "not \0 allowed"), 1);
		DurableRun refused = this.instance.await(runs().submit(AgentRequest.of(URL, goal())).id(),
				DurableRunState.REFUSED);
		assertThat(refused.error()).contains("allowed");
	}

	@Test
	void aCancelledRunIsNotSentAgain() {
		String goal = goal();
		String id = uncertain(goal);
		assertThat(runs().cancel(id).cancelRequested()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> runs().resubmit(id)).withMessageContaining("cancelled");
		assertThat(this.instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(this.simulator.journal().submissions(goal)).hasSize(1);
		runs().abandon(id);
	}

	private DurableRuns runs() {
		return this.instance.runs();
	}

	private String uncertain(String goal) {
		this.simulator.fault(FaultPoint.runAsync(), Fault.reset(), 1);
		String id = runs().submit(withSecrets(goal)).id();
		this.instance.await(id, DurableRunState.UNCERTAIN);
		return id;
	}

	private void swallow() {
		try {
			this.instance.jdbc().sql("select * from no_such_table").query().listOfRows();
		}
		catch (RuntimeException ex) {
			// as an application may do
		}
	}

	private long count(DurableRunState state, String tag) {
		return runs().list(DurableRunQuery.all().withState(state).withTag(tag).withLimit(1000)).data().size();
	}

	private long tasksOf(String id) {
		return this.instance.jdbc()
			.sql("select count(*) from tinyfish_task where task_instance = ?")
			.param(id)
			.query(Long.class)
			.single();
	}

	private boolean isPutOff(String id) {
		return this.instance.jdbc()
			.sql("select count(*) from tinyfish_task where task_instance = ? and last_success is not null and not picked")
			.param(id)
			.query(Long.class)
			.single() == 1;
	}

	private String stored(String id) {
		return this.instance.jdbc()
			.sql("select * from tinyfish_run where id = ?")
			.param(id)
			.query()
			.singleRow()
			.values()
			.stream()
			.map(String::valueOf)
			.collect(Collectors.joining("\n"));
	}

	private static AgentRequest withSecrets(String goal) {
		return AgentRequest.builder()
			.url(URL)
			.goal(goal)
			.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password(SECRET).build())
			.build();
	}

	/**
	 * Return a goal that no other test has.
	 */
	private static String goal() {
		return "Find the price " + UUID.randomUUID();
	}

	private static final class InOtherThread {

		static void run(Runnable work) {
			Thread thread = new Thread(work);
			thread.start();
			await().atMost(Instance.SOON).until(() -> !thread.isAlive());
		}

	}

}
