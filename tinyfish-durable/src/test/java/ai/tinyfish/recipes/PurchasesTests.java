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

package ai.tinyfish.recipes;

import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The approval of the recipes, with the table that its page shows.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.durable.interval=200ms")
@AutoConfigureTinyFishSimulator
@Sql(statements = PurchasesTests.TABLE, executionPhase = ExecutionPhase.BEFORE_TEST_CLASS)
@Sql(statements = { "delete from tinyfish_run", "delete from tinyfish_pause", "delete from purchase" },
		executionPhase = ExecutionPhase.AFTER_TEST_METHOD)
class PurchasesTests {

	static final String TABLE = """
			create table purchase (
			    id varchar(100) primary key,
			    goal varchar(1000) not null,
			    requested_by varchar(100) not null,
			    approved_by varchar(100),
			    used boolean default false not null
			);
			""";

	@Autowired
	private Purchases purchases;

	@Autowired
	private DurableRuns runs;

	@Autowired
	private TinyFishClient tinyFish;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void anotherPersonApprovesOnce() {
		this.purchases.request("order-1", "Buy a pound of tea", "ann");
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.approve("order-1", "ann"));
		assertThat(this.runs.list(DurableRunQuery.all()).data()).isEmpty();
		this.purchases.approve("order-1", "bob");
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.approve("order-1", "carol"));
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(this.runs.list(DurableRunQuery.all()).data()).singleElement()
				.satisfies((run) -> assertThat(run.state()).isEqualTo(DurableRunState.DONE)));
		assertThat(this.simulator).hasStartedRuns(1).hasStartedRunWithGoal("Buy a pound of tea");
	}

	@Test
	void noOtherRunIsPossible() {
		this.purchases.request("order-1", "Buy a pound of tea", "ann");
		AgentRequest request = AgentRequest.of("https://shop.example/", "Buy a pound of tea");
		refused(request);
		refused(request.withTag("order-1"));
		this.purchases.approve("order-1", "bob");
		refused(request.withTag("order-1"));
		assertThat(this.runs.list(DurableRunQuery.all()).data()).hasSize(1);
	}

	private void refused(AgentRequest request) {
		assertThatIllegalStateException().isThrownBy(() -> this.tinyFish.agent().run(request))
			.withMessage("Run " + request.tag() + " is not approved");
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	@Import({ Purchases.class, Purchases.ApprovalInterceptor.class })
	static class Application {

	}

}
