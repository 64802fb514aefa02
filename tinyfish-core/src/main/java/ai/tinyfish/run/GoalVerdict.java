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

package ai.tinyfish.run;

import java.util.Objects;

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.RunLog;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verdict of a {@link GoalEvaluator} on a run.
 *
 * @param outcome whether the run reached its goal
 * @param reason the reason, or null if it is not known, as with {@link #unknown()}
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GoalVerdict(@JsonProperty("outcome") GoalOutcome outcome,
		@JsonProperty("reason") @Nullable String reason) {

	private static final Logger logger = LoggerFactory.getLogger(GoalVerdict.class);

	/**
	 * Create a new verdict.
	 * @param outcome whether the run reached its goal
	 * @param reason the reason, or null
	 */
	public GoalVerdict {
		Objects.requireNonNull(outcome, "outcome must not be null");
	}

	/**
	 * Create the verdict of an evaluator, such as one that an application has as a bean.
	 * If it fails or returns null, a warning is logged, and the verdict is unknown: an
	 * outcome that has been paid for must not be lost.
	 * @param evaluator the evaluator
	 * @param run the outcome
	 * @return the verdict
	 */
	public static GoalVerdict of(GoalEvaluator evaluator, AgentRun run) {
		try {
			return Objects.requireNonNull(evaluator.evaluate(run), "The GoalEvaluator returned null");
		}
		catch (Throwable ex) {
			RunLog.about(run.runId(), null, null, () -> logger
				.warn("The GoalEvaluator failed on run {}; its verdict is UNKNOWN", RunIds.printable(run.runId()), ex));
			return unknown();
		}
	}

	/**
	 * Create a verdict that the goal was reached.
	 * @param reason the reason
	 * @return the verdict
	 */
	public static GoalVerdict achieved(String reason) {
		return new GoalVerdict(GoalOutcome.ACHIEVED, reason);
	}

	/**
	 * Create a verdict that the goal was missed.
	 * @param reason the reason
	 * @return the verdict
	 */
	public static GoalVerdict missed(String reason) {
		return new GoalVerdict(GoalOutcome.MISSED, reason);
	}

	/**
	 * Create a verdict that it is unknown whether the goal was reached.
	 * @return the verdict
	 */
	public static GoalVerdict unknown() {
		return new GoalVerdict(GoalOutcome.UNKNOWN, null);
	}

	/**
	 * Return whether the goal was reached.
	 * @return true for {@link GoalOutcome#ACHIEVED}
	 */
	@JsonIgnore
	public boolean isAchieved() {
		return this.outcome == GoalOutcome.ACHIEVED;
	}

	/**
	 * Return whether the goal was missed.
	 * @return true for {@link GoalOutcome#MISSED}
	 */
	@JsonIgnore
	public boolean isMissed() {
		return this.outcome == GoalOutcome.MISSED;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
