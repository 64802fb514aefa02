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

package ai.tinyfish.internal.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ApiResultEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.agent.event.UnknownEvent;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.ProfileHint;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AgentEventReader}.
 */
class AgentEventReaderTests {

	private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

	@Test
	void readsEventsOfEveryKnownType() {
		assertThat(read("""
				{"type":"STARTED","run_id":"r1","timestamp":"2026-03-02T08:00:00Z"}"""))
			.isEqualTo(new StartedEvent("r1", NOW));
		assertThat(
				read("""
						{"type":"STREAMING_URL","run_id":"r1","streaming_url":"https://w.example","timestamp":"2026-03-02T08:00:00Z"}"""))
			.isEqualTo(new StreamingUrlEvent("r1", NOW, "https://w.example"));
		assertThat(read("""
				{"type":"PROGRESS","run_id":"r1","purpose":"Öffne die Seite","timestamp":"2026-03-02T08:00:00Z"}"""))
			.isEqualTo(new ProgressEvent("r1", NOW, "Öffne die Seite", null));
		assertThat(read("""
				{"type":"PROGRESS","run_id":"r1","purpose":"Searching","tinyfish_api":"search"}"""))
			.isEqualTo(new ProgressEvent("r1", null, "Searching", "search"));
		assertThat(read("""
				{"type":"HEARTBEAT","timestamp":"2026-03-02T08:00:00Z"}""")).isEqualTo(new HeartbeatEvent(null, NOW));
	}

	@Test
	void readsTheAnswerOfAnApiWithItsNulls() {
		AgentEvent event = read("""
				{"type":"TF_API_RESULT","run_id":"r1","tinyfish_api":"search","result":[{"title":"x"},null]}""");
		assertThat(event).isInstanceOfSatisfying(ApiResultEvent.class, (result) -> {
			assertThat(result.tinyfishApi()).isEqualTo("search");
			assertThat(result.result().json()).isEqualTo("[{\"title\":\"x\"},null]");
			assertThat(result.result().toList(Object.class)).hasSize(2).containsNull();
		});
	}

	@Test
	void readsAGoodEnding() {
		CompleteEvent event = complete(
				"""
						{"type":"COMPLETE","run_id":"r1","status":"COMPLETED","result":{"price":1.10},"timestamp":"2026-03-02T08:00:00Z"}""");
		assertThat(event.runId()).isEqualTo("r1");
		assertThat(event.status()).isEqualTo(RunStatus.COMPLETED);
		assertThat(event.timestamp()).isEqualTo(NOW);
		assertThat(event.run().result().json()).isEqualTo("{\"price\":1.10}");
		assertThat(event.run().error()).isNull();
		assertThat(event.recovered()).isFalse();
		assertThat(event.run().isCompleted()).isTrue();
	}

	@Test
	void readsAResultOfAnyShape() {
		for (String result : List.of("null", "\"text\"", "\"{\\\"a\\\":1}\"", "[1,{\"b\":[]}]", "5", "true", "{}")) {
			String json = "{\"type\":\"COMPLETE\",\"result\":%s,\"status\":\"COMPLETED\",\"run_id\":\"r1\"}"
				.formatted(result);
			assertThat(complete(json).run().result().json()).isEqualTo(result);
			assertThat(complete(json).runId()).isEqualTo("r1");
		}
		assertThat(complete("{\"type\":\"COMPLETE\",\"status\":\"COMPLETED\"}").run().result().isEmpty()).isTrue();
	}

	@Test
	void readsAnErrorThatIsText() {
		CompleteEvent event = complete(
				"""
						{"type":"COMPLETE","run_id":"r1","status":"FAILED","error":"Never loaded","help_url":"https://help.example",
						 "help_message":"Try later","result":null}""");
		assertThat(event.run().error()).isEqualTo(RunError.builder()
			.message("Never loaded")
			.helpUrl("https://help.example")
			.helpMessage("Try later")
			.build());
		assertThat(event.run().error()).isEqualTo(event.run().error());
		assertThat(event.run().additionalProperties()).isEmpty();
	}

	@Test
	void keepsAllThatAnEndingSays() {
		AgentRun run = complete(
				"""
						{"profile_id":"prof_1","new":[1,{"a":null}],"type":"COMPLETE","run_id":"r1","status":"COMPLETED","error":null,
						 "help_url":"https://help.example","help_message":"Log in","profile_hint":{"reason":"auth_wall"},"purpose":"p",
						 "started_at":"2026-03-02T08:00:00Z","finished_at":"soon","num_of_steps":3,"schema_validation":{"valid":true}}""")
			.run();
		assertThat(run.helpUrl()).isEqualTo("https://help.example");
		assertThat(run.helpMessage()).isEqualTo("Log in");
		assertThat(run.profileId()).isEqualTo("prof_1");
		assertThat(run.profileHint()).isEqualTo(new ProfileHint(null, null, "auth_wall"));
		assertThat(run.startedAt()).isEqualTo(NOW);
		assertThat(run.finishedAt()).isNull();
		assertThat(run.numOfSteps()).isEqualTo(3);
		assertThat(run.schemaValidation().valid()).isTrue();
		assertThat(run.additionalProperties())
			.containsOnlyKeys("profile_id", "new", "help_url", "help_message", "profile_hint", "purpose", "finished_at")
			.containsEntry("new", Arrays.asList(1, Collections.singletonMap("a", null)))
			.containsEntry("finished_at", "soon");
	}

