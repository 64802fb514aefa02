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

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class GoalEvaluatorTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "null | MISSED | empty", "{} | MISSED | empty", "[] | MISSED | empty",
			"\"  \" | MISSED | empty", "{\"a\":null,\"b\":\"\",\"c\":[{}]} | MISSED | empty",
			"[null,{}] | MISSED | empty", "{\"success\":false,\"price\":7} | MISSED | success: false",
			"{\"success\":\"False\"} | MISSED | success: False",
			"{\"status\":\"failure\",\"reason\":\"A captcha\"} | MISSED | (A captcha)",
			"{\"Status\":\"FAILED\"} | MISSED | Status: FAILED",
			"{\"status\":\"error\",\"price\":7} | MISSED | status: error",
			"{\"error\":\"Access denied\"} | MISSED | Access denied",
			"{\"errors\":[\"x\"],\"price\":7} | MISSED | errors",
			"{\"error_message\":\"x\"} | MISSED | error_message: x",
			"{\"error\":true,\"price\":7} | MISSED | error: true",
			"\"{\\\"success\\\": false}\" | MISSED | success: false",
			"\"```json\\n{\\\"success\\\": false}\\n```\" | MISSED | success: false",
			"{\"success\":true,\"error\":\"but\"} | MISSED | error: but",
			"{\"success\":true,\"error\":null} | ACHIEVED | success: true",
			"{\"status\":\"OK\",\"error\":false,\"errors\":[]} | ACHIEVED | status: OK", "{\"price\":7} | UNKNOWN |",
			"{\"error\":null,\"price\":7} | UNKNOWN |", "{\"status\":\"shipped\"} | UNKNOWN |",
			"[{\"success\":false}] | UNKNOWN |", "\"Done\" | UNKNOWN |", "0 | UNKNOWN |", "false | UNKNOWN |",
			"{\"price\":1e99999999999} | UNKNOWN |", "\"{broken\" | UNKNOWN |" })
	void completedRunsAreJudgedByTheirResult(String json, GoalOutcome outcome, @Nullable String reason) {
		GoalVerdict verdict = GoalEvaluator.defaults().evaluate(AgentRun.completed("run-1", RunResult.ofJson(json)));
		assertThat(verdict.outcome()).isEqualTo(outcome);
		if (reason != null) {
			assertThat(verdict.reason()).contains(reason);
		}
		else {
			assertThat(verdict).isEqualTo(GoalVerdict.unknown());
		}
		assertThat(verdict.isAchieved()).isEqualTo(outcome == GoalOutcome.ACHIEVED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "false", "0", "0.0", "0e5", "[]", "{}", "\"\"", "\"  \"", "\"none\"", "\" None \"",
			"\"NONE.\"", "\"null\"", "\"nil\"", "\"n/a\"", "\"N/A\"", "\"no\"", "\"false\"", "\"0\"", "\"No error\"",
			"\"no errors\"", "\"-\"", "[null]", "[\"\"]", "[\"none\",0,{}]", "{\"code\":0,\"message\":\"\"}",
			"{\"code\":null,\"message\":\"None\"}", "{\"count\":0,\"items\":[]}" })
	void anErrorThatSaysThatThereWasNoErrorIsIgnored(String value) {
		for (String name : List.of("error", "errors", "error_message", "Error", "ERRORS")) {
			String field = "{\"" + name + "\":" + value;
			assertThat(outcome(field + ",\"price\":7}")).as(name).isEqualTo(GoalOutcome.UNKNOWN);
			assertThat(outcome(field + ",\"success\":true}")).as(name).isEqualTo(GoalOutcome.ACHIEVED);
			assertThat(outcome(field + ",\"success\":false}")).as(name).isEqualTo(GoalOutcome.MISSED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "1", "404", "-1", "0.5", "\"x\"", "\"404\"", "\"true\"", "\"No such page\"",
			"\"none found\"", "[0,\"x\"]", "[false,true]", "{\"code\":404}", "{\"code\":0,\"message\":\"Denied\"}",
			"[[1]]", "1e99999" })
	void anErrorThatSaysSomethingIsOne(String value) {
		for (String name : List.of("error", "errors", "error_message", "Error")) {
			assertThat(outcome("{\"" + name + "\":" + value + ",\"success\":true}")).as(name)
				.isEqualTo(GoalOutcome.MISSED);
		}
	}

	@Test
	void anEmptyErrorIsNotAReason() {
		AgentRun run = AgentRun.completed("run-1",
				RunResult.ofJson("{\"success\":false,\"error\":\"none\",\"message\":\"Sold out\"}"));
		assertThat(GoalEvaluator.defaults().evaluate(run).reason())
			.isEqualTo("The result says success: false (Sold out)");
	}

	private static GoalOutcome outcome(String json) {
		return GoalEvaluator.defaults().evaluate(AgentRun.completed("run-1", RunResult.ofJson(json))).outcome();
	}

	@ParameterizedTest
	@CsvSource({ "true,{\"price\":7},ACHIEVED", "false,{\"price\":7},MISSED", ",{\"price\":7},UNKNOWN",
			"true,{},MISSED", "true,{\"success\":false},MISSED", "false,{\"success\":true},MISSED" })
	void verdictOfTheServiceOnTheSchemaCounts(@Nullable Boolean valid, String json, GoalOutcome outcome) {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.result(RunResult.ofJson(json))
			.schemaValidation(new SchemaValidation(valid, null, null))
			.build();
		assertThat(GoalEvaluator.defaults().evaluate(run).outcome()).isEqualTo(outcome);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{\"status\":\"failure\",\"reason\":\"A captcha\"} | The result says status: failure (A captcha)",
					"{\"items\":[]} | The result is empty",
					"{\"success\":true,\"price\":7} | The result does not match the output schema",
					"\"{broken\" | The result does not match the output schema" })
	void textOfTheResultComesBeforeItsForm(String json, String reason) {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.result(RunResult.ofJson(json))
			.schemaValidation(new SchemaValidation(false, null, null))
			.build();
		assertThat(GoalEvaluator.defaults().evaluate(run)).isEqualTo(GoalVerdict.missed(reason));
	}

	@Test
	void theReasonNamesThePlacesAtWhichTheResultDoesNotMatch() {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.result(RunResult.ofJson("{\"items\":[{\"sku\":null,\"price\":7}]}"))
			.schemaValidation(new SchemaValidation(false, null,
					List.of(new SchemaValidation.Violation("$.items[0].sku", "string", "null", "must not be null"))))
			.build();
		assertThat(GoalEvaluator.defaults().evaluate(run).reason())
			.isEqualTo("The result does not match the output schema ($.items[0].sku: must not be null)");
	}

	@Test
	void otherEndingsAreJudgedByTheirStatus() {
		GoalEvaluator evaluator = GoalEvaluator.defaults();
		RunError error = RunError.of(null, "Site blocked");
		assertThat(evaluator.evaluate(AgentRun.failed("run-1", error)))
			.isEqualTo(GoalVerdict.missed("The run failed: Site blocked"));
		assertThat(evaluator.evaluate(ending("CANCELLED")).outcome()).isEqualTo(GoalOutcome.MISSED);
		assertThat(evaluator.evaluate(ending("RUNNING"))).isEqualTo(GoalVerdict.unknown());
		assertThat(evaluator.evaluate(ending("SOMETHING_NEW"))).isEqualTo(GoalVerdict.unknown());
	}

	@Test
	@SuppressWarnings("NullAway")
	void verdictOfAnEvaluatorThatFailsIsUnknown() {
		AgentRun run = ending("FAILED");
		assertThat(GoalVerdict.of(GoalEvaluator.defaults(), run).isMissed()).isTrue();
		assertThat(GoalVerdict.of((any) -> null, run)).isEqualTo(GoalVerdict.unknown());
		assertThat(GoalVerdict.of((any) -> {
			throw new IllegalStateException("thrown on purpose");
		}, run)).isEqualTo(GoalVerdict.unknown());
		assertThat(GoalVerdict.of((any) -> {
			throw new StackOverflowError("thrown on purpose");
		}, run)).isEqualTo(GoalVerdict.unknown());
	}

	private static AgentRun ending(String status) {
		return AgentRun.builder().runId("run-1").statusText(status).build();
	}

}
