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

import java.util.Locale;
import java.util.Set;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonContent;
import ai.tinyfish.internal.request.Descriptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The rules of {@link GoalEvaluator#defaults()}.
 */
final class DefaultGoalEvaluator implements GoalEvaluator {

	static final DefaultGoalEvaluator INSTANCE = new DefaultGoalEvaluator();

	private static final Set<String> FAILURES = Set.of("failure", "failed", "error");

	private static final Set<String> SUCCESSES = Set.of("success", "succeeded", "completed", "ok");

	private static final Set<String> ERRORS = Set.of("error", "errors", "error_message");

	private static final Set<String> NO_ERRORS = Set.of("none", "null", "nil", "n/a", "no", "false", "0", "no error",
			"no errors", "-");

	private static final Set<String> REASONS = Set.of("reason", "message", "error_message", "error");

	private static final int MAX_REASON_LENGTH = 200;

	private DefaultGoalEvaluator() {
	}

	@Override
	public GoalVerdict evaluate(AgentRun run) {
		return switch (run.status()) {
			case COMPLETED -> ofResult(run);
			case FAILED -> GoalVerdict.missed("The run failed" + because(run.error()));
			case CANCELLED -> GoalVerdict.missed("The run was cancelled");
			default -> GoalVerdict.unknown();
		};
	}

	private static String because(@Nullable RunError error) {
		return (error != null) ? ": " + Descriptions.excerpt(error.message(), MAX_REASON_LENGTH) : "";
	}

	private static GoalVerdict ofResult(AgentRun run) {
		GoalVerdict verdict = ofContent(run.result());
		if (verdict.outcome() == GoalOutcome.MISSED) {
			return verdict;
		}
		SchemaValidation validation = run.schemaValidation();
		if (validation != null && validation.isMismatch()) {
			return GoalVerdict.missed("The result does not match the output schema"
					+ TinyFishResultMappingException.why(validation.errors()));
		}
		if (verdict.outcome() == GoalOutcome.UNKNOWN && validation != null && Boolean.TRUE.equals(validation.valid())) {
			return GoalVerdict.achieved("The result matches the output schema");
		}
		return verdict;
	}

	private static GoalVerdict ofContent(RunResult content) {
		JsonNode result;
		try {
			result = Json.resultMapper().readTree(ResultReader.unwrapText(content.json()));
		}
		catch (JacksonException | NumberFormatException ex) {
			// the latter for a number that is too large even for a BigDecimal
			return GoalVerdict.unknown();
		}
		if (JsonContent.isNothing(result)) {
			return GoalVerdict.missed("The result is empty");
		}
		GoalVerdict verdict = result.isObject() ? ofFields(result) : null;
		return (verdict != null) ? verdict : GoalVerdict.unknown();
	}

	/**
	 * Return whether an object says that the goal was missed.
	 */
	static boolean saysMissed(JsonNode result) {
		GoalVerdict verdict = ofFields(result);
		return verdict != null && verdict.outcome() == GoalOutcome.MISSED;
	}

	private static @Nullable GoalVerdict ofFields(JsonNode result) {
		GoalVerdict achieved = null;
		for (String name : result.propertyNames()) {
			String field = name.toLowerCase(Locale.ROOT);
			JsonNode value = result.get(name);
			String text = value.isString() ? value.asString().strip().toLowerCase(Locale.ROOT) : "";
			boolean success = field.equals("success");
			boolean status = field.equals("status");
			if ((success && (isFalse(value) || text.equals("false"))) || (status && FAILURES.contains(text))
					|| (ERRORS.contains(field) && !saysNoError(value))) {
				return GoalVerdict.missed("The result says " + name + ": " + excerpt(value) + reason(result, name));
			}
			if ((success && (value.isBoolean() || text.equals("true"))) || (status && SUCCESSES.contains(text))) {
				achieved = GoalVerdict.achieved("The result says " + name + ": " + excerpt(value));
			}
		}
		return achieved;
	}

	private static String reason(JsonNode result, String except) {
		for (String name : result.propertyNames()) {
			JsonNode value = result.get(name);
			if (!name.equals(except) && REASONS.contains(name.toLowerCase(Locale.ROOT)) && value.isString()
					&& !saysNoError(value)) {
				return " (" + excerpt(value) + ")";
			}
		}
		return "";
	}

	private static String excerpt(JsonNode value) {
		return Descriptions.excerpt(value.isString() ? value.asString() : value.toString(), MAX_REASON_LENGTH);
	}

	private static boolean isFalse(JsonNode value) {
		return value.isBoolean() && !value.booleanValue();
	}

	private static boolean saysNoError(JsonNode value) {
		return JsonContent.isAll(value,
				(part) -> isFalse(part) || (part.isNumber() && part.decimalValue().signum() == 0)
						|| (part.isString() && saysNoError(part.asString())));
	}

	private static boolean saysNoError(String text) {
		String word = text.strip().toLowerCase(Locale.ROOT);
		return word.isEmpty() || NO_ERRORS.contains(word.endsWith(".") ? word.substring(0, word.length() - 1) : word);
	}

}
