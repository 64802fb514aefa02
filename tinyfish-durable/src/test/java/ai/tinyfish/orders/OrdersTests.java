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

package ai.tinyfish.orders;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.run.Run;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The application of the page about durable runs.
 */
class OrdersTests {

	private final TinyFishSimulator simulator = TinyFishSimulator.builder().anyApiKey().start();

	@AfterEach
	void close() {
		this.simulator.close();
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void theOrderAndItsRunAreStoredTogether(DatabaseKind kind) {
		this.simulator.given("tea", Scenario.completed(Map.of("price", 9.99)));
		try (Instance instance = start(kind)) {
			instance.bean(Orders.class).place("order-1", "tea");
			await().atMost(Instance.SOON)
				.until(() -> "9.99"
					.equals(instance.jdbc().sql("select price from orders").query(String.class).list().get(0)));
			// an order that exists already
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> instance.bean(Orders.class).place("order-1", "coffee"));
			assertThat(instance.count("tinyfish_run")).isEqualTo(1);
		}
	}

	/**
	 * A listener that threw would have the outcome handed over again, and parked.
	 */
	@Test
	void outcomesWithoutAPriceAreHandedOverAtOnce() {
		this.simulator.given("tea", Scenario.completed(Map.of("status", "failure", "reason", "captcha")));
		this.simulator.given("coffee", Scenario.failed("SITE_BLOCKED", "Access denied"));
		this.simulator.given("milk", Scenario.completed(Map.of()));
		this.simulator.given("water", Scenario.builder().neverEnds().build());
		try (Instance instance = start(DatabaseKind.H2)) {
			List.of("tea", "coffee", "milk", "water")
				.forEach((product) -> instance.bean(Orders.class).place(product, product));
			instance.runs().cancelAll(DurableRunQuery.builder().tag("water").build());
			await().atMost(Instance.SOON)
				.until(() -> instance.runs()
					.list(DurableRunQuery.all())
					.data()
					.stream()
					.allMatch((run) -> run.state() == DurableRunState.DONE));
			assertThat(instance.jdbc().sql("select price from orders").query().singleColumn()).containsOnlyNulls();
			assertThat(instance.bean(Listeners.class).finished()).hasSize(4);
		}
	}

	/**
	 * The page says to delete the rows after each test, since the simulator forgets its
	 * runs.
	 */
	@Test
	void openRunsThatWereDeletedAreNotLostLater() {
		this.simulator.given("tea", Scenario.builder().neverEnds().build());
		try (Instance instance = start(DatabaseKind.H2)) {
			Listeners listeners = instance.bean(Listeners.class);
			instance.bean(Orders.class).place("order-1", "tea");
			DurableRun open = instance.runs().list(DurableRunQuery.all()).data().get(0);
			instance.await(open.id(), DurableRunState.RUNNING);
			instance.update("delete from tinyfish_run");
			instance.update("delete from tinyfish_pause");
			this.simulator.reset();
			// a run that is polled more often than it takes for one to be lost
			this.simulator.given("coffee",
					Scenario.builder().pace(Duration.ofMillis(500)).result(Map.of("price", 8.5)).build());
			instance.bean(Orders.class).place("order-2", "coffee");
			DurableRun run = instance.runs().list(DurableRunQuery.all()).data().get(0);
			instance.await(run.id(), DurableRunState.DONE);
			assertThat(instance.count("tinyfish_run")).isEqualTo(1);
			assertThat(listeners.errors(open.id())).isEmpty();
		}
	}

	@Test
	void aPersonDecidesAboutAnUncertainRun() {
		this.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		this.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		try (Instance instance = start(DatabaseKind.H2)) {
			Decisions decisions = instance.bean(Decisions.class);
			instance.bean(Orders.class).place("order-1", "tea");
			instance.awaitUncertain(instance.runs().list(DurableRunQuery.all()).data().get(0).id());
			this.simulator.clearFaults();
			await().atMost(Instance.SOON).until(() -> decisions.open().size() == 1);
			DurableRun run = decisions.open().get(0);
			List<Run> candidates = decisions.candidates(run);
			assertThat(candidates).hasSize(1);
			decisions.itIs(run, candidates.get(0), "alice");
			assertThat(instance.await(run.id(), DurableRunState.DONE).decidedBy()).isEqualTo("alice");
			assertThat(decisions.open()).isEmpty();
		}
	}

	@Test
	void aPersonGivesUpAllUncertainRunsOfATime() {
		this.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		this.simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 2);
		try (Instance instance = start(DatabaseKind.H2)) {
			Decisions decisions = instance.bean(Decisions.class);
			instance.bean(Orders.class).place("order-1", "tea");
			instance.bean(Orders.class).place("order-2", "coffee");
			List<DurableRun> runs = instance.runs().list(DurableRunQuery.all()).data();
			runs.forEach((run) -> instance.awaitUncertain(run.id()));
			assertThat(decisions.abandonSubmittedBefore(runs.get(0).acceptedAt(), "alice")).isZero();
			assertThat(decisions.abandonSubmittedBefore(runs.get(1).acceptedAt().plusSeconds(1), "alice")).isEqualTo(2);
			assertThat(instance.runs().list(DurableRunQuery.all()).data()).allSatisfy((run) -> {
				assertThat(run.state()).isEqualTo(DurableRunState.ABANDONED);
				assertThat(run.decidedBy()).isEqualTo("alice");
			});
		}
	}

	@Test
	void aTenantHasAKeyOfItsOwnAndARepeatedSubmissionItsFirstRun() {
		try (Instance instance = start(DatabaseKind.H2)) {
			AgentRequest request = AgentRequest.of("https://shop.example/", "For acme");
			DurableRun run = instance.runs().submit(Tenants.submission(request, "acme", "request-1"));
			assertThat(instance.runs().submit(Tenants.submission(request, "acme", "request-1")).id())
				.isEqualTo(run.id());
			instance.await(run.id(), DurableRunState.DONE);
			assertThat(this.simulator.journal().submissions("For acme")).singleElement()
				.satisfies((submitted) -> assertThat(submitted.apiKey()).isEqualTo("sk-acme-0123456789"));
		}
	}

	private Instance start(DatabaseKind kind) {
		Instance instance = Instance.start(kind.newDatabase(), this.simulator,
				List.of(Orders.class, Decisions.class, Tenants.class, Listeners.class));
		instance.update("create table orders (id varchar(100) primary key, price numeric(10, 2))");
		return instance;
	}

}
