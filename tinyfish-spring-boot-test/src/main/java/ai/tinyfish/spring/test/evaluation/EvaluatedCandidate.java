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

package ai.tinyfish.spring.test.evaluation;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.spring.test.evaluation.EvaluatedCall.CallOutcome;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.StringUtils;

/**
 * Candidate of an evaluation, and its calls.
 *
 * @param name the name
 * @param goalVersion the version of the goal, or null
 * @param request the request of its first run, or null
 * @param graded whether its values have scores
 * @param rate the successes of the calls with a known outcome
 * @param share the share of successes, or the mean score, of these calls
 * @param withUnknown the same of all calls, if an unknown outcome counts as a miss
 * @param unknown the number of calls whose outcome is not known
 * @param notRun the number of calls that were not made, or cancelled
 * @param steps the steps of calls, as far as they are known
 * @param cost the cost of their steps
 * @param seconds the time that calls took
 * @param misses the misses and unknown outcomes, with a line for each reason
 * @param calls the calls
 */
record EvaluatedCandidate(String name, @Nullable String goalVersion, @Nullable JsonNode request, boolean graded,
		SuccessRate rate, Estimate share, Estimate withUnknown, int unknown, int notRun, @Nullable Spread steps,
		@Nullable Spread cost, @Nullable Spread seconds, List<String> misses, List<EvaluatedCall> calls) {

	static EvaluatedCandidate of(String name, int planned, boolean graded, List<EvaluatedCall> calls,
			BigDecimal pricePerStep) {
		AgentRequest request = calls.stream()
			.map(EvaluatedCall::request)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		int successes = (int) calls.stream().filter((call) -> call.outcome() == CallOutcome.SUCCESS).count();
		Sample known = Sample.of(calls, graded, EvaluatedCall::knownScore);
		return new EvaluatedCandidate(name, (request != null) ? RunContext.of(null, request).goalVersion() : null,
				(request != null) ? JsonMapper.shared().readTree(AgentRequestJson.of(request).request()) : null, graded,
				new SuccessRate(successes, known.values().size()), known.mean(),
				Sample.of(calls, graded, EvaluatedCall::score).mean(), calls.size() - known.values().size(),
				planned - calls.size(), Spread.of(calls, EvaluatedCall::steps),
				Spread.of(calls, (call) -> call.cost(pricePerStep)), Spread.of(calls, EvaluatedCall::seconds),
				misses(calls), calls);
	}

	/**
	 * Return the outcomes of calls, such as those of a case, in words.
	 */
	String outcomes(List<EvaluatedCall> calls) {
		Sample known = Sample.of(calls, this.graded, EvaluatedCall::knownScore);
		return "%s: %s, %d unknown".formatted(this.name, known, calls.size() - known.values().size());
	}

	/**
	 * Return the misses and unknown outcomes, with a line for each reason.
	 */
	private static List<String> misses(List<EvaluatedCall> calls) {
		Map<String, List<String>> runs = new LinkedHashMap<>();
		calls.stream()
			.filter((call) -> call.outcome() != CallOutcome.SUCCESS)
			.forEach((call) -> runs.computeIfAbsent(call.reason(), (reason) -> new ArrayList<>())
				.add(StringUtils.collectionToDelimitedString(call.runs(), ", ")));
		return runs.entrySet()
			.stream()
			.map((same) -> "%s%s %s)".formatted(same.getKey(),
					(same.getValue().size() > 1) ? ", " + same.getValue().size() + " times (runs" : " (run",
					String.join(", ", same.getValue())))
			.toList();
	}

	/**
	 * Return the lines of the report.
	 */
	@Override
	public String toString() {
		return "%n%s, %d not run%n".formatted(outcomes(this.calls), this.notRun)
				+ ((this.unknown > 0) ? "  if unknown counts as a miss: %s%n"
					.formatted(Sample.of(this.calls, this.graded, EvaluatedCall::score)) : "")
				+ line("  steps    ", this.steps) + line("  cost     ", this.cost) + line("  seconds  ", this.seconds)
				+ this.misses.stream().map((miss) -> line("  ", miss)).collect(Collectors.joining());
	}

	private static String line(String name, @Nullable Object value) {
		return (value != null) ? "%s%s%n".formatted(name, value) : "";
	}

	/**
	 * Distribution of a number.
	 *
	 * @param mean the mean
	 * @param median the median
	 * @param least the least
	 * @param most the most
	 * @param p95 the number that 95 % do not exceed, or null for fewer than 100
	 */
	record Spread(Estimate mean, double median, double least, double most, @Nullable Double p95) {

		static @Nullable Spread of(List<EvaluatedCall> calls,
				Function<EvaluatedCall, ? extends @Nullable Number> number) {
			Sample sample = Sample.of(calls, true, number);
			double[] sorted = DoubleStream.of(sample.numbers()).sorted().toArray();
			int n = sorted.length;
			return (n == 0) ? null : new Spread(sample.mean(), (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0],
					sorted[n - 1], (n >= 100) ? sorted[(n * 95 + 99) / 100 - 1] : null);
		}

		@Override
		public String toString() {
			DecimalFormat format = new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
			return "mean %s, median %s, least %s, most %s%s".formatted(
					this.mean.text((this.most < 1) ? "%.3f" : "%.1f", 1, ""), format.format(this.median),
					format.format(this.least), format.format(this.most),
					(this.p95 != null) ? ", 95 % at most " + format.format(this.p95) : "");
		}

	}

}
