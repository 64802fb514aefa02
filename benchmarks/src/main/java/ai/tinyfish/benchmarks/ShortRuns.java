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
 * CPU time of whole short runs: {@code start} of the client against a stream by hand that
 * is read to its end. Each run is only STARTED and COMPLETE, so that what a run costs is
 * not hidden behind its events.
 */
final class ShortRuns {

	private ShortRuns() {
	}

	/**
	 * The way in which runs are submitted.
	 */
	enum Side {

		TINYFISH("the client's `start`"), WEBCLIENT("WebClient by hand");

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
				Map.of("runs", List.of(20_000), "at-once", List.of(100), "rounds", List.of(5), "warm-up", List.of(6)));
		int runs = options.one("runs");
		int rounds = options.one("rounds");
		Map<Side, List<Double>> cpu = new EnumMap<>(Side.class);
		Map<Side, List<Double>> connections = new EnumMap<>(Side.class);
		List<Double> ratios = new ArrayList<>();
		List<Side> order = new ArrayList<>(List.of(Side.values()));
		for (int round = 0; round < rounds; round++) {
			Map<Side, Double> ofRound = new EnumMap<>(Side.class);
			for (Side side : order) {
				Map<String, Double> figures = Processes.measure(ShortRunsProcess.class, side, runs,
						options.one("at-once"), options.one("warm-up"));
				double micros = figures.getOrDefault("micros", 0.0);
				ofRound.put(side, micros);
				cpu.computeIfAbsent(side, (key) -> new ArrayList<>()).add(micros);
				connections.computeIfAbsent(side, (key) -> new ArrayList<>())
					.add(figures.getOrDefault("connections", 0.0));
			}
			ratios.add(ofRound.getOrDefault(Side.TINYFISH, 0.0) / ofRound.getOrDefault(Side.WEBCLIENT, 0.0));
			Collections.reverse(order);
		}
		out.printf(Locale.ROOT, "%n%,d runs of STARTED and COMPLETE, %d at once, %d rounds%n%n", runs,
				options.one("at-once"), rounds);
		out.println("| | CPU per run, µs: median | min | max | new connections: median | min | max |");
		out.println("|---|---|---|---|---|---|---|");
		Map<Side, Samples> results = new EnumMap<>(Side.class);
		cpu.forEach((side, values) -> {
			Samples micros = new Samples(values);
			Samples accepted = new Samples(connections.getOrDefault(side, List.of()));
			results.put(side, micros);
			out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %,.0f | %,.0f | %,.0f |%n", side.text, micros.median(),
					micros.min(), micros.max(), accepted.median(), accepted.min(), accepted.max());
		});
		Samples ratio = new Samples(ratios);
		out.printf(Locale.ROOT, "%n%s against %s, per round: median %.2f, %.2f to %.2f%n", Side.TINYFISH.text,
				Side.WEBCLIENT.text, ratio.median(), ratio.min(), ratio.max());
		return results;
	}

}
