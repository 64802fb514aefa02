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

import java.util.List;
import java.util.stream.Collectors;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Call of a candidate.
 *
 * @param candidate the name of the candidate
 * @param request the request of its first run
 * @param outcome the outcome
 * @param verdicts the verdicts of its runs
 * @param problem the exception of the call or the check, unless a run missed its goal
 * @param runs the ids of its runs, null for those that are not known
 * @param steps the steps of its runs, with the maximum if they are not known
 * @param seconds the time that it took
 */
record EvaluatedCall(String candidate, @JsonIgnore AgentRequest request, Outcome outcome, List<GoalVerdict> verdicts,
		@Nullable String problem, List<@Nullable String> runs, long steps, double seconds) {

	/**
	 * Return the line of the report.
	 */
	@Override
	public String toString() {
		String verdicts = this.verdicts.stream()
			.map((verdict) -> verdict.outcome() + ((verdict.reason() != null) ? ": " + verdict.reason() : ""))
			.collect(Collectors.joining(", "));
		return LogText
			.of("%s%s (run %s, %d steps)".formatted(verdicts, (this.problem != null) ? ", " + this.problem : "",
					StringUtils.collectionToDelimitedString(this.runs, ", "), this.steps));
	}

	/**
	 * Outcomes of a call.
	 */
	enum Outcome {

		SUCCESS, MISS, UNKNOWN

	}

}
