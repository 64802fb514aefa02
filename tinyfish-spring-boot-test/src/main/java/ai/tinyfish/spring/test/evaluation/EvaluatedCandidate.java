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
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.spring.test.evaluation.EvaluatedCall.Outcome;
import ai.tinyfish.spring.test.evaluation.SuccessRate.Interval;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Candidate of an evaluation, and its calls.
 *
 * @param name the name
 * @param goalVersion the version of the goal, or null
 * @param request the request of its first run, or null
 * @param rate the successes of the calls with a known outcome
 * @param interval the 95 % interval of the rate
 * @param unknown the number of calls whose outcome is not known
 * @param notRun the number of calls that were not made, or cancelled
 * @param steps the steps of calls with a known outcome
 * @param cost the cost of their steps
 * @param seconds the time that they took
 * @param calls the calls
 */
record EvaluatedCandidate(String name, @Nullable String goalVersion, @Nullable JsonNode request, SuccessRate rate,
		Interval interval, int unknown, int notRun, @Nullable Spread steps, @Nullable Spread cost,
		@Nullable Spread seconds, List<EvaluatedCall> calls) {

	static EvaluatedCandidate of(String name, int repetitions, List<EvaluatedCall> all, BigDecimal pricePerStep) {
		List<EvaluatedCall> calls = all.stream().filter((call) -> call.candidate().equals(name)).toList();
		List<EvaluatedCall> known = calls.stream().filter((call) -> call.outcome() != Outcome.UNKNOWN).toList();
		int successes = (int) known.stream().filter((call) -> call.outcome() == Outcome.SUCCESS).count();
		SuccessRate rate = new SuccessRate(successes, known.size());
		AgentRequest request = calls.isEmpty() ? null : calls.get(0).request();
		return new EvaluatedCandidate(name, (request != null) ? RunContext.of(null, request).goalVersion() : null,
				(request != null) ? JsonMapper.shared().readTree(AgentRequestJson.of(request).request()) : null, rate,
				rate.interval(), calls.size() - known.size(), repetitions - calls.size(),
				Spread.of(known, EvaluatedCall::steps),
				Spread.of((pricePerStep.signum() > 0) ? known : List.of(),
						(call) -> pricePerStep.multiply(BigDecimal.valueOf(call.steps())).doubleValue()),
				Spread.of(known, EvaluatedCall::seconds), calls);
	}

	/**
	 * Return the lines of the report.
	 */
	@Override
	public String toString() {
		return String.format(Locale.ROOT,
				"%n%s: %d of %d successful (95 %% interval: %.0f to %.0f %%), %d unknown, %d not run%n", this.name,
				this.rate.successes(), this.rate.known(), 100 * this.interval.lower(), 100 * this.interval.upper(),
				this.unknown, this.notRun) + line("steps", this.steps) + line("cost", this.cost)
				+ line("seconds", this.seconds)
				+ this.calls.stream()
					.filter((call) -> call.outcome() != Outcome.SUCCESS)
					.map((call) -> line(call.outcome().name().toLowerCase(Locale.ROOT), call))
					.collect(Collectors.joining());
	}

	private static String line(String name, @Nullable Object value) {
		return (value != null) ? "  %-8s %s%n".formatted(name, value) : "";
	}

	/**
	 * Distribution of a number.
	 *
	 * @param median the median
	 * @param least the least
	 * @param most the most
	 * @param p95 the number that 95 % do not exceed, or null for fewer than 100
	 */
	record Spread(double median, double least, double most, @Nullable Double p95) {

		static @Nullable Spread of(List<EvaluatedCall> calls, ToDoubleFunction<EvaluatedCall> number) {
			double[] sorted = calls.stream().mapToDouble(number).sorted().toArray();
			int n = sorted.length;
			return (n == 0) ? null : new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1],
					(n >= 100) ? sorted[(n * 95 + 99) / 100 - 1] : null);
		}

		@Override
		public String toString() {
			DecimalFormat format = new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
			return "median %s, least %s, most %s%s".formatted(format.format(this.median), format.format(this.least),
					format.format(this.most), (this.p95 != null) ? ", 95 % at most " + format.format(this.p95) : "");
		}

	}

}
