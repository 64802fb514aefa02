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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Submissions with a key of the application.
 */
class SubmissionKeyTests extends AbstractDurableRunsTests {

	/**
	 * An HTTP request that is repeated pays once.
	 */
	@Test
	void aSecondSubmissionWithTheSameKeyReturnsTheFirstRun() {
		String goal = goal();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal);
		DurableRun first = runs().submit(submission);
		String next = instance.transaction().execute((status) -> {
			assertThat(runs().submit(submission).id()).isEqualTo(first.id());
			assertThat(runs().submitAll(List.of(submission, submission))).extracting(DurableRun::id)
				.containsExactly(first.id(), first.id());
			// the transaction of the caller goes on
			return runs().submit(AgentRequest.of(URL, goal())).id();
		});
		instance.await(first.id(), DurableRunState.DONE);
		instance.await(next, DurableRunState.DONE);
		assertThat(runs().submit(submission).state()).isEqualTo(DurableRunState.DONE);
		assertThatIllegalStateException()
			.isThrownBy(() -> runs().submit(DurableSubmission.of(AgentRequest.of(URL, "other")).withKey(goal)))
			.withMessageContaining("another request");
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aKeyThatIsRefusedLeavesTheTransactionOfTheCallerAsItWas() {
		String goal = goal();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal);
		runs().submit(submission);
		DurableSubmission other = DurableSubmission.of(AgentRequest.of(URL, "other")).withKey(goal);
		DurableSubmission together = DurableSubmission.of(AgentRequest.of(URL, goal()).withTag("together " + goal));
		String next = instance.transaction().execute((status) -> {
			assertThatIllegalStateException().isThrownBy(() -> runs().submit(other));
			assertThatIllegalStateException().isThrownBy(() -> runs().submitAll(List.of(together, other)));
			return runs().submit(AgentRequest.of(URL, goal())).id();
		});
		instance.await(next, DurableRunState.DONE);
		assertThat(runs().list(DurableRunQuery.builder().tag("together " + goal).build()).data()).isEmpty();
	}

	@Test
	void concurrentSubmissionsWithTheSameKeyWaitForTheFirst() {
		String goal = goal();
		DurableSubmission submission = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal);
		List<String> others = new CopyOnWriteArrayList<>();
		List<Thread> threads = IntStream.range(0, 3)
			.mapToObj((i) -> new Thread(() -> others.add(runs().submit(submission).id())))
			.toList();
		String first = instance.transaction().execute((status) -> {
			String id = runs().submit(submission).id();
			threads.forEach(Thread::start);
			await().pollDelay(Duration.ofMillis(300)).until(() -> true);
			assertThat(others).isEmpty();
			return id;
		});
		await().atMost(Instance.SOON).until(() -> others.size() == 3);
		assertThat(others).containsOnly(first);
		instance.await(first, DurableRunState.DONE);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	/**
	 * Each transaction would wait for a key that the other one has inserted.
	 */
	@Test
	void submissionsOfTheSameKeysInAnotherOrderWaitForEachOther() {
		String goal = goal();
		DurableSubmission first = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal + "-a");
		DurableSubmission second = DurableSubmission.of(AgentRequest.of(URL, goal)).withKey(goal + "-b");
		List<String> others = new CopyOnWriteArrayList<>();
		Thread other = new Thread(
				() -> runs().submitAll(List.of(second, first)).forEach((run) -> others.add(run.id())));
		List<String> ids = instance.transaction().execute((status) -> {
			String id = runs().submit(first).id();
			other.start();
			await().pollDelay(Duration.ofMillis(300)).until(() -> true);
			return List.of(runs().submit(second).id(), id);
		});
		await().atMost(Instance.SOON).until(() -> others.size() == 2);
		assertThat(others).isEqualTo(ids);
	}

}
