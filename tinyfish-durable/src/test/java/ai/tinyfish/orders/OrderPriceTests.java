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

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.TestRun;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "tinyfish.durable.interval=200ms")
@AutoConfigureTinyFishSimulator
@Sql(statements = { "delete from tinyfish_run", "delete from tinyfish_pause", "delete from orders" },
		executionPhase = ExecutionPhase.AFTER_TEST_METHOD)
class OrderPriceTests {

	@Autowired
	Orders orders;

	@Autowired
	DurableRuns runs;

	@Autowired
	JdbcClient jdbc;

	@Autowired
	TinyFishSimulator simulator;

	@Test
	void thePriceIsReadByARun() {
		simulator.given("tea", Scenario.completed(Map.of("price", 9.99)));
		orders.place("order-1", "tea");
		await("order-1", DurableRunState.DONE);
		assertThat(price("order-1")).isEqualTo("9.99");
		assertThat(simulator).hasStartedRuns(1).hasStartedRunWithGoal("price of tea");
	}

	@Test
	void withoutCreditTheRequestIsRefused() {
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"));
		orders.place("order-1", "tea");
		assertThat(await("order-1", DurableRunState.REFUSED).error()).contains("No credit left");
	}

	@Test
	void withoutAResponseAPersonDecides() {
		simulator.fault(FaultPoint.runAsync(), Fault.disconnect());
		simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
		orders.place("order-1", "tea");
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> isUncertain("order-1"));
	}

	@Test
	void thePriceOfAnOutcomeIsStored() {
		jdbc.sql("insert into orders (id) values ('order-1')").update();
		TestRun run = TestRun.completed(new Orders.Offer(new BigDecimal("9.99")));
		GoalVerdict verdict = GoalVerdict.achieved("There is a price");
		orders.on(new DurableRunFinishedEvent("durable-1", run.agentRun(), verdict).withTag("order-1"));
		assertThat(price("order-1")).isEqualTo("9.99");
	}

	private DurableRun await(String order, DurableRunState state) {
		String id = runs.list(DurableRunQuery.builder().tag(order).build()).data().get(0).id();
		return Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> runs.find(id), (run) -> run.state() == state);
	}

	private boolean isUncertain(String order) {
		jdbc.sql("update tinyfish_run set sending_at = accepted_at - interval '1' hour"
				+ " where state = 'SENDING' and error is not null")
			.update();
		jdbc.sql("update tinyfish_task set execution_time = current_timestamp where task_name = 'tinyfish-settle'")
			.update();
		DurableRunQuery uncertain = DurableRunQuery.builder().tag(order).state(DurableRunState.UNCERTAIN).build();
		return !runs.list(uncertain).data().isEmpty();
	}

	private BigDecimal price(String order) {
		return jdbc.sql("select price from orders where id = ?").param(order).query(BigDecimal.class).single();
	}

}
