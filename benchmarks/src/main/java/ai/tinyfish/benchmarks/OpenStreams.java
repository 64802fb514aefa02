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
import java.util.TreeMap;

/**
 * Resources of many open streams: heap, other memory and threads. All are open at once,
 * and all have received their first events.
 */
final class OpenStreams {

	private OpenStreams() {
	}

	/**
	 * Client that opens the streams.
	 */
	enum Side {

		TINYFISH("the client"), WEBCLIENT("WebClient by hand");

		private final String text;

		Side(String text) {
			this.text = text;
		}

	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the table
	 * @return the figures of each side by name
	 */
	static Map<Side, Map<String, Samples>> run(List<String> arguments, PrintStream out) {
		Options options = new Options(arguments,
				Map.of("streams", List.of(100, 1_000, 10_000), "events", List.of(3), "rounds", List.of(5)));
		List<Integer> counts = options.all("streams");
		Map<Side, Map<String, List<Double>>> values = new EnumMap<>(Side.class);
		List<Side> order = new ArrayList<>(List.of(Side.values()));
		for (int round = 0; round < options.one("rounds"); round++) {
			for (Side side : order) {
				List<Object> parameters = new ArrayList<>(List.of(side, options.one("events")));
				parameters.addAll(counts);
				Map<String, List<Double>> ofSide = values.computeIfAbsent(side, (key) -> new TreeMap<>());
				Processes.measure(OpenStreamsProcess.class, parameters.toArray())
					.forEach((name, value) -> ofSide.computeIfAbsent(name, (key) -> new ArrayList<>()).add(value));
			}
			Collections.reverse(order);
		}
		Map<Side, Map<String, Samples>> results = new EnumMap<>(Side.class);
		values.forEach((side, figures) -> {
			Map<String, Samples> samples = new TreeMap<>();
			figures.forEach((name, all) -> samples.put(name, new Samples(all)));
			results.put(side, samples);
		});
		print(counts, options.one("rounds"), results, out);
		return results;
	}

	private static void print(List<Integer> counts, int rounds, Map<Side, Map<String, Samples>> results,
			PrintStream out) {
		out.printf(Locale.ROOT, "%nOpen streams, medians of %d rounds%n%n", rounds);
		out.println("| streams | read by | heap per stream, bytes | direct memory, KB | threads | ended COMPLETED |");
		out.println("|---|---|---|---|---|---|");
		for (int count : counts) {
			for (Side side : Side.values()) {
				Map<String, Samples> figures = results.getOrDefault(side, Map.of());
				out.printf(Locale.ROOT, "| %,d | %s | %,.0f | %,.0f | %.0f | %s |%n", count, side.text,
						median(figures, "heap." + count), median(figures, "direct." + count) / 1024,
						median(figures, "threads." + count), (count == counts.get(counts.size() - 1))
								? "%,.0f".formatted(median(figures, "completed")) : "");
			}
		}
		String largest = "heap." + counts.get(counts.size() - 1);
		out.printf(Locale.ROOT, "%nThe client's heap beside that of WebClient by hand: %.2f%n",
				median(results.getOrDefault(Side.TINYFISH, Map.of()), largest)
						/ median(results.getOrDefault(Side.WEBCLIENT, Map.of()), largest));
	}

	private static double median(Map<String, Samples> figures, String name) {
		Samples samples = figures.get(name);
		if (samples == null) {
			throw new IllegalStateException("There is no figure " + name);
		}
		return samples.median();
	}

}
