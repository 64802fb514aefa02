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

package ai.tinyfish.agent.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.SchemaValidation;
import ai.tinyfish.run.TinyFishRunFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for the events themselves.
 */
class AgentEventTests {

	private static final Instant NOW = Instant.parse("2026-03-02T08:00:00.500Z");

	private static final RunError ERROR = RunError.builder()
		.code("SITE_BLOCKED")
		.message("Blocked")
		.categoryText("AGENT_FAILURE")
		.retryAfter(Duration.ofSeconds(30))
		.helpUrl("https://help.example")
		.helpMessage("Read on")
		.build();

	private static final AgentRun RUN = AgentRun.builder()
		.runId("r")
		.statusText("COMPLETED")
		.startedAt(NOW.minusSeconds(9))
		.finishedAt(NOW)
		.numOfSteps(7)
		.result(RunResult.ofJson("{\"a\":1.10}"))
		.schemaValidation(new SchemaValidation(true, 0, List.of()))
		.build();

	static Stream<JsonMapper> mappers() {
		return Stream.of(JsonMapper.shared(), Json.mapper(),
				JsonMapper.builder()
					.propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
					.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.build(),
				JsonMapper.builder()
					.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
					.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.build());
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void everyEventComesBackEqualAndCarriesItsType(JsonMapper mapper) {
		for (AgentEvent event : List.of(new StartedEvent("r", NOW),
				new StreamingUrlEvent("r", NOW, "https://w.example"), new ProgressEvent("r", NOW, "Looking", "search"),
				new ProgressEvent(null, null, "", null),
				new ApiResultEvent("r", NOW, "search", RunResult.ofJson("[{\"a\":1.10},null]")),
				new HeartbeatEvent(null, NOW), new CompleteEvent(RUN, NOW, true),
				new CompleteEvent(AgentRun.failed("r", ERROR), NOW, false),
				new CompleteEvent(AgentRun.builder()
					.runId("r")
					.statusText("FAILED")
					.finishedAt(NOW)
					.numOfSteps(1)
					.additionalProperties(
							Map.of("started_at", "soon", "help_url", "https://h.example", "new", List.of(1)))
					.build(), NOW, false),
				new UnknownEvent("NEW", "r", NOW, "{\"type\":\"NEW\"}"))) {
			String json = mapper.writeValueAsString(event);
			assertThat(json).contains("\"type\":\"" + event.type() + "\"");
			assertThat(mapper.readValue(json, event.getClass())).as(json).isEqualTo(event);
		}
	}

	@Test
	void aCompleteEventHasAllThatIsKnownOfTheEnding() {
		CompleteEvent event = new CompleteEvent(RUN, NOW, true);
		assertThat(event.run()).isEqualTo(RUN);
		assertThat(event.recovered()).isTrue();
		assertThat(event.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(event.run().result().toMap()).containsOnlyKeys("a");
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void aCompleteEventIsOneFlatObjectInJson(JsonMapper mapper) {
		String json = mapper.writeValueAsString(new CompleteEvent(RUN, NOW, true));
		// our own mapper writes no nulls
		assertThat(mapper.readTree(json).propertyNames()).filteredOn((name) -> !name.equals("error"))
			.containsExactlyInAnyOrder("type", "run_id", "timestamp", "status", "result", "recovered", "started_at",
					"finished_at", "num_of_steps", "schema_validation");
		CompleteEvent raw = mapper.readValue(
				"""
						{"type":"COMPLETE","runId":"r","status":"COMPLETED","resultJson":{"a":1},"recovered":false,"new":true}""",
				CompleteEvent.class);
		assertThat(raw.runId()).isEqualTo("r");
		assertThat(raw.run().result().toMap()).containsEntry("a", 1);
		assertThat(raw.run().additionalProperties()).isEqualTo(Map.of("new", true));
	}

	@Test
	void aCompleteEventDescribesItselfInOneLine() {
		AgentRun run = AgentRun.failed("r", RunError.of(null, "two\nlines"));
		assertThat(new CompleteEvent(run, NOW, false).toString()).hasLineCount(1).contains("two", "FAILED");
	}

	@Test
	void theResultOfACompleteEventKnowsItsRun() {
		CompleteEvent event = new CompleteEvent(
				AgentRun.builder().runId("r").statusText("FAILED").result(RunResult.ofJson("{}")).error(ERROR).build(),
				NOW, false);
		assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> event.run().result().toMap())
			.satisfies((ex) -> {
				assertThat(ex.runId()).isEqualTo("r");
				assertThat(ex.error()).isEqualTo(ERROR);
			});
	}

	@Test
	void theAnswerOfAnApiCanBeConvertedWhileTheRunGoesOn() {
		ApiResultEvent event = new ApiResultEvent("r", NOW, "search", RunResult.ofJson("[\"a\",null]"));
		assertThat(event.result().toList(String.class)).containsExactly("a", null);
	}

	@Test
	void anEventLacksNothingThatMakesItUsable() {
		assertThatNullPointerException().isThrownBy(() -> new StartedEvent(null, NOW)).withMessageContaining("runId");
		assertThatNullPointerException().isThrownBy(() -> new StreamingUrlEvent("r", NOW, null))
			.withMessageContaining("streamingUrl");
		assertThatNullPointerException().isThrownBy(() -> new CompleteEvent(null, NOW, false))
			.withMessageContaining("run");
		assertThat(new ProgressEvent("r", NOW, null, null).purpose()).isEmpty();
		assertThat(new UnknownEvent(null, null, null, "{}").type()).isEmpty();
		assertThat(new ApiResultEvent("r", NOW, null, null).result().isEmpty()).isTrue();
	}

}
