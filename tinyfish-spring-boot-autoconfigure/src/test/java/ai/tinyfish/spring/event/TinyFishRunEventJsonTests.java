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

package ai.tinyfish.spring.event;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class TinyFishRunEventJsonTests {

	private static final RunContext RUN = RunContext.builder()
		.runId("run-1")
		.url("https://shop.example/")
		.goal("Find the price")
		.tag("order-42")
		.goalVersion("2")
		.build();

	private static final Instant TIME = Instant.parse("2026-03-01T10:15:30Z");

	static Stream<JsonMapper> mappersOfApplications() {
		return Stream.of(JsonMapper.builder().build(),
				JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build(),
				JsonMapper.builder()
					.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.changeDefaultPropertyInclusion((value) -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
					.build());
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void propertiesOfAllEventsSurvive(JsonMapper mapper) {
		TinyFishRunStartedEvent started = write(mapper, new TinyFishRunStartedEvent(this, RUN));
		assertRun(started);
		TinyFishRunHeartbeatEvent heartbeat = write(mapper, new TinyFishRunHeartbeatEvent(this, RUN));
		assertRun(heartbeat);
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void streamingUrlSurvives(JsonMapper mapper) {
		TinyFishRunStreamingUrlEvent event = write(mapper,
				new TinyFishRunStreamingUrlEvent(this, RUN, "https://live.example/run-1"));
		assertRun(event);
		assertThat(event.getStreamingUrl()).isEqualTo("https://live.example/run-1");
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void progressSurvives(JsonMapper mapper) {
		TinyFishRunProgressEvent event = write(mapper,
				new TinyFishRunProgressEvent(this, RUN, "Reading the page", TIME));
		assertRun(event);
		assertThat(event.getPurpose()).isEqualTo("Reading the page");
		assertThat(event.getOccurredAt()).isEqualTo(TIME);
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void completedRunSurvives(JsonMapper mapper) {
		AgentRun run = AgentRun.completed("run-1", RunResult.ofJson("{\"price\": 42}"));
		TinyFishRunFinishedEvent event = write(mapper, new TinyFishRunFinishedEvent(this, RUN, run));
		assertRun(event);
		assertThat(event.isCompleted()).isTrue();
		assertThat(event.getRun()).isEqualTo(run);
		assertThat(event.getRun().result().toMap()).containsEntry("price", 42);
		assertThat(event.getVerdict()).isEqualTo(GoalVerdict.unknown());
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void verdictSurvives(JsonMapper mapper) {
		AgentRun run = AgentRun.completed("run-1", RunResult.ofJson("{\"price\": 42}"));
		GoalVerdict verdict = GoalVerdict.missed("The price is too high");
		assertThat(write(mapper, new TinyFishRunFinishedEvent(this, RUN, run, verdict)).getVerdict())
			.isEqualTo(verdict);
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void cancelledRunSurvives(JsonMapper mapper) {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("CANCELLED")
			.startedAt(TIME)
			.finishedAt(TIME.plusSeconds(90))
			.numOfSteps(7)
			.build();
		TinyFishRunFinishedEvent event = write(mapper, new TinyFishRunFinishedEvent(this, RUN, run));
		assertRun(event);
		assertThat(event.isCompleted()).isFalse();
		assertThat(event.getRun()).isEqualTo(run);
		assertThat(event.getVerdict().outcome()).isEqualTo(GoalOutcome.MISSED);
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void unknownPropertiesOfARunSurvive(JsonMapper mapper) {
		AgentRun run = AgentRun.builder()
			.runId("run-1")
			.statusText("COMPLETED")
			.finishedAt(TIME)
			.numOfSteps(7)
			.additionalProperties(Map.of("profile_hint", Map.of("reason", "auth_wall"), "started_at", "soon",
					"help_url", "https://h.example", "new", List.of(1, "x")))
			.build();
		TinyFishRunFinishedEvent event = write(mapper, new TinyFishRunFinishedEvent(this, RUN, run));
		assertThat(event.getRun()).isEqualTo(run);
		assertThat(event.getRun().profileHint().reason()).isEqualTo("auth_wall");
		assertThat(event.getRun().helpUrl()).isEqualTo("https://h.example");
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void failedRunSurvives(JsonMapper mapper) {
		AgentRun run = AgentRun.failed("run-1", RunError.of("SITE_BLOCKED", "The site blocked the visit"));
		TinyFishRunFinishedEvent event = write(mapper, new TinyFishRunFinishedEvent(this, RUN, run));
		assertThat(event.isCompleted()).isFalse();
		assertThat(event.getRun().status()).isEqualTo(RunStatus.FAILED);
		assertThat(event.getRun().error()).isEqualTo(run.error());
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void errorSurvivesWithoutItsException(JsonMapper mapper) {
		TinyFishException exception = TinyFishStatusException.of("agent.run",
				ApiErrorResponse.of(429, "RATE_LIMIT_EXCEEDED", "Slow down"), null);
		TinyFishRunErrorEvent written = new TinyFishRunErrorEvent(this, RUN, exception);
		assertThat(written.getException()).isSameAs(exception);
		TinyFishRunErrorEvent event = write(mapper, written);
		assertRun(event);
		assertThat(event.getException()).isNull();
		assertThat(event.getErrorType()).isEqualTo("TinyFishRateLimitException");
		assertThat(event.getMessage()).isEqualTo(exception.getMessage()).contains("Slow down");
		assertThat(event.getStatus()).isEqualTo(429);
		assertThat(event.getCode()).isEqualTo("RATE_LIMIT_EXCEEDED");
	}

	@ParameterizedTest
	@MethodSource("mappersOfApplications")
	void absentValuesAreNullAfterReading(JsonMapper mapper) {
		RunContext unknown = RunContext.builder().build();
		TinyFishRunErrorEvent event = write(mapper, new TinyFishRunErrorEvent(this, unknown,
				new TinyFishRunOutcomeUnknownException("The answer was lost", null, null)));
		assertThat(event.getRunId()).isNull();
		assertThat(event.getUrl()).isNull();
		assertThat(event.getGoal()).isNull();
		assertThat(event.getTag()).isNull();
		assertThat(event.getStatus()).isNull();
		assertThat(event.getCode()).isNull();
	}

	@Test
	void statusOfTheAnswerThatLeftTheEndingUnknownIsKept() {
		TinyFishRunErrorEvent event = new TinyFishRunErrorEvent(this, RUN,
				new TinyFishRunOutcomeUnknownException("The answer was lost",
						new TinyFishServerException("agent.run", ApiErrorResponse.of(502, null, null), null), "run-1"));
		assertThat(event.getErrorType()).isEqualTo("TinyFishRunOutcomeUnknownException");
		assertThat(event.getStatus()).isEqualTo(502);
		TinyFishRunErrorEvent read = write(JsonMapper.builder().build(), event);
		assertThat(read.getStatus()).isEqualTo(502);
		assertThat(read.getErrorType()).isEqualTo(event.getErrorType());
		assertThat(read).hasToString(event.toString());
	}

	@Test
	void jsonHasNeitherSourceNorTimestampNorException() {
		JsonMapper mapper = JsonMapper.builder().build();
		JsonNode error = mapper.valueToTree(new TinyFishRunErrorEvent(this, RUN,
				new TinyFishRunOutcomeUnknownException("The answer was lost", null, "run-1")));
		assertThat(error.propertyNames()).containsExactlyInAnyOrder("runId", "url", "goal", "tag", "goalVersion",
				"errorType", "message", "status", "code");
		JsonNode started = mapper
			.valueToTree(new TinyFishRunStartedEvent(this, RunContext.builder().runId("run-1").build()));
		assertThat(started.propertyNames()).as("without a version")
			.containsExactlyInAnyOrder("runId", "url", "goal", "tag");
		JsonNode finished = mapper
			.valueToTree(new TinyFishRunFinishedEvent(this, RUN, AgentRun.completed("run-1", RunResult.ofJson("[1]"))));
		assertThat(finished.propertyNames()).containsExactlyInAnyOrder("runId", "url", "goal", "tag", "goalVersion",
				"run", "verdict", "recovered");
	}

	@Test
	void fieldsOfLaterVersionsAreIgnored() {
		TinyFishRunProgressEvent event = JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.build()
			.readValue("{\"runId\": \"run-1\", \"brandNew\": true}", TinyFishRunProgressEvent.class);
		assertThat(event.getRunId()).isEqualTo("run-1");
		assertThat(event.getPurpose()).isEmpty();
	}

	@Test
	void descriptionIsShortAndHasNoResult() {
		assertThat(new TinyFishRunFinishedEvent(this, RUN, AgentRun.completed("run-1", RunResult.ofJson("{\"a\": 1}"))))
			.hasToString("TinyFishRunFinishedEvent[runId=run-1, tag=order-42, status=COMPLETED, goal=UNKNOWN]");
		assertThat(new TinyFishRunProgressEvent(this, RUN, "Reading the page", null))
			.hasToString("TinyFishRunProgressEvent[runId=run-1, tag=order-42, purpose=Reading the page]");
		assertThat(new TinyFishRunStreamingUrlEvent(this, RUN, "https://live.example/run-1").toString())
			.doesNotContain("live.example");
	}

	@SuppressWarnings("unchecked")
	private static <E extends TinyFishRunEvent> E write(JsonMapper mapper, E event) {
		return (E) mapper.readValue(mapper.writeValueAsString(event), event.getClass());
	}

	private static void assertRun(TinyFishRunEvent event) {
		assertThat(event.getRunId()).isEqualTo("run-1");
		assertThat(event.getUrl()).isEqualTo("https://shop.example/");
		assertThat(event.getGoal()).isEqualTo("Find the price");
		assertThat(event.getTag()).isEqualTo("order-42");
		assertThat(event.getGoalVersion()).isEqualTo("2");
		assertThat(event.getSource()).isNotNull();
	}

}
