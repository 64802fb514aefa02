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

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;

/**
 * Many open durable runs, shared by the instances of an application: whether each outcome
 * is handed over once, how long after the end of its run, and how many calls it takes.
 * PostgreSQL and each instance are processes of their own; the simulator is in this one,
 * so that all clocks are the same.
 */
final class DurableLoad implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Duration PAUSE = Duration.ofMillis(200);

	/** A range is polled in less than {@link #PAUSE}. */
	private static final Duration RANGE_PAUSE = Duration.ofMillis(5);

	private final DurableLoadDatabase database;

	private final DurableLoadService service;

	private final Duration interval;

	private final List<DurableLoadProcess> instances = new ArrayList<>();

	private DurableLoad(DurableLoadDatabase database, DurableLoadService service, Duration interval) {
		this.database = database;
		this.service = service;
		this.interval = interval;
	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the table
	 * @return the figures
	 */
	static DurableLoadFigures run(List<String> arguments, PrintStream out) throws InterruptedException {
		Options options = new Options(arguments, Map.of("runs", List.of(10_000), "instances", List.of(4), "interval",
				List.of(10), "rate", List.of(50), "hold", List.of(120), "seed", List.of(1), "kill", List.of(0)));
		int runs = options.one("runs");
		Duration interval = Duration.ofSeconds(options.one("interval"));
		Duration duration = Duration.ofMillis(runs * 1000L / options.one("rate"));
		try (DurableLoadDatabase database = new DurableLoadDatabase();
				DurableLoadService service = new DurableLoadService(runs, duration, options.one("seed"));
				DurableLoad load = new DurableLoad(database, service, interval)) {
			for (int i = 0; i < options.one("instances"); i++) {
				load.instances.add(load.start("instance-" + (i + 1)));
			}
			load.instances.forEach(DurableLoadProcess::awaitStarted);
			out.printf(Locale.ROOT, "%n%,d open runs on PostgreSQL, %d instances, a sweep each %d s, seed %d%n%n", runs,
					load.instances.size(), interval.toSeconds(), options.one("seed"));
			out.println("| | measured | promised |");
			out.println("|---|---|---|");
			Instant firstEnding = Instant.now().plusSeconds(options.one("hold"));
			load.submit(runs, firstEnding, out);
			return load.measure(runs, firstEnding, duration, options.one("kill") > 0, out);
		}
	}

	private DurableLoadProcess start(String name) {
		return new DurableLoadProcess(DurableLoadInstance.class, name, this.service.baseUrl(),
				TinyFishSimulator.DEFAULT_API_KEY, this.database.url(), this.interval.toSeconds() + "s");
	}

	private void submit(int runs, Instant firstEnding, PrintStream out) throws InterruptedException {
		this.service.firstEnding(firstEnding);
		long begin = System.nanoTime();
		double seconds = this.instances.get(0).submit(runs);
		out.printf(Locale.ROOT, "| `submitAll`, in one transaction | %.1f s | |%n", seconds);
		if (!DurableLoadDatabase.await(() -> this.database.running() >= runs, PAUSE, firstEnding)) {
			throw new IllegalStateException("Not all runs were open before the first one ended: raise hold. They are "
					+ this.database.states());
		}
		out.printf(Locale.ROOT, "| from `submitAll` until all were running | %.1f s | |%n",
				(System.nanoTime() - begin) / 1e9);
		out.printf(Locale.ROOT, "| CPU time of the instances, from their start until then | %d s | |%n", cpuSeconds());
	}

	private long cpuSeconds() {
		return this.instances.stream().mapToLong((instance) -> instance.cpuTime().toSeconds()).sum();
	}

	private DurableLoadFigures measure(int runs, Instant firstEnding, Duration duration, boolean withKill,
			PrintStream out) throws InterruptedException {
		long cpuSeconds = cpuSeconds();
		@Nullable Instant kill = withKill ? kill(firstEnding.plus(duration.dividedBy(2)), out) : null;
		Instant deadline = firstEnding.plus(duration).plus(this.interval).plus(PATIENCE);
		// those that were killed hold tasks until they are replaced
		DurableLoadDatabase.await(() -> this.database.done() >= runs && this.database.tasks() == 0, PAUSE, deadline);
		List<DurableLoadDatabase.Received> received = this.database.received();
		if (received.isEmpty()) {
			throw new IllegalStateException("No outcome was handed over");
		}
		DurableLoadFigures figures = DurableLoadFigures.of(runs, this.database.done(), this.service.journal(), received,
				this.database.sweepTimes(), kill, this.interval);
		if (kill == null) {
			out.printf(Locale.ROOT, "| CPU time of the instances, from then on | %d s | |%n",
					cpuSeconds() - cpuSeconds);
		}
		figures.print(out);
		return figures;
	}

	/**
	 * Kill an instance while it polls, and start another one. If polls are so short that
	 * none is seen for some sweeps, it is killed anyway.
	 * @param time when at the earliest
	 * @return when it was killed
	 */
	private Instant kill(Instant time, PrintStream out) throws InterruptedException {
		DurableLoadDatabase.await(() -> false, PAUSE, time);
		DurableLoadProcess killed = this.instances.get(this.instances.size() - 1);
		DurableLoadDatabase.await(() -> this.database.rangesOf(killed.pid()) > 0, RANGE_PAUSE,
				time.plus(this.interval.multipliedBy(3)));
		killed.kill();
		this.instances.remove(killed);
		Instant kill = Instant.now();
		out.printf(Locale.ROOT, "| ranges that the killed instance polled | %d | |%n",
				this.database.rangesOf(killed.pid()));
		DurableLoadProcess next = start("restarted");
		this.instances.add(next);
		next.awaitStarted();
		return kill;
	}

	@Override
	public void close() {
		// all at once
		this.instances.forEach(DurableLoadProcess::stop);
		this.instances.forEach(DurableLoadProcess::close);
	}

}
