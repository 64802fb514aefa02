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

import java.util.Collections;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Runs that may have been started, or are not known to the service, and the decisions of
 * a person.
 */
class UncertainRunsTests extends AbstractDurableRunsTests {

	@Test
	void nothingIsSentAgainWhereARunMayHaveBeenStarted() {
		String goal = goal();
		String id = uncertain(goal);
		assertThat(listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getState()).isEqualTo(DurableRunState.UNCERTAIN));
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
		String started = simulator.journal().runsByGoal().get(goal).get(0).id();
		assertThat(runs().settle(run(id), service().get(started)).state()).isEqualTo(DurableRunState.RUNNING);
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(started);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
		assertThatIllegalStateException().isThrownBy(() -> runs().settle(run(id), service().get(started)))
			.withMessageContaining("is DONE");
	}

	@Test
	void aRunIdThatIsInDoubtBelongsToOneRun() {
		String done = runs().submit(AgentRequest.of(URL, goal())).id();
		String runId = instance.await(done, DurableRunState.DONE).runId();
		String uncertain = uncertain(goal());
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settleUnproven(run(uncertain), runId))
			.withMessageContaining("belongs to another");
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settleUnproven(run(uncertain), "../../"));
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settleUnproven(run(uncertain), "r".repeat(129)));
		assertThat(instance.state(uncertain)).isEqualTo(DurableRunState.UNCERTAIN);
	}

	@Test
	void aRunIdMayHave128Characters() {
		String id = uncertain(goal());
		String longest = "r".repeat(128);
		assertThat(runs().settleUnproven(run(id), longest).runId()).isEqualTo(longest);
	}

	@Test
	void anUncertainRunIsSentAgainIfAPersonSaysSo() {
		String goal = goal();
		String id = uncertain(goal);
		assertThat(stored(id)).contains(SECRET);
		assertThat(runs().resubmit(id).state()).isEqualTo(DurableRunState.ACCEPTED);
		instance.await(id, DurableRunState.DONE);
		assertThat(simulator.journal().submissions(goal)).hasSize(2)
			.allSatisfy((request) -> assertThat(request.body()).contains(SECRET));
		assertThatIllegalStateException().isThrownBy(() -> runs().resubmit(id));
	}

	@Test
	void anUncertainRunIsGivenUpIfAPersonSaysSo() {
		String id = uncertain(goal());
		DurableRun abandoned = runs().abandon(id);
		assertThat(abandoned.state()).isEqualTo(DurableRunState.ABANDONED);
		assertThat(abandoned.endedAt()).isNotNull();
		assertThat(stored(id)).doesNotContain(SECRET);
		assertThatIllegalStateException().isThrownBy(() -> runs().abandon(id));
	}

	@Test
	void allOfABatchAreUncertainIfItsAnswerIsLost() {
		String goal = goal();
		simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		runs().submitAll(List.of(AgentRequest.of(URL, goal), AgentRequest.of(URL, goal)))
			.forEach((run) -> instance.awaitUncertain(run.id()));
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aRunThatTheServiceDoesNotKnowIsLostAndCanBeFollowedAgain() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().unknownAtFirst(4).build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		DurableRun lost = instance.await(id, DurableRunState.LOST);
		assertThat(listeners.errors(id)).singleElement()
			.satisfies((event) -> assertThat(event.getRunId()).isEqualTo(lost.runId()));
		runs().settleUnproven(lost, lost.runId());
		instance.await(id, DurableRunState.DONE);
	}

	@Test
	void aRunThatIsUnknownOnceIsNotLost() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().unknownAtFirst(1).build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		instance.await(id, DurableRunState.DONE);
		assertThat(listeners.errors(id)).isEmpty();
	}

	@Test
	void aRequestWhoseSenderDiedIsUncertainAfterSomeTime() {
		String goal = goal();
		String id = instance.transaction().execute((status) -> {
			String accepted = runs().submit(AgentRequest.of(URL, goal)).id();
			// as if a process had claimed it and died five minutes ago
			instance.jdbc()
				.sql("update tinyfish_run set state = 'SENDING', send_token = 'dead', sending_at = accepted_at - interval '5' minute where id = ?")
				.param(accepted)
				.update();
			return accepted;
		});
		instance.await(id, DurableRunState.UNCERTAIN);
		assertThat(listeners.errors(id)).hasSize(1);
		assertThat(simulator.journal().submissions(goal)).isEmpty();
	}

	@Test
	void aRequestWhoseSenderDiedHasTheOnlyRunWithItsGoal() {
		String goal = goal();
		String started = instance.bean(TinyFishClient.class).agent().queue(AgentRequest.of(URL, goal)).runId();
		String id = instance.transaction().execute((status) -> {
			String accepted = runs().submit(AgentRequest.of(URL, goal)).id();
			// a second before its time is over
			instance.jdbc()
				.sql("update tinyfish_run set state = 'SENDING', send_token = 'dead', sending_at = accepted_at - interval '119' second where id = ?")
				.param(accepted)
				.update();
			return accepted;
		});
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(started);
		assertThat(listeners.errors(id)).isEmpty();
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aCancelledRunIsNotSentAgain() {
		String goal = goal();
		String id = uncertain(goal);
		assertThat(runs().cancel(id).cancelRequested()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> runs().resubmit(id)).withMessageContaining("cancelled");
		assertThat(instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
		runs().abandon(id);
	}

	private static DurableRun run(String id) {
		return runs().find(id);
	}

	private static RunOperations service() {
		return instance.bean(TinyFishClient.class).runs();
	}

	private static String uncertain(String goal) {
		return uncertain(withSecrets(goal));
	}

	@Test
	void aRunThatDoesNotFitIsSettledOnlyWithoutAProof() {
		String id = uncertain(goal());
		Run other = service()
			.get(instance.bean(TinyFishClient.class).agent().queue(AgentRequest.of(URL, goal())).runId());
		assertThatIllegalArgumentException().isThrownBy(() -> runs().settle(run(id), other))
			.withMessageContaining("has another goal")
			.withMessageContaining("settleUnproven");
		assertThat(instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		runs().settleUnproven(run(id), other.runId());
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(other.runId());
	}

	/**
	 * Fifty doubts and two calls.
	 */
	@Test
	void manyRunsAreDecidedAtOnceAndByWhomIsStored() {
		String tag = goal();
		simulator.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		List<DurableRun> submitted = runs().submitAll(Collections.nCopies(50, AgentRequest.of(URL, tag).withTag(tag)));
		instance.awaitUncertain(submitted.stream().map(DurableRun::id).toList());
		DurableRunQuery query = DurableRunQuery.builder().tag(tag).limit(20).build();
		assertThat(runs().decidedBy("alice").resubmitAll(query)).isEqualTo(20);
		assertThat(runs().decidedBy("bob").abandonAll(query.toBuilder().limit(1000).build())).isEqualTo(30);
		assertThat(runs().abandonAll(query)).isZero();
		await().atMost(Instance.SOON).until(() -> count(DurableRunState.DONE, tag) == 20);
		assertThat(run(submitted.get(0).id()).decidedBy()).isEqualTo("alice");
		assertThat(run(submitted.get(49).id()).decidedBy()).isEqualTo("bob");
		assertThat(run(submitted.get(49).id()).decidedAt()).isNotNull();
	}

}
