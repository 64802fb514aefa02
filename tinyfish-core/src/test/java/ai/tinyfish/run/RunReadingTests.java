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

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for reading the records of this package from JSON of the API.
 */
class RunReadingTests {

	private static final String WHOLE_RUN = """
			{
			  "run_id": "run_77",
			  "status": "COMPLETED",
			  "goal": "List the three cheapest flights",
			  "created_at": "2026-03-02T08:00:00Z",
			  "started_at": "2026-03-02T08:00:04.250Z",
			  "finished_at": "2026-03-02T08:02:10Z",
			  "num_of_steps": 12,
			  "result": {"flights": [{"price": 89.90}]},
			  "schema_validation": {
			    "valid": false, "re_prompt_attempts": 2,
			    "errors": [{"path": "flights.0.price", "expected": "string", "received": "number", "message": "no"}]
			  },
			  "error": {
			    "code": "service_busy", "message": "Too busy", "category": "SYSTEM_FAILURE", "retry_after": 30,
			    "help_url": "https://help.example/busy", "help_message": "Wait a little"
			  },
			  "streaming_url": "https://watch.example/0",
			  "browser_config": {"proxy_enabled": true, "proxy_country_code": "DE"},
			  "output_schema": {"type": "object"},
			  "video_url": "https://video.example/1.webm",
			  "steps": [
			    {"id": "s1", "timestamp": "2026-03-02T08:00:09Z", "status": "COMPLETED", "action": "Open the page",
			     "screenshot": "data:image/jpeg;base64,QUJD", "duration": "1.2s", "screenshot_url": "https://new.example"},
			    {"id": "s2", "timestamp": null, "status": "RUNNING", "action": null, "screenshot": null, "duration": null}
			  ],
			  "profile_hint": {"reason": "auth_wall"}
			}
			""";

	@Test
	void aSkippedFieldIsReadAsNull() {
		Run run = Json.mapper().readerFor(Run.class).withAttribute(JsonFields.SKIPPED, "steps").readValue("""
				{"run_id":"run_1","steps":[{"id":"s1","screenshot":"a"}],"result":{"steps":[1]},"region":"eu"}""");

		assertThat(run.steps()).isEmpty();
		assertThat(run.result().json()).isEqualTo("{\"steps\":[1]}");
		assertThat(run.additionalProperties()).containsOnlyKeys("region");
	}

	@Test
	void readsARunWithAllItsFields() {
		Run run = read(WHOLE_RUN, Run.class);
		assertThat(run.runId()).isEqualTo("run_77");
		assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(run.goal()).isEqualTo("List the three cheapest flights");
		assertThat(run.createdAt()).isEqualTo(Instant.parse("2026-03-02T08:00:00Z"));
		assertThat(run.startedAt()).isEqualTo(Instant.parse("2026-03-02T08:00:04.250Z"));
		assertThat(run.finishedAt()).isEqualTo(Instant.parse("2026-03-02T08:02:10Z"));
		assertThat(run.numOfSteps()).isEqualTo(12);
		assertThat(run.result().json()).isEqualTo("""
				{"flights":[{"price":89.90}]}""");
		assertThat(run.schemaValidation()).isEqualTo(new SchemaValidation(false, 2,
				List.of(new SchemaValidation.Violation("flights.0.price", "string", "number", "no"))));
		assertThat(run.error()).isEqualTo(RunError.builder()
			.code("service_busy")
			.message("Too busy")
			.categoryText("SYSTEM_FAILURE")
			.retryAfter(Duration.ofSeconds(30))
			.helpUrl("https://help.example/busy")
			.helpMessage("Wait a little")
			.build());
		assertThat(run.streamingUrl()).isEqualTo("https://watch.example/0");
		assertThat(run.browserConfig()).isEqualTo(new Run.BrowserConfig(true, "DE"));
		assertThat(run.outputSchema()).isEqualTo(Map.of("type", "object"));
		assertThat(run.videoUrl()).isEqualTo("https://video.example/1.webm");
		assertThat(run.steps()).hasSize(2);
		assertThat(run.steps().get(0)).isEqualTo(RunStep.builder()
			.id("s1")
			.timestamp(Instant.parse("2026-03-02T08:00:09Z"))
			.statusText("COMPLETED")
			.action("Open the page")
			.screenshot("data:image/jpeg;base64,QUJD")
			.screenshotUrl("https://new.example")
			.durationText("1.2s")
			.build());
		assertThat(run.steps().get(1).status()).isEqualTo(RunStatus.RUNNING);
	}

