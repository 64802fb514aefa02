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

package ai.tinyfish.durable.processes;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Instances are killed while they approve runs. A run is held, or was approved and is
 * sent once. The seed is always printed; {@code -Dtinyfish.test.seed=} chooses it.
 */
@Tag("processes")
class KilledApprovalTests {

	private static final int KILLS = 15;

	private static final int RUNS = 10;

	/** Takeover after 31 seconds, then the decision about runs that were being sent. */
	private static final Duration TAKEN_OVER = Duration.ofMinutes(4);

	@RegisterExtension
	final Processes processes = new Processes();

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	@ParameterizedTest
	@EnumSource(DatabaseKind.class)
	void approvedRunIsSentOnceWhereverItsInstanceWasKilled(DatabaseKind kind) {
		System.out.println("The seed of the killed approvals is " + this.seed);
		try (TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				SharedDatabase database = new SharedDatabase(kind);
				Instance survivor = Instance.start(Instance.properties(database.properties(), service, "holds=false",
						"tinyfish.durable.send-timeout=1s"), List.of(ProcessApplication.class))) {
			for (int kill = 0; kill < KILLS; kill++) {
				kill(kind, kill, database, service, survivor);
			}
			DurableRunQuery held = DurableRunQuery.builder().state(DurableRunState.HELD).limit(1000).build();
			List<DurableRun> waiting = survivor.runs().list(held).data();
			assertThat(waiting).allSatisfy((run) -> {
				assertThat(run.decidedBy()).isNull();
				assertThat(service.journal().submissions('"' + run.goal() + '"')).isEmpty();
			});
			System.out.println(waiting.size() + " of " + KILLS * RUNS + " approvals were not committed");
			waiting.forEach((run) -> survivor.runs().decidedBy("ben").approve(run.id()));
			await().atMost(TAKEN_OVER)
				.until(() -> database.count("tinyfish_run where state in ('DONE', 'UNCERTAIN')") == KILLS * RUNS);
			DurableRunQuery all = DurableRunQuery.builder().limit(1000).build();
			assertThat(survivor.runs().list(all).data()).hasSize(KILLS * RUNS).allSatisfy((run) -> {
				int sent = service.journal().submissions('"' + run.goal() + '"').size();
				// claimed, and killed before it was sent: a person is asked
				assertThat(sent).isEqualTo((run.state() == DurableRunState.DONE) ? 1 : 0);
			});
			assertThat(database.count("tinyfish_run where state = 'UNCERTAIN'")).isLessThanOrEqualTo(KILLS * 4L);
		}
	}

	/**
	 * Kill an instance when some of its approvals are committed.
	 */
	private void kill(DatabaseKind kind, int kill, SharedDatabase database, TinyFishSimulator service,
			Instance survivor) {
		InstanceProcess victim = this.processes.start("approval-" + kind + "-" + kill,
				Instance.properties(database.properties(), service, "holds=false", "tinyfish.durable.send-timeout=1s"));
		victim.awaitOutput("Started instance");
		List<String> ids = survivor.runs()
			.submitAll(IntStream.range(0, RUNS)
				.mapToObj((number) -> AgentRequest.of(InstanceMain.URL, "Order " + kill + "-" + number + "."))
				.toList())
			.stream()
			.map(DurableRun::id)
			.toList();
		int committed = this.random.nextInt(RUNS);
		ids.forEach((id) -> victim.send("approve", id));
		await().atMost(SharedDatabase.SOON)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> ids.stream().filter((id) -> survivor.state(id) != DurableRunState.HELD).count() >= committed);
		victim.kill();
	}

}
