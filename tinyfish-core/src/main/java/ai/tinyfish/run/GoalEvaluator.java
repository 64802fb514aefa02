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

/**
 * Strategy interface that decides whether a run reached its goal. A completed run only
 * means that the agent ran to its end.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface GoalEvaluator {

	/**
	 * Evaluate a run.
	 * @param run the outcome
	 * @return the verdict
	 */
	GoalVerdict evaluate(AgentRun run);

	/**
	 * Return the default rules. The first rule that applies decides:
	 * <ol>
	 * <li>a run that failed or was cancelled missed its goal; for a run that has not
	 * ended, the outcome is unknown</li>
	 * <li>missed: a result that is absent, empty, or an object or array of nothing but
	 * nulls, blank texts and empty objects and arrays</li>
	 * <li>missed: an object with {@code success: false}, with a {@code status} of
	 * {@code failure}, {@code failed} or {@code error}, or with an {@code error},
	 * {@code errors} or {@code error_message} that is not empty</li>
	 * <li>missed: a result that does not match the output schema, according to the
	 * service</li>
	 * <li>achieved: an object with {@code success: true}, or with a {@code status} of
	 * {@code success}, {@code succeeded}, {@code completed} or {@code ok}</li>
	 * <li>achieved: a result that matches the output schema, according to the
	 * service</li>
	 * <li>unknown: any other result</li>
	 * </ol>
	 * An error is empty if it is null, false, zero, blank, one of the texts {@code none},
	 * {@code null}, {@code nil}, {@code n/a}, {@code no}, {@code false}, {@code 0},
	 * {@code no error}, {@code no errors} and {@code -}, or an object or array of nothing
	 * else.
	 * <p>
	 * Names and values are compared case-insensitively. The object may be wrapped in a
	 * text or a Markdown block.
	 * @return the rules
	 */
	static GoalEvaluator defaults() {
		return DefaultGoalEvaluator.INSTANCE;
	}

}
