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

package ai.tinyfish.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorRequest;
import ai.tinyfish.simulator.TinyFishSimulator;

/**
 * Many watches, shared by the instances of an application, of which one is killed again
 * and again, with a database that is stopped twice: whether each slot is submitted once,
 * each change is published once, and how late slots are. PostgreSQL and each instance are
 * processes of their own; the simulator is in this one, so that all clocks are the same.
 */
final class WatchLoad implements AutoCloseable {

	/** The prices of each shop change with each of so many runs. */
	private static final int RUNS_OF_A_PRICE = 2;

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofMillis(200);

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private final Map<String, Integer> runs = new ConcurrentHashMap<>();

	private final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.maxRuns(1_000_000)
		.maxRequests(1000)
		.given(this::scenario)
		.start();

	private final WatchLoadDatabase database = new WatchLoadDatabase();

	private final List<DurableLoadProcess> instances = new ArrayList<>();

	private final List<Instant> disturbances = Collections.synchronizedList(new ArrayList<>());

	private final Random random;

	private WatchLoad(int seed) throws IOException {
		this.random = new Random(seed);
	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the table
	 * @return the figures
	 */
	static WatchLoadFigures run(List<String> arguments, PrintStream out) throws IOException, InterruptedException {
		Options options = new Options(arguments,
				Map.of("watches", List.of(10_000), "instances", List.of(4), "spread", List.of(3600), "seconds",
						List.of(7200), "kill", List.of(120), "outages", List.of(2), "seed", List.of(1)));
		try (WatchLoad load = new WatchLoad(options.one("seed"))) {
			for (int i = 0; i < options.one("instances"); i++) {
				load.instances.add(load.start());
			}
			load.instances.forEach(DurableLoadProcess::awaitStarted);
			double saved = load.instances.get(0).save(options.one("watches"), options.one("spread"));
			out.printf(Locale.ROOT, "%n%,d watches over %d s on PostgreSQL, %d instances, seed %d%n%n",
					options.one("watches"), options.one("spread"), load.instances.size(), options.one("seed"));
			out.println("| | measured | promised |");
			out.println("|---|---|---|");
			out.printf(Locale.ROOT, "| `save` of all, in one transaction | %.1f s | |%n", saved);
			load.disturb(Duration.ofSeconds(options.one("seconds")), Duration.ofSeconds(options.one("kill")),
					options.one("outages"));
			return load.measure(out);
		}
	}

	private DurableLoadProcess start() {
		return new DurableLoadProcess(WatchLoadInstance.class, this.simulator.baseUrl(),
				TinyFishSimulator.DEFAULT_API_KEY, this.database.url());
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
	 * Kill an instance from time to time, and stop the database.
	 */
	private void disturb(Duration time, Duration kill, int outages) throws IOException, InterruptedException {
		Instant begin = Instant.now();
		Instant end = begin.plus(time);
		Instant nextKill = begin.plus(kill);
		Instant nextOutage = begin.plus(time.dividedBy(outages + 1));
		while (Instant.now().isBefore(end)) {
			if (outages > 0 && !Instant.now().isBefore(nextOutage)) {
				this.disturbances.add(Instant.now());
				this.database.restart(OUTAGE.toMillis());
				this.disturbances.add(Instant.now());
				outages--;
				nextOutage = Instant.now().plus(Duration.between(Instant.now(), end).dividedBy(outages + 1));
			}
			if (!kill.isZero() && !Instant.now().isBefore(nextKill)) {
				DurableLoadProcess killed = this.instances.remove(this.random.nextInt(this.instances.size()));
				this.disturbances.add(Instant.now());
				killed.kill();
				DurableLoadProcess next = start();
				this.instances.add(next);
				next.awaitStarted();
				nextKill = nextKill.plus(kill);
			}
			Thread.sleep(PAUSE.toMillis());
		}
	}

	private WatchLoadFigures measure(PrintStream out) throws InterruptedException {
		this.database.pause();
		// the tasks of those that were killed are taken over
		DurableLoadDatabase.await(() -> this.database.open() == 0, PAUSE, Instant.now().plus(PATIENCE));
		WatchLoadFigures figures = WatchLoadFigures.of(this.simulator.journal().runs(), this.database.outcomes(),
				this.database.received(), this.database.open(), this.disturbances);
		figures.print(out);
		return figures;
	}

	@Override
	public void close() {
		this.instances.forEach(DurableLoadProcess::stop);
		this.instances.forEach(DurableLoadProcess::close);
		this.database.close();
		this.simulator.close();
	}

}
