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

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outcome of a run as its card shows it.
 *
 * @param state how it ended
 * @param numOfSteps the number of steps, or null if it is not known
 * @param recovered whether its stream broke
 * @param verdict whether it reached its goal, or null if it did not complete
 * @param problem the reason of a failure, or null
 * @param json the result, or null if the run did not complete
 * @param type the type of the rows
 * @param rows the result as a table, possibly empty
 */
public record CardOutcome(CardState state, @Nullable Integer numOfSteps, boolean recovered,
		@Nullable GoalVerdict verdict, @Nullable String problem, @Nullable String json, String type,
		List<? extends Map<String, ?>> rows) {

	private static final int MAX_JSON = 20_000;

	private static final int MAX_ROWS = 100;

	private static final Pattern GIVEN_UP = Pattern.compile("\\{\\s*\"(status|reason)\"");

	/**
	 * Read an outcome.
	 * @param answer the type of the result, or null if it is not known: other requests of
	 * this application that have a type request products
	 */
	static CardOutcome of(AgentRun run, GoalVerdict verdict, boolean recovered, @Nullable Answer answer) {
		CardState state = CardState.of(run.status());
		Answer type = (answer != null) ? answer : Answer.PRODUCTS;
		if (!run.isCompleted()) {
			RunError error = run.error();
			String problem = (error != null) ? error.code() + ": " + error.message() : null;
			return new CardOutcome(state, run.numOfSteps(), recovered, null, problem, null, type.getType(), List.of());
		}
		List<? extends Map<String, ?>> rows = List.of();
		String problem = null;
		if (answer != null || run.schemaValidation() != null) {
			try {
				rows = type.rows(run).stream().limit(MAX_ROWS).toList();
			}
			catch (TinyFishException ex) {
				// a result with the reason of a missed goal needs no further text
				problem = GIVEN_UP.matcher(run.result().json()).find() ? null : ex.getMessage();
			}
		}
		return new CardOutcome(state, run.numOfSteps(), recovered, verdict, problem, pretty(run.result()),
				type.getType(), rows);
	}

	/**
	 * Read an error. A run that is cancelled before it is sent has no other outcome.
	 */
	static CardOutcome of(TinyFishRunErrorEvent event, boolean cancelRequested) {
		String type = event.getErrorType();
		boolean sent = event.getRunId() != null || event.getStatus() != null
				|| type.equals(TinyFishRunOutcomeUnknownException.class.getSimpleName());
		CardState state = (cancelRequested && !sent) ? CardState.CANCELLED : CardState.NO_OUTCOME;
		if (type.equals(TinyFishRunTimeoutException.class.getSimpleName())) {
			state = CardState.DEADLINE;
		}
		return new CardOutcome(state, null, false, null, event.getMessage(), null, "", List.of());
	}

	static String pretty(RunResult result) {
		String json = result.json();
		try {
			json = JsonMapper.shared().readTree(json).toPrettyString();
		}
		catch (JacksonException ex) {
			// such as a number that is longer than this mapper reads
		}
		return Card.shortened(json, MAX_JSON);
	}

	/**
	 * Return the colour of the run.
	 */
	public String kind() {
		if (this.verdict == null) {
			return (this.state == CardState.CANCELLED || this.state == CardState.DEADLINE) ? "cancelled" : "failed";
		}
		return (this.verdict.outcome() == GoalOutcome.MISSED) ? "missed" : "achieved";
	}

}
