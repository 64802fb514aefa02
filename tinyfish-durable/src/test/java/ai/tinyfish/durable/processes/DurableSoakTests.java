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
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two thousand durable runs of three instances, one of which is killed every few seconds,
 * over a service that refuses requests, breaks connections and is slow: none is lost and
 * none is sent twice. The seed is always printed, and {@code -Dtinyfish.test.seed=}
 * repeats it as far as processes and sockets allow.
 */
@Tag("processes")
class DurableSoakTests {

	private static final int RUNS = 2000;

	private static final int INSTANCES = 3;

	private static final Duration LIMIT = Duration.ofMinutes(10);

	private static final String OPEN = "tinyfish_run where state in ('ACCEPTED', 'SENDING', 'RUNNING', 'UNDELIVERED')";

	private static final List<Fault> FAULTS = List.of(
			Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down").withHeader("Retry-After", "1"),
			Fault.refusal(500, "INTERNAL_ERROR", "Try again"), Fault.refusal(503, "SERVICE_BUSY", "Try again"),
			Fault.refusal(400, "INVALID_INPUT", "Not allowed"), Fault.badGateway(), Fault.disconnect(), Fault.reset(),
			Fault.silence());

	/**
	 * Most of them single ones, since a lost answer to many makes all of them uncertain.
	 */
	private static final List<FaultPoint> SUBMISSIONS = List.of(FaultPoint.runAsync(), FaultPoint.runAsync(),
			FaultPoint.runAsync(), FaultPoint.answerOf("POST /v1/automation/run-batch"));

	@RegisterExtension
	final Processes processes = new Processes();

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	private final AtomicInteger starts = new AtomicInteger();

