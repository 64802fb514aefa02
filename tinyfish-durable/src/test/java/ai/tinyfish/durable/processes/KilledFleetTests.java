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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
 * One of four instances that have just started and send five thousand requests is killed
 * at a random moment of the first ten seconds. The requests of one batch are
 * {@code UNCERTAIN} then, or, after half of many kills, none. The seed is always printed;
 * {@code -Dtinyfish.test.seed=} and {@code -Dtinyfish.test.kills=} choose it and the
 * number of kills. Without kills, the time until all run is printed.
 */
@Tag("processes")
class KilledFleetTests {

	private static final String GOAL = "Read page";

	private static final int RUNS = 5000;

	private static final int INSTANCES = 4;

	private static final int BATCH = 100;

	/** From how many kills on half of them leave nothing uncertain: not by chance. */
	private static final int MANY = 20;

	private static final int FIRST_MILLIS = 10_000;

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private static final String STATE = "tinyfish_run where state = ";

	@RegisterExtension
	final Processes processes = new Processes();

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	@Test
	void oneBatchAtMostIsUncertainAfterAKill() {
		System.out.println("The seed of the killed fleets is " + this.seed);
		int kills = Integer.getInteger("tinyfish.test.kills", 2);
		if (kills == 0) {
			fleet(0, -1);
		}
		List<Long> uncertain = new ArrayList<>();
		for (int kill = 1; kill <= kills; kill++) {
			uncertain.add(fleet(kill, this.random.nextInt(FIRST_MILLIS)));
		}
		System.out.println("UNCERTAIN after " + kills + " kills: " + uncertain);
		assertThat(uncertain).as("seed " + this.seed).allMatch((runs) -> runs <= BATCH);
		if (kills >= MANY) {
			assertThat(uncertain.stream().filter((runs) -> runs == 0).count()).as("seed " + this.seed)
				.isGreaterThanOrEqualTo(kills / 2);
		}
	}

	/**
	 * Return how many runs are uncertain after the kill.
	 * @param millis when an instance is killed, or -1 for never
	 */
	private long fleet(int number, int millis) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.given((request) -> Scenario.builder().neverEnds().build())
			.start(); SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			List<String> properties = Instance.properties(database.properties(), simulator,
					"tinyfish.durable.interval=1h", "holds=false", "spring.datasource.hikari.maximum-pool-size=16");
			List<InstanceProcess> instances = IntStream.range(0, INSTANCES)
				.mapToObj((i) -> this.processes.start("fleet-" + number + "-" + i, properties))
				.toList();
			instances.forEach((instance) -> instance.awaitOutput("Started instance"));
			instances.get(0).send("batch", "", GOAL, String.valueOf(RUNS));
			await().atMost(LIMIT).ignoreExceptions().until(() -> database.count("tinyfish_run") == RUNS);
			long begin = System.nanoTime();
			long posted = 0;
			InstanceProcess victim = instances.get(this.random.nextInt(INSTANCES));
			if (millis >= 0) {
				await().pollDelay(Duration.ofMillis(millis)).atMost(LIMIT).until(() -> true);
				posted = database.count("tinyfish_run where run_id is not null");
				victim.kill();
			}
			await().atMost(LIMIT).until(() -> database.count(STATE + "'ACCEPTED'") == 0);
			if (millis < 0) {
				await().atMost(LIMIT).until(() -> database.count(STATE + "'RUNNING'") == RUNS);
				System.out.println("All run after " + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
			}
			awaitDecisions(database, victim);
			long uncertain = database.count(STATE + "'UNCERTAIN'");
			System.out.println("Kill " + number + " after " + millis + " ms, with " + posted + " running: " + uncertain
					+ " UNCERTAIN");
			allIsDecided(database, simulator.journal().runsByGoal());
			instances.forEach(InstanceProcess::kill);
			return uncertain;
		}
	}

	/**
	 * Wait until nothing is being sent, as if more time had passed since the victim was
	 * killed.
	 */
	private static void awaitDecisions(SharedDatabase database, InstanceProcess victim) {
		await().atMost(LIMIT).until(() -> {
			if (!victim.isAlive()) {
				database.jdbc()
					.sql("update tinyfish_run"
							+ " set sending_at = least(sending_at, current_timestamp - interval '121' second)"
							+ " where state = 'SENDING' and sender like ?")
					.param(victim.pid() + "@%")
					.update();
				database.jdbc()
					.sql("update tinyfish_task set execution_time = current_timestamp"
							+ " where task_name = 'tinyfish-settle' and not picked")
					.update();
			}
			return database.count(STATE + "'SENDING'") == 0;
		});
	}

	private void allIsDecided(SharedDatabase database, Map<String, List<SimulatedRun>> posted) {
		String seeded = "seed " + this.seed;
		assertThat(posted.values()).as(seeded).allMatch((runs) -> runs.size() == 1);
		assertThat(database.count("tinyfish_run where state in ('RUNNING', 'UNCERTAIN')")).as(seeded).isEqualTo(RUNS);
		assertThat(database.count(STATE + "'RUNNING'")).as(seeded).isEqualTo(posted.size());
	}

}
