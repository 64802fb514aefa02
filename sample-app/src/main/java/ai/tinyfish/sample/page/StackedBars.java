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
package ai.tinyfish.sample.page;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Amounts of the runs that have ended, as a stacked bar for each minute.
 *
 * @param parts the parts of the bars
 * @param max the amount of the highest bar
 * @param totals the amount of each outcome, without those of zero
 */
record StackedBars(List<Part> parts, BigDecimal max, Map<String, BigDecimal> totals) {

	private static final int MINUTES = 20;

	private static final int HEIGHT = 60;

	private static final int WIDTH = 10;

	/**
	 * Add up the runs of the last minutes.
	 * @param amount the amount of a run, or null if it is not known
	 */
	static StackedBars of(Collection<Card> runs, Function<Card, @Nullable BigDecimal> amount) {
		Instant last = Instant.now().truncatedTo(ChronoUnit.MINUTES);
		Map<Long, Map<String, BigDecimal>> minutes = new TreeMap<>();
		Map<String, BigDecimal> totals = new TreeMap<>();
		for (Card run : runs) {
			CardOutcome outcome = run.getOutcome();
			Instant end = run.getTimes().getEndedAt();
			BigDecimal part = amount.apply(run);
			if (outcome == null || end == null || part == null || part.signum() == 0) {
				continue;
			}
			long minute = MINUTES - 1 - Duration.between(end.truncatedTo(ChronoUnit.MINUTES), last).toMinutes();
			if (minute >= 0) {
				minutes.computeIfAbsent(minute, (key) -> new TreeMap<>()).merge(outcome.kind(), part, BigDecimal::add);
				totals.merge(outcome.kind(), part, BigDecimal::add);
			}
		}
		BigDecimal max = minutes.values()
			.stream()
			.map((kinds) -> kinds.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
			.max(Comparator.naturalOrder())
			.orElse(BigDecimal.ZERO);
		List<Part> parts = new ArrayList<>();
		minutes.forEach((minute, kinds) -> {
			long top = HEIGHT;
			for (Map.Entry<String, BigDecimal> kind : kinds.entrySet()) {
				long height = Math.round(HEIGHT * kind.getValue().doubleValue() / max.doubleValue());
				top -= height;
				parts.add(new Part(kind.getKey(), WIDTH * minute + 1, top, height));
			}
		});
		return new StackedBars(parts, max, totals);
	}

	/**
	 * Part of a bar.
	 *
	 * @param kind the outcome
	 * @param x its left
	 * @param y its top
	 * @param height its height
	 */
	record Part(String kind, long x, long y, long height) {

	}

}