	@Test
	void noRunIsLostAndNoneIsSentTwice() {
		System.out.println("The seed of the soak is " + this.seed);
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.maxRuns(10 * RUNS)
			.randomFaults(this.seed, 0, 0.03)
			.given(this::scenario)
			.start(); SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			IntStream.rangeClosed(1, RUNS)
				.forEach(
						(number) -> database.jdbc().sql("insert into work (number) values (?)").param(number).update());
			List<String> properties = Instance.properties(database.properties(), simulator,
					"tinyfish.durable.interval=1s", "tinyfish.durable.threads=6", "tinyfish.durable.send-timeout=2s",
					"tinyfish.durable.max-handovers=1", "spring.datasource.hikari.maximum-pool-size=24");
			List<InstanceProcess> instances = new ArrayList<>();
			for (int i = 0; i < INSTANCES; i++) {
				instances.add(start(properties));
			}
			int kills = 0;
			long end = System.nanoTime() + LIMIT.toNanos();
			while (!settled(database) && System.nanoTime() < end) {
				disturb(simulator, database, Duration.ofMillis(this.random.nextInt(3000, 7000)));
				int killed = this.random.nextInt(INSTANCES);
				instances.get(killed).kill();
				instances.set(killed, start(properties));
				kills++;
			}
			System.out.println("Runs by state, after " + kills + " kills: " + states(database));
			assertThat(settled(database)).as("seed %d, settled", this.seed).isTrue();
			assertThat(kills).as("seed %d", this.seed).isGreaterThan(INSTANCES);
			nothingIsLost(database);
			nothingWasSentTwice(database, simulator.journal());
		}
	}

	private InstanceProcess start(List<String> properties) {
		InstanceProcess process = this.processes.start("soak-" + this.starts.incrementAndGet(), properties);
		process.send("load", String.valueOf(this.random.nextLong()));
		return process;
	}

	/**
	 * Inject faults one after the other for some time.
	 */
	private void disturb(TinyFishSimulator simulator, SharedDatabase database, Duration time) {
		long end = System.nanoTime() + time.toNanos();
		while (System.nanoTime() < end && !settled(database)) {
			simulator.fault(SUBMISSIONS.get(this.random.nextInt(SUBMISSIONS.size())),
					FAULTS.get(this.random.nextInt(FAULTS.size())), 1);
			int injected = simulator.journal().faults().size();
			// until it was, or is not needed any more
			await().pollInterval(Duration.ofMillis(200))
				.until(() -> simulator.journal().faults().size() > injected || System.nanoTime() > end);
		}
	}

	private Scenario scenario(SimulatorRequest request) {
		SplittableRandom choice = new SplittableRandom(this.seed ^ request.goal().hashCode());
		Scenario.Builder scenario = Scenario.builder().endsAfter(Duration.ofMillis(choice.nextInt(6000)));
		if (choice.nextInt(10) == 0) {
			scenario.fails("TASK_FAILED", "The page has no price");
		}
		if (choice.nextInt(10) == 0) {
			scenario.unknownAtFirst(2);
		}
		return scenario.build();
	}

	private static boolean settled(SharedDatabase database) {
		return database.count("work where durable_id is null") == 0 && database.count(OPEN) == 0;
	}

	private static List<String> states(SharedDatabase database) {
		return database.jdbc()
			.sql("select state || ' ' || count(*) from tinyfish_run group by state order by state")
			.query(String.class)
			.list();
	}

	private void nothingIsLost(SharedDatabase database) {
		String seeded = "seed " + this.seed;
		assertThat(database.count("work w join tinyfish_run r on r.id = w.durable_id")).as(seeded).isEqualTo(RUNS);
		assertThat(database.count("tinyfish_run")).as(seeded).isEqualTo(RUNS);
		assertThat(database.count("tinyfish_run where state not in ('DONE', 'REFUSED', 'UNCERTAIN')")).as(seeded)
			.isZero();
		assertThat(database.count("tinyfish_run where state = 'DONE'")).as(seeded).isGreaterThan(RUNS / 2);
		// each outcome was handed over, and nothing else was
		assertThat(database.count("tinyfish_run r left join outcome o on o.id = r.id"
				+ " where r.state <> 'UNCERTAIN' and r.state is distinct from o.state"))
			.as(seeded)
			.isZero();
		assertThat(database.count("outcome")).as(seeded)
			.isEqualTo(database.count("tinyfish_run where state <> 'UNCERTAIN'"));
		assertThat(database.count("tinyfish_run r join notice n on n.id = r.id and n.state = r.state")).as(seeded)
			.isEqualTo(database.count("tinyfish_run where state = 'UNCERTAIN'"))
			.isEqualTo(database.count("notice"));
		assertThat(database
			.count("(select id from listener_call where listener = 'commit' group by id having count(*) > 1) as twice"))
			.as(seeded)
			.isZero();
	}

	private void nothingWasSentTwice(SharedDatabase database, SimulatorJournal journal) {
		Map<String, List<SimulatedRun>> runs = journal.runsByGoal();
		assertThat(runs).allSatisfy((goal, sent) -> assertThat(sent).as("seed %d: %s", this.seed, goal).hasSize(1));
		JdbcClient jdbc = database.jdbc();
		jdbc.sql("select tag, state, run_id, status, error from tinyfish_run").query((row) -> {
			String tag = Objects.requireNonNull(row.getString("tag"));
			String description = "seed " + this.seed + ": " + tag + " " + row.getString("state");
			if (row.getString("state").equals("DONE")) {
				SimulatedRun run = runs.getOrDefault(tag, List.of()).get(0);
				assertThat(row.getString("run_id")).as(description).isEqualTo(run.id());
				assertThat(row.getString("status")).as(description).isEqualTo(run.status().name());
			}
			else if (row.getString("state").equals("UNCERTAIN")) {
				// each goal is unique, so that it would have shown the run
				assertThat(runs).as(description + " " + row.getString("error")).doesNotContainKey(tag);
			}
			else if (row.getString("state").equals("REFUSED")) {
				assertThat(runs).as(description).doesNotContainKey(tag);
			}
		});
	}

}
