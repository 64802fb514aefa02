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

package ai.tinyfish.internal.webagent;

import java.lang.reflect.Type;
import java.util.Optional;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonContent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.SchemaValidation;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishRunFailedException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Answer of a method, created from the outcome of a run.
 *
 * @param form the form of the answer
 * @param result the type of the result, or null if it is not converted
 * @param acceptMissed whether a run that missed its goal is returned
 * @param evaluator decides whether a run missed its goal
 * @param method the method, with its interface
 */
record MethodAnswer(Form form, @Nullable Type result, boolean acceptMissed, GoalEvaluator evaluator, String method) {

	/**
	 * Form of an answer.
	 */
	enum Form {

		/** The outcome itself. */
		RUN,

		/** The outcome with its typed result, for any status. */
		TYPED,

		/** The result, or empty. */
		OPTIONAL,

		/** The result. */
		VALUE

	}

	/**
	 * Create the answer.
	 * @param run the outcome
	 * @return the answer
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws TinyFishGoalMissedException if it missed its goal
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if the result does not fit
	 */
	Object of(AgentRun run) {
		return switch (this.form) {
			case RUN -> {
				if (!this.acceptMissed) {
					requireCompleted(run);
					requireAchieved(run);
				}
				yield run;
			}
			case TYPED -> run.typed(type());
			case OPTIONAL -> {
				requireCompleted(run);
				yield isEmpty(run) ? Optional.empty() : Optional.of(value(run));
			}
			case VALUE -> value(run);
		};
	}

	private Object value(AgentRun run) {
		requireCompleted(run);
		if (!this.acceptMissed) {
			requireAchieved(run);
		}
		return run.typed(type()).value();
	}

	private static boolean isMismatch(@Nullable SchemaValidation validation) {
		return validation != null
				&& ((validation.valid() != null) ? !validation.valid() : !validation.errors().isEmpty());
	}

	private ParameterizedTypeReference<Object> type() {
		return ParameterizedTypeReference.forType((this.result != null) ? this.result : Object.class);
	}

	private static void requireCompleted(AgentRun run) {
		RunStatus status = run.status();
		if (status == RunStatus.FAILED || status == RunStatus.CANCELLED) {
			throw new TinyFishRunFailedException(run.runId(), status, run.error());
		}
	}

	private void requireAchieved(AgentRun run) {
		GoalVerdict verdict = GoalVerdict.of(this.evaluator, run);
		if (verdict.outcome() == GoalOutcome.MISSED && this.result != null && isMismatch(run.schemaValidation())) {
			// if the reason is only that the result does not fit, the conversion reports
			// the place
			verdict = GoalVerdict.of(this.evaluator, run.toBuilder().schemaValidation(null).build());
		}
		if (verdict.outcome() == GoalOutcome.MISSED) {
			throw new TinyFishGoalMissedException(run, verdict, this.method);
		}
	}

	private static boolean isEmpty(AgentRun run) {
		try {
			return JsonContent.isNothing(Json.resultMapper().readTree(run.result().json()));
		}
		catch (JacksonException | NumberFormatException ex) {
			// the latter for a number that is too large even for a BigDecimal
			return false;
		}
	}

}
