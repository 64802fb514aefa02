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

import java.util.Arrays;
import java.util.List;

/**
 * Runs the benchmarks from the command line.
 */
public final class Benchmarks {

	private static final String USAGE = """
			The cost of the client, compared with the same done by hand, and durable runs. Each prints a table.

			  cpu [events=400000] [per-chunk=1,64] [runs=1] [rounds=5] [warm-up=3]
			      CPU time from the socket to a typed event
			  publish [events=200000] [per-chunk=1,64] [runs=100] [rounds=5] [warm-up=3]
			      CPU time from the socket to a listener
			  blocking [events=400000] [per-chunk=200] [runs=1] [rounds=5] [warm-up=3]
			      CPU time per event of the blocking stream against the Flux
			  runs [runs=20000] [at-once=100] [rounds=5] [warm-up=12]
			      CPU time of whole short runs, with and without the records of the runs, and
			      their calls and connections
			  start-up [pairs=21] [others=1]
			      CPU time of an application from its start until it is closed, with and without
			      the starter and, unless others=0, with four others, which Maven resolves
			  streams [streams=100,1000,10000] [events=3] [rounds=5]
			      heap, direct memory and threads with many open streams
			  durable [runs=10000] [instances=4] [interval=10] [rate=50] [hold=120] [seed=1] [kill=0]
			      open durable runs shared by instances on PostgreSQL: outcomes, calls, delays.
			      The interval is in seconds, and rate runs end per second, hold seconds after they
			      were submitted. kill=1 kills an instance and starts another. Fails unless all that
			      is promised was kept
			""";

	private Benchmarks() {
	}

	/**
	 * Run a benchmark.
	 * @param args which, and its options
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		List<String> options = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
		switch ((args.length > 0) ? args[0] : "") {
			case "cpu" -> CpuPerEvent.run(options, System.out);
			case "publish" -> CpuPerEvent.runPublishing(options, System.out);
			case "blocking" -> CpuPerEvent.runBlocking(options, System.out);
			case "runs" -> ShortRuns.run(options, System.out);
			case "start-up" -> StartUp.run(options, System.out);
			case "streams" -> OpenStreams.run(options, System.out);
			case "durable" -> {
				if (!DurableLoad.run(options, System.out).isKept()) {
					System.exit(1);
				}
			}
			default -> System.out.print(USAGE);
		}
	}

}
