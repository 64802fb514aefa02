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

package ai.tinyfish.durable.internal.goal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.run.Run;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunSearch}: properties that are compared besides the goal.
 */
class RunSearchTests {

	private static final Instant SENT = Instant.parse("2026-11-27T12:00:00Z");

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final String REQUEST = """
			{"run": {"url": "https://shop.example/", "goal": "goal", "use_profile": true, "profile_id": "prof_1",
			"proxy_config": {"enabled": true, "country_code": "US"}, "output_schema": {"type": "object"}}}""";

	@ParameterizedTest
	@ValueSource(strings = { "\"url\": \"https://other.example/\"", "\"profile_id\": \"prof_2\"",
			"\"browser_config\": {\"proxy_enabled\": true, \"proxy_country_code\": \"DE\"}",
			"\"output_schema\": {\"type\": \"array\"}" })
	void aRunThatSaysSomethingElseIsNotThatOfTheRequest(String property) {
		RunSearch.Finding finding = decide(REQUEST, property);
		assertThat(finding.runId()).isNull();
		assertThat(finding.doubt()).contains("lists no run");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`',
			value = { "`\"url\": \"https://shop.example/\"`", "`\"profile_id\": \"prof_1\"`",
					"`\"browser_config\": {\"proxy_country_code\": \"US\"}`",
					"`\"browser_config\": {\"proxy_enabled\": true}`", "`\"output_schema\": {\"type\": \"object\"}`",
					"`\"finished_at\": null`" })
	void aRunThatSaysTheSameOrNothingIsThatOfTheRequest(String property) {
		assertThat(decide(REQUEST, property)).isEqualTo(new RunSearch.Finding("run-1", null));
	}

	@Test
	void aRunWithAnOutputSchemaIsNotThatOfARequestWithoutOne() {
		String request = AgentRequestJson.of(AgentRequest.of("https://shop.example/", "goal")).request();
		assertThat(decide(request, "\"output_schema\": {\"type\": \"object\"}").runId()).isNull();
		assertThat(decide(request, "\"output_schema\": null").runId()).isEqualTo("run-1");
	}

	@ParameterizedTest
	@CsvSource({ "-61, false", "-60, true", "0, true", "180, true", "181, false" })
	void aRunIsThatOfTheRequestOnlyIfItWasCreatedThen(int seconds, boolean expected) {
		RunSearch.Finding finding = decide(REQUEST, "\"created_at\": \"" + SENT.plusSeconds(seconds) + "\"");
		assertThat(finding.runId() != null).isEqualTo(expected);
	}

	@Test
	void aRunThatDoesNotSayWhenItWasCreatedIsNotThatOfTheRequest() {
		assertThat(decide(REQUEST, "\"created_at\": null").runId()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "DE, true", "US, false" })
	void anotherRequestWithTheSameGoalIsADoubtUnlessItDiffers(String country, boolean expected) {
		Run run = run("\"browser_config\": {\"proxy_enabled\": true, \"proxy_country_code\": \"US\"}");
		RunRow other = row(REQUEST.replace("\"US\"", "\"" + country + "\""));
		RunSearch.Finding finding = new RunSearch(row(REQUEST), Duration.ofMinutes(2)).decide(List.of(run), Set.of(),
				List.of(other));
		assertThat(finding.runId() != null).isEqualTo(expected);
	}

	@Test
	void anIdWithALineBreakForgesNoLineOfALog() {
		RunSearch.Finding finding = decide(REQUEST, "\"created_at\": null, \"run_id\": \"run\\nERROR\"");
		assertThat(finding.doubt()).contains("Run run ERROR has its goal").doesNotContain("\n");
	}

	@Test
	void aBlankBeginningOfAGoalIsNotSearchedFor() {
		RunRow row = row(
				AgentRequestJson.of(AgentRequest.of("https://shop.example/", " ".repeat(500) + "x")).request());
		assertThat(new RunSearch(row, Duration.ofMinutes(2)).query(null)).isNull();
	}

	private static RunSearch.Finding decide(String request, String property) {
		return new RunSearch(row(request), Duration.ofMinutes(2)).decide(List.of(run(property)), Set.of(), List.of());
	}

	private static Run run(String property) {
		String created = property.contains("created_at") ? "" : "\"created_at\": \"" + SENT + "\", ";
		return MAPPER.readValue(
				"{\"run_id\": \"run-1\", \"status\": \"RUNNING\", \"goal\": \"goal\", " + created + property + "}",
				Run.class);
	}

	private static RunRow row(String request) {
		return new RunRow("id", 1, null, null, null, "", DurableRunState.SENDING, request, null, null, null, null,
				"token", SENT, 1, false, null, null, null, null, 0, 0, null, SENT, null, SENT, null, null, null, null,
				null, null, null);
	}

}
