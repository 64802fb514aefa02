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

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Reservation;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * A budget that is counted in the database, for four instances.
 */
class BudgetTests extends AbstractInstanceTests {

	private static final String GOAL = "Find the price";

	private static final List<Instance> instances = new ArrayList<>();

	private static List<String> database;

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.given(GOAL, Scenario.builder().steps("Opening", "Reading").build())
			.start();
		database = kind.newDatabase();
		IntStream.range(0, 4).forEach((i) -> instances.add(startInstance()));
		instance = instances.get(0);
	}

	@AfterParameterizedClassInvocation
	static void stopOthers() {
		instances.subList(1, 4).forEach(Instance::close);
		instances.clear();
	}

	@BeforeEach
	void clear() {
		instance.update("delete from tinyfish_budget");
		instance.update("delete from tinyfish_budget_run");
		simulator.reset();
	}

	@Test
	void fourInstancesDoNotStartMoreRunsThanTheBudgetAllows() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(48);
		try {
			int accepted = 0;
			for (Future<Boolean> result : threads
				.invokeAll(IntStream.range(0, 1000).mapToObj((i) -> submission(instances.get(i % 4))).toList())) {
				accepted += result.get() ? 1 : 0;
			}
			assertThat(accepted).isEqualTo(100);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(simulator.journal().runsCreated()).isEqualTo(100);
		assertThat(used().runs()).isEqualTo(100);
		try (Instance restarted = startInstance()) {
			assertThatThrownBy(() -> queue(restarted)).isInstanceOf(TinyFishBudgetExceededException.class)
				.hasMessageContaining("Of tinyfish.budget.runs-per-day=100, 100 are used or reserved");
			restarted.bean(HikariDataSource.class).close();
			assertThatThrownBy(() -> queue(restarted)).isInstanceOf(TinyFishBudgetUnavailableException.class)
				.hasMessage("The budget cannot be checked; nothing was sent")
				.hasCauseInstanceOf(CannotCreateTransactionException.class);
		}
		assertThat(simulator.journal().runsCreated()).isEqualTo(100);
	}

	@Test
	void aRunIsSettledOnceByAnyInstance() {
		RunSubmission submission = submission("one");
		AgentRun run = AgentRun.builder().runId("run-1").statusText("COMPLETED").numOfSteps(5).build();
		interceptor(0).beforeRun(submission);
		assertUsed(1, 150);
		interceptor(1).finished(submission, run);
		assertUsed(1, 5);
		interceptor(2).finished(submission, run);
		interceptor(3).notSent(submission);
		assertUsed(1, 5);
	}

	@Test
	void durableRunsAreCountedInTheTransactionThatStoresThem() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(48);
		try {
			int accepted = 0;
			for (Future<Boolean> result : threads
				.invokeAll(IntStream.range(0, 200).mapToObj((i) -> durable(instances.get(i % 4))).toList())) {
				accepted += result.get() ? 1 : 0;
			}
			assertThat(accepted).isEqualTo(100);
		}
		finally {
			threads.shutdownNow();
		}
		// two steps each, which any instance hands over
		await().atMost(Instance.SOON).until(() -> used().steps() == 200);
		assertUsed(100, 200);
		assertThat(simulator.journal().runsCreated()).isEqualTo(100);
	}

	@Test
	void aRollbackReleasesTheReservation() {
		instance.transaction().executeWithoutResult((status) -> {
			submit(instance);
			assertUsed(1, 150);
			status.setRollbackOnly();
		});
		assertUsed(0, 0);
		assertThat(instance.count("tinyfish_budget_run")).isZero();
	}

	@Test
	void aRunThatIsSubmittedAgainIsCountedAgain() {
		RunSubmission submission = RunSubmission.of("durable.submit", request());
		RunSubmission again = RunSubmission.of("durable.resubmit", request()).withId(submission.id() + "/12");
		instance.transaction().executeWithoutResult((status) -> {
			interceptor(0).beforeRun(submission);
			interceptor(0).beforeRun(again);
		});
		assertUsed(2, 300);
		interceptor(1).notSent(again);
		assertUsed(1, 150);
	}

	@Test
	void aRunWithinATransactionThatHasLockedTheBudgetIsRefused() {
		instance.transaction().executeWithoutResult((status) -> {
			submit(instance);
			assertThatThrownBy(() -> queue(instance)).isInstanceOf(TinyFishBudgetUnavailableException.class)
				.hasMessage("The budget cannot be checked; nothing was sent");
			status.setRollbackOnly();
		});
		assertThat(simulator.journal().runsCreated()).isZero();
	}

	@Test
	void accountsAreCountedOnTheirOwn() {
		interceptor(0).beforeRun(submission("tenant").withAccount("tenant"));
		assertUsed(0, 0);
		assertThat(ledger().usage("tenant", today()).runs()).isEqualTo(1);
	}

	@Test
	void theOutcomeOfAWebhookSettlesAQueuedRun() {
		try (Instance receiver = Instance.startWithWebhooks(database, simulator, List.of(), budget())) {
			queue(receiver);
			await().atMost(Instance.SOON).until(() -> used().steps() == 2);
			assertUsed(1, 2);
		}
	}

	@Test
	void countsOfOldDaysAreDeleted() {
		LocalDate kept = today().minusDays(6);
		for (LocalDate day : List.of(kept, today().minusDays(9))) {
			ledger().reserve(new Reservation(day.toString(), null, day, 1, BigDecimal.ONE, false), Amount.UNLIMITED);
		}
		await().atMost(Instance.SOON).until(() -> {
			instance.update("update tinyfish_task set execution_time = current_timestamp"
					+ " where task_name = 'tinyfish-tidy' and not picked");
			return instance.count("tinyfish_budget_run") == 1;
		});
		assertThat(instance.count("tinyfish_budget")).isEqualTo(1);
		assertThat(ledger().usage(null, kept).steps()).isEqualTo(1);
	}

	private static Instance startInstance() {
		return Instance.start(database, simulator, List.of(), budget());
	}

	private static String[] budget() {
		return new String[] { "tinyfish.budget.runs-per-day=100", "tinyfish.budget.cost-per-day=1000",
				"tinyfish.budget.price-per-step=0.015" };
	}

	private static Callable<Boolean> submission(Instance instance) {
		return submission(() -> queue(instance));
	}

	private static Callable<Boolean> durable(Instance instance) {
		return submission(() -> instance.transaction().executeWithoutResult((status) -> submit(instance)));
	}

	private static Callable<Boolean> submission(Runnable submit) {
		return () -> {
			try {
				submit.run();
				return true;
			}
			catch (TinyFishBudgetExceededException ex) {
				return false;
			}
		};
	}

	private static void queue(Instance instance) {
		instance.bean(TinyFishClient.class).agent().queue(request());
	}

	private static void submit(Instance instance) {
		instance.bean(DurableRuns.class).submit(DurableSubmission.of(request()));
	}

	private static AgentRequest request() {
		return AgentRequest.of(URL, GOAL);
	}

	private static RunSubmission submission(String id) {
		return RunSubmission.of("agent.queue", request()).withId(id);
	}

	private static TinyFishRunInterceptor interceptor(int instance) {
		return instances.get(instance).bean("tinyFishRunBudget", TinyFishRunInterceptor.class);
	}

	private static BudgetLedger ledger() {
		return instance.bean(BudgetLedger.class);
	}

	private static void assertUsed(long runs, long steps) {
		Amount used = used();
		assertThat(used.runs()).isEqualTo(runs);
		assertThat(used.steps()).isEqualTo(steps);
		assertThat(used.cost()).isEqualByComparingTo(new BigDecimal("0.015").multiply(BigDecimal.valueOf(steps)));
	}

	private static Amount used() {
		return ledger().usage(null, today());
	}

	private static LocalDate today() {
		return LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
	}

}
