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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.testing.RecordingInterceptor;
import ai.tinyfish.durable.testing.RecordingInterceptor.Call;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for runs that wait for a person.
 */
class ApprovalTests extends AbstractInstanceTests {

	private static final List<RunSubmission> asked = new CopyOnWriteArrayList<>();

	private static volatile Function<RunSubmission, Decision> decision;

	private static Listeners listeners;

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).maxRuns(10_000).start();
		instance = Instance.start(kind.newDatabase(), simulator,
				List.of(Listeners.class, Approval.class, RecordingInterceptor.First.class),
				"tinyfish.allowed-hosts=shop.example", "tinyfish.budget.runs-per-day=10000");
		listeners = instance.bean(Listeners.class);
	}

	@BeforeEach
	void ask() {
		decision = (submission) -> Decision.ASK;
	}

	@AfterEach
	void clear() {
		listeners.onError((event) -> {
		});
		instance.bean(RecordingInterceptor.First.class).change(RunSubmission::request);
		// interceptors are called after the commit
		await().atMost(Instance.SOON)
			.until(() -> instance.count("tinyfish_run where state not in ('DONE', 'REFUSED', 'ABANDONED')") == 0
					&& instance.count("tinyfish_budget_run b left join tinyfish_run r on r.id = b.id"
							+ " where r.id is null or r.attempts <= 1") == 0);
	}

	@Test
	void heldRunIsNotSentUntilAPersonApproves() {
		DurableRun held = runs().submit(DurableSubmission.of(request()).withKey(goal()));
		assertThat(held.state()).isEqualTo(DurableRunState.HELD);
		assertThat(runs().find(held.id())).extracting(DurableRun::state, DurableRun::key)
			.containsExactly(DurableRunState.HELD, held.key());
		assertThat(held.key()).isNotNull();
		assertThat(listeners.errors(held.id())).singleElement().satisfies((event) -> {
			assertThat(event.getState()).isEqualTo(DurableRunState.HELD);
			assertThat(event.getTag()).isEqualTo("held");
			assertThat(event.getMessage()).isEqualTo("It waits for an approval");
		});
		assertThat(runs().list(DurableRunQuery.builder().state(DurableRunState.HELD).tag("held").build()).data())
			.extracting(DurableRun::id)
			.contains(held.id());
		tidy();
		assertThat(instance.state(held.id())).isEqualTo(DurableRunState.HELD);
		assertThat(sent(held)).isZero();
		DurableRun approved = runs().decidedBy("anna").approve(held.id());
		assertThat(approved.state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(approved.decidedBy()).isEqualTo("anna");
		assertThat(approved.decidedAt()).isNotNull();
		instance.await(held.id(), DurableRunState.DONE);
		assertThat(sent(held)).isEqualTo(1);
		assertThat(listeners.finished(held.id())).hasSize(1);
		awaitCalls(held.id(), "first asked", "first finished");
	}

	@Test
	void refusedRunIsNeverSentAndFreesItsPlace() {
		long before = used();
		DurableRun held = runs().submit(request());
		assertThat(used()).isEqualTo(before + 1);
		DurableRun refused = runs().decidedBy("ben").refuse(held.id(), "too dear");
		assertThat(refused.state()).isEqualTo(DurableRunState.UNDELIVERED);
		DurableRun delivered = instance.await(held.id(), DurableRunState.REFUSED);
		assertThat(delivered.error()).isEqualTo("Refused by ben: too dear");
		assertThat(delivered.decidedBy()).isEqualTo("ben");
		assertThat(listeners.errors(held.id())).extracting(DurableRunErrorEvent::getState)
			.containsExactly(DurableRunState.HELD, DurableRunState.REFUSED);
		assertThat(listeners.errors(held.id()).get(1).getMessage()).isEqualTo("Refused by ben: too dear");
		assertThat(sent(held)).isZero();
		awaitCalls(held.id(), "first asked", "first not sent");
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(before));
		assertThatIllegalStateException().isThrownBy(() -> runs().approve(held.id()))
			.withMessage("Durable run " + held.id() + " is REFUSED, and not HELD");
	}

	@Test
	void cancelledRunIsNeverSentAndFreesItsPlace() {
		long before = used();
		DurableRun held = runs().submit(request());
		assertThat(runs().cancelAll(DurableRunQuery.builder().state(DurableRunState.HELD).build())).isEqualTo(1);
		DurableRun cancelled = instance.await(held.id(), DurableRunState.DONE);
		assertThat(cancelled.run().statusText()).isEqualTo("CANCELLED");
		assertThat(sent(held)).isZero();
		awaitCalls(held.id(), "first asked", "first not sent");
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(before));
	}

	@Test
	void expiredRunIsNeverSentAndFreesItsPlace() {
		long before = used();
		DurableRun held = runs().submit(request());
		age(held, 167);
		tidy();
		assertThat(instance.state(held.id())).isEqualTo(DurableRunState.HELD);
		assertThat(used()).isEqualTo(before + 1);
		age(held, 1);
		tidy();
		DurableRun expired = instance.await(held.id(), DurableRunState.REFUSED);
		assertThat(expired.error()).isEqualTo("It was not decided for PT168H");
		assertThat(expired.decidedBy()).isNull();
		assertThat(listeners.errors(held.id())).extracting(DurableRunErrorEvent::getState)
			.containsExactly(DurableRunState.HELD, DurableRunState.REFUSED);
		assertThat(sent(held)).isZero();
		awaitCalls(held.id(), "first asked", "first not sent");
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(before));
	}

	@Test
	void placeInTheBudgetIsKeptWhileARunWaits() {
		long before = used();
		DurableRun held = runs().submit(request());
		tidy();
		assertThat(used()).isEqualTo(before + 1);
		runs().approve(held.id());
		instance.await(held.id(), DurableRunState.DONE);
		assertThat(used()).isEqualTo(before + 1);
	}

	@Test
	void personDecidesAboutTheRequestThatInterceptorsReturned() {
		String goal = goal();
		instance.bean(RecordingInterceptor.First.class)
			.change((submission) -> submission.request().toBuilder().goal(goal).build());
		DurableRun held = runs().submit(DurableSubmission.of(request()).withKey(goal));
		assertThat(asked).filteredOn((submission) -> submission.id().equals(held.id()))
			.singleElement()
			.satisfies((submission) -> assertThat(submission.request().goal()).isEqualTo(goal));
		assertThat(held.goal()).isEqualTo(goal);
		runs().cancel(held.id());
	}

	@Test
	void repeatedKeyAndResubmissionAreNotAskedAbout() {
		decision = (submission) -> Decision.RUN;
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal())).withKey(goal());
		DurableRun first = runs().submit(submission);
		instance.await(first.id(), DurableRunState.DONE);
		int before = asked.size();
		assertThat(runs().submit(submission).id()).isEqualTo(first.id());
		String uncertain = uncertain(AgentRequest.of(URL, goal()));
		decision = (again) -> Decision.REFUSE;
		simulator.clearFaults();
		runs().resubmit(uncertain);
		instance.await(uncertain, DurableRunState.DONE);
		assertThat(asked).hasSize(before + 1);
	}

	@Test
	void someOfManyAreHeld() {
		decision = (submission) -> submission.request().goal().endsWith("7") ? Decision.ASK : Decision.RUN;
		String goal = goal() + " ";
		List<DurableRun> stored = runs()
			.submitAll(IntStream.range(0, 10).mapToObj((i) -> AgentRequest.of(URL, goal + i)).toList());
		assertThat(stored).extracting((run) -> run.state() == DurableRunState.HELD)
			.containsExactly(false, false, false, false, false, false, false, true, false, false);
		stored.stream()
			.filter((run) -> run.state() != DurableRunState.HELD)
			.forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
		assertThat(sent(stored.get(7))).isZero();
		runs().approve(stored.get(7).id());
		instance.await(stored.get(7).id(), DurableRunState.DONE);
		stored.forEach((run) -> assertThat(sent(run)).isEqualTo(1));
	}

	@Test
	void refusedSubmissionStoresNothingAndLeavesTheTransactionUsable() {
		decision = (submission) -> submission.request().goal().endsWith("2") ? Decision.REFUSE : Decision.RUN;
		String goal = goal() + " ";
		long before = used();
		instance.transaction().executeWithoutResult((status) -> {
			assertThatIllegalStateException().isThrownBy(() -> runs().submitAll(IntStream.rangeClosed(1, 3)
				.mapToObj((i) -> AgentRequest.of(URL, goal + i).withTag("refused"))
				.toList())).withMessage("The DurableRunApproval refuses the run with the tag refused");
			assertThat(status.isRollbackOnly()).isFalse();
		});
		assertThatIllegalStateException().isThrownBy(() -> runs().submit(AgentRequest.of(URL, goal + 2)))
			.withMessage("The DurableRunApproval refuses the run");
		assertThat(runs().list(DurableRunQuery.builder().tag("refused").build()).data()).isEmpty();
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(before));
	}

	@Test
	void hostIsCheckedBeforeAPersonIsAsked() {
		int before = asked.size();
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
			.isThrownBy(() -> runs().submit(AgentRequest.of("https://other.example/", goal())));
		assertThat(asked).hasSize(before);
	}

	@Test
	void failingListenerOfTheQuestionStoresNothing() {
		listeners.onError((event) -> {
			throw new IllegalStateException("thrown on purpose");
		});
		assertThatIllegalStateException().isThrownBy(() -> runs().submit(request().withTag("unheard")))
			.withMessage("thrown on purpose");
		assertThat(runs().list(DurableRunQuery.builder().tag("unheard").build()).data()).isEmpty();
	}

	@Test
	void rolledBackDecisionDoesNotCount() {
		DurableRun held = runs().submit(request());
		instance.transaction().executeWithoutResult((status) -> {
			runs().approve(held.id());
			status.setRollbackOnly();
		});
		assertThat(instance.state(held.id())).isEqualTo(DurableRunState.HELD);
		instance.transaction().executeWithoutResult((status) -> {
			runs().refuse(held.id(), "no");
			status.setRollbackOnly();
		});
		assertThat(instance.state(held.id())).isEqualTo(DurableRunState.HELD);
		assertThat(called(held.id())).containsExactly("first asked");
		runs().cancel(held.id());
	}

	@Test
	void decisionsThatAreNotPossibleAreRefused() {
		decision = (submission) -> Decision.RUN;
		DurableRun sent = runs().submit(AgentRequest.of(URL, goal()));
		instance.await(sent.id(), DurableRunState.DONE);
		for (Callable<DurableRun> wrong : List.<Callable<DurableRun>>of(() -> runs().approve(sent.id()),
				() -> runs().refuse(sent.id(), "no"))) {
			assertThatIllegalStateException().isThrownBy(wrong::call)
				.withMessage("Durable run " + sent.id() + " is DONE, and not HELD");
		}
		for (String why : List.of("", " ", "x".repeat(256), "\0")) {
			assertThatIllegalArgumentException().isThrownBy(() -> runs().refuse(sent.id(), why))
				.withMessageStartingWith("why must");
		}
		for (String name : List.of("", " ", "x".repeat(256), "\0")) {
			assertThatIllegalArgumentException().isThrownBy(() -> runs().decidedBy(name))
				.withMessageStartingWith("name must");
		}
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> runs().approve("unknown"));
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> runs().refuse("unknown", "no"));
	}

	@Test
	void longestNameAndReasonAreStoredAndWithoutANameNoneIsInvented() {
		DurableRun held = runs().submit(request());
		String longest = "x".repeat(255);
		runs().decidedBy(longest).refuse(held.id(), longest);
		assertThat(instance.await(held.id(), DurableRunState.REFUSED).error())
			.isEqualTo("Refused by " + longest + ": " + longest);
		DurableRun unnamed = runs().submit(request());
		runs().decidedBy(null).refuse(unnamed.id(), "no");
		assertThat(instance.await(unnamed.id(), DurableRunState.REFUSED)).satisfies((refused) -> {
			assertThat(refused.error()).isEqualTo("Refused: no");
			assertThat(refused.decidedBy()).isNull();
			assertThat(refused.decidedAt()).isNotNull();
		});
	}

	@Test
	void cancelAndApprovalAtTheSameTimeSendOnceOrNever() throws Exception {
		String goal = goal() + " ";
		List<DurableRun> held = runs()
			.submitAll(IntStream.range(0, 100).mapToObj((i) -> AgentRequest.of(URL, goal + i + ".")).toList());
		long before = used();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		List<Boolean> approved = new ArrayList<>();
		try {
			Future<?> cancels = threads.submit(() -> reversed(held).forEach((run) -> runs().cancel(run.id())));
			for (DurableRun run : held) {
				approved.add(threads.submit(() -> decides(() -> runs().decidedBy("anna").approve(run.id()))).get());
			}
			cancels.get();
		}
		finally {
			threads.shutdownNow();
		}
		int unsent = 0;
		for (int i = 0; i < held.size(); i++) {
			DurableRun ended = instance.await(held.get(i).id(), DurableRunState.DONE);
			assertThat(sent(ended)).isLessThanOrEqualTo(approved.get(i) ? 1 : 0);
			unsent += (sent(ended) == 0) ? 1 : 0;
		}
		long expected = before - unsent;
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(expected));
	}

	@Test
	void exactlyOneDecisionIsMadeInARace() throws Exception {
		exactlyOneDecisionIsMade(50);
	}

	@Test
	@Tag("slow")
	void exactlyOneDecisionIsMadeInALongRace() throws Exception {
		exactlyOneDecisionIsMade(500);
	}

	private void exactlyOneDecisionIsMade(int runs) throws Exception {
		String goal = goal() + " ";
		List<DurableRun> held = runs()
			.submitAll(IntStream.range(0, runs).mapToObj((i) -> AgentRequest.of(URL, goal + i + ".")).toList());
		instance.update("update tinyfish_run set accepted_at = accepted_at - interval '7' day,"
				+ " changed_at = changed_at - interval '7' day where state = 'HELD'");
		long before = used();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		List<List<Boolean>> decided = new ArrayList<>();
		try {
			List<Callable<List<Boolean>>> people = List.of(
					() -> held.stream()
						.map((run) -> decides(() -> runs().decidedBy("anna").approve(run.id())))
						.toList(),
					() -> reversed(reversed(held).stream()
						.map((run) -> decides(() -> runs().decidedBy("ben").refuse(run.id(), "too dear")))
						.toList()),
					() -> {
						tidy();
						return List.of();
					});
			for (Future<List<Boolean>> person : threads.invokeAll(people)) {
				decided.add(person.get());
			}
		}
		finally {
			threads.shutdownNow();
		}
		int sent = 0;
		for (int i = 0; i < held.size(); i++) {
			DurableRun run = held.get(i);
			await().atMost(Instance.SOON).until(() -> instance.state(run.id()).isFinal());
			boolean approved = decided.get(0).get(i);
			boolean refused = decided.get(1).get(i);
			assertThat(approved && refused).isFalse();
			DurableRun ended = runs().find(run.id());
			assertThat(sent(run)).isEqualTo(approved ? 1 : 0);
			assertThat(ended.state()).isEqualTo(approved ? DurableRunState.DONE : DurableRunState.REFUSED);
			assertThat(ended.decidedBy()).isEqualTo(approved ? "anna" : refused ? "ben" : null);
			if (!approved) {
				assertThat(ended.error())
					.isEqualTo(refused ? "Refused by ben: too dear" : "It was not decided for PT168H");
			}
			sent += approved ? 1 : 0;
		}
		// those that were not sent are free again
		long expected = before - held.size() + sent;
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(used()).isEqualTo(expected));
	}

	private static <T> List<T> reversed(List<T> list) {
		List<T> reversed = new ArrayList<>(list);
		Collections.reverse(reversed);
		return reversed;
	}

	private static boolean decides(Callable<DurableRun> decision) {
		try {
			decision.call();
			return true;
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessageContaining(", and not HELD").hasMessageNotContaining("is HELD");
			return false;
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private static void age(DurableRun run, int hours) {
		instance.update("update tinyfish_run set accepted_at = accepted_at - interval '" + hours
				+ "' hour, changed_at = changed_at - interval '" + hours + "' hour where id = ?", run.id());
	}

	/**
	 * Let the task that tidies up run once.
	 */
	private static void tidy() {
		String task = "tinyfish_task where task_name = 'tinyfish-tidy'";
		await().atMost(Instance.SOON)
			.until(() -> instance.update("update tinyfish_task set execution_time = current_timestamp"
					+ " where task_name = 'tinyfish-tidy' and not picked") == 1);
		await().atMost(Instance.SOON)
			.until(() -> instance.count(task + " and not picked and execution_time > current_timestamp") == 1);
	}

	private static int sent(DurableRun run) {
		return simulator.journal().submissions("\"" + run.goal() + "\"").size();
	}

	private static List<String> called(String id) {
		return RecordingInterceptor.calls()
			.stream()
			.filter((call) -> call.submission().id().equals(id))
			.map(Call::callback)
			.toList();
	}

	/**
	 * Interceptors are called after the commit.
	 */
	private static void awaitCalls(String id, String... calls) {
		await().atMost(Instance.SOON).untilAsserted(() -> assertThat(called(id)).containsExactly(calls));
	}

	private static long used() {
		return instance.bean(BudgetLedger.class).usage(null, LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)).runs();
	}

	private static AgentRequest request() {
		return AgentRequest.of(URL, goal()).withTag("held");
	}

	@Configuration(proxyBeanMethods = false)
	static class Approval {

		@Bean
		DurableRunApproval approval() {
			return (submission) -> {
				asked.add(submission);
				return decision.apply(submission);
			};
		}

	}

}
