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

package ai.tinyfish.spring.test;

import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.spring.test.EvaluatedRuns.EvaluatedRun;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

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
	 * Create a call. It is a success if all runs reached their goals and there is no
	 * problem. It is a miss if a run missed its goal, or if there is a problem although
	 * all outcomes are known.
	 * @param candidate the name of the candidate
	 * @param runs the runs, one or more
	 * @param problem the exception of the call or the check, or null
	 * @param seconds the time that it took
	 * @param evaluator decides whether runs reached their goals
	 * @return the call
	 */
	static EvaluatedCall of(String candidate, List<EvaluatedRun> runs, @Nullable Throwable problem, double seconds,
			GoalEvaluator evaluator) {
		List<AgentRun> ends = runs.stream().map((run) -> run.end().join()).toList();
		List<GoalVerdict> verdicts = ends.stream().map(evaluator::evaluate).toList();
		boolean missed = verdicts.stream().anyMatch(GoalVerdict::isMissed);
		boolean known = ends.stream().noneMatch((end) -> end.status() == RunStatus.UNKNOWN);
		boolean achieved = problem == null && verdicts.stream().allMatch(GoalVerdict::isAchieved);
		return new EvaluatedCall(candidate, runs.get(0).request(),
				(missed || (problem != null && known)) ? Outcome.MISS : achieved ? Outcome.SUCCESS : Outcome.UNKNOWN,
				verdicts, (problem != null && !missed) ? LogText.of(problem) : null,
				ends.stream().map(AgentRun::runId).toList(),
				runs.stream().mapToLong((run) -> run.steps(run.end().join())).sum(), seconds);
	}

	/**
	 * Return the line of the report.
	 */
	@Override
	public String toString() {
		return LogText.of("%s%s (%s, %d steps)".formatted(this.verdicts.stream()
			.map((verdict) -> verdict.outcome() + ((verdict.reason() != null) ? ": " + verdict.reason() : ""))
			.toList(), (this.problem != null) ? " " + this.problem : "", this.runs, this.steps));
	}

	/**
	 * Outcomes of a call.
	 */
	enum Outcome {

		SUCCESS, MISS, UNKNOWN

	}

}
