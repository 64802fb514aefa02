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
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CPU time of whole short runs, and their calls: {@code start} of the client against a
 * stream by hand that is read to its end, each with and without the records of the runs.
 * Each run is only STARTED and COMPLETE, so that what a run costs is not hidden behind
 * its events.
 */
final class ShortRuns {

	private ShortRuns() {
	}

	/**
	 * The way in which runs are submitted.
	 */
	enum Side {

		START("`start`, without the record"), START_WITH_RECORD("`start`, with the record"),
		BY_HAND("by hand, the first call alone"), BY_HAND_WITH_RECORD("by hand, the same calls");

		private final String text;

		Side(String text) {
			this.text = text;
		}

	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the table
	 * @return the CPU time per run of each side in microseconds
	 */
	static Map<Side, Samples> run(List<String> arguments, PrintStream out) {
		Options options = new Options(arguments,
				Map.of("runs", List.of(20_000), "at-once", List.of(100), "rounds", List.of(5), "warm-up", List.of(12)));
		int runs = options.one("runs");
		int rounds = options.one("rounds");
		Map<Side, List<Double>> cpu = new EnumMap<>(Side.class);
		Map<Side, List<Double>> calls = new EnumMap<>(Side.class);
		Map<Side, List<Double>> connections = new EnumMap<>(Side.class);
		List<Map<Side, Double>> byRound = new ArrayList<>();
		List<Side> order = new ArrayList<>(List.of(Side.values()));
		for (int round = 0; round < rounds; round++) {
			Map<Side, Double> ofRound = new EnumMap<>(Side.class);
			for (Side side : order) {
				Map<String, Double> figures = Processes.measure(ShortRunsProcess.class, side, runs,
						options.one("at-once"), options.one("warm-up"));
				double micros = figures.getOrDefault("micros", 0.0);
				ofRound.put(side, micros);
				cpu.computeIfAbsent(side, (key) -> new ArrayList<>()).add(micros);
				calls.computeIfAbsent(side, (key) -> new ArrayList<>()).add(figures.getOrDefault("calls", 0.0));
				connections.computeIfAbsent(side, (key) -> new ArrayList<>())
					.add(figures.getOrDefault("connections", 0.0));
			}
			byRound.add(ofRound);
			Collections.reverse(order);
		}
		out.printf(Locale.ROOT, "%n%,d runs of STARTED and COMPLETE, %d at once, %d rounds%n%n", runs,
				options.one("at-once"), rounds);
		out.println("| | CPU per run, µs: median | min | max | calls per run | new connections |");
		out.println("|---|---|---|---|---|---|");
		Map<Side, Samples> results = new EnumMap<>(Side.class);
		cpu.forEach((side, values) -> {
			Samples micros = new Samples(values);
			results.put(side, micros);
			out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.3f | %,.0f |%n", side.text, micros.median(),
					micros.min(), micros.max(), new Samples(calls.getOrDefault(side, List.of())).median(),
					new Samples(connections.getOrDefault(side, List.of())).median());
		});
		out.println();
		compare(Side.START, Side.BY_HAND, byRound, out);
		compare(Side.START_WITH_RECORD, Side.BY_HAND, byRound, out);
		compare(Side.START_WITH_RECORD, Side.BY_HAND_WITH_RECORD, byRound, out);
		return results;
	}

	private static void compare(Side side, Side other, List<Map<Side, Double>> rounds, PrintStream out) {
		Samples ratio = new Samples(rounds.stream()
			.map((round) -> round.getOrDefault(side, 0.0) / round.getOrDefault(other, 0.0))
			.toList());
		out.printf(Locale.ROOT, "%s, against %s, per round: median %.2f, %.2f to %.2f%n", side.text, other.text,
				ratio.median(), ratio.min(), ratio.max());
	}

}
