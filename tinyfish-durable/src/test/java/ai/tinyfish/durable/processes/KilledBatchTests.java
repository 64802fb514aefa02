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
import java.util.Map;
import java.util.SplittableRandom;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An instance that sends five thousand requests in batches is killed at a random moment.
 * A person is asked about requests that were claimed and not posted, and about no others:
 * one batch at most. The seed is always printed; {@code -Dtinyfish.test.seed=} and
 * {@code -Dtinyfish.test.kills=} choose it and the number of kills.
 */
@Tag("processes")
class KilledBatchTests {

	private static final String GOAL = "Read page";

	private static final int RUNS = 5000;

	private static final int THREADS = 4;

	private static final int BATCH = 100;

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private static final String UNDECIDED = "tinyfish_run where state in ('ACCEPTED', 'SENDING')";

	@RegisterExtension
	final Processes processes = new Processes();

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	@Test
	void onlyRequestsThatWereClaimedAndNotPostedAreUncertain() {
		System.out.println("The seed of the killed batches is " + this.seed);
		for (int kill = 1; kill <= Integer.getInteger("tinyfish.test.kills", 1); kill++) {
			kill(kill);
		}
	}

	private void kill(int kill) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.given((request) -> Scenario.builder().neverEnds().build())
			.start(); SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			List<String> properties = Instance.properties(database.properties(), simulator,
					"tinyfish.durable.interval=1h", "holds=false", "tinyfish.durable.threads=" + THREADS,
					"tinyfish.durable.send-timeout=5s", "spring.datasource.hikari.maximum-pool-size=16");
			InstanceProcess instance = this.processes.start("batch-victim-" + kill, properties);
			instance.send("batch", "", GOAL, String.valueOf(RUNS));
			int sent = this.random.nextInt(RUNS - THREADS * BATCH);
			// the instance creates the tables
			await().atMost(LIMIT)
				.ignoreExceptions()
				.until(() -> database.count("tinyfish_run where run_id is not null") > sent);
			instance.kill();
			long sending = database.count("tinyfish_run where state = 'SENDING'");
			InstanceProcess survivor = this.processes.start("batch-survivor-" + kill, properties);
			await().atMost(LIMIT).until(() -> database.count(UNDECIDED) == 0);
			survivor.kill();
			System.out.println("Kill " + kill + ": of " + sending + " runs that were SENDING, "
					+ database.count("tinyfish_run where state = 'UNCERTAIN'") + " are UNCERTAIN");
			allIsDecided(database, simulator.journal().runsByGoal());
		}
	}

	private void allIsDecided(SharedDatabase database, Map<String, List<SimulatedRun>> posted) {
		String seeded = "seed " + this.seed;
		assertThat(posted.values()).as(seeded).allMatch((runs) -> runs.size() == 1);
		assertThat(database.count("tinyfish_run where state in ('RUNNING', 'UNCERTAIN')")).as(seeded).isEqualTo(RUNS);
		assertThat(database.count("tinyfish_run where state = 'RUNNING'")).as(seeded).isEqualTo(posted.size());
		List<String> uncertain = database.jdbc()
			.sql("select tag from tinyfish_run where state = 'UNCERTAIN'")
			.query(String.class)
			.list();
		// the goal of each that was posted shows its run
		assertThat(uncertain).as(seeded).doesNotContainAnyElementsOf(posted.keySet());
		assertThat(uncertain).as(seeded).hasSizeLessThanOrEqualTo(BATCH);
	}

}
