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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * A limit for the runs of all instances. The simulator is the judge.
 */
class LimitTests {

	private static final String URL = "https://shop.example/";

	private static final Duration SOON = Duration.ofSeconds(90);

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void twoInstancesNeverExceedTheLimitAndKeepTheOrder(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(20)).start();
				Instance one = start(database, simulator, 5);
				Instance two = start(database, simulator, 5)) {
			List<AgentRequest> requests = IntStream.range(0, 30)
				.mapToObj((i) -> AgentRequest.of(URL, "Find price " + i))
				.toList();
			one.runs().submitAll(requests.subList(0, 12));
			requests.subList(12, 15).forEach(one.runs()::submit);
			two.runs().submitAll(requests.subList(15, 27));
			two.transaction().executeWithoutResult((status) -> {
				two.runs().submit(AgentRequest.of(URL, "Rolled back"));
				two.runs().submitAll(List.of(AgentRequest.of(URL, "Rolled back")));
				status.setRollbackOnly();
			});
			requests.subList(27, 30).forEach(two.runs()::submit);
			await().atMost(SOON).until(() -> count(one, "DONE") == 30);
			assertThat(simulator.journal().maxInFlight()).isLessThanOrEqualTo(5);
			List<String> goals = goals(simulator);
			assertThat(goals).containsExactlyInAnyOrderElementsOf(requests.stream().map(AgentRequest::goal).toList());
			// those that are sent at the same time may overtake each other on the way
			for (int i = 0; i < 30; i++) {
				assertThat(goals.indexOf("Find price " + i)).isCloseTo(i, within(4));
			}
			assertThat(one.bean(Listeners.class).finished().size() + two.bean(Listeners.class).finished().size())
				.isEqualTo(30);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void withALimitOfOneTheOrderIsThatOfTheSubmission(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance one = start(database, simulator, 1);
				Instance two = start(database, simulator, 1)) {
			List<String> expected = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				Instance instance = (i % 2 == 0) ? one : two;
				expected.add("Find price " + i);
				instance.runs().submit(AgentRequest.of(URL, "Find price " + i));
			}
			await().atMost(SOON).until(() -> count(two, "DONE") == 5);
			assertThat(goals(simulator)).isEqualTo(expected);
			assertThat(simulator.journal().maxInFlight()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void allPlacesAreUsedAndCancellingFreesThoseThatWereTaken(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = start(kind.newDatabase(), simulator, 5)) {
			simulator.given("neverEnds", Scenario.builder().neverEnds().build());
			List<String> ids = instance.runs()
				.submitAll(IntStream.range(0, 10).mapToObj((i) -> AgentRequest.of(URL, "neverEnds " + i)).toList())
				.stream()
				.map(DurableRun::id)
				.toList();
			ids.subList(0, 5).forEach((id) -> instance.await(id, DurableRunState.RUNNING));
			// those that wait have no place to free
			ids.subList(7, 9).forEach(instance.runs()::cancel);
			instance.runs().cancel(ids.get(1));
			instance.await(ids.get(5), DurableRunState.RUNNING);
			assertThat(instance.state(ids.get(6))).isEqualTo(DurableRunState.ACCEPTED);
			assertThat(instance.state(ids.get(9))).isEqualTo(DurableRunState.ACCEPTED);
			instance.runs().cancel(ids.get(0));
			instance.runs().cancel(ids.get(2));
			instance.await(ids.get(6), DurableRunState.RUNNING);
			instance.await(ids.get(9), DurableRunState.RUNNING);
			assertThat(simulator.journal().maxInFlight()).isEqualTo(5);
			assertThat(simulator.journal().runsCreated()).isEqualTo(8);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void anAccountWithoutAKeyDoesNotKeepThePlaceFromOthers(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(kind.newDatabase(), simulator, 1)) {
			String tenant = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "For the tenant")).withAccount("tenant"))
				.id();
			await().atMost(SOON).until(() -> instance.runs().find(tenant).error() != null);
			List<DurableRun> own = instance.runs()
				.submitAll(List.of(AgentRequest.of(URL, "For us"), AgentRequest.of(URL, "For us as well")));
			own.forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
			assertThat(instance.state(tenant)).isEqualTo(DurableRunState.ACCEPTED);
			instance.bean(Keys.class).keys.put("tenant", "sk-tenant-0123456789");
			await().atMost(SOON).until(() -> instance.state(tenant) == DurableRunState.DONE);
			assertThat(simulator.journal().maxInFlight()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void aRequestWithoutAnAnswerHasItsPlaceUntilItIsUncertain(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = start(kind.newDatabase(), simulator, 1)) {
			simulator.given("neverEnds", Scenario.builder().neverEnds().build())
				.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"))
				.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
			String lost = instance.runs().submit(AgentRequest.of(URL, "neverEnds")).id();
			await().atMost(SOON).until(() -> simulator.journal().requests("GET /v1/runs") == 1);
			String waiting = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			assertThat(instance.state(lost)).isEqualTo(DurableRunState.SENDING);
			assertThat(instance.state(waiting)).isEqualTo(DurableRunState.ACCEPTED);
			instance.awaitUncertain(lost);
			instance.await(waiting, DurableRunState.DONE);
			assertThat(simulator.journal().maxInFlight()).isEqualTo(2);
		}
	}

	/**
	 * The run that is the first in line is locked until the transaction that cancels it
	 * ends.
	 */
	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void aTransactionThatCancelsARunDoesNotKeepOthersWaiting(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = start(kind.newDatabase(), simulator, 1)) {
			simulator.given("neverEnds", Scenario.builder().neverEnds().build());
			String running = instance.runs().submit(AgentRequest.of(URL, "neverEnds")).id();
			instance.await(running, DurableRunState.RUNNING);
			String cancelled = instance.runs().submit(AgentRequest.of(URL, "To be cancelled")).id();
			String next = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			instance.transaction().executeWithoutResult((status) -> {
				instance.runs().cancel(cancelled);
				CompletableFuture.runAsync(() -> {
					instance.runs().cancel(running);
					instance.await(next, DurableRunState.DONE);
				}).join();
			});
			instance.await(cancelled, DurableRunState.DONE);
			assertThat(simulator.journal().runsCreated()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void admissionIsRepairedIfItsTasksWereDeleted(DatabaseKind kind) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = start(kind.newDatabase(), simulator, 1)) {
			String id = instance.transaction().execute((status) -> {
				String submitted = instance.runs().submit(AgentRequest.of(URL, "Find the price")).id();
				instance.jdbc().sql("delete from tinyfish_task where task_name = 'tinyfish-admit'").update();
				assertThat(admissions(instance)).isZero();
				return submitted;
			});
			// a thread of the scheduler may have been about to execute the deleted task
			await().dontCatchUncaughtExceptions().atMost(SOON).until(() -> {
				// instead of waiting for a minute
				instance.update("update tinyfish_task set execution_time = current_timestamp"
						+ " where task_name = 'tinyfish-tidy' and not picked");
				return instance.state(id) == DurableRunState.DONE;
			});
			await().dontCatchUncaughtExceptions()
				.atMost(SOON)
				.until(() -> instance.jdbc()
					.sql("select count(*) from tinyfish_task where task_name = 'tinyfish-admit' and task_instance = 'all'")
					.query(Long.class)
					.single() == 1);
		}
	}

	private static long admissions(Instance instance) {
		return instance.jdbc()
			.sql("select count(*) from tinyfish_task where task_name = 'tinyfish-admit'")
			.query(Long.class)
			.single();
	}

	private static List<String> goals(TinyFishSimulator simulator) {
		return simulator.journal().runs().stream().map((run) -> run.request().goal()).toList();
	}

	private static long count(Instance instance, String state) {
		return instance.jdbc()
			.sql("select count(*) from tinyfish_run where state = ?")
			.param(state)
			.query(Long.class)
			.single();
	}

	private static Instance start(List<String> database, TinyFishSimulator simulator, int limit) {
		return Instance.start(database, simulator, List.of(Listeners.class, Keys.class),
				"tinyfish.durable.max-running=" + limit);
	}

	static class Keys implements DurableRunApiKeyProvider {

		private final Map<String, String> keys = new ConcurrentHashMap<>();

		@Override
		public @Nullable String getApiKey(String account) {
			return this.keys.get(account);
		}

	}

}
