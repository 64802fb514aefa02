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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs JMH's benchmarks in rounds, each of which has a fresh process for each benchmark:
 * JMH alone would run one benchmark to its end and then the next, and other load of the
 * machine would affect only one of them.
 */
final class Microbenchmarks {

	private static final String ALLOCATED = "gc.alloc.rate.norm";

	private Microbenchmarks() {
	}

	/**
	 * Measure.
	 * @param rounds how often
	 * @param round the options of one round
	 * @param out takes the table
	 * @return the CPU time of each benchmark in microseconds
	 */
	static Map<String, Samples> run(int rounds, ChainedOptionsBuilder round, PrintStream out) throws RunnerException {
		Map<String, List<Double>> cpu = new TreeMap<>();
		Map<String, List<Double>> allocated = new TreeMap<>();
		round.addProfiler(GCProfiler.class)
			.addProfiler(CpuProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT);
		for (int i = 0; i < rounds; i++) {
			for (RunResult result : new Runner(round.build()).run()) {
				add(cpu, result, CpuProfiler.MICROS);
				add(allocated, result, ALLOCATED);
			}
		}
		Map<String, Samples> samples = new TreeMap<>();
		out.printf(Locale.ROOT, "%nMicrobenchmarks, medians of %d rounds%n%n", rounds);
		out.println("| | CPU, µs: median | min | max | allocated, bytes |");
		out.println("|---|---|---|---|---|");
		cpu.forEach((name, values) -> {
			Samples ofBenchmark = new Samples(values);
			samples.put(name, ofBenchmark);
			out.printf(Locale.ROOT, "| %s | %.3f | %.3f | %.3f | %,.0f |%n", name, ofBenchmark.median(),
					ofBenchmark.min(), ofBenchmark.max(),
					new Samples(allocated.getOrDefault(name, List.of())).median());
		});
		return samples;
	}

	private static void add(Map<String, List<Double>> values, RunResult result, String figure) {
		Result<?> found = result.getSecondaryResults().get(figure);
		if (found == null) {
			throw new IllegalStateException("There is no " + figure + " of " + name(result));
		}
		values.computeIfAbsent(name(result), (key) -> new ArrayList<>()).add(found.getScore());
	}

	private static String name(RunResult result) {
		String benchmark = result.getParams().getBenchmark();
		StringBuilder name = new StringBuilder(
				benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1));
		for (String parameter : result.getParams().getParamsKeys()) {
			name.append(", ").append(parameter).append(' ').append(result.getParams().getParam(parameter));
		}
		return name.toString();
	}

}
