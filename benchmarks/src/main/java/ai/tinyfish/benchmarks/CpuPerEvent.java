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
 * CPU time to receive an event, from the socket to a typed event in a Flux, or to a
 * listener. Each figure is that of a fresh process, which has run the same before.
 */
final class CpuPerEvent {

	private CpuPerEvent() {
	}

	/**
	 * Measured ways to receive events.
	 */
	enum Subject {

		TINYFISH("the client"),

		BLOCKING("the client's `AgentStream`"),

		WEBCLIENT("WebClient by hand: ServerSentEvent and Jackson"),

		RECEIVING("WebClient that only receives the bytes"),

		JSON("Jackson alone, the same events from memory"),

		LISTENER("a `TinyFishRunListener`"),

		EVENT_LISTENER("an `@EventListener`"),

		CONDITIONAL("an `@EventListener` with a condition on the tag");

		private final String text;

		Subject(String text) {
			this.text = text;
		}

	}

	/**
	 * Measure the client and the same by hand.
	 * @param arguments the options
	 * @param out takes the tables
	 * @return the CPU time per event of all subjects in microseconds, by the number of
	 * events in a chunk
	 */
	static Map<Integer, Map<Subject, Samples>> run(List<String> arguments, PrintStream out) {
		return run(arguments, 400_000, List.of(1, 64), 1, out,
				List.of(Subject.TINYFISH, Subject.WEBCLIENT, Subject.RECEIVING, Subject.JSON), Subject.TINYFISH,
				Subject.WEBCLIENT);
	}

	/**
	 * Measure listeners and the client's Flux. Runs are short enough for a listener that
	 * is behind: nothing is dropped.
	 * @param arguments the options
	 * @param out takes the tables
	 * @return the CPU time per event of all subjects in microseconds, by the number of
	 * events in a chunk
	 */
	static Map<Integer, Map<Subject, Samples>> runPublishing(List<String> arguments, PrintStream out) {
		return run(arguments, 200_000, List.of(1, 64), 100, out,
				List.of(Subject.TINYFISH, Subject.LISTENER, Subject.EVENT_LISTENER, Subject.CONDITIONAL),
				Subject.EVENT_LISTENER, Subject.TINYFISH);
	}

	/**
	 * Measure the blocking client's stream and the reactive client's Flux.
	 * @param arguments the options
	 * @param out takes the tables
	 * @return the CPU time per event of both in microseconds, by the number of events in
	 * a chunk
	 */
	static Map<Integer, Map<Subject, Samples>> runBlocking(List<String> arguments, PrintStream out) {
		return run(arguments, 400_000, List.of(200), 1, out, List.of(Subject.TINYFISH, Subject.BLOCKING),
				Subject.BLOCKING, Subject.TINYFISH);
	}

	private static Map<Integer, Map<Subject, Samples>> run(List<String> arguments, int defaultEvents,
			List<Integer> defaultPerChunk, int defaultRuns, PrintStream out, List<Subject> subjects, Subject compared,
			Subject with) {
		Options options = new Options(arguments, Map.of("events", List.of(defaultEvents), "per-chunk", defaultPerChunk,
				"runs", List.of(defaultRuns), "rounds", List.of(5), "warm-up", List.of(3)));
		Map<Integer, Map<Subject, Samples>> results = new TreeMap<>();
		for (int perChunk : options.all("per-chunk")) {
			results.put(perChunk, measure(options.one("events"), options.one("runs"), perChunk, options.one("warm-up"),
					options.one("rounds"), out, subjects, compared, with));
		}
		return results;
	}

	private static Map<Subject, Samples> measure(int events, int runs, int perChunk, int warmUp, int rounds,
			PrintStream out, List<Subject> subjects, Subject compared, Subject with) {
		Map<Subject, List<Double>> cpu = new EnumMap<>(Subject.class);
		Map<Subject, List<Double>> rate = new EnumMap<>(Subject.class);
		List<Double> ratios = new ArrayList<>();
		List<Subject> order = new ArrayList<>(subjects);
		for (int round = 0; round < rounds; round++) {
			for (Subject subject : order) {
				Map<String, Double> figures = Processes.measure(CpuPerEventProcess.class, subject, events, perChunk,
						warmUp, runs);
				cpu.computeIfAbsent(subject, (key) -> new ArrayList<>()).add(figures.getOrDefault("micros", 0.0));
				rate.computeIfAbsent(subject, (key) -> new ArrayList<>()).add(figures.getOrDefault("rate", 0.0));
			}
			ratios.add(last(cpu, compared) / last(cpu, with));
			Collections.reverse(order);
		}
		Map<Subject, Samples> samples = new EnumMap<>(Subject.class);
		out.printf(Locale.ROOT, "%n%,d PROGRESS events of %d runs, %d in a chunk, %d rounds%n%n", events, runs,
				perChunk, rounds);
		out.println("| | CPU per event, µs: median | min | max | events/s |");
		out.println("|---|---|---|---|---|");
		cpu.forEach((subject, values) -> {
			Samples ofSubject = new Samples(values);
			samples.put(subject, ofSubject);
			out.printf(Locale.ROOT, "| %s | %.3f | %.3f | %.3f | %,.0f |%n", subject.text, ofSubject.median(),
					ofSubject.min(), ofSubject.max(), new Samples(rate.getOrDefault(subject, List.of())).median());
		});
		Samples ratio = new Samples(ratios);
		out.printf(Locale.ROOT, "%n%s against %s, per round: median %.2f, %.2f to %.2f%n", compared.text, with.text,
				ratio.median(), ratio.min(), ratio.max());
		return samples;
	}

	private static double last(Map<Subject, List<Double>> values, Subject subject) {
		List<Double> ofSubject = values.getOrDefault(subject, List.of());
		return ofSubject.get(ofSubject.size() - 1);
	}

}
