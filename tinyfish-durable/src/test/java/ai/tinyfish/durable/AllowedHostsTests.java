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
import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.BudgetLedger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The hosts of durable runs are checked when they are submitted, submitted again, and
 * sent.
 */
class AllowedHostsTests extends AbstractInstanceTests {

	private static final String HOSTS = "tinyfish.allowed-hosts=shop.example";

	private static final String OTHER_URL = "https://evil.example/";

	/** Without interceptors. */
	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
		instance = Instance.start(kind.newDatabase(), simulator, List.of(), HOSTS);
	}

	@Test
	void aRunAtAnotherHostIsNotStored() {
		String goal = goal();
		AgentRequest request = AgentRequest.of(OTHER_URL, goal).withTag(goal);
		String other = instance.transaction().execute((status) -> {
			refused(() -> runs().submit(request));
			refused(() -> runs().submitAll(List.of(AgentRequest.of(URL, goal).withTag(goal), request)));
			return runs().submit(AgentRequest.of(URL, goal())).id();
		});
		instance.await(other, DurableRunState.DONE);
		assertThat(runs().list(DurableRunQuery.builder().tag(goal).build()).data()).isEmpty();
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aStoredRunIsRefusedIfItsHostIsNoLongerAllowed() {
		String goal = goal();
		String id = instance.transaction().execute((status) -> {
			DurableRun run = runs().submit(AgentRequest.of(URL, goal));
			moveToOtherHost(run.id());
			return run.id();
		});
		assertThat(instance.await(id, DurableRunState.REFUSED).error()).contains("evil.example")
			.contains("nothing was sent");
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aRunOfABatchThatIsRefusedKeepsNoOtherFromBeingSent() {
		String goal = goal();
		List<String> ids = instance.transaction().execute((status) -> {
			List<String> stored = runs().submitAll(List.of(AgentRequest.of(URL, goal), AgentRequest.of(URL, goal())))
				.stream()
				.map(DurableRun::id)
				.toList();
			moveToOtherHost(stored.get(0));
			return stored;
		});
		instance.await(ids.get(0), DurableRunState.REFUSED);
		instance.await(ids.get(1), DurableRunState.DONE);
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aStoredRunIsNotSentAgainIfItsHostIsNoLongerAllowed() {
		String goal = goal();
		String id = uncertain(AgentRequest.of(URL, goal));
		moveToOtherHost(id);
		refused(() -> runs().resubmit(id));
		assertThat(instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aRefusedRunLeavesNoReservationInTheTransactionOfItsCaller() {
		try (Instance budgeted = Instance.start(this.kind.newDatabase(), simulator, List.of(), HOSTS,
				"tinyfish.budget.runs-per-day=100")) {
			budgeted.transaction().executeWithoutResult((status) -> {
				refused(() -> budgeted.runs().submit(AgentRequest.of(OTHER_URL, goal())));
				budgeted.runs().submit(AgentRequest.of(URL, goal()));
				String other = budgeted.runs().submit(AgentRequest.of(URL, goal())).id();
				moveToOtherHost(budgeted, other);
			});
			await().atMost(Instance.SOON)
				.until(() -> budgeted.bean(BudgetLedger.class)
					.usage(null, LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC))
					.runs() == 1);
		}
	}

	private static void moveToOtherHost(String id) {
		moveToOtherHost(instance, id);
	}

	private static void moveToOtherHost(Instance instance, String id) {
		instance.update(
				"update tinyfish_run set request = replace(request, 'shop.example', 'evil.example') where id = ?", id);
	}

	private static void refused(Runnable submission) {
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(submission::run)
			.withMessage("The host evil.example of url is not one of tinyfish.allowed-hosts; nothing was sent");
	}

}