	@Test
	void theOutputSchemaCannotBeChanged() {
		Map<String, Object> schema = new HashMap<>(Map.of("type", "object", "required", new ArrayList<>(List.of("a"))));
		Run built = Run.builder().outputSchema(schema).build();
		schema.clear();
		for (Run run : List.of(built, built.toBuilder().build(), Json.mapper().readValue("""
				{"output_schema":{"type":"object","required":["a"]}}""", Run.class))) {
			Map<?, ?> returned = (Map<?, ?>) Objects.requireNonNull(run.outputSchema());
			assertThat(returned).isUnmodifiable().isEqualTo(Map.of("type", "object", "required", List.of("a")));
			assertThat((List<?>) returned.get("required")).isUnmodifiable();
			assertThat(run.outputSchema()).isSameAs(returned);
		}
		assertThat(Run.builder().outputSchema(true).build().outputSchema()).isEqualTo(true);
	}

	@Test
	void givesAllThatTheServiceSaysOfARun() {
		String json = """
				{"run_id":"run_1","status":"COMPLETED","created_at":"yesterday","started_at":{"s":1},"finished_at":17,
				 "profile_id":"prof_1","profile_attached":false,"help_url":"https://h.example","help_message":"Log in",
				 "profile_hint":{"message":"A profile helps","setup_url":"https://p.example/?t=1","reason":"auth_wall"},
				 "nothing":null,"region":"eu","tags":["a",{"n":1.10}],"cost":{"amount":"0.016","steps":5000000000},
				 "huge":1e400,"absurd":1e99999999999}""";
		Run run = read(json, Run.class);
		assertThat(run.profileId()).isEqualTo("prof_1");
		assertThat(run.profileAttached()).isFalse();
		assertThat(run.profileHint())
			.isEqualTo(new ProfileHint("A profile helps", "https://p.example/?t=1", "auth_wall"));
		assertThat(run.helpUrl()).isEqualTo("https://h.example");
		assertThat(run.helpMessage()).isEqualTo("Log in");
		assertThat(run.createdAt()).isNull();
		assertThat(run.startedAt()).isNull();
		assertThat(run.finishedAt()).isEqualTo(Instant.ofEpochSecond(17));
		assertThat(run.additionalProperties())
			.containsOnlyKeys("profile_id", "profile_attached", "help_url", "help_message", "profile_hint", "nothing",
					"region", "tags", "cost", "huge", "absurd", "created_at", "started_at")
			.containsEntry("created_at", "yesterday")
			.containsEntry("started_at", Map.of("s", 1))
			.containsEntry("nothing", null)
			.containsEntry("region", "eu")
			.containsEntry("tags", List.of("a", Map.of("n", new BigDecimal("1.10"))))
			.containsEntry("cost", Map.of("amount", "0.016", "steps", 5_000_000_000L))
			.containsEntry("huge", new BigDecimal("1e400"))
			.containsEntry("absurd", "1e99999999999");
		AgentRun outcome = run.toAgentRun();
		assertThat(outcome.additionalProperties()).isEqualTo(run.additionalProperties());
		assertThat(outcome.profileHint()).isEqualTo(run.profileHint());
		assertThat(outcome.profileId()).isEqualTo("prof_1");
		assertThat(outcome.profileAttached()).isFalse();
		assertThat(outcome.helpUrl()).isEqualTo("https://h.example");
		assertThat(outcome.helpMessage()).isEqualTo("Log in");
		assertThat(read(json, AgentRun.class)).isEqualTo(outcome);
		assertThat(outcome).isNotEqualTo(read(json.replace("\"region\":\"eu\"", "\"region\":\"us\""), AgentRun.class));
	}

