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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.StartedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that all which the service says of a run can be reached, however the run is read.
 */
@BothClients
class AdditionalPropertiesTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String MORE = "\"profile_id\":\"prof_1\",\"profile_attached\":true,"
			+ "\"help_url\":\"https://help.example\",\"help_message\":\"Log in\",\"started_at\":\"soon\","
			+ "\"profile_hint\":{\"message\":\"A profile helps\",\"setup_url\":\"https://p.example\",\"reason\":\"auth_wall\"},"
			+ "\"new\":{\"list\":[1,null]}";

	private static final String RUN = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null," + MORE + "}";

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@ValueSource(ints = { 200, 500 })
	void theAnswerOfARunHasThem(int status) {
		try (ScriptedServer server = answering(status, RUN);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertComplete(client.agent().run(Samples.request()));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theEndOfAStreamHasThem(Operation operation) {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(RUN.replaceFirst("\\{", "{\"type\":\"COMPLETE\","));
		}); TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			assertComplete((AgentRun) operation.call(client));
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
			assertComplete(listener.runs().get(0));
		}
	}

	@Test
	void thoseOfTheRecordAreAddedToTheEndOfAStream() {
		try (RunServer server = new RunServer(StartedRun.then((exchange) -> exchange.event(
				"{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"new\":{\"list\":[1,null]}}")),
				StartedRun.record(RUN.replace("[1,null]", "[2]")));
				TinyFishClient client = this.kind.client(server.baseUrl()).readOutcome(true).build()) {
			assertComplete((AgentRun) Operation.STREAM.call(client));
		}
	}

	@Test
	void anOutcomeThatIsReadAfterABrokenStreamHasThem() {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
		}, StartedRun.record(RUN)); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertComplete((AgentRun) Operation.STREAM.call(client));
		}
	}

	@Test
	void theRecordOfARunHasThem() {
		try (ScriptedServer server = answering(200, RUN);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertComplete(client.runs().get("run-1"));
			assertComplete(client.runs().await(QueuedRun.of("run-1"), SOON));
		}
		try (ScriptedServer server = answering(200, RUN.replace("\"run_id\":\"run-1\",", ""));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertComplete(client.runs().get("run-1"));
		}
	}

	@Test
	void runsThatAreReadTogetherHaveThem() {
		try (ScriptedServer server = answering(200,
				"{\"data\":[" + RUN + "],\"pagination\":{\"has_more\":false},\"not_found\":null}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertComplete(client.runs().list().data().get(0));
			assertComplete(client.runs().getAll(List.of("run-1")).data().get(0));
		}
	}

	@Test
	void aTimeThatCanBeParsedIsNotOneOfThem() {
		try (ScriptedServer server = answering(200, RUN.replace("\"soon\"", "\"2026-03-01 08:00:00\""));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			Run run = client.runs().get("run-1");
			assertThat(run.startedAt()).isEqualTo(Instant.parse("2026-03-01T08:00:00Z"));
			assertThat(run.additionalProperties()).doesNotContainKey("started_at");
		}
	}

	private static void assertComplete(Run run) {
		assertThat(run.startedAt()).isNull();
		assertThat(run.profileId()).isEqualTo("prof_1");
		assertComplete(run.toAgentRun());
	}

	private static void assertComplete(AgentRun run) {
		assertThat(run.runId()).isEqualTo("run-1");
		assertThat(run.error()).isNull();
		assertThat(run.profileId()).isEqualTo("prof_1");
		assertThat(run.profileAttached()).isTrue();
		assertThat(run.profileHint()).isEqualTo(new ProfileHint("A profile helps", "https://p.example", "auth_wall"));
		assertThat(run.helpUrl()).isEqualTo("https://help.example");
		assertThat(run.helpMessage()).isEqualTo("Log in");
		assertThat(run.startedAt()).isNull();
		assertThat(run.additionalProperties()).containsEntry("started_at", "soon");
		assertThat(run.additionalProperties().get("new")).isInstanceOfSatisfying(Map.class,
				(map) -> assertThat(map.toString()).isEqualTo("{list=[1, null]}"));
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
