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

import java.util.concurrent.CountDownLatch;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Outcomes and refusals are stored in the transactions of their listeners.
 */
class HandoverTests extends AbstractDurableRunsTests {

	@Test
	void aRefusedRequestHasNoRun() {
		String goal = goal();
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "The goal is not allowed"), 1);
		String id = runs().submit(withSecrets(goal)).id();
		DurableRun refused = instance.await(id, DurableRunState.REFUSED);
		assertThat(refused.error()).contains("INVALID_INPUT").contains("The goal is not allowed");
		assertThat(listeners.errors(id)).singleElement().satisfies((event) -> {
			assertThat(event.getState()).isEqualTo(DurableRunState.REFUSED);
			assertThat(event.getMessage()).isEqualTo(refused.error());
		});
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void anOutcomeIsHandedOverAgainIfAListenerFails() {
		String goal = goal();
		listeners.onFinished((event) -> {
			if (listeners.finished(event.getDurableId()).size() == 1) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		instance.await(id, DurableRunState.UNDELIVERED);
		assertThat(listeners.afterCommit(id)).isEmpty();
		instance.await(id, DurableRunState.DONE);
		assertThat(listeners.finished(id)).hasSize(2)
			.extracting(DurableRunFinishedEvent::getRun)
			.containsOnly(runs().find(id).run());
		await().atMost(Instance.SOON).until(() -> listeners.afterCommit(id).size() == 1);
	}

	@Test
	void anOutcomeThatListenersFailOnTooOftenIsParked() {
		listeners.onFinished((event) -> {
			throw new IllegalStateException("thrown on purpose");
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		DurableRun parked = instance.await(id, DurableRunState.PARKED);
		assertThat(parked.run().status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(listeners.finished(id)).hasSize(2);
		assertThat(listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getState()).isEqualTo(DurableRunState.PARKED));
		listeners.onFinished((event) -> {
		});
		assertThat(runs().redeliver(id).state()).isEqualTo(DurableRunState.UNDELIVERED);
		instance.await(id, DurableRunState.DONE);
		assertThat(listeners.finished(id)).hasSize(3);
	}

	@Test
	void attemptsOfTwoPollsAtOnceAreBothCounted() {
		CountDownLatch calls = new CountDownLatch(2);
		listeners.onFinished((event) -> {
			calls.countDown();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					// the row is free, and the attempt is not stored yet
					await().atMost(Instance.SOON).until(() -> calls.getCount() == 0);
				}

			});
			throw new IllegalStateException("thrown on purpose");
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.PARKED);
		// a third poll may have begun before the two attempts were stored
		assertThat(listeners.finished(id)).hasSizeGreaterThanOrEqualTo(2);
		assertThat(listeners.errors(id)).hasSize(1);
	}

	@Test
	void aRefusalIsHandedOverAgainIfAListenerFails() {
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(403, "FORBIDDEN", "Not for you"), 1);
		listeners.onError((event) -> {
			if (listeners.errors(event.getDurableId()).size() == 1) {
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.REFUSED);
		assertThat(listeners.errors(id)).hasSize(2);
	}

	@Test
	void anErrorOfAListenerFailsTheHandoverToo() {
		listeners.onFinished((event) -> {
			if (listeners.finished(event.getDurableId()).size() == 1) {
				throw new StackOverflowError("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.DONE);
		assertThat(listeners.finished(id)).hasSize(2);
	}

	@Test
	void anErrorOfAListenerDoesNotKeepARunFromBecomingUncertain() {
		listeners.onError((event) -> {
			throw new StackOverflowError("thrown on purpose");
		});
		runs().abandon(uncertain(AgentRequest.of(URL, goal())));
	}

	@Test
	void rowsOfAListenerAreRolledBackWithTheOutcome() {
		listeners.onFinished((event) -> {
			if (listeners.finished(event.getDurableId()).size() == 1) {
				instance.jdbc()
					.sql("insert into tinyfish_pause (name) values (?)")
					.param(event.getDurableId())
					.update();
				throw new IllegalStateException("thrown on purpose");
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.DONE);
		assertThat(instance.count("tinyfish_pause")).isZero();
	}

	@Test
	void anSqlErrorThatAListenerSwallowsDoesNotPassForAHandover() {
		listeners.onFinished((event) -> {
			if (listeners.finished(event.getDurableId()).size() == 1) {
				swallow();
			}
		});
		String id = runs().submit(AgentRequest.of(URL, goal())).id();
		instance.await(id, DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> listeners.afterCommit(id).size() == 1);
		// only PostgreSQL aborts the transaction
		assertThat(listeners.finished(id)).hasSize((this.kind == DatabaseKind.POSTGRESQL) ? 2 : 1);
	}

	@Test
	void aListenerCanSubmitTheNextRun() {
		String next = goal();
		String id = instance.transaction().execute((status) -> {
			String first = runs().submit(AgentRequest.of(URL, goal())).id();
			listeners.onFinished((event) -> {
				if (event.getDurableId().equals(first)) {
					runs().submit(AgentRequest.of(URL, next).withTag(next));
				}
			});
			return first;
		});
		instance.await(id, DurableRunState.DONE);
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, next) == 1);
	}

	@Test
	void aRefusalWithATextThatDatabasesDoNotLikeIsStored() {
		simulator.fault(FaultPoint.runAsync(), Fault.refusal(400, "INVALID_INPUT", "not \0 allowed"), 1);
		DurableRun refused = instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.REFUSED);
		assertThat(refused.error()).contains("allowed");
	}

}
