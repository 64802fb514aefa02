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

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The approval of the recipes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.durable.interval=200ms")
@AutoConfigureTinyFishSimulator
@ExtendWith(OutputCaptureExtension.class)
@Sql(statements = { "delete from tinyfish_run", "delete from tinyfish_pause" },
		executionPhase = ExecutionPhase.AFTER_TEST_METHOD)
class PurchasesTests {

	private static final String GOAL = "Buy a pound of tea";

	@Autowired
	private Purchases purchases;

	@Autowired
	private DurableRuns runs;

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void anotherPersonApprovesOnce(CapturedOutput output) {
		String id = this.purchases.request(GOAL, "ann");
		assertThat(output).contains("A purchase of ann is HELD: It waits for an approval");
		assertThat(this.purchases.waiting()).extracting(DurableRun::goal).containsExactly(GOAL);
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.approve(id, "ann"))
			.withMessage("Another person decides");
		this.purchases.approve(id, "bob");
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.approve(id, "carol"));
		DurableRun run = await(id, DurableRunState.DONE);
		assertThat(run.decidedBy()).isEqualTo("bob");
		assertThat(this.purchases.waiting()).isEmpty();
		assertThat(this.simulator).hasStartedRuns(1).hasStartedRunWithGoal(GOAL);
		assertThat(output).contains("A purchase of ann is COMPLETED");
	}

	@Test
	void refusedPurchaseIsNeverSent(CapturedOutput output) {
		String id = this.purchases.request(GOAL, "ann");
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.refuse(id, "ann", "changed my mind"))
			.withMessage("Another person decides");
		this.purchases.refuse(id, "bob", "too dear");
		assertThat(await(id, DurableRunState.REFUSED).error()).isEqualTo("Refused by bob: too dear");
		assertThat(output).contains("A purchase of ann is REFUSED: Refused by bob: too dear");
		assertThat(this.simulator).hasStartedRuns(0);
	}

	@Test
	void giftCardIsRefusedWithoutAPerson() {
		assertThatIllegalStateException().isThrownBy(() -> this.purchases.request("Buy a gift card", "ann"))
			.withMessage("The DurableRunApproval refuses the run with the tag ann");
		assertThat(this.purchases.waiting()).isEmpty();
		assertThat(this.simulator).hasStartedRuns(0);
	}

	@Test
	void otherRunsNeedNoApproval() {
		await(this.purchases.request("Find the price of tea", "ann"), DurableRunState.DONE);
	}

	private DurableRun await(String id, DurableRunState state) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> this.runs.find(id), (run) -> run.state() == state);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	@Import(Purchases.class)
	static class Application {

	}

}
