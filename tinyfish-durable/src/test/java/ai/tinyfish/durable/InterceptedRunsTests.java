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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import javax.sql.DataSource;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.testing.RecordingInterceptor;
import ai.tinyfish.durable.testing.RecordingInterceptor.First;
import ai.tinyfish.durable.testing.RecordingInterceptor.Second;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Interceptors are asked when a durable run is submitted, and learn once what became of
 * it.
 */
class InterceptedRunsTests extends AbstractInstanceTests {

	private static final RuntimeException REFUSAL = new UnsupportedOperationException("Nothing is bought");

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
		instance = Instance.start(kind.newDatabase(), simulator,
				List.of(Listeners.class, Second.class, First.class, Keys.class), "tinyfish.durable.max-handovers=1");
	}

	@AfterEach
	void clear() {
		instance.bean(Listeners.class).onFinished((event) -> {
		});
		Stream.of(First.class, Second.class).map(instance::bean).forEach((interceptor) -> {
			interceptor.change(RunSubmission::request);
			interceptor.failAfterwards(null);
		});
		RecordingInterceptor.calls().clear();
	}

	@Test
	void theChangedRequestIsStoredAndSentAndItsOutcomeIsReportedOnce() {
		String goal = goal();
		first().change((submission) -> submission.request().toBuilder().goal(goal + " now").tag("changed").build());
		DurableRun run = runs().submit(DurableSubmission.of(withSecrets(goal)).withAccount("tenant"));
		assertThat(run.goal()).isEqualTo(goal + " now");
		assertThat(run.tag()).isEqualTo("changed");
		DurableRun done = instance.await(run.id(), DurableRunState.DONE);
		assertThat(simulator.journal().submissions(goal + " now")).singleElement()
			.satisfies((request) -> assertThat(request.body()).contains(SECRET));
		awaitCalls(run.id(), "first asked", "second asked", "first finished", "second finished");
		assertThat(RecordingInterceptor.calls()).allSatisfy((call) -> {
			assertThat(call.submission().id()).isEqualTo(run.id());
			assertThat(call.submission().operation()).isEqualTo("durable.submit");
			assertThat(call.submission().account()).isEqualTo("tenant");
		})
			.extracting((call) -> call.submission().request().goal())
			.containsExactly(goal, goal + " now", goal + " now", goal + " now");
		assertThat(RecordingInterceptor.calls().get(3).argument()).isEqualTo(done.run());
	}

	@Test
	void aRefusalReachesTheCallerWhoseTransactionGoesOn() {
		String goal = goal();
		refuse(goal);
		String other = instance.transaction().execute((status) -> {
			assertThatThrownBy(() -> runs().submit(AgentRequest.of(URL, goal).withTag(goal))).isSameAs(REFUSAL);
			return runs().submit(AgentRequest.of(URL, goal())).id();
		});
		instance.await(other, DurableRunState.DONE);
		awaitCalls(other, "first asked", "second asked", "first finished", "second finished");
		assertThatThrownBy(() -> runs().submit(AgentRequest.of(URL, goal).withTag(goal))).isSameAs(REFUSAL);
		assertThat(stored(goal)).isEmpty();
		await().atMost(Instance.SOON).until(() -> goals(goal, "first not sent").size() == 2);
		assertThat(goals(goal, "second not sent")).isEmpty();
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void allRequestsAreAskedAboutFirst() {
		String goal = goal();
		refuse(goal + " 3");
		List<AgentRequest> requests = Stream.of(1, 2, 3)
			.map((i) -> AgentRequest.of(URL, goal + " " + i).withTag(goal))
			.toList();
		assertThatThrownBy(() -> runs().submitAll(requests)).isSameAs(REFUSAL);
		assertThat(stored(goal)).isEmpty();
		await().atMost(Instance.SOON).until(() -> goals(goal, "not sent").size() == 5);
		assertThat(goals(goal, "second not sent")).containsExactlyInAnyOrder(goal + " 1", goal + " 2");
		second().change((submission) -> submission.request()
			.toBuilder()
			.outputSchema(Map.of("properties", Map.of(submission.request().goal(), Map.of("type", "string"))))
			.build());
		// of different schemas now: not sent together
		runs().submitAll(requests).forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
		assertThat(simulator.journal().submissions(goal)).hasSize(3);
		await().atMost(Instance.SOON).until(() -> goals(goal, "second finished").size() == 3);
	}

	@Test
	void aRepeatedSubmissionIsNotAskedAbout() {
		String goal = goal();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal);
		first().change((asked) -> asked.request().toBuilder().goal(goal + " now").build());
		String id = runs().submitAll(List.of(submission, submission)).get(1).id();
		refuse(goal + " now");
		assertThat(runs().submit(submission).id()).isEqualTo(id);
		// compared as it was submitted
		assertThatIllegalStateException()
			.isThrownBy(() -> runs().submit(DurableSubmission.of(AgentRequest.of(URL, goal + " now")).withKey(goal)))
			.withMessageContaining("another request");
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id, "first asked", "second asked", "first finished", "second finished");
		assertThat(RecordingInterceptor.calls()).hasSize(4);
	}

	@Test
	void aSubmissionWhoseKeyAnotherTransactionHasUsedMeanwhileIsNotSent() {
		String goal = goal();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal);
		List<String> others = new CopyOnWriteArrayList<>();
		Thread other = new Thread(() -> others.add(runs().submit(submission).id()));
		String id = instance.transaction().execute((status) -> {
			String first = runs().submit(submission).id();
			other.start();
			await().atMost(Instance.SOON).until(() -> goals(goal, "second asked").size() == 2);
			return first;
		});
		await().atMost(Instance.SOON).until(() -> others.equals(List.of(id)));
		await().atMost(Instance.SOON).until(() -> goals(goal, "not sent").size() == 2);
		assertThat(RecordingInterceptor.calls()).filteredOn((call) -> call.callback().endsWith("not sent"))
			.noneSatisfy((call) -> assertThat(call.submission().id()).isEqualTo(id));
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id, "first asked", "second asked", "first finished", "second finished");
	}

	@Test
	void aRollbackReleasesSubmittedRuns() {
		String goal = goal();
		List<String> ids = instance.transaction().execute((status) -> {
			DurableRun one = runs().submit(AgentRequest.of(URL, goal));
			DurableRun two = runs().submitAll(List.of(AgentRequest.of(URL, goal))).get(0);
			status.setRollbackOnly();
			assertThat(goals(goal, "not sent")).isEmpty();
			return List.of(one.id(), two.id());
		});
		ids.forEach((id) -> awaitCalls(id, "first asked", "second asked", "first not sent", "second not sent"));
	}

	@Test
	void aRunMayBeStoredAlthoughItsCommitHasFailed() {
		TransactionTemplate silent = new TransactionTemplate(
				new JdbcTransactionManager(instance.bean(DataSource.class)) {

					@Override
					protected void doCommit(DefaultTransactionStatus status) {
						super.doCommit(status);
						throw new TransactionSystemException("silent on purpose");
					}

				});
		String goal = goal();
		assertThatThrownBy(
				() -> silent.executeWithoutResult((status) -> runs().submit(AgentRequest.of(URL, goal).withTag(goal))))
			.isInstanceOf(TransactionSystemException.class);
		String id = stored(goal).get(0).id();
		instance.await(id, DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> goals(goal, "second finished").size() == 1);
		assertThat(goals(goal, "second error")).hasSize(1);
	}

	@Test
	void aRunThatIsCancelledBeforeItIsSentIsNotSent() {
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal()));
			return runs().cancel(run.id()).id();
		});
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id, "first asked", "second asked", "first not sent", "second not sent");
	}

	@Test
	void aRunThatTheServiceRefusesHasFailed() {
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "The goal is not allowed"), 1);
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.REFUSED);
		awaitCalls(id, "first asked", "second asked", "first error", "second error");
		assertThat(RecordingInterceptor.calls().get(3).argument()).isInstanceOf(TinyFishBadRequestException.class);
		assertThat(runs().find(id).error()).contains("The goal is not allowed");
	}

	@Test
	void aRefusalIsTheSameExceptionAsForARunOfAClient() {
		Fault refusal = Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit");
		simulator.fault(FaultPoint.runAsync(), refusal, 2)
			.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), refusal, 1);
		List<AgentRequest> requests = Stream.of(goal(), goal(), goal(), goal())
			.map((goal) -> AgentRequest.of(URL, goal))
			.toList();
		Throwable failure = catchThrowable(() -> instance.bean(TinyFishClient.class).agent().queue(requests.get(0)));
		instance.await(runs().submit(requests.get(1)).id(), DurableRunState.REFUSED);
		runs().submitAll(requests.subList(2, 4)).forEach((run) -> instance.await(run.id(), DurableRunState.REFUSED));
		await().atMost(Instance.SOON)
			.untilAsserted(() -> assertThat(RecordingInterceptor.calls())
				.filteredOn((call) -> call.callback().equals("second error"))
				.hasSize(4));
		assertThat(RecordingInterceptor.calls()).filteredOn((call) -> call.callback().equals("second error"))
			.extracting(RecordingInterceptor.Call::argument)
			.contains(failure)
			.allSatisfy((argument) -> assertThat(argument)
				.isInstanceOfSatisfying(TinyFishInsufficientCreditsException.class, (exception) -> {
					assertThat(exception.status()).isEqualTo(402);
					assertThat(exception.code()).isEqualTo("INSUFFICIENT_CREDITS");
				}));
	}

	@Test
	void theOutcomeOfAnUncertainRunFollowsWhenItIsSettled() {
		String goal = goal();
		String id = uncertain(AgentRequest.of(URL, goal));
		awaitCalls(id, "first asked", "second asked", "first error", "second error");
		assertThat(RecordingInterceptor.calls().get(3).argument())
			.isInstanceOf(TinyFishRunOutcomeUnknownException.class);
		runs().settleUnproven(runs().find(id), simulator.journal().runsByGoal().get(goal).get(0).id());
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id, "first asked", "second asked", "first error", "second error", "first finished",
				"second finished");
	}

	@Test
	void aResubmissionIsAskedAboutAnewAndSendsTheStoredRequest() {
		String goal = goal();
		String id = uncertain(withSecrets(goal));
		awaitCalls(id, "first asked", "second asked", "first error", "second error");
		refuse(goal);
		assertThatThrownBy(() -> runs().resubmit(id)).isSameAs(REFUSAL);
		awaitCalls(id + "/", "first asked", "first not sent");
		assertThat(instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		RecordingInterceptor.calls().clear();
		second().change(RunSubmission::request);
		first().change((submission) -> submission.request().toBuilder().goal(goal + " again").build());
		instance.transaction().executeWithoutResult((status) -> {
			runs().resubmit(id);
			status.setRollbackOnly();
		});
		awaitCalls(id + "/", "first asked", "second asked", "first not sent", "second not sent");
		RecordingInterceptor.calls().clear();
		runs().resubmit(id);
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id + "/", "first asked", "second asked", "first finished", "second finished");
		assertThat(RecordingInterceptor.calls()).allSatisfy((call) -> {
			assertThat(call.submission().operation()).isEqualTo("durable.resubmit");
			assertThat(call.submission().request().goal()).isEqualTo(goal);
		});
		assertThat(AgentRequestJson.of(RecordingInterceptor.calls().get(1).submission().request()).secrets())
			.contains(SECRET);
		assertThat(simulator.journal().submissions(goal)).hasSize(2);
		assertThat(simulator.journal().submissions(goal + " again")).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> runs().resubmit(id));
		assertThat(RecordingInterceptor.calls()).hasSize(4);
	}

	@Test
	void aSecondPersonCannotResubmitTheSameRun() {
		String id = uncertain(AgentRequest.of(URL, goal()));
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		Thread other = new Thread(() -> failures.add(catchThrowable(() -> runs().resubmit(id))));
		instance.transaction().executeWithoutResult((status) -> {
			runs().resubmit(id);
			other.start();
			await().atMost(Instance.SOON)
				.until(() -> Stream.of(other.getStackTrace())
					.anyMatch((frame) -> frame.getMethodName().equals("lockWhenFree")));
			assertThat(failures).isEmpty();
		});
		await().atMost(Instance.SOON).until(() -> failures.size() == 1);
		assertThat(failures.get(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("and not UNCERTAIN");
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id + "/", "first asked", "second asked", "first finished", "second finished");
	}

	@Test
	void oneRefusalKeepsAllRunsFromBeingResubmitted() {
		String tag = goal();
		List<String> ids = Stream.of(" 1", " 2")
			.map((number) -> uncertain(AgentRequest.of(URL, tag + number).withTag(tag)))
			.toList();
		DurableRunQuery query = DurableRunQuery.builder().tag(tag).build();
		refuse(tag + " 2");
		assertThatThrownBy(() -> runs().resubmitAll(query)).isSameAs(REFUSAL);
		assertThat(ids).extracting(instance::state).containsOnly(DurableRunState.UNCERTAIN);
		awaitCalls(ids.get(0) + "/", "first asked", "second asked", "first not sent", "second not sent");
		second().change(RunSubmission::request);
		assertThat(runs().resubmitAll(query)).isEqualTo(2);
		ids.forEach((id) -> instance.await(id, DurableRunState.DONE));
		await().atMost(Instance.SOON).until(() -> goals(tag, "second finished").size() == 2);
	}

	@Test
	void anOutcomeIsReportedOnceAlthoughListenersFail() {
		instance.bean(Listeners.class).onFinished((event) -> {
			throw new IllegalStateException("thrown on purpose");
		});
		List<String> ids = Stream.of(goal(), goal())
			.map((goal) -> runs().submit(AgentRequest.of(URL, goal)).id())
			.toList();
		ids.forEach((id) -> instance.await(id, DurableRunState.PARKED));
		ids.forEach((id) -> awaitCalls(id, "first asked", "second asked", "first finished", "second finished"));
		instance.bean(Listeners.class).onFinished((event) -> {
		});
		runs().redeliver(ids.get(0));
		instance.await(ids.get(0), DurableRunState.DONE);
		runs().abandon(ids.get(1));
		// later calls would have come before
		String last = runs().submit(AgentRequest.of(URL, goal())).id();
		awaitCalls(last, "first asked", "second asked", "first finished", "second finished");
		assertThat(RecordingInterceptor.calls()).hasSize(12);
	}

	@Test
	void anExceptionAfterwardsIsCountedAndChangesNothing() {
		RunControl control = (RunControl) instance.bean(OpenRuns.class);
		long before = control.counts().failedListenerCalls();
		first().failAfterwards(new IllegalStateException("The ledger is full"));
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.DONE);
		awaitCalls(id, "first asked", "second asked", "first finished", "second finished");
		await().atMost(Instance.SOON).until(() -> control.counts().failedListenerCalls() == before + 1);
		assertThat(instance.state(id)).isEqualTo(DurableRunState.DONE);
		assertThat(instance.bean(Listeners.class).finished(id)).hasSize(1);
	}

	private static First first() {
		return instance.bean(First.class);
	}

	private static Second second() {
		return instance.bean(Second.class);
	}

	private static void refuse(String goal) {
		second().change((submission) -> {
			if (submission.request().goal().equals(goal)) {
				throw REFUSAL;
			}
			return submission.request();
		});
	}

	private static List<DurableRun> stored(String tag) {
		return runs().list(DurableRunQuery.builder().tag(tag).build()).data();
	}

	/**
	 * Wait for the calls for a submission. The interceptors are asked in their order, and
	 * called afterwards in it.
	 */
	private static void awaitCalls(String id, String... expected) {
		await().atMost(Instance.SOON)
			.untilAsserted(() -> assertThat(RecordingInterceptor.calls()
				.stream()
				.filter((call) -> call.submission().id().equals(id)
						|| (id.endsWith("/") && call.submission().id().startsWith(id)))
				.map(RecordingInterceptor.Call::callback)).containsExactly(expected));
	}

	/**
	 * Return the goals of calls.
	 */
	private static List<String> goals(String goal, String callback) {
		return RecordingInterceptor.calls()
			.stream()
			.filter((call) -> call.callback().endsWith(callback))
			.map((call) -> call.submission().request().goal())
			.filter((asked) -> asked.startsWith(goal))
			.toList();
	}

	static class Keys implements DurableRunApiKeyProvider {

		@Override
		public String getApiKey(String account) {
			return simulator.apiKey();
		}

	}

}
