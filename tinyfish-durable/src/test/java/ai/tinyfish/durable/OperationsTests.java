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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Facts that operators rely on: threads, messages and deadlines.
 */
class OperationsTests {

	private static final String URL = "https://shop.example/";

	private static final String NO_DATABASE = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
			+ "org.springframework.modulith.events.config.EventPublicationAutoConfiguration,"
			+ "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration";

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void onlyTheSchedulerAndThePoolHaveThreads(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		Set<Thread> before = threads();
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			Set<Thread> withSimulator = threads();
			try (Instance instance = Instance.start(database, simulator, List.of(), "tinyfish.durable.threads=3")) {
				// until the tasks that are always there were executed
				await().atMost(Instance.SOON)
					.until(() -> instance.jdbc()
						.sql("select count(*) from tinyfish_task where last_success is null")
						.query(Integer.class)
						.single() == 0);
				Set<String> names = threads().stream()
					.filter((thread) -> !withSimulator.contains(thread))
					.map(Thread::getName)
					.filter((name) -> !name.startsWith("awaitility"))
					.collect(Collectors.toCollection(TreeSet::new));
				assertThat(names).allMatch((name) -> name.startsWith("db-scheduler-") || name.startsWith("HikariPool-"))
					.anyMatch((name) -> name.startsWith("db-scheduler-"))
					.filteredOn((name) -> name.startsWith("db-scheduler-"))
					// three that execute, one that polls, three for its own tasks
					.hasSizeLessThanOrEqualTo(7);
			}
		}
		await().atMost(Instance.SOON)
			.until(() -> threads().stream()
				.filter((thread) -> !before.contains(thread))
				.noneMatch((thread) -> thread.getName().startsWith("db-scheduler-")
						|| thread.getName().startsWith("tinyfish-durable")));
	}

	/**
	 * The executors of asynchronous listeners are shut down then, long before the
	 * scheduler stops.
	 */
	@Test
	void nothingIsHandedOverWhileTheContextIsClosed() {
		List<String> database = DatabaseKind.H2.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start()) {
			simulator.given("Find", Scenario.builder().neverEnds().build());
			String id;
			Listeners listeners;
			try (Instance closing = Instance.start(database, simulator, List.of(Listeners.class))) {
				listeners = closing.bean(Listeners.class);
				id = closing.runs().submit(AgentRequest.of(URL, "Find the price")).id();
				String runId = closing.await(id, DurableRunState.RUNNING).runId();
				closing.beginToClose();
				closing.bean(TinyFishClient.class).runs().cancel(runId);
			}
			assertThat(listeners.finished()).isEmpty();
			try (Instance next = Instance.start(database, simulator, List.of(Listeners.class))) {
				next.await(id, DurableRunState.DONE);
				assertThat(next.bean(Listeners.class).finished(id)).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void anEvaluatorThatFailsInATransactionHoldsUpNoOutcome(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = Instance.start(kind.newDatabase(), simulator,
						List.of(Listeners.class, FailingEvaluator.class))) {
			String id = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			DurableRun run = instance.await(id, DurableRunState.DONE);
			assertThat(run.verdict()).isEqualTo(GoalOutcome.UNKNOWN);
			assertThat(instance.bean(Listeners.class).finished(id)).hasSize(1);
		}
	}

	record FailingEvaluator(PlatformTransactionManager transactionManager) implements GoalEvaluator {

		@Override
		public GoalVerdict evaluate(AgentRun run) {
			return new TransactionTemplate(this.transactionManager).execute((status) -> {
				throw new IllegalStateException("thrown on purpose");
			});
		}

	}

	@Test
	void nothingIsStartedIfItIsDisabled() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			Set<Thread> before = threads();
			try (Instance instance = Instance.start(List.of(), simulator, List.of(), "tinyfish.durable.enabled=false",
					NO_DATABASE)) {
				assertThat(instance.has(DurableRuns.class)).isFalse();
				assertThat(threads()).filteredOn((thread) -> !before.contains(thread))
					.noneMatch((thread) -> thread.getName().startsWith("db-scheduler-"));
			}
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void anApplicationWithoutADatabaseFailsWithThisReasonWhenItStarts(CapturedOutput output) {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			assertThatException().isThrownBy(() -> Instance.start(List.of(), simulator, List.of(), NO_DATABASE));
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains(
						"tinyfish-durable stores runs in the application's database, and there is no DataSource bean.")
				.contains(
						"set spring.datasource.url (without a pool, it has no effect). To have no durable runs, set tinyfish.durable.enabled=false");
		}
	}

	@Test
	void aRequestWithoutAnAnswerIsUncertainAfterTheSendTimeout() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of(Listeners.class),
						"tinyfish.durable.send-timeout=1s")) {
			simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
			simulator.fault(FaultPoint.runAsync(), Fault.silence(), 1);
			String id = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			instance.awaitUncertain(id);
			assertThat(simulator.journal().submissions("Find the price")).hasSize(1);
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void failuresOfTasksAreLoggedOncePerCauseAndMinute(CapturedOutput output) {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of(),
						"logging.level.com.github.kagkarlsson.scheduler=off")) {
			instance.update("alter table tinyfish_pause rename to hidden");
			await().atMost(Instance.SOON)
				.until(() -> instance.count("tinyfish_task where consecutive_failures > 1") == 1);
			instance.update("alter table hidden rename to tinyfish_pause");
			assertThat(Pattern.compile("TaskHandler.*Task tinyfish-plan.* failed").matcher(output).results().count())
				.isEqualTo(1);
			assertThat(output).containsIgnoringCase("table \"tinyfish_pause\" not found");
		}
	}

	/**
	 * The service keeps the run in line for longer than its timeout. The sweeps meanwhile
	 * do not cancel it.
	 */
	@Test
	void theTimeInLineAtTheServiceDoesNotCountForTheTimeout() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.queueDelay(Duration.ofSeconds(3))
			.start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of(Listeners.class),
						"tinyfish.run.timeout=1s")) {
			String id = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			DurableRun done = instance.await(id, DurableRunState.DONE);
			assertThat(done.run().status()).isEqualTo(RunStatus.COMPLETED);
			assertThat(done.cancelRequested()).isFalse();
			assertThat(simulator.journal().requests("POST /v1/runs/batch")).isGreaterThan(1);
		}
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).collect(Collectors.toSet());
	}

}
