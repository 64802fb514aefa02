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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import ai.tinyfish.benchmarks.DurableLoadDatabase.Received;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import org.jspecify.annotations.Nullable;

/**
 * Figures of {@link DurableLoad}, and their comparison with the promised ones.
 *
 * @param runs the number of runs that were submitted
 * @param interval the time between sweeps
 * @param created the number of runs that the service has started
 * @param handedOver the number of runs whose outcome a listener has received in a
 * transaction that was committed
 * @param repeated the number of such transactions beyond one for each run
 * @param wrong the number of outcomes that are not those of the service
 * @param done the number of runs that are stored as ended
 * @param calls the number of API calls of each sweep
 * @param delays the seconds from the end of a run until its listener was called
 * @param killDelays the same for runs that ended when an instance was killed or its tasks
 * were not yet taken over; they are not in {@code delays}
 * @param shares the number of outcomes by instance
 */
record DurableLoadFigures(int runs, Duration interval, long created, int handedOver, int repeated, int wrong, int done,
		Samples calls, Samples delays, Samples killDelays, Map<String, Long> shares) {

	/** Number of runs that a call polls. */
	private static final int RANGE_SIZE = 100;

	/**
	 * Time until the tasks of a killed instance are taken over, with a reserve.
	 */
	private static final Duration TAKEOVER = Duration.ofSeconds(35);

	/**
	 * Duration of a sweep: runs that were polled early in the previous one may have ended
	 * after that.
	 */
	private static final Duration SWEEP = Duration.ofSeconds(5);

	private static final double MAX_HANDOVER_SECONDS = 2;

	/**
	 * Compute the figures.
	 * @param runs the number of runs that were submitted
	 * @param done the number of runs that are stored as ended
	 * @param journal the journal of the service
	 * @param received the outcomes that listeners have received
	 * @param sweeps when the sweeps began
	 * @param kill when an instance was killed, or null
	 * @param interval the time between sweeps
	 */
	static DurableLoadFigures of(int runs, int done, SimulatorJournal journal, List<Received> received,
			List<Instant> sweeps, @Nullable Instant kill, Duration interval) {
		Map<String, SimulatedRun> truth = journal.runs()
			.stream()
			.collect(Collectors.toMap(SimulatedRun::id, Function.identity()));
		Set<String> ids = new HashSet<>();
		List<Double> delays = new ArrayList<>();
		List<Double> killDelays = new ArrayList<>();
		int wrong = 0;
		for (Received each : received) {
			ids.add(each.handover().durableId());
			SimulatedRun run = truth.get(each.handover().runId());
			Instant finished = (run != null) ? run.finishedAt() : null;
			if (run == null || finished == null || !run.status().name().equals(each.handover().status())) {
				wrong++;
				continue;
			}
			boolean affected = kill != null && finished.isAfter(kill.minus(interval).minus(SWEEP))
					&& finished.isBefore(kill.plus(TAKEOVER));
			(affected ? killDelays : delays).add(Duration.between(finished, each.at()).toNanos() / 1e9);
		}
		Map<String, Long> shares = received.stream()
			.collect(Collectors.groupingBy((each) -> each.handover().instance(), TreeMap::new, Collectors.counting()));
		return new DurableLoadFigures(runs, interval, journal.runsCreated(), ids.size(), received.size() - ids.size(),
				wrong, done, new Samples(calls(journal.received(), sweeps)), new Samples(delays),
				new Samples(killDelays), shares);
	}

	/**
	 * Count the calls, without those that submit, from the beginning of a sweep to that
	 * of the next.
	 */
	private static List<Double> calls(List<ReceivedRequest> requests, List<Instant> sweeps) {
		NavigableMap<Instant, Double> calls = new TreeMap<>();
		sweeps.forEach((begin) -> calls.put(begin, 0.0));
		for (ReceivedRequest request : requests) {
			Instant sweep = calls.floorKey(request.receivedAt());
			if (sweep != null && !request.endpoint().startsWith("POST /v1/automation/")) {
				calls.merge(sweep, 1.0, Double::sum);
			}
		}
		return new ArrayList<>(calls.values());
	}

	/**
	 * Return the defects of runs: lost, started twice, handed over twice, or with another
	 * outcome than that of the service.
	 */
	List<String> defects() {
		Map<String, Long> counts = new LinkedHashMap<>();
		counts.put("started beyond one for each request", this.created - this.runs);
		counts.put("not handed over", (long) this.runs - this.handedOver);
		counts.put("not stored as ended", (long) this.runs - this.done);
		counts.put("handed over again", (long) this.repeated);
		counts.put("with another outcome than that of the service", (long) this.wrong);
		return counts.entrySet()
			.stream()
			.filter((defect) -> defect.getValue() != 0)
			.map((defect) -> String.format(Locale.ROOT, "%,d runs %s", defect.getValue(), defect.getKey()))
			.toList();
	}

	/**
	 * Return whether all promises were kept.
	 */
	boolean isKept() {
		return defects().isEmpty() && this.calls.max() <= maxCalls()
				&& (this.delays.count() == 0 || this.delays.percentile(99) <= maxDelay());
	}

	private int maxCalls() {
		return (this.runs + RANGE_SIZE - 1) / RANGE_SIZE + 1;
	}

	private double maxDelay() {
		return this.interval.toSeconds() + MAX_HANDOVER_SECONDS;
	}

	void print(PrintStream out) {
		out.printf(Locale.ROOT, "| started by the service | %,d | %,d |%n", this.created, this.runs);
		out.printf(Locale.ROOT, "| ended and handed over | %,d | %,d |%n", this.handedOver, this.runs);
		out.printf(Locale.ROOT, "| handed over again | %,d | 0 |%n", this.repeated);
		out.printf(Locale.ROOT, "| API calls of a sweep, the most of %d sweeps | %.0f | %d |%n", this.calls.count(),
				this.calls.max(), maxCalls());
		print("hand-over after the end of the run", this.delays, maxDelay(), out);
		print("hand-over of runs that ended around the kill", this.killDelays, null, out);
		out.printf(Locale.ROOT, "| outcomes by instance | %s | |%n",
				this.shares.values()
					.stream()
					.map((count) -> String.format(Locale.ROOT, "%,d", count))
					.collect(Collectors.joining(" / ")));
		out.printf(Locale.ROOT, "%n%s%n", isKept() ? "All was kept." : "NOT KEPT, see the table.");
		defects().forEach((defect) -> out.println("NOT KEPT: " + defect));
	}

	private static void print(String figure, Samples seconds, @Nullable Double promised, PrintStream out) {
		if (seconds.count() == 0) {
			return;
		}
		out.printf(Locale.ROOT, "| %s: median | %.2f s | |%n", figure, seconds.median());
		out.printf(Locale.ROOT, "| %s: 99th percentile | %.2f s | %s |%n", figure, seconds.percentile(99),
				(promised != null) ? String.format(Locale.ROOT, "%.0f s", promised) : "");
		out.printf(Locale.ROOT, "| %s: longest | %.2f s | |%n", figure, seconds.max());
	}

}