	@Test
	void keepsHelpThatDiffersFromThatOfTheError() {
		AgentRun run = complete("""
				{"type":"COMPLETE","status":"FAILED","help_url":"https://sibling.example","help_message":{"de":"Warte"},
				 "error":{"message":"Blocked","help_url":"https://own.example"}}""").run();
		assertThat(run.error().helpUrl()).isEqualTo("https://own.example");
		assertThat(run.helpUrl()).isEqualTo("https://sibling.example");
		assertThat(run.helpMessage()).isNull();
		assertThat(run.additionalProperties())
			.isEqualTo(Map.of("help_url", "https://sibling.example", "help_message", Map.of("de", "Warte")));
	}

	@Test
	void readsAnErrorThatIsAnObject() {
		CompleteEvent event = complete("""
				{"type":"COMPLETE","status":"FAILED","help_url":"https://sibling.example","help_message":"Sibling",
				 "error":{"code":"SITE_BLOCKED","message":"Blocked","category":"AGENT_FAILURE","retry_after":5,
				 "help_url":"https://own.example","extra":{"a":[1]}},"run_id":"r1"}""");
		assertThat(event.run().error()).isEqualTo(RunError.builder()
			.code("SITE_BLOCKED")
			.message("Blocked")
			.categoryText("AGENT_FAILURE")
			.retryAfter(Duration.ofSeconds(5))
			.helpUrl("https://own.example")
			.helpMessage("Sibling")
			.additionalProperties(Map.of("extra", Map.of("a", List.of(1))))
			.build());
		assertThat(event.runId()).isEqualTo("r1");
	}