	@Test
	void givesAllThatTheServiceSaysOfAStep() {
		RunStep step = read(
				"{\"steps\":[{\"id\":\"s\",\"timestamp\":\"yesterday\",\"html_url\":\"https://h.example\"}]}",
				Run.class)
			.steps()
			.get(0);
		assertThat(step.timestamp()).isNull();
		assertThat(step.additionalProperties())
			.isEqualTo(Map.of("timestamp", "yesterday", "html_url", "https://h.example"));
		assertThat(step.toString()).contains("html_url").doesNotContain("h.example");
	}

	@Test
	void helpIsThatOfTheErrorWhereNoneStandsBesideIt() {
		Run run = read(WHOLE_RUN, Run.class);
		assertThat(run.helpUrl()).isEqualTo("https://help.example/busy");
		assertThat(run.helpMessage()).isEqualTo("Wait a little");
		assertThat(run.profileHint()).isEqualTo(new ProfileHint(null, null, "auth_wall"));
		assertThat(run.profileId()).isNull();
		assertThat(run.profileAttached()).isNull();
		assertThat(read("{}", AgentRun.class).helpUrl()).isNull();
		assertThat(read("{}", AgentRun.class).additionalProperties()).isEmpty();
	}

	@Test
	void aHintOfAnotherShapeIsReachableAsItIs() {
		Run run = read("{\"profile_hint\":\"Log in\",\"profile_attached\":\"yes\",\"profile_id\":7}", Run.class);
		assertThat(run.profileHint()).isNull();
		assertThat(run.profileAttached()).isNull();
		assertThat(run.profileId()).isNull();
		assertThat(run.additionalProperties())
			.isEqualTo(Map.of("profile_hint", "Log in", "profile_attached", "yes", "profile_id", 7));
		assertThat(new ProfileHint("m", "javascript:alert(1)", "r").setupUrl()).isNull();
	}

	@Test
	void onlyHttpAndHttpsUrlsAreKept() {
		assertThat(read("{\"video_url\":\"https://v.example/1\"}", Run.class).videoUrl())
			.isEqualTo("https://v.example/1");
		for (String url : List.of("javascript:alert(1)", "file:///etc/passwd", "https:", "")) {
			Run run = read("{\"video_url\":\"%1$s\",\"streaming_url\":\"%1$s\"}".formatted(url), Run.class);
			assertThat(run.videoUrl()).isNull();
			assertThat(run.streamingUrl()).isNull();
		}
	}

	@Test
	void describesAdditionalPropertiesByTheirNamesAlone() {
		Run run = read("{\"run_id\":\"r\",\"cdp_url\":\"wss://secret.example\",\"a\\nb\":1}", Run.class);
		assertThat(run.toString()).hasLineCount(1).contains("cdp_url").doesNotContain("secret.example");
		assertThat(run.toAgentRun().toString()).hasLineCount(1).contains("cdp_url").doesNotContain("secret.example");
		assertThat(new ProfileHint("m", "https://p.example/setup?token=1", "auth_wall").toString())
			.contains("https://p.example/setup")
			.doesNotContain("token=1");
	}

	@Test
	void readsARunThatHasNotStarted() {
		Run run = read("""
				{"run_id":"run_8","status":"PENDING","goal":"g","created_at":"2026-03-02T08:00:00Z","started_at":null,
				 "finished_at":null,"num_of_steps":null,"result":null,"schema_validation":null,"error":null,
				 "streaming_url":null,"browser_config":null,"video_url":null,"steps":[]}""", Run.class);
		assertThat(run.status()).isEqualTo(RunStatus.PENDING);
		assertThat(run.result().isEmpty()).isTrue();
		assertThat(run.steps()).isEmpty();
		assertThat(run.startedAt()).isNull();
		assertThat(run.toAgentRun().status()).isEqualTo(RunStatus.PENDING);
	}

