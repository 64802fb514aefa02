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
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * Call of a candidate.
 *
 * @param candidate the name of the candidate
 * @param number the number among the calls of the candidate, from 0. With cases, it is
 * that of the case, plus the number of cases for each repetition
 * @param request the request of its first run, or null if none was sent
 * @param outcome the outcome
 * @param score 1 for a success unless it is graded, otherwise 0
 * @param verdicts the verdicts of its runs
 * @param problem the exception of the call or the check, unless a run missed its goal
 * @param runs the ids of its runs, null for those that are not known
 * @param steps the steps of its runs; those that were reported if the outcome is unknown;
 * null if the steps of a run are not known
 * @param seconds the time that it took
 */
record EvaluatedCall(String candidate, int number, @JsonIgnore @Nullable AgentRequest request, CallOutcome outcome,
		double score, List<GoalVerdict> verdicts, @Nullable String problem, List<@Nullable String> runs,
		@Nullable Long steps, double seconds) {

	/**
	 * Return the score, or null if the outcome is unknown.
	 */
	@Nullable Double knownScore() {
		return (this.outcome != CallOutcome.UNKNOWN) ? this.score : null;
	}

	/**
	 * Return the cost of the steps, or null if it is not known.
	 */
	@Nullable BigDecimal cost(BigDecimal pricePerStep) {
		return (this.steps != null && pricePerStep.signum() > 0) ? pricePerStep.multiply(BigDecimal.valueOf(this.steps))
				: null;
	}

	/**
	 * Return the outcome and its reason, without the ids of runs, in which calls with the
	 * same reason differ.
	 */
	String reason() {
		String reason = Stream
			.concat(this.verdicts.stream()
				.map((verdict) -> verdict.outcome() + ((verdict.reason() != null) ? ": " + verdict.reason() : "")),
					Stream.ofNullable(this.problem))
			.collect(Collectors.joining(", "));
		for (String run : this.runs) {
			reason = (run != null) ? reason.replace(run, "...") : reason;
		}
		return LogText.of("%-8s %s".formatted(this.outcome.name().toLowerCase(Locale.ROOT), reason));
	}

	/**
	 * Outcomes of a call.
	 */
	enum CallOutcome {

		SUCCESS, MISS, UNKNOWN

	}

}
