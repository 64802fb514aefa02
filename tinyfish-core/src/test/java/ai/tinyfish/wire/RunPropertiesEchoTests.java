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

package ai.tinyfish.wire;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * Tests that the secrets of a request are redacted wherever additional properties of its
 * run may repeat them, and nothing else.
 */
@BothClients
class RunPropertiesEchoTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String PASSWORD = "proxypassword-123";

	private static final AgentRequest REQUEST = request(PASSWORD);

	private static final String FAILED = """
			{"run_id":"run-1","status":"FAILED","result":null,
			 "error":{"code":"X","message":"m","%1$s":1,"details":{"a %1$s":[{"%1$s":2}]}},
			 "profile_id":"%1$s","started_at":"not a time %1$s","created_at":{"a":["%1$s"]},"finished_at":"%1$s",
			 "new":"%1$s","map":{"%1$s":3,"b":{"%1$s":4}},"n%1$s":5,"%1$s":6,"***":7,"also %1$s":8,
			 "steps":[{"id":"1","status":"COMPLETED"},
			          {"id":"2","error":"refused %1$s","%1$s":9,"timestamp":"%1$s"}]}""".formatted(PASSWORD)
		.replaceAll("\n *", "");

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START" })
	void idsTimesAndNamesRepeatNothing(Operation operation) {
		try (ScriptedServer server = ending(operation, FAILED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AgentRun run = end(client, operation, REQUEST);
			assertRepeatsNothing(run);
			assertThat(run.profileId()).isEqualTo("***");
		}
	}

	@Test
	void theRecordOfARunAndItsStepsRepeatNothing() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean queues = exchange.request().contains("/run-async ");
			boolean lists = exchange.request().startsWith("GET /v1/runs ");
			exchange.answer(200, "application/json", queues ? "{\"run_id\":\"run-1\",\"error\":null}"
					: lists ? "{\"data\":[" + FAILED + "],\"pagination\":{\"has_more\":false}}" : FAILED);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			QueuedRun queued = client.agent().queue(REQUEST);
			assertRepeatsNothing(client.runs().await(queued, SOON));
			for (Run run : List.of(client.runs().get("run-1"), client.runs().list().data().get(0))) {
				assertRepeatsNothing(run.toAgentRun());
				assertThat(run.toString()).doesNotContain(PASSWORD);
				assertThat(run.steps().get(0).additionalProperties()).isEmpty();
				assertThat(run.steps().get(1).additionalProperties())
					.isEqualTo(Map.of("error", "refused ***", "***", 9, "timestamp", "***"));
			}
		}
	}

	@Test
	void ofARunWithoutOtherPropertiesTheStepsRepeatNothing() {
		String record = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null,\"steps\":[{\"error\":\""
				+ PASSWORD + "\"}]}";
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json", record));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.agent().run(REQUEST);
			assertThat(client.runs().get("run-1").steps().get(0).additionalProperties())
				.isEqualTo(Map.of("error", "***"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "prof", "2026", "08", "a" })
	void aShortSecretIsNotSoughtInIdsTimesAndKnownNames(String password) {
		String run = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null,\"profile_id\":\"prof_2026a\","
				+ "\"created_at\":\"2026-03-01T08:00:00Z\",\"profile_hint\":{\"reason\":\"<" + password + ">\"}}";
		try (ScriptedServer server = ending(Operation.RUN, run);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AgentRun read = end(client, Operation.RUN, request(password));
			assertThat(read.additionalProperties()).isEqualTo(Map.of("profile_id", "prof_2026a", "created_at",
					"2026-03-01T08:00:00Z", "profile_hint", Map.of("reason", "<***>")));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "prof_1", "1767225600", "2026-03-01T08:00:00Z" })
	void anIdOrTimeThatIsASecretIsRedacted(String password) {
		String run = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null,\"profile_id\":\"" + password
				+ "\",\"created_at\":\"" + password + "\"}";
		try (ScriptedServer server = ending(Operation.RUN, run);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(end(client, Operation.RUN, request(password)).additionalProperties())
				.isEqualTo(Map.of("profile_id", "***", "created_at", "***"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "12345678", "1234567" })
	void aNumberIsRedactedWhereItIsALongSecret(String password) {
		String run = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null,\"new\":[" + password
				+ ",1.5,123456789012]}";
		Object redacted = (password.length() < 8) ? 1234567 : "***";
		try (ScriptedServer server = ending(Operation.RUN, run);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(end(client, Operation.RUN, request(password)).additionalProperties().get("new")).isEqualTo(
					List.of(redacted, new BigDecimal("1.5"), (password.length() < 8) ? 123456789012L : "***9012"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RUN", "START" })
	void anEndWithMillionsOfTextsIsKept(Operation operation) {
		String[] texts = new String[4_000_000];
		Arrays.fill(texts, "\"\"");
		texts[1] = "\"" + PASSWORD + "\"";
		String run = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":null,\"new\":["
				+ String.join(",", texts) + "],\"profile_id\":\"prof_1\"}";
		try (ScriptedServer server = ending(operation, run);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AgentRun read = end(client, operation, REQUEST);
			assertThat(read.profileId()).isEqualTo("prof_1");
			assertThat(read.additionalProperties().get("new")).asInstanceOf(LIST)
				.hasSize(texts.length)
				.startsWith("", "***", "");
		}
	}

	private static void assertRepeatsNothing(AgentRun run) {
		assertThat(run.toString()).doesNotContain(PASSWORD);
		assertThat(run.error()).isNotNull();
		assertThat(run.error().toString()).contains("***").doesNotContain(PASSWORD);
		assertThat(run.error().additionalProperties())
			.isEqualTo(Map.of("***", 1, "details", Map.of("a ***", List.of(Map.of("***", 2)))));
		Map<String, ?> properties = run.additionalProperties();
		assertThat(properties.toString()).doesNotContain(PASSWORD);
		assertThat(properties.get("started_at")).isEqualTo("not a time ***");
		assertThat(properties.get("created_at")).isEqualTo(Map.of("a", List.of("***")));
		assertThat(properties.get("finished_at")).isEqualTo("***");
		assertThat(properties.get("new")).isEqualTo("***");
		assertThat(properties.get("map")).isEqualTo(Map.of("***", 3, "b", Map.of("***", 4)));
		// no two names become the same
		assertThat(properties.entrySet()).filteredOn((property) -> property.getKey().contains("***"))
			.hasSize(4)
			.allSatisfy((property) -> assertThat(property.getValue()).isIn(5, 6, 7, 8));
	}

	private static AgentRequest request(String password) {
		return Samples.request()
			.toBuilder()
			.proxy(ProxyConfig.builder().url("http://proxy.example:8080").username("user-x").password(password).build())
			.build();
	}

	private static ScriptedServer ending(Operation operation, String run) {
		if (operation == Operation.RUN) {
			return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", run));
		}
		return ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(run.replaceFirst("\\{", "{\"type\":\"COMPLETE\","));
		});
	}

	private static AgentRun end(TinyFishClient client, Operation operation, AgentRequest request) {
		return switch (operation) {
			case RUN -> client.agent().run(request);
			case STREAM -> client.agent().stream(request).await();
			case START -> client.agent().start(request).await();
			default -> throw new IllegalArgumentException(operation + " gives no outcome");
		};
	}

}
