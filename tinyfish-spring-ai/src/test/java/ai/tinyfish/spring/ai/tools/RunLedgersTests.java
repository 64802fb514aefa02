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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.spring.test.TestRun;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which ledgers are forgotten.
 */
class RunLedgersTests {

	private static final int MAX_LEDGERS = 10_000;

	private static final Function<AgentRun, ObjectNode> ANSWERING = (run) -> ToolArguments.MAPPER.createObjectNode();

	private final AtomicLong time = new AtomicLong();

	private final RunLedgers ledgers = new RunLedgers(3, this.time::get);

	@Test
	void ledgerWithAnOpenRunIsKeptAtTheBound() {
		RunLedger open = this.ledgers.get("open");
		LedgerRun run = openRun(open);
		RunLedger ended = this.ledgers.get("ended");
		openRun(ended).settle(TestRun.completed().agentRun());
		fill("new", MAX_LEDGERS - 1);
		assertThat(this.ledgers.get("open")).isSameAs(open);
		assertThat(this.ledgers.get("ended")).isNotSameAs(ended);
		run.settle(TestRun.completed().agentRun());
		fill("newer", MAX_LEDGERS);
		assertThat(this.ledgers.get("open")).isNotSameAs(open);
	}

	@Test
	void ledgerWithAnOpenRunIsKeptWhileItIsIdle() {
		RunLedger open = this.ledgers.get("open");
		LedgerRun run = openRun(open);
		RunLedger idle = this.ledgers.get("idle");
		this.time.addAndGet(Duration.ofHours(2).toNanos());
		assertThat(this.ledgers.get("open")).isSameAs(open);
		assertThat(this.ledgers.get("idle")).isNotSameAs(idle);
		run.settle(TestRun.completed().agentRun());
		this.time.addAndGet(Duration.ofHours(2).toNanos());
		assertThat(this.ledgers.get("open")).isNotSameAs(open);
	}

	@Test
	void runsOfANewConversationAreRefusedIfAllOthersHaveOpenRuns() {
		LedgerRun first = openRun(this.ledgers.get("first"));
		IntStream.range(1, MAX_LEDGERS).forEach((i) -> openRun(this.ledgers.get("open " + i)));
		assertIsRefused(this.ledgers.get("new"));
		assertThat(this.ledgers.get("open 1")).isSameAs(this.ledgers.get("open 1"));
		first.settle(TestRun.completed().agentRun());
		assertThat(openRun(this.ledgers.get("new"))).isNotNull();
		assertIsRefused(this.ledgers.get("first"));
	}

	/**
	 * A call may have been given its ledger before others took the place.
	 */
	@Test
	void forgottenLedgerStartsNoRun() {
		RunLedger old = this.ledgers.get("old");
		fill("new", MAX_LEDGERS);
		assertIsRefused(old);
	}

	private void fill(String name, int number) {
		IntStream.range(0, number).forEach((i) -> this.ledgers.get(name + " " + i));
	}

	private static LedgerRun openRun(RunLedger ledger) {
		return ledger.open(AgentRequest.of("https://shop.example/", "price"), ANSWERING);
	}

	private static void assertIsRefused(RunLedger ledger) {
		assertThatExceptionOfType(ToolFailure.class).isThrownBy(() -> openRun(ledger))
			.withMessage("Refused, nothing was sent: too many conversations have runs in progress in this application."
					+ " Wait before you try again.");
	}

}
