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
import java.util.stream.Stream;

import ai.tinyfish.run.ResultTypes.Person;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TypedRun} with the service's report on how the result matches the
 * schema.
 */
class ResultValidationTests {

	static Stream<Arguments> reports() {
		SchemaValidation.Violation violation = new SchemaValidation.Violation("people.1.name", "string", "null",
				"Expected string");
		return Stream.of(Arguments.of(new SchemaValidation(false, 1, List.of(violation)), "$.people[1].name", 1),
				Arguments.of(new SchemaValidation(null, null, List.of(violation)), "$.people[1].name", 1),
				Arguments.of(new SchemaValidation(false, 1,
						List.of(new SchemaValidation.Violation("/people/1", null, null, null))), "$", 1),
				Arguments.of(new SchemaValidation(false, 1,
						List.of(new SchemaValidation.Violation("$.name", null, null, null))), "$.name", 1),
				Arguments.of(
						new SchemaValidation(false, 1, List.of(new SchemaValidation.Violation(null, null, null, null))),
						"$", 1),
				Arguments.of(new SchemaValidation(false, null, List.of()), "$", 0));
	}

	@ParameterizedTest
	@MethodSource("reports")
	void aResultThatTheServiceFoundNotToMatchHasNoValue(SchemaValidation report, String path, int violations) {
		AgentRun run = ResultTypes.run("{'name':'A'}", report);
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> run.typed(Person.class).value())
			.satisfies((ex) -> {
				assertThat(ex.path()).isEqualTo(path);
				assertThat(ex.violations()).hasSize(violations).isEqualTo(report.errors());
				assertThat(ex.getCause()).isNull();
			});
		assertThat(GoalEvaluator.defaults().evaluate(run).outcome()).isEqualTo(GoalOutcome.MISSED);
		assertThat(run.result().to(Person.class).name()).isEqualTo("A");
	}

	@Test
	void aReportThatFindsNothingWrongChangesNothing() {
		for (SchemaValidation report : List.of(new SchemaValidation(true, 0, List.of()),
				new SchemaValidation(null, null, List.of()))) {
			assertThat(ResultTypes.run("{'name':'A'}", report).typed(Person.class).value().name()).isEqualTo("A");
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> ResultTypes.run("{'nome':'A'}", report).typed(Person.class).value())
				.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.name"));
		}
	}

	@Test
	void theServicesViolationsComeWithAnEmptyResult() {
		SchemaValidation.Violation violation = new SchemaValidation.Violation("", "object", "null",
				"Expected object, received null");
		assertThatExceptionOfType(TinyFishResultMappingException.class)
			.isThrownBy(() -> ResultTypes.run("null", new SchemaValidation(false, 2, List.of(violation)))
				.typed(Person.class)
				.value())
			.satisfies((ex) -> assertThat(ex.violations()).containsExactly(violation));
	}

}
