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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.benchmarks.WatchLoadDatabase.Received;
import ai.tinyfish.benchmarks.WatchLoadDatabase.SlotOutcome;
import ai.tinyfish.simulator.SimulatedRun;

/**
 * Figures of {@link WatchLoad}, and their comparison with the promised ones.
 *
 * @param slots the number of slots that were submitted
 * @param runs the number of runs that the service has started
 * @param submittedTwice the number of runs beyond one for each slot of a watch
 * @param changes the number of changes that listeners have received
 * @param lost the number of watches whose changes do not lead from the first price to the
 * last one that was compared
 * @param again the number of changes that were delivered again
 * @param unknown the number of slots without an outcome
 * @param open the number of watches with a run that was not compared
 * @param lags the seconds from a slot until the service had its run
 * @param disturbedLags the same for slots up to a minute after a kill or during an outage
 */
record WatchLoadFigures(long slots, long runs, long submittedTwice, long changes, long lost, long again, long unknown,
		int open, Samples lags, Samples disturbedLags) {

	private static final Duration DISTURBED = Duration.ofSeconds(60);

	private static final double MAX_LAG = 30;

	private static final double MAX_DISTURBED_LAG = 60;

	private static final Pattern PRICE = Pattern.compile("\"price\":(\\d+)");

	/**
	 * Compute the figures.
	 * @param runs the runs of the service
	 * @param outcomes the history of all watches, by slot
	 * @param received the changes that listeners have received, in order
	 * @param open the number of watches with a run that was not compared
	 * @param disturbances when instances were killed and the database was away
	 */
	static WatchLoadFigures of(Collection<SimulatedRun> runs, List<SlotOutcome> outcomes, List<Received> received,
			int open, List<Instant> disturbances) {
		Map<String, SimulatedRun> byId = runs.stream().collect(Collectors.toMap(SimulatedRun::id, (run) -> run));
		Map<String, Long> started = runs.stream()
			.collect(Collectors.groupingBy(
					(run) -> "shop-" + run.request().goal().substring(WatchLoadInstance.GOAL.length()),
					Collectors.counting()));
		List<SlotOutcome> submitted = outcomes.stream().filter((each) -> !each.outcome().equals("SKIPPED")).toList();
		Map<String, List<SlotOutcome>> slots = submitted.stream().collect(Collectors.groupingBy(SlotOutcome::watch));
		long twice = started.entrySet()
			.stream()
			.mapToLong((each) -> Math.max(0, each.getValue() - slots.getOrDefault(each.getKey(), List.of()).size()))
			.sum();
		List<Double> lags = new ArrayList<>();
		List<Double> disturbed = new ArrayList<>();
		for (SlotOutcome each : submitted) {
			SimulatedRun run = byId.get(String.valueOf(each.runId()));
			if (run != null) {
				boolean isDisturbed = disturbances.stream()
					.anyMatch((time) -> Duration.between(time, each.slot()).abs().compareTo(DISTURBED) <= 0);
				(isDisturbed ? disturbed : lags).add(Duration.between(each.slot(), run.createdAt()).toMillis() / 1e3);
			}
		}
		Map<String, Integer> last = new HashMap<>();
		Set<String> broken = new HashSet<>();
		long again = 0;
		slots.forEach((watch, all) -> all.stream()
			.filter((each) -> each.outcome().equals("BASELINE"))
			.findFirst()
			.ifPresent((first) -> last.put(watch, price(first))));
		for (Received change : received) {
			Integer before = last.put(change.watch(), change.after());
			if (before != null && change.after() <= before) {
				again++;
			}
			else if (before == null || before != change.before()) {
				broken.add(change.watch());
			}
		}
		slots.forEach((watch, all) -> all.stream()
			.filter((each) -> Set.of("BASELINE", "UNCHANGED", "CHANGED").contains(each.outcome()))
			.reduce((first, second) -> second)
			.filter((newest) -> price(newest) != last.getOrDefault(watch, -1))
			.ifPresent((newest) -> broken.add(watch)));
		return new WatchLoadFigures(submitted.size(), runs.size(), twice, received.size(), broken.size(), again,
				submitted.stream().filter((each) -> each.outcome().equals("UNKNOWN")).count(), open, new Samples(lags),
				new Samples(disturbed));
	}

	private static int price(SlotOutcome outcome) {
		Matcher price = PRICE.matcher(outcome.result());
		if (!price.find()) {
			throw new IllegalStateException("There is no price in " + outcome.result());
		}
		return Integer.parseInt(price.group(1));
	}

	/**
	 * Return what must never happen.
	 */
	List<String> defects() {
		Map<String, Long> counts = new LinkedHashMap<>();
		counts.put("runs submitted twice for a slot", this.submittedTwice);
		counts.put("watches that have lost a change", this.lost);
		counts.put("changes delivered again", this.again);
		counts.put("watches with an open run", (long) this.open);
		return counts.entrySet()
			.stream()
			.filter((defect) -> defect.getValue() != 0)
			.map((defect) -> String.format(Locale.ROOT, "%,d %s", defect.getValue(), defect.getKey()))
			.toList();
	}

	/**
	 * Return whether all promises were kept.
	 */
	boolean isKept() {
		return defects().isEmpty() && (this.lags.count() == 0 || this.lags.percentile(99) <= MAX_LAG)
				&& (this.disturbedLags.count() == 0 || this.disturbedLags.percentile(99) <= MAX_DISTURBED_LAG);
	}

	void print(PrintStream out) {
		out.printf(Locale.ROOT, "| slots submitted | %,d | |%n", this.slots);
		out.printf(Locale.ROOT, "| runs of the service | %,d | |%n", this.runs);
		out.printf(Locale.ROOT, "| slots without an outcome | %,d | |%n", this.unknown);
		out.printf(Locale.ROOT, "| submitted twice | %,d | 0 |%n", this.submittedTwice);
		out.printf(Locale.ROOT, "| changes received | %,d | |%n", this.changes);
		out.printf(Locale.ROOT, "| watches that have lost a change | %,d | 0 |%n", this.lost);
		out.printf(Locale.ROOT, "| changes delivered again | %,d | 0 |%n", this.again);
		print("lag of slots", this.lags, MAX_LAG, out);
		print("lag of slots around kills and outages", this.disturbedLags, MAX_DISTURBED_LAG, out);
		out.printf(Locale.ROOT, "%n%s%n", isKept() ? "All was kept." : "NOT KEPT, see the table.");
		defects().forEach((defect) -> out.println("NOT KEPT: " + defect));
	}

	private static void print(String what, Samples seconds, double promised, PrintStream out) {
		if (seconds.count() > 0) {
			out.printf(Locale.ROOT, "| %s: median | %.2f s | |%n", what, seconds.median());
			out.printf(Locale.ROOT, "| %s: 99th percentile | %.2f s | %.0f s |%n", what, seconds.percentile(99),
					promised);
			out.printf(Locale.ROOT, "| %s: longest | %.2f s | |%n", what, seconds.max());
		}
	}

}
