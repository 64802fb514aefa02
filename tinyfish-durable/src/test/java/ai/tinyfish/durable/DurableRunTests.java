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

package ai.tinyfish.durable;

import java.time.Instant;
import java.util.stream.Stream;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.RunResult;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableRun}.
 */
class DurableRunTests {

	private static final DurableRun RUN = DurableRun.builder()
		.id("d1")
		.tag("order-42")
		.account("eu")
		.state(DurableRunState.DONE)
		.url("https://shop.example")
		.goal("Read")
		.runId("run-1")
		.run(AgentRun.completed("run-1", RunResult.ofJson("[1]")))
		.error("none")
		.attempts(2)
		.cancelRequested(true)
		.acceptedAt(Instant.parse("2026-03-02T08:00:00Z"))
		.endedAt(Instant.parse("2026-03-02T08:00:03Z"))
		.changedAt(Instant.parse("2026-03-02T08:00:04Z"))
		.verdict(GoalOutcome.UNKNOWN)
		.decidedBy("me")
		.decidedAt(Instant.parse("2026-03-02T08:00:05Z"))
		.build();

	static Stream<JsonMapper> mappers() {
		return Stream.of(JsonMapper.shared(),
				JsonMapper.builder()
					.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
					.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.build());
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void comesBackEqualFromJson(JsonMapper mapper) {
		for (DurableRun run : new DurableRun[] { RUN, DurableRun.builder().id("d2").build() }) {
			String json = mapper.writeValueAsString(run);
			assertThat(mapper.readValue(json, DurableRun.class)).as(json).isEqualTo(run).hasSameHashCodeAs(run);
		}
	}

	@Test
	void theNamesInJsonAreThoseOfTheAccessors() {
		assertThat(JsonMapper.shared().valueToTree(RUN).propertyNames()).containsExactly("id", "tag", "account",
				"state", "url", "goal", "runId", "run", "error", "attempts", "cancelRequested", "acceptedAt", "endedAt",
				"changedAt", "verdict", "decidedBy", "decidedAt");
	}

	@Test
	void aMapperThatSeesFieldsOfObjectsChangesNothing() {
		JsonMapper mapper = JsonMapper.builder()
			.changeDefaultVisibility((visibility) -> visibility.withFieldVisibility(Visibility.ANY))
			.build();
		String json = mapper.writeValueAsString(RUN);
		assertThat(json).isEqualTo(JsonMapper.shared().writeValueAsString(RUN));
		assertThat(mapper.readValue(json, DurableRun.class)).isEqualTo(RUN);
		assertThat(mapper.readValue("{\"values\":{\"runId\":\"run-2\"}}", DurableRun.class))
			.isEqualTo(DurableRun.builder().build());
	}

	@Test
	void aBuilderKeepsAllValuesAndChangesOne() {
		assertThat(RUN.toBuilder().build()).isEqualTo(RUN);
		assertThat(RUN.toBuilder().error(null).build()).isNotEqualTo(RUN)
			.extracting(DurableRun::error, DurableRun::attempts, DurableRun::decidedBy)
			.containsExactly(null, 2, "me");
		assertThat(RUN).hasToString("DurableRun[id=d1, state=DONE, runId=run-1, tag=order-42]");
	}

	@Test
	void aBuilderWithoutValuesMakesARunThatWasAccepted() {
		DurableRun run = DurableRun.builder().build();
		assertThat(run.state()).isEqualTo(DurableRunState.ACCEPTED);
		assertThat(run.attempts()).isZero();
		assertThat(run.cancelRequested()).isFalse();
		assertThat(run.acceptedAt()).isEqualTo(run.changedAt()).isNotNull();
		assertThat(run.run()).isNull();
	}

}