	@Test
	void readsTheLegacyNames() {
		Run run = read("""
				{"runId":"run_9","status":"COMPLETED","streamingUrl":"https://w.example","resultJson":{"a":1}}""",
				Run.class);
		assertThat(run.runId()).isEqualTo("run_9");
		assertThat(run.streamingUrl()).isEqualTo("https://w.example");
		assertThat(run.result().json()).isEqualTo("{\"a\":1}");
		AgentRun agentRun = read("{\"runId\":\"run_9\",\"status\":\"COMPLETED\",\"resultJson\":[1]}", AgentRun.class);
		assertThat(agentRun.runId()).isEqualTo("run_9");
		assertThat(agentRun.result().json()).isEqualTo("[1]");
		assertThat(read("{\"runId\":\"run_9\"}", QueuedRun.class).runId()).isEqualTo("run_9");
		assertThat(read("{\"runId\":\"run_9\"}", CancelledRun.class).runId()).isEqualTo("run_9");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"run_id\":null,\"runId\":\"r\"", "\"runId\":\"r\",\"run_id\":null",
			"\"run_id\":\"r\",\"runId\":\"other\"", "\"runId\":null,\"run_id\":\"r\"",
			"\"run_id\":\"\",\"runId\":\"r\"" })
	void readsTheSpellingThatHoldsSomething(String fields) {
		AgentRun run = read("{" + fields + ",\"new\":null}", AgentRun.class);
		assertThat(run.runId()).isEqualTo("r");
		assertThat(run.additionalProperties()).containsOnlyKeys("new");
		assertThat(read("{" + fields + "}", Run.class).toAgentRun().runId()).isEqualTo("r");
	}

	@Test
	void parsesALargeDocumentOnlyOnce() {
		Run run = read(WHOLE_RUN, Run.class);
		assertThat(run.steps()).isSameAs(run.steps()).isUnmodifiable();
		assertThat(run.error()).isSameAs(run.error()).isSameAs(run.toAgentRun().error());
		RunStep step = run.steps().get(0);
		assertThat(step.screenshot()).isSameAs(step.toBuilder().action("Other").build().screenshot());
	}

	@Test
	void readsAnEmptyObjectAsARunOfWhichNothingIsKnown() {
		Run run = read("{}", Run.class);
		assertThat(run.runId()).isEmpty();
		assertThat(run.statusText()).isEqualTo("UNKNOWN");
		assertThat(run.result().isEmpty()).isTrue();
		assertThat(run.steps()).isEmpty();
		assertThat(read("{}", AgentRun.class).result().isEmpty()).isTrue();
		assertThat(read("{}", CancelledRun.class).status()).isEqualTo(RunStatus.UNKNOWN);
		assertThat(read("{}", RunPage.class)).isEqualTo(new RunPage(List.of(), new Pagination(null, null, false)));
	}

	@Test
	void keepsTheTextOfAStatusThatItDoesNotKnow() {
		AgentRun run = read("{\"run_id\":\"r\",\"status\":\"PAUSED\"}", AgentRun.class);
		assertThat(run.statusText()).isEqualTo("PAUSED");
		assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
		assertThat(run.isCompleted()).isFalse();
	}

	@Test
	void readsTheBodyOfAFailedRunWithoutAnId() {
		AgentRun run = read("""
				{"run_id":null,"status":"FAILED","started_at":null,"finished_at":null,"num_of_steps":0,"result":null,
				 "error":{"message":"No browser could be had"}}""", AgentRun.class);
		assertThat(run.runId()).isNull();
		assertThat(run.numOfSteps()).isZero();
		assertThat(run.error()).isEqualTo(RunError.of(null, "No browser could be had"));
		assertThat(run.error().category()).isEqualTo(ErrorCategory.UNKNOWN);
		assertThat(run.isCompleted()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("oddValues")
	void readsARunWithAnyShapeOfItsFields(String oddValue) {
		for (String field : fieldsOf(WHOLE_RUN)) {
			Map<String, Object> fields = fields(WHOLE_RUN);
			fields.put(field, Json.mapper().readTree(oddValue));
			String json = Json.mapper().writeValueAsString(fields);
			assertThatNoException().as(json).isThrownBy(() -> {
				Run run = read(json, Run.class);
				assertThat(run.steps()).doesNotContainNull();
				if (!field.equals("run_id")) {
					assertThat(run.runId()).isEqualTo("run_77");
				}
				if (!field.equals("steps")) {
					assertThat(run.steps()).hasSize(2);
				}
				read(json, AgentRun.class);
				Json.mapper().treeToValue(Json.mapper().readTree(json), AgentRun.class);
			});
		}
	}

	@ParameterizedTest
	@MethodSource("oddValues")
	void readsPartsOfARunWithAnyShapeOfTheirFields(String oddValue) {
		for (String part : List.of("error", "schema_validation", "browser_config")) {
			for (String field : fieldsOf(Json.mapper().writeValueAsString(fields(WHOLE_RUN).get(part)))) {
				Map<String, Object> run = fields(WHOLE_RUN);
				Map<String, Object> odd = new LinkedHashMap<>(asMap(run.get(part)));
				odd.put(field, Json.mapper().readTree(oddValue));
				run.put(part, odd);
				String json = Json.mapper().writeValueAsString(run);
				assertThat(read(json, Run.class).videoUrl()).as(json).isEqualTo("https://video.example/1.webm");
			}
		}
		for (String field : List.of("id", "timestamp", "status", "action", "screenshot", "duration")) {
			String json = "{\"steps\":[{\"%s\":%s},{\"id\":\"last\"}],\"goal\":\"g\"}".formatted(field, oddValue);
			Run run = read(json, Run.class);
			assertThat(run.steps()).as(json).hasSize(2);
			assertThat(run.steps().get(1).id()).isEqualTo("last");
			assertThat(run.goal()).isEqualTo("g");
		}
	}

	@ParameterizedTest
	@MethodSource("oddValues")
	void readsPagesAndReceiptsWithAnyShapeOfTheirFields(String oddValue) {
		for (String field : List.of("total", "next_cursor", "has_more")) {
			RunPage page = read("{\"pagination\":{\"%s\":%s},\"data\":[{\"run_id\":\"a\"}]}".formatted(field, oddValue),
					RunPage.class);
			assertThat(page.data()).hasSize(1);
		}
		assertThat(read("{\"data\":%s}".formatted(oddValue), RunPage.class).data()).doesNotContainNull();
		assertThat(read("{\"pagination\":%s}".formatted(oddValue), RunPage.class).pagination()).isNotNull();
		assertThat(read("{\"run_id\":\"a\",\"error\":%s}".formatted(oddValue), QueuedRun.class).isAccepted()).isTrue();
		for (String field : List.of("status", "cancelled_at", "message")) {
			String json = "{\"run_id\":\"a\",\"%s\":%s}".formatted(field, oddValue);
			assertThat(read(json, CancelledRun.class).runId()).isEqualTo("a");
		}
	}

	static Stream<String> oddValues() {
		return Stream.of("null", "\"\"", "\" \"", "\"x\"", "0", "5.5", "-1", "1e400", "99999999999999999999", "true",
				"[]", "[null]", "[1]", "[[]]", "[\"x\"]", "[{}]", "[{\"a\":{}}]", "{}", "{\"a\":1}",
				"{\"a\":{\"b\":[]}}");
	}

	@Test
	void readsAPageOfRuns() {
		RunPage page = read("""
				{"data":[{"run_id":"a","status":"FAILED","error":"Broke"},{"run_id":"b","status":"CANCELLED"}],
				 "pagination":{"total":142,"next_cursor":"MQ==","has_more":true}}""", RunPage.class);
		assertThat(page.data()).extracting(Run::runId).containsExactly("a", "b");
		assertThat(page.data().get(0).error().message()).isEqualTo("Broke");
		assertThat(page.pagination()).isEqualTo(new Pagination(142L, "MQ==", true));
	}

	@Test
	void readsReceiptsOfQueuedRuns() {
		QueuedRun accepted = read("{\"run_id\":\"a\",\"error\":null}", QueuedRun.class);
		assertThat(accepted.isAccepted()).isTrue();
		QueuedRun refused = read("""
				{"run_id":null,"error":{"code":"INTERNAL_ERROR","message":"Queue is down"}}""", QueuedRun.class);
		assertThat(refused.isAccepted()).isFalse();
		assertThat(refused.error().code()).isEqualTo("INTERNAL_ERROR");
		assertThat(new QueuedRun(" ", null, null, null, null).isAccepted()).isFalse();
	}

	@Test
	void readsAnswersToACancel() {
		CancelledRun cancelled = read("""
				{"run_id":"a","status":"CANCELLED","cancelled_at":"2026-03-02T08:00:00Z","message":null}""",
				CancelledRun.class);
		assertThat(cancelled)
			.isEqualTo(new CancelledRun("a", "CANCELLED", Instant.parse("2026-03-02T08:00:00Z"), null));
		CancelledRun ended = read("""
				{"run_id":"a","status":"COMPLETED","cancelled_at":null,"message":"Had ended"}""", CancelledRun.class);
		assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(ended.message()).isEqualTo("Had ended");
	}

	@Test
	void copiesListsAndGivesOutNoneThatCanBeChanged() {
		List<Run> runs = new ArrayList<>(List.of(read("{\"run_id\":\"a\"}", Run.class)));
		RunPage page = new RunPage(runs, new Pagination(1L, null, false));
		runs.clear();
		assertThat(page.data()).hasSize(1).isUnmodifiable();
	}

	@Test
	void givesTheEndingOfTheRecord() {
		AgentRun run = read(WHOLE_RUN, Run.class).toAgentRun();
		assertThat(run.runId()).isEqualTo("run_77");
		assertThat(run.isCompleted()).isTrue();
		assertThat(run.numOfSteps()).isEqualTo(12);
		assertThat(run.startedAt()).isEqualTo(Instant.parse("2026-03-02T08:00:04.250Z"));
		assertThat(run.finishedAt()).isEqualTo(Instant.parse("2026-03-02T08:02:10Z"));
		assertThat(run.schemaValidation().valid()).isFalse();
		assertThat(run.error().code()).isEqualTo("service_busy");
		assertThat(run.result().toMap()).containsOnlyKeys("flights");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "\"COMPLETED\"", "null", "5" })
	void refusesAnAnswerWithoutARun(String json) {
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> read(json, Run.class));
	}

	@ParameterizedTest
	@CsvSource({ "1.2s,1200", "350ms,350", "0s,0", "2,2000", "' 3 s ',3000", "soon,", "-1s,", "1.2.3s,", "1e9s,", "'',",
			"99999999999999999999s," })
	void readsHowLongAStepTook(String text, Long expectedMillis) {
		RunStep step = RunStep.builder().durationText(text).build();
		assertThat(step.durationText()).isEqualTo(text);
		assertThat(step.duration()).isEqualTo((expectedMillis != null) ? Duration.ofMillis(expectedMillis) : null);
	}

	@Test
	void describesAStepWithoutItsWholeScreenshot() {
		RunStep step = RunStep.builder()
			.id("s")
			.statusText("COMPLETED")
			.action("Look")
			.screenshot("data:image/jpeg;base64," + "A".repeat(5000))
			.durationText("1s")
			.build();
		assertThat(step.toString()).hasSizeLessThan(300).contains("Look", "data:image/jpeg;base64,AAA");
	}

	private static <T> T read(String json, Class<T> type) {
		return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
	}

	private static List<String> fieldsOf(String json) {
		return List.copyOf(fields(json).keySet());
	}

	private static Map<String, Object> fields(String json) {
		return new LinkedHashMap<>(asMap(Json.mapper().readValue(json, Object.class)));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> asMap(Object value) {
		return (Map<String, Object>) value;
	}

}
