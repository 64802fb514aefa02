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

package ai.tinyfish.spring.relay;

import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.codec.ServerSentEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the events as they are sent to browsers.
 */
class EventFramesTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final EventFrames FRAMES = new EventFrames(MAPPER);

	private static final String URL = "https://ada:s3cret@shop.example/search?token=t0ken#fragm3nt";

	private static final RunContext RUN = RunContext.builder()
		.runId("run-1")
		.url(URL)
		.goal("Find the price")
		.tag("order-42")
		.build();

	@ParameterizedTest
	@MethodSource("events")
	void onlyTheUrlDiffersFromTheEvent(TinyFishRunEvent event) {
		String json = MAPPER.writeValueAsString(event);
		assertThat(json).contains(URL);
		assertThat(data(event)).isEqualTo(MAPPER.readTree(json.replace(URL, "https://shop.example/search")));
	}

	static Stream<TinyFishRunEvent> events() {
		Object source = new Object();
		TinyFishRunErrorEvent error = new TinyFishRunErrorEvent(source, RUN,
				new TinyFishRunOutcomeUnknownException("No one knows", null, "run-1"));
		return Stream.of(new TinyFishRunStartedEvent(source, RUN), new TinyFishRunHeartbeatEvent(source, RUN),
				new TinyFishRunStreamingUrlEvent(source, RUN, "https://live.example/1?key=needed"),
				new TinyFishRunProgressEvent(source, RUN, "Reading", Instant.ofEpochSecond(1)),
				new TinyFishRunProgressEvent(source, RUN, "", null),
				new TinyFishRunFinishedEvent(source, RUN,
						AgentRun.completed("run-1", RunResult.ofJson("{\"price\": 42}")), GoalVerdict.missed("Not so"),
						true),
				error, MAPPER.readValue(MAPPER.writeValueAsString(error), TinyFishRunErrorEvent.class));
	}

	@ParameterizedTest
	@CsvSource({ "https://shop.example/, https://shop.example/", "http://shop.example:8080, http://shop.example:8080",
			"https://ada@shop.example, https://shop.example", "https://ada:@[::1]:1/a@b, https://[::1]:1/a@b",
			"https://shop.example?a=b@c/d, https://shop.example", "https://shop.example/#a?b, https://shop.example/",
			"ada:s3cret@shop.example/a, shop.example/a", "shop.example, shop.example", "'', ''" })
	void urlIsSentWithoutUserInformationQueryAndFragment(String url, String shown) {
		RunContext run = RunContext.builder().runId("run-1").url(url).build();
		assertThat(data(new TinyFishRunStartedEvent(this, run)).path("url").asString()).isEqualTo(shown);
	}

	@Test
	void urlThatIsNotKnownIsNull() {
		assertThat(data(new TinyFishRunStartedEvent(this, RunContext.builder().runId("run-1").build())).path("url")
			.isNull()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { URL, "https://shop.example/search", "" })
	void outcomeHasOnlyTheFieldsOfThePage(String url) throws IOException {
		String json = """
				{"run_id":"run-1","status":"FAILED","started_at":"2026-03-01T08:00:00Z",\
				"finished_at":"2026-03-01T08:00:01Z","num_of_steps":3,"result":{"price":42},\
				"schema_validation":{"valid":true},"error":{"code":"C","message":"m","category":"AGENT_FAILURE",\
				"retry_after":1.5,"help_url":"https://help.example","help_message":"Wait","details":"s3cret"},\
				"profile_id":"s3cret","profile_hint":{"setup_url":"https://s3cret.example"},"new":["s3cret"]}""";
		AgentRun run = MAPPER.readValue(json, AgentRun.class);
		RunContext context = RunContext.builder()
			.runId("run-1")
			.url(url.isEmpty() ? null : url)
			.goal("Find the price")
			.tag("order-42")
			.build();
		TinyFishRunFinishedEvent event = new TinyFishRunFinishedEvent(this, context, run, GoalVerdict.missed("No"));
		JsonNode sent = data(event);
		assertThat(sent.toString()).doesNotContain("s3cret");
		String row = row("TinyFishRunFinishedEvent");
		assertThat(names(row.substring(row.indexOf("`run_id`"), row.indexOf("; `verdict`"))))
			.containsExactlyInAnyOrderElementsOf(Stream
				.concat(sent.get("run").propertyNames().stream(), sent.at("/run/error").propertyNames().stream())
				.toList());
		ObjectNode whole = (ObjectNode) MAPPER.readTree(json);
		whole.remove(List.of("profile_id", "profile_hint", "new"));
		((ObjectNode) whole.get("error")).remove("details");
		assertThat(MAPPER.treeToValue(sent.get("run"), AgentRun.class))
			.isEqualTo(MAPPER.readValue(whole.toString(), AgentRun.class));
		assertThat(event.getRun().profileId()).isEqualTo("s3cret");
	}

	private static String row(String event) throws IOException {
		return Files.readAllLines(Path.of("..", "docs", "relay.md"))
			.stream()
			.filter((line) -> line.startsWith("| `" + event + "` |"))
			.findFirst()
			.orElseThrow();
	}

	private static List<String> names(String text) {
		return Pattern.compile("`([a-z_]+)`").matcher(text).results().map((match) -> match.group(1)).toList();
	}

	@Test
	void eventOfTheApplicationHasItsOwnPropertiesAndNoSecretInItsUrl() {
		JsonNode sent = data(new OwnProgressEvent());
		assertThat(sent.path("percent").asInt()).isEqualTo(50);
		assertThat(sent.path("url").asString()).isEqualTo("https://shop.example/search");
	}

	@Test
	void eventInAnEventOfTheApplicationIsFilteredAsWell() {
		String frame = text(FRAMES.render(ServerSentEvent.builder(List.of(new OwnProgressEvent())).build()));
		assertThat(frame).contains("https://shop.example/search").doesNotContain("s3cret", "t0ken", "fragm3nt");
	}

	@Test
	void mapperOfTheApplicationIsNotChanged() {
		assertThat(MAPPER.writeValueAsString(new OwnProgressEvent())).contains(URL);
	}

	@Test
	void fieldsAndLinesOfAnyEventAreWritten() {
		assertThat(text(FRAMES.render(ServerSentEvent.builder("one\r\ntwo\rthree\n")
			.id("1")
			.event("step")
			.retry(Duration.ofSeconds(2))
			.comment("a\nb")
			.build()))).isEqualTo("id:1\nevent:step\nretry:2000\n:a\n:b\ndata:one\ndata:two\ndata:three\ndata:\n\n");
		assertThat(text(FRAMES.render(ServerSentEvent.builder().comment("heartbeat").build())))
			.isEqualTo(":heartbeat\n\n");
		assertThat(text(FRAMES.render(ServerSentEvent.builder(Map.of("a", "ü\n")).build())))
			.isEqualTo("data:{\"a\":\"ü\\n\"}\n\n");
	}

	@Test
	void idIsPutBeforeAnEvent() {
		assertThat(text(EventFrames.withId("a-1", FRAMES.render(ServerSentEvent.builder("text").build()))))
			.isEqualTo("id:a-1\ndata:text\n\n");
	}

	private static JsonNode data(TinyFishRunEvent event) {
		return MAPPER.readTree(text(FRAMES.render(event)).replaceFirst("event:.*\ndata:", ""));
	}

	private static String text(byte[] frame) {
		return new String(frame, StandardCharsets.UTF_8);
	}

	private static final class OwnProgressEvent extends TinyFishRunProgressEvent {

		@Serial
		private static final long serialVersionUID = 1L;

		OwnProgressEvent() {
			super("own", RUN, "Halfway", null);
		}

		@SuppressWarnings("unused")
		public int getPercent() {
			return 50;
		}

	}

}
