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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Four instances, of which one is killed again and again, check the pages of watches
 * before their slots. Pages and prices change now and then. The seed is always printed:
 * {@code -Dtinyfish.test.seed=} repeats it.
 */
@Tag("processes")
class KilledPageChecksTests {

	private static final int INSTANCES = 4;

	private static final int KILLS = Integer.getInteger("tinyfish.test.kills", 30);

	private static final int WATCHES = 60;

	/** In seconds. */
	private static final int PERIOD = 10;

	private static final int SKIPPED = 5;

	/** The tasks of instances that were killed are taken over. */
	private static final Duration LIMIT = Duration.ofMinutes(4);

	@RegisterExtension
	final Processes processes = new Processes();

	private final long seed = Long.getLong("tinyfish.test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	private final AtomicIntegerArray prices = new AtomicIntegerArray(WATCHES);

	@Test
	void eachSlotIsDecidedOnceAndTheBaselinesFollowThePages() {
		System.out.println("The seed of the killed page checks is " + this.seed);
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.maxRuns(1_000_000)
			.maxRequests(1000)
			.given(this::scenario)
			.start(); SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL)) {
			IntStream.range(0, WATCHES).forEach((watch) -> page(simulator, watch));
			List<String> properties = Instance.properties(database.properties(), simulator, "holds=false",
					"tinyfish.durable.interval=1s", "tinyfish.durable.max-results=1000");
			List<InstanceProcess> instances = new ArrayList<>(
					IntStream.range(0, INSTANCES).mapToObj((i) -> start(i, properties)).toList());
			instances.get(0).send("watch", String.valueOf(WATCHES), String.valueOf(PERIOD), String.valueOf(SKIPPED));
			await().atMost(LIMIT).until(() -> database.count("tinyfish_watch") == WATCHES);
			for (int kill = 0; kill < KILLS; kill++) {
				change(simulator);
				afterTheNextFetch(simulator);
				instances.remove(this.random.nextInt(INSTANCES)).kill();
				instances.add(start(INSTANCES + kill, properties));
			}
			// each change is seen at last
			await().atMost(LIMIT).untilAsserted(() -> assertThat(baselines(database)).isEqualTo(current()));
			database.jdbc()
				.sql("update tinyfish_watch set state = 'PAUSED', next_at = null, check_until = null")
				.update();
			await().atMost(LIMIT).until(() -> database.count("tinyfish_watch where open_run is not null") == 0);
			List<Entry> history = history(database);
			Collection<SimulatedRun> runs = simulator.journal().runs();
			int skipped = history.stream().filter(Entry::isSkipped).mapToInt(Entry::slots).sum();
			System.out.println(KILLS + " kills, " + skipped + " slots skipped, " + runs.size() + " runs");
			assertThat(skipped).isGreaterThan(runs.size());
			eachSlotIsDecidedOnce(history);
			noRunIsWithoutItsSlot(history, runs);
		}
	}

	private InstanceProcess start(int number, List<String> properties) {
		InstanceProcess process = this.processes.start("checks-" + number, properties);
		process.awaitOutput("Started instance");
		return process;
	}

	private Scenario scenario(SimulatorRequest request) {
		int watch = Integer.parseInt(request.goal().substring(WatchedShops.GOAL.length()));
		return Scenario.builder()
			.steps()
			.pace(Duration.ZERO)
			.result(List.of(Map.of("sku", "tea", "price", this.prices.get(watch))))
			.build();
	}

	/**
	 * Change some prices, and then their pages: no page shows a price too early.
	 */
	private void change(TinyFishSimulator simulator) {
		for (int i = 0; i < 3; i++) {
			int watch = this.random.nextInt(WATCHES);
			this.prices.incrementAndGet(watch);
			page(simulator, watch);
		}
	}

	private void page(TinyFishSimulator simulator, int watch) {
		simulator.page(InstanceMain.URL + watch, "<p>The tea costs " + this.prices.get(watch) + "</p>");
	}

	/**
	 * Wait until pages are fetched, and up to 200 milliseconds longer.
	 */
	private void afterTheNextFetch(TinyFishSimulator simulator) {
		long before = simulator.journal().requests("POST /v1/fetch");
		await().atMost(LIMIT)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> simulator.journal().requests("POST /v1/fetch") > before);
		Duration longer = Duration.ofMillis(1 + this.random.nextInt(200));
		await().pollDelay(longer).atMost(LIMIT).until(() -> true);
	}

	private Map<String, Integer> current() {
		return IntStream.range(0, WATCHES)
			.boxed()
			.collect(Collectors.toMap((watch) -> WatchedShops.ID + watch, this.prices::get));
	}

	private static void eachSlotIsDecidedOnce(List<Entry> history) {
		Map<String, List<Entry>> byWatch = history.stream().collect(Collectors.groupingBy(Entry::watch));
		assertThat(byWatch).hasSize(WATCHES).allSatisfy((watch, entries) -> {
			Instant last = Instant.MIN;
			for (Entry entry : entries) {
				assertThat(entry.since()).isAfter(last);
				long possible = 1 + Duration.between(entry.since(), entry.slot()).toSeconds() / PERIOD;
				assertThat((long) entry.slots()).isBetween(1L, possible);
				last = entry.slot();
			}
		});
	}

	private static void noRunIsWithoutItsSlot(List<Entry> history, Collection<SimulatedRun> runs) {
		List<String> known = history.stream().map(Entry::runId).filter((id) -> id != null).toList();
		assertThat(known).doesNotHaveDuplicates();
		long unknown = history.stream().filter((entry) -> entry.outcome().equals("UNKNOWN")).count();
		assertThat(runs.stream().filter((run) -> !known.contains(run.id())).count()).isLessThanOrEqualTo(unknown);
	}

	private static Map<String, Integer> baselines(SharedDatabase database) {
		return database.jdbc()
			.sql("select id, (progress::jsonb -> 'baseline' -> 0 ->> 'price')::int from tinyfish_watch"
					+ " where progress like '%price%'")
			.query((row, number) -> Map.entry(row.getString(1), row.getInt(2)))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static List<Entry> history(SharedDatabase database) {
		return database.jdbc()
			.sql("select watch, since, slot, slots, outcome, run_id from tinyfish_watch_result order by slot")
			.query((row, number) -> new Entry(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant(),
					row.getObject(3, OffsetDateTime.class).toInstant(), row.getInt(4), row.getString(5),
					row.getString(6)))
			.list();
	}

	private record Entry(String watch, Instant since, Instant slot, int slots, String outcome, @Nullable String runId) {

		boolean isSkipped() {
			return this.outcome.equals("SAME_PAGE");
		}

	}

}
