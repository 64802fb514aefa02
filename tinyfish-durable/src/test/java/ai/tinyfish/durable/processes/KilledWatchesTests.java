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

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Watches shared by four instances, of which one is killed again and again, with a
 * database that crashes once, and a listener that fails now and then. The prices of a
 * shop change with every second run. The seed is always printed:
 * {@code -Dtinyfish.test.seed=} repeats it. A larger load has
 * {@code -Dtinyfish.test.watches=}, {@code .seconds=} (of the whole test),
 * {@code .period=} (of a watch, a divisor of a minute) and {@code .kill=} (seconds from
 * one kill to the next).
 */
@Tag("processes")
class KilledWatchesTests {

	private static final int INSTANCES = 4;

	private static final int RUNS_OF_A_PRICE = 2;

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	/** The tasks of instances that were killed are taken over. */
	private static final Duration LIMIT = Duration.ofMinutes(4);

	private static final double MAX_LAG = 90;

	private static final int WATCHES = Integer.getInteger("tinyfish.test.watches", 80);

	private static final int PERIOD = Integer.getInteger("tinyfish.test.period", 20);

	private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("tinyfish.test.seconds", 120));

	private static final Duration KILL = Duration.ofSeconds(Integer.getInteger("tinyfish.test.kill", 15));

	@RegisterExtension
	final Processes processes = new Processes();

	@TempDir
	Path data;

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	private final Map<String, Integer> runs = new ConcurrentHashMap<>();

	@Test
	void eachSlotIsSubmittedOnceAndEachChangeIsDeliveredOnceInOrder() throws Exception {
		System.out.println("The seed of the killed watches is " + this.seed);
		try (PostgreSqlServer server = new PostgreSqlServer(this.data);
				TinyFishSimulator simulator = TinyFishSimulator.builder()
					.maxRuns(1_000_000)
					.maxRequests(1000)
					.given(this::scenario)
					.start();
				SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL, server.properties())) {
			List<String> properties = Instance.properties(server.properties(), simulator, "holds=false",
					"tinyfish.durable.interval=2s", "tinyfish.durable.max-results=1000");
			List<InstanceProcess> instances = new ArrayList<>(IntStream.range(0, INSTANCES)
				.mapToObj((i) -> this.processes.start("watches-" + i, properties))
				.toList());
			instances.forEach((instance) -> instance.awaitOutput("Started instance"));
			instances.get(0).send("watch", String.valueOf(WATCHES), String.valueOf(PERIOD), "0");
			await().atMost(LIMIT).until(() -> database.count("tinyfish_watch") == WATCHES);
			int kills = disturb(instances, properties, server);
			database.jdbc().sql("update tinyfish_watch set state = 'PAUSED', next_at = null").update();
			await().atMost(LIMIT).until(() -> database.count("tinyfish_watch where open_run is not null") == 0);
			// none waits for a run that would be paid
			await().atMost(LIMIT)
				.until(() -> database.count("tinyfish_watch_result where delivery <> 'DELIVERED'") == 0);
			List<Slot> slots = slots(database);
			List<Received> received = received(database);
			System.out.println(kills + " kills, " + slots.size() + " slots, " + simulator.journal().runs().size()
					+ " runs, " + received.size() + " changes, "
					+ database.count("tinyfish_watch_result where delivery_attempts > 0") + " delivered again");
			assertThat(kills).isPositive();
			eachSlotIsSubmittedOnce(simulator, slots);
			theChangesLeadFromTheFirstPriceToTheLast(slots, received);
		}
	}

	private Scenario scenario(SimulatorRequest request) {
		int run = this.runs.merge(request.goal(), 1, Integer::sum);
		return Scenario.builder()
			.steps()
			.pace(Duration.ZERO)
			.result(List.of(Map.of("sku", "tea", "price", run / RUNS_OF_A_PRICE)))
			.build();
	}

	/**
	 * Kill an instance from time to time, and let the database crash in between.
	 * @return the number of kills
	 */
	private int disturb(List<InstanceProcess> instances, List<String> properties, PostgreSqlServer server)
			throws Exception {
		Instant begin = Instant.now();
		boolean crashed = false;
		int kills = 0;
		for (Instant next = begin.plus(KILL); next.isBefore(begin.plus(TIME)); next = next.plus(KILL)) {
			pause(Duration.between(Instant.now(), next));
			instances.remove(this.random.nextInt(instances.size())).kill();
			kills++;
			InstanceProcess started = this.processes.start("watches-" + (INSTANCES + kills), properties);
			if (!crashed && next.isAfter(begin.plus(TIME.dividedBy(2)))) {
				crashed = true;
				started.awaitOutput("Started instance");
				server.crash();
				pause(OUTAGE);
				server.restart();
			}
			instances.add(started);
		}
		pause(Duration.between(Instant.now(), begin.plus(TIME)));
		return kills;
	}

	private static void pause(Duration time) {
		if (time.isNegative()) {
			return;
		}
		await().pollDelay(time).atMost(time.plus(SharedDatabase.SOON)).until(() -> true);
	}

	private void eachSlotIsSubmittedOnce(TinyFishSimulator simulator, List<Slot> slots) {
		Map<String, Long> submitted = slots.stream().collect(Collectors.groupingBy(Slot::watch, Collectors.counting()));
		Map<String, List<SimulatedRun>> started = simulator.journal()
			.runs()
			.stream()
			.collect(Collectors
				.groupingBy((run) -> WatchedShops.ID + run.request().goal().substring(WatchedShops.GOAL.length())));
		assertThat(started).as("seed " + this.seed)
			.hasSize(WATCHES)
			.allSatisfy((watch, all) -> assertThat(all.size()).isLessThanOrEqualTo(submitted.get(watch).intValue()));
		Map<String, SimulatedRun> byId = simulator.journal()
			.runs()
			.stream()
			.collect(Collectors.toMap(SimulatedRun::id, (run) -> run));
		assertThat(slots).as("seed " + this.seed).filteredOn((slot) -> slot.runId() != null).allSatisfy((slot) -> {
			Duration lag = Duration.between(slot.at(), byId.get(slot.runId()).createdAt());
			assertThat(lag.toMillis() / 1e3).isLessThan(MAX_LAG);
		});
	}

	private void theChangesLeadFromTheFirstPriceToTheLast(List<Slot> slots, List<Received> received) {
		Map<String, List<Slot>> compared = slots.stream()
			.filter((slot) -> List.of("BASELINE", "UNCHANGED", "CHANGED").contains(slot.outcome()))
			.collect(Collectors.groupingBy(Slot::watch));
		assertThat(received).as("seed " + this.seed)
			.hasSize((int) slots.stream().filter((slot) -> slot.outcome().equals("CHANGED")).count());
		Map<String, List<Received>> changes = received.stream().collect(Collectors.groupingBy(Received::watch));
		assertThat(compared).as("seed " + this.seed).allSatisfy((watch, all) -> {
			int price = all.get(0).price();
			for (Received change : changes.getOrDefault(watch, List.of())) {
				assertThat(change.before()).as(watch).isEqualTo(price);
				assertThat(change.after()).as(watch).isGreaterThan(price);
				price = change.after();
			}
			assertThat(price).as(watch).isEqualTo(all.get(all.size() - 1).price());
		});
		assertThat(received).isNotEmpty();
	}

	/**
	 * Return the slots that were submitted, in their order.
	 */
	private static List<Slot> slots(SharedDatabase database) {
		return database.jdbc()
			.sql("select watch, slot, outcome, run_id, result from tinyfish_watch_result"
					+ " where outcome <> 'SKIPPED' order by slot")
			.query((row, number) -> new Slot(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant(),
					row.getString(3), row.getString(4), row.getString(5)))
			.list();
	}

	private static List<Received> received(SharedDatabase database) {
		return database.jdbc()
			.sql("select watch, before_price, after_price from watch_change order by seq")
			.query((row, number) -> new Received(row.getString(1), row.getInt(2), row.getInt(3)))
			.list();
	}

	private record Slot(String watch, Instant at, String outcome, @Nullable String runId, String result) {

		int price() {
			return RunResult.ofJson(this.result).toList(WatchedShops.Tea.class).get(0).price();
		}

	}

	private record Received(String watch, int before, int after) {

	}

}
