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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Runs from their submission to their outcome, and what ends them before.
 */
class DurableRunsTests extends AbstractDurableRunsTests {

	@Test
	void runsThatHaveEndedAreDeletedByTagOrKey() {
		String tag = goal();
		String open = goal();
		simulator.given(open, Scenario.builder().neverEnds().build());
		String openId = runs().submit(AgentRequest.of(URL, open).withTag(tag)).id();
		String tagged = runs().submit(AgentRequest.of(URL, goal()).withTag(tag)).id();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal())).withKey(tag);
		String keyed = runs().submit(submission).id();
		List.of(tagged, keyed).forEach((id) -> instance.await(id, DurableRunState.DONE));
		assertThat(runs().deleteAll(DurableRunQuery.builder().tag(tag).build())).isEqualTo(1);
		assertThat(runs().find(tagged)).isNull();
		assertThat(runs().find(openId)).isNotNull();
		assertThat(runs().deleteAll(DurableRunQuery.builder().key(tag).account("other").build())).isZero();
		assertThat(runs().deleteAll(DurableRunQuery.builder().key(tag).build())).isEqualTo(1);
		assertThat(runs().submit(submission).id()).isNotEqualTo(keyed);
		runs().cancel(openId);
		instance.await(openId, DurableRunState.DONE);
	}

	@Test
	void aRunIsSentFollowedAndHandedOverOnce() {
		String goal = goal();
		simulator.given(goal, Scenario.completed(Map.of("price", "9.99")));
		DurableRun submitted = runs().submit(AgentRequest.of(URL, goal).withTag("order-42"));
		assertThat(submitted.state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(submitted.goal()).isEqualTo(goal);
		DurableRun done = instance.await(submitted.id(), DurableRunState.DONE);
		assertThat(done.run().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(done.run().result().toMap()).containsEntry("price", "9.99");
		assertThat(done.tag()).isEqualTo("order-42");
		assertThat(done.runId()).isNotNull();
		assertThat(done.endedAt()).isNotNull();
		assertThat(listeners.finished(done.id())).singleElement().satisfies((event) -> {
			assertThat(event.getTag()).isEqualTo("order-42");
			assertThat(event.getRun()).isEqualTo(done.run());
		});
		await().atMost(Instance.SOON).until(() -> listeners.afterCommit(done.id()).size() == 1);
		assertThat(simulator.journal().runsByGoal().get(goal)).hasSize(1);
	}

	@Test
	void nothingIsSentIfTheTransactionOfTheCallerIsRolledBack() {
		String goal = goal();
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			assertThat(runs().find(run.id())).isNotNull();
			runs().submitAll(List.of(AgentRequest.of(URL, goal)));
			status.setRollbackOnly();
			return run.id();
		});
		assertThat(runs().find(id)).isNull();
		assertThat(tasksOf(id)).isZero();
		// later submissions have been sent
		instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.DONE);
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void nothingIsSentBeforeTheTransactionOfTheCallerCommits() {
		String goal = goal();
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			InOtherThread
				.run(() -> instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.DONE));
			assertThat(simulator.journal().submissions(goal)).isEmpty();
			return run.id();
		});
		instance.await(id, DurableRunState.DONE);
	}

	@Test
	void manyRequestsAreSentTogether() {
		String goal = goal();
		long before = simulator.journal().requests("POST /v1/automation/run-batch");
		List<DurableRun> submitted = runs().submitAll(
				IntStream.range(0, 250).mapToObj((i) -> AgentRequest.of(URL, goal + " " + i).withTag(goal)).toList());
		assertThat(submitted).extracting(DurableRun::goal).startsWith(goal + " 0", goal + " 1").endsWith(goal + " 249");
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, goal) == 250);
		assertThat(simulator.journal().requests("POST /v1/automation/run-batch") - before).isEqualTo(3);
		for (DurableRun run : submitted) {
			assertThat(listeners.finished(run.id())).hasSize(1);
		}
		submitted.subList(0, 3).forEach((run) -> {
			String runId = runs().find(run.id()).runId();
			assertThat(simulator.journal().run(runId).request().goal()).isEqualTo(run.goal());
		});
	}

	@Test
	void requestsWithDifferentOutputSchemasAreNotSentTogether() {
		String goal = goal();
		List<DurableRun> submitted = runs().submitAll(List.of(AgentRequest.of(URL, goal),
				AgentRequest.builder().url(URL).goal(goal).outputSchema(Map.of("type", "object")).build(),
				AgentRequest.of(URL, goal)));
		submitted.forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
		assertThat(simulator.journal().submissions(goal)).hasSize(2);
	}

	@Test
	void oneInvalidRequestDoesNotKeepTheOthersFromBeingSent() {
		String goal = goal();
		simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"),
				Fault.refusal(400, "INVALID_INPUT", "runs[1].goal is not allowed"), 1);
		List<DurableRun> submitted = runs()
			.submitAll(List.of(AgentRequest.of(URL, goal + " 1"), AgentRequest.of(URL, goal + " 2")));
		submitted.forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
		assertThat(simulator.journal().runs().stream().filter((run) -> run.request().goal().contains(goal))).hasSize(2);
	}

	@Test
	void pagesListRunsByStateAndTag() {
		String tag = goal();
		List<String> ids = runs()
			.submitAll(IntStream.range(0, 5).mapToObj((i) -> AgentRequest.of(URL, tag + i).withTag(tag)).toList())
			.stream()
			.map(DurableRun::id)
			.toList();
		ids.forEach((id) -> instance.await(id, DurableRunState.DONE));
		DurableRunQuery query = DurableRunQuery.builder().state(DurableRunState.DONE).tag(tag).limit(3).build();
		DurableRunPage first = runs().list(query);
		DurableRunPage second = runs().list(query.toBuilder().cursor(first.nextCursor()).build());
		assertThat(first.data()).extracting(DurableRun::id).containsExactlyElementsOf(ids.subList(0, 3));
		assertThat(second.data()).extracting(DurableRun::id).containsExactlyElementsOf(ids.subList(3, 5));
		assertThat(second.nextCursor()).isNull();
		assertThat(runs().list(query.toBuilder().state(DurableRunState.LOST).build()).data()).isEmpty();
	}

	@Test
	void runsAreListedByOutcomeVerdictAndTimeNewestFirst() {
		String tag = goal();
		simulator.given(tag + " fails", Scenario.failed("TASK_FAILED", "The page has no price"));
		List<String> ids = Stream.of(" one", " fails", " three")
			.map((goal) -> runs().submit(AgentRequest.of(URL, tag + goal).withTag(tag)).id())
			.toList();
		ids.forEach((id) -> instance.await(id, DurableRunState.DONE));
		DurableRunQuery query = DurableRunQuery.builder().tag(tag).newestFirst(true).limit(2).build();
		DurableRunPage first = runs().list(query);
		assertThat(first.data()).extracting(DurableRun::id).containsExactly(ids.get(2), ids.get(1));
		assertThat(runs().list(query.toBuilder().cursor(first.nextCursor()).build()).data()).extracting(DurableRun::id)
			.containsExactly(ids.get(0));
		assertThat(runs().list(query.toBuilder().status(RunStatus.FAILED).build()).data()).extracting(DurableRun::id)
			.containsExactly(ids.get(1));
		DurableRun failed = runs().find(ids.get(1));
		assertThat(failed.verdict()).isEqualTo(GoalOutcome.MISSED);
		assertThat(runs().list(query.toBuilder().verdict(failed.verdict()).build()).data()).contains(failed);
		assertThat(instance.jdbc()
			.sql("select verdict from tinyfish_run where id = ?")
			.param(failed.id())
			.query(String.class)
			.single()).isEqualTo("MISSED");
		assertThat(runs().list(query.toBuilder().acceptedBefore(failed.acceptedAt()).build()).data())
			.extracting(DurableRun::id)
			.containsExactly(ids.get(0));
		assertThat(runs().list(query.toBuilder().acceptedAfter(failed.acceptedAt()).build()).data())
			.extracting(DurableRun::id)
			.containsExactly(ids.get(2), ids.get(1));
		DurableRunQuery byTime = query.toBuilder()
			.acceptedAfter(first.data().get(1).acceptedAt().minusSeconds(60))
			.build();
		DurableRunPage newest = runs().list(byTime);
		assertThat(newest.data()).isEqualTo(first.data());
		assertThat(runs().list(byTime.toBuilder().cursor(newest.nextCursor()).build()).data())
			.extracting(DurableRun::id)
			.containsExactly(ids.get(0));
		assertThat(runs().list(byTime.toBuilder().newestFirst(false).build()).data()).extracting(DurableRun::id)
			.containsExactly(ids.get(0), ids.get(1));
	}

	@Test
	void aCursorOfAQueryWithoutTimesIsRefusedWithTimes() {
		DurableRunQuery query = DurableRunQuery.builder().cursor("7").build();
		for (DurableRunQuery.Builder byTime : List.of(query.toBuilder().acceptedAfter(Instant.EPOCH),
				query.toBuilder().acceptedBefore(Instant.now()))) {
			assertThatIllegalArgumentException().isThrownBy(byTime::build)
				.withMessageContaining("acceptedAfter or acceptedBefore")
				.withMessageContaining("first page");
			assertThat(byTime.cursor("7-1").build().cursor()).isEqualTo("7-1");
		}
	}

	@Test
	void aRunThatWasNotSentIsCancelledEvenIfItsListenersFail() {
		String goal = goal();
		listeners.onFinished((event) -> {
			if (listeners.finished(event.getDurableId()).size() == 1) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			DurableRun cancelled = runs().decidedBy("alice").cancel(run.id());
			assertThat(cancelled.state()).isEqualTo(DurableRunState.UNDELIVERED);
			assertThat(cancelled.decidedBy()).isEqualTo("alice");
			return run.id();
		});
		instance.await(id, DurableRunState.DONE);
		assertThat(runs().find(id).run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(listeners.finished(id)).hasSize(2)
			.allSatisfy((event) -> assertThat(event.getRun().runId()).isNull());
		await().atMost(Instance.SOON).until(() -> tasksOf(id) == 0);
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aRunIsCancelledAtTheService() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		instance.await(id, DurableRunState.RUNNING);
		assertThat(runs().cancel(id).cancelRequested()).isTrue();
		assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void cancelDoesNothingOnceARunHasEnded() {
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.DONE);
		assertThat(runs().cancel(id).cancelRequested()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> runs().cancel("no-such-run"));
	}

	@Test
	void aRequestIsSentAgainWhereTheServiceSaysThatItStartedNothing() {
		String goal = goal();
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(500, "INTERNAL_ERROR", "Try again"), 1);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		DurableRun done = instance.await(id, DurableRunState.DONE);
		assertThat(done.attempts()).isEqualTo(2);
		assertThat(done.error()).isNull();
		assertThat(simulator.journal().runsByGoal().get(goal)).hasSize(1);
	}

	@Test
	void noInstanceSendsUntilTheTimeThatTheServiceAskedFor() {
		String goal = goal();
		simulator.fault(FaultPoint.runAsync(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "3600"), 1);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		await().atMost(Instance.SOON).until(() -> instance.count("tinyfish_pause") == 1);
		String later = runs().submit(AgentRequest.of(URL, goal)).id();
		await().atMost(Instance.SOON).until(() -> isPutOff(later));
		assertThat(instance.state(id)).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(instance.state(later)).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
		runs().cancel(id);
		runs().cancel(later);
	}

	/**
	 * PostgreSQL's driver names the parameters of a batch that fails.
	 */
	@Test
	void aFailureToStoreRunsShowsNoSecret() {
		instance.update("alter table tinyfish_run add constraint refusing check (tag is null or tag <> 'refused')");
		try {
			AgentRequest refused = withSecrets(goal()).withTag("refused");
			for (ThrowingCallable submission : List.<ThrowingCallable>of(() -> runs().submit(refused),
					() -> runs().submitAll(List.of(refused, refused)))) {
				assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(submission)
					.satisfies((failure) -> {
						StringWriter trace = new StringWriter();
						failure.printStackTrace(new PrintWriter(trace));
						assertThat(trace.toString()).containsIgnoringCase("refusing").doesNotContain(SECRET);
					});
			}
		}
		finally {
			instance.update("alter table tinyfish_run drop constraint refusing");
		}
	}

	@Test
	void secretsAreStoredUntilTheRequestWasSent() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(withSecrets(goal));
			assertThat(stored(run.id())).contains(SECRET);
			return run.id();
		});
		instance.await(id, DurableRunState.RUNNING);
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(simulator.journal().submissions(goal)).singleElement()
			.satisfies((request) -> assertThat(request.body()).contains(SECRET));
	}

	@Test
	void aRunThatTheServiceDidNotKnowIsCancelledAgain() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		instance.await(id, DurableRunState.RUNNING);
		simulator.fault(FaultPoint.cancelRun(), Fault.refusal(404, "NOT_FOUND", "Not known yet"), 1);
		runs().cancel(id);
		assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void anSqlErrorThatTheCallerSwallowsDoesNotPassForASubmission() {
		String goal = goal();
		Runnable submission = () -> instance.transaction().executeWithoutResult((status) -> {
			runs().submit(AgentRequest.of(URL, goal).withTag(goal));
			swallow();
		});
		if (this.kind == DatabaseKind.POSTGRESQL) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(submission::run);
			assertThat(runs().list(DurableRunQuery.builder().tag(goal).build()).data()).isEmpty();
		}
		else {
			submission.run();
			await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, goal) == 1);
		}
	}

	@Test
	void aRunThatExceedsItsTimeoutIsCancelled() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.builder().url(URL).goal(goal).runTimeout(Duration.ofMillis(1)).build())
			.id();
		assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void tagsThatCannotBeStoredAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> runs().submit(AgentRequest.of(URL, "goal").withTag("x".repeat(256))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> runs().submit(AgentRequest.of(URL, "goal").withTag("a\0b")));
		assertThatIllegalStateException()
			.isThrownBy(() -> runs().submit(DurableSubmission.of(AgentRequest.of(URL, "goal")).withAccount("tenant")));
		assertThat(runs().submitAll(List.<AgentRequest>of())).isEmpty();
	}

	@Test
	void textsThatDatabasesDoNotLikeAreStored() {
		String goal = goal() + " \0 \uD83D\uDC1F";
		simulator.given(goal.substring(0, 20), Scenario.builder().resultJson("{\"a\":\"\\u0000\"}").build());
		DurableRun done = instance.await(runs().submit(AgentRequest.of(URL, goal)).id(), DurableRunState.DONE);
		assertThat(done.goal()).isEqualTo(goal);
		assertThat(done.run().result().json()).contains("\\u0000");
	}

	private static long tasksOf(String id) {
		return instance.jdbc()
			.sql("select count(*) from tinyfish_task where task_instance = ?")
			.param(id)
			.query(Long.class)
			.single();
	}

	private static boolean isPutOff(String id) {
		return instance.jdbc()
			.sql("select count(*) from tinyfish_task where task_instance = ? and last_success is not null and not picked")
			.param(id)
			.query(Long.class)
			.single() == 1;
	}

	private static final class InOtherThread {

		static void run(Runnable work) {
			Thread thread = new Thread(work);
			thread.start();
			await().atMost(Instance.SOON).until(() -> !thread.isAlive());
		}

	}

}
