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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.ConcurrencyFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several instances with one database.
 */
class InstancesTests {

	private static final String URL = "https://shop.example/";

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void twoInstancesHandOverEachRunOnce(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(50)).start();
				Instance one = start(database, simulator);
				Instance two = start(database, simulator)) {
			List<AgentRequest> requests = IntStream.range(0, 300)
				.mapToObj((i) -> AgentRequest.of(URL, "Find price " + i))
				.toList();
			one.runs().submitAll(requests.subList(0, 150));
			requests.subList(150, 160).forEach(one.runs()::submit);
			two.runs().submitAll(requests.subList(160, 290));
			requests.subList(290, 300).forEach(two.runs()::submit);
			await().atMost(Instance.SOON).until(() -> ended(one) == 300);
			List<DurableRunFinishedEvent> first = one.bean(Listeners.class).finished();
			List<DurableRunFinishedEvent> second = two.bean(Listeners.class).finished();
			Map<String, Integer> events = new HashMap<>();
			Stream.concat(first.stream(), second.stream())
				.forEach((event) -> events.merge(event.getDurableId(), 1, Integer::sum));
			assertThat(events).hasSize(300).allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
			assertThat(simulator.journal().runsCreated()).isEqualTo(300);
		}
	}

	/**
	 * Both poll the same run at once: one asks again before the other, whose listener is
	 * slow, has committed.
	 */
	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void aSlowListenerDoesNotLetAnotherInstanceHandOverTheSameRun(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance one = start(database, simulator);
				Instance two = start(database, simulator)) {
			for (Instance instance : List.of(one, two)) {
				Listeners listeners = instance.bean(Listeners.class);
				listeners.onFinished((event) -> {
					// until it was polled by a later sweep
					long polls = polls(simulator);
					await().atMost(Instance.SOON).until(() -> polls(simulator) > polls + 1);
				});
			}
			String id = one.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			one.await(id, DurableRunState.DONE);
			assertThat(one.bean(Listeners.class).finished(id).size() + two.bean(Listeners.class).finished(id).size())
				.isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void runsAreFollowedAfterARestart(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start()) {
			String goal = "Find the price " + UUID.randomUUID();
			simulator.given(goal, Scenario.builder().endsAfter(Duration.ofSeconds(2)).result(Map.of("a", 1)).build());
			String id;
			try (Instance first = start(database, simulator)) {
				id = first.runs().submit(AgentRequest.of(URL, goal)).id();
				first.await(id, DurableRunState.RUNNING);
			}
			try (Instance second = start(database, simulator)) {
				assertThat(second.await(id, DurableRunState.DONE).run().result().toMap()).containsEntry("a", 1);
			}
			assertThat(simulator.journal().runsByGoal().get(goal)).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void tasksThatWereDeletedAreScheduledAgain(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start()) {
			String id;
			String inBatch;
			try (Instance first = start(database, simulator)) {
				first.jdbc();
				String[] ids = first.transaction().execute((status) -> {
					String single = first.runs().submit(AgentRequest.of(URL, "Find the price")).id();
					String together = first.runs().submitAll(List.of(AgentRequest.of(URL, "Find it"))).get(0).id();
					first.jdbc().sql("delete from tinyfish_task").update();
					first.jdbc().sql("update tinyfish_run set changed_at = changed_at - interval '2' minute").update();
					return new String[] { single, together };
				});
				id = ids[0];
				inBatch = ids[1];
			}
			try (Instance second = start(database, simulator)) {
				second.await(id, DurableRunState.DONE);
				second.await(inBatch, DurableRunState.DONE);
			}
			assertThat(simulator.journal().runsCreated()).isEqualTo(2);
		}
	}

	/**
	 * Its script for the tables must not wait for the transaction of the listener, nor
	 * what other instances store for the script.
	 */
	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void anInstanceStartsWhileAListenerOfAnotherOneIsSlow(DatabaseKind kind) {
		List<String> database = kind.newDatabase();
		CountDownLatch started = new CountDownLatch(1);
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance one = start(database, simulator)) {
			Listeners listeners = one.bean(Listeners.class);
			listeners.onFinished((event) -> {
				try {
					assertThat(started.await(Instance.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
			String id = one.runs().submit(AgentRequest.of(URL, "Find the price")).id();
			await().atMost(Instance.SOON).until(() -> listeners.finished(id).size() == 1);
			try (Instance two = start(database, simulator)) {
				started.countDown();
				two.await(id, DurableRunState.DONE);
			}
			assertThat(listeners.finished(id)).hasSize(1);
		}
	}

	/**
	 * For any isolation of the pool: transactions without listeners are not serializable,
	 * and those with listeners are repeated.
	 */
	@Test
	@Tag(DatabaseKind.ONLY_POSTGRESQL)
	void aSerializablePoolKeepsNoRunOpen() {
		List<String> database = DatabaseKind.POSTGRESQL.newDatabase();
		String serializable = "spring.datasource.hikari.transaction-isolation=TRANSACTION_SERIALIZABLE";
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(20)).start();
				Instance one = Instance.start(database, simulator, List.of(Listeners.class), serializable);
				Instance two = Instance.start(database, simulator, List.of(Listeners.class), serializable)) {
			for (Instance instance : List.of(one, two)) {
				instance.bean(Listeners.class)
					.onFinished((event) -> instance.jdbc()
						.sql("update tinyfish_pause set not_before = not_before where name = 'all'")
						.update());
			}
			one.runs()
				.submitAll(IntStream.range(0, 120).mapToObj((i) -> AgentRequest.of(URL, "Find price " + i)).toList());
			IntStream.range(0, 20).forEach((i) -> two.runs().submit(AgentRequest.of(URL, "Find offer " + i)));
			// the query of the test is itself a transaction that may have to be repeated
			await().atMost(Instance.SOON.multipliedBy(2))
				.ignoreExceptionsInstanceOf(ConcurrencyFailureException.class)
				.until(() -> ended(one) == 140);
			assertThat(one.count("tinyfish_run where handover_attempts > 0")).isZero();
			assertThat(simulator.journal().runsCreated()).isEqualTo(140);
		}
	}

	private static long polls(TinyFishSimulator simulator) {
		return simulator.journal().requests("POST /v1/runs/batch");
	}

	private static long ended(Instance instance) {
		return instance.jdbc().sql("select count(*) from tinyfish_run where state = 'DONE'").query(Long.class).single();
	}

	private static Instance start(List<String> database, TinyFishSimulator simulator) {
		return Instance.start(database, simulator, List.of(Listeners.class));
	}

}