	@Test
	void readsACancelledEnding() {
		CompleteEvent event = complete(
				"{\"type\":\"COMPLETE\",\"run_id\":\"r1\",\"status\":\"cancelled\",\"result\":null}");
		assertThat(event.status()).isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void keepsAnEndingThatItDoesNotKnow() {
		CompleteEvent event = complete("{\"type\":\"COMPLETE\",\"run_id\":\"r1\",\"status\":\"TIMED_OUT\"}");
		assertThat(event.run().statusText()).isEqualTo("TIMED_OUT");
		assertThat(event.status()).isEqualTo(RunStatus.UNKNOWN);
	}

	@Test
	void readsTheLegacyNames() {
		assertThat(read("{\"type\":\"STARTED\",\"runId\":\"r1\"}")).isEqualTo(new StartedEvent("r1", null));
		assertThat(read("{\"type\":\"STREAMING_URL\",\"runId\":\"r1\",\"streamingUrl\":\"https://w.example\"}"))
			.isEqualTo(new StreamingUrlEvent("r1", null, "https://w.example"));
		assertThat(read("{\"type\":\"PROGRESS\",\"runId\":\"r1\",\"purpose\":\"p\"}"))
			.isEqualTo(new ProgressEvent("r1", null, "p", null));
		CompleteEvent event = complete(
				"{\"type\":\"COMPLETE\",\"runId\":\"r1\",\"status\":\"COMPLETED\",\"resultJson\":{\"a\":1}}");
		assertThat(event.runId()).isEqualTo("r1");
		assertThat(event.run().result().json()).isEqualTo("{\"a\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"result\":{\"a\":1},\"resultJson\":null", "\"result\":null,\"resultJson\":{\"a\":1}",
			"\"resultJson\":{\"a\":1},\"result\":null", "\"result\":{\"a\":1},\"resultJson\":{\"b\":2}" })
	void takesTheSpellingOfTheResultThatHoldsSomething(String fields) {
		assertThat(complete("{\"type\":\"COMPLETE\",\"status\":\"COMPLETED\"," + fields + "}").run().result().json())
			.isEqualTo("{\"a\":1}");
	}

	@Test
	void handsOutEventsOfANewTypeWhole() {
		String json = "{ \"type\":\"SOMETHING_NEW\", \"run_id\":\"r1\", \"foo\":{\"ü\":[1]}, \"timestamp\":\"2026-03-02T08:00:00Z\" }";
		assertThat(read(json)).isEqualTo(new UnknownEvent("SOMETHING_NEW", "r1", NOW, json));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{}", "{\"type\":null}", "{\"type\":{\"a\":1}}", "{\"purpose\":\"p\"}", "{\"type\":\"\"}" })
	void anEventWithoutATypeIsAnUnknownOne(String json) {
		assertThat(read(json)).isEqualTo(new UnknownEvent("", null, null, json));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"streaming_url\":null", ",\"streaming_url\":[]" })
	void aStreamingUrlEventWithoutAUrlIsOfNoUseButDoesNotEndTheStream(String fields) {
		assertThat(read("{\"type\":\"STREAMING_URL\",\"run_id\":\"r1\"" + fields + "}"))
			.isInstanceOfSatisfying(UnknownEvent.class, (event) -> {
				assertThat(event.type()).isEqualTo("STREAMING_URL");
				assertThat(event.runId()).isEqualTo("r1");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "\"\"", "5", "5.5", "true", "[]", "[1,[2]]", "{}", "{\"a\":{\"b\":[1]}}" })
	void readsEventsWithAnyShapeOfTheirOptionalFields(String odd) {
		for (String field : List.of("timestamp", "purpose", "tinyfish_api", "streaming_url", "status", "result",
				"error", "help_url", "help_message", "resultJson", "brand_new")) {
			for (String type : List.of("STARTED", "PROGRESS", "HEARTBEAT", "TF_API_RESULT", "STREAMING_URL")) {
				String json = "{\"type\":\"%s\",\"%s\":%s,\"run_id\":\"r1\"}".formatted(type, field, odd);
				assertThat(read(json).runId()).as(json).isEqualTo("r1");
			}
			if (!field.equals("status")) {
				String json = "{\"type\":\"COMPLETE\",\"%s\":%s,\"status\":\"COMPLETED\",\"run_id\":\"r1\"}"
					.formatted(field, odd);
				assertThat(complete(json).runId()).as(json).isEqualTo("r1");
			}
		}
		for (String field : List.of("code", "message", "category", "retry_after", "help_url", "help_message")) {
			String json = "{\"type\":\"COMPLETE\",\"error\":{\"%s\":%s},\"status\":\"FAILED\",\"run_id\":\"r1\"}"
				.formatted(field, odd);
			assertThat(complete(json).run().error()).as(json).isNotNull();
			assertThat(complete(json).runId()).isEqualTo("r1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "{\"type\":\"PROGRESS\",\"run_id\":", "nonsense", "[]", "\"text\"", "5",
			"null", "{\"type\":\"HEARTBEAT\"} {}", "{\"type\":\"HEARTBEAT\"}x",
			"{\"type\":\"COMPLETE\",\"result\":{\"a\":}}", "{\"type\":\"HEARTBEAT\",}" })
	void refusesOtherValuesThanJsonObjects(String line) {
		assertThatExceptionOfType(TinyFishStreamParseException.class).isThrownBy(() -> read(line))
			.satisfies((ex) -> assertThat(ex.line()).isEqualTo(line));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"run_id\":null", ",\"run_id\":\" \"", ",\"run_id\":{}" })
	void refusesAStartOfNoRun(String fields) {
		assertThatExceptionOfType(TinyFishStreamParseException.class)
			.isThrownBy(() -> read("{\"type\":\"STARTED\"" + fields + "}"))
			.withMessageContaining("STARTED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"status\":null", ",\"status\":\"\"", ",\"status\":[]" })
	void refusesAnEndingThatDoesNotSayHow(String fields) {
		assertThatExceptionOfType(TinyFishStreamParseException.class)
			.isThrownBy(() -> read("{\"type\":\"COMPLETE\",\"run_id\":\"r1\"" + fields + "}"))
			.withMessageContaining("COMPLETE")
			.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("r1"));
	}

	@Test
	void capsTheLineThatItCouldNotRead() {
		assertThatExceptionOfType(TinyFishStreamParseException.class)
			.isThrownBy(() -> read("{\"type\":\"" + "ä".repeat(100_000)))
			.satisfies((ex) -> {
				assertThat(ex.line()).hasSize(1024).startsWith("{\"type\":\"ää");
				assertThat(ex.getMessage()).hasSizeLessThan(200).doesNotContain("ää");
			});
	}

	@Test
	void readsOnlyItsOwnPartOfTheBuffer() {
		byte[] buffer = "xxx{\"type\":\"NEW\"}yyy".getBytes(StandardCharsets.UTF_8);
		assertThat(AgentEventReader.read(buffer, 3, buffer.length - 6))
			.isEqualTo(new UnknownEvent("NEW", null, null, "{\"type\":\"NEW\"}"));
	}

	@Test
	void readsAResultOfSeveralMegabytes() {
		String text = "x".repeat(8 * 1024 * 1024);
		CompleteEvent event = complete("{\"type\":\"COMPLETE\",\"status\":\"COMPLETED\",\"result\":{\"page\":\"" + text
				+ "\"},\"run_id\":\"r1\"}");
		assertThat(event.run().result().json()).hasSize(text.length() + 11);
		assertThat(event.runId()).isEqualTo("r1");
	}

	private static CompleteEvent complete(String json) {
		return (CompleteEvent) read(json);
	}

	private static AgentEvent read(String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		return AgentEventReader.read(bytes, 0, bytes.length);
	}

}
