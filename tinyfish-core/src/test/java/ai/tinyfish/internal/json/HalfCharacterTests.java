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

package ai.tinyfish.internal.json;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A text that was cut inside a character does not cost the run that it belongs to, nor
 * the others of its page.
 */
@BothClients
class HalfCharacterTests {

	/** The beginning of an emoji, as a value and as the name of a property. */
	private static final String RUN = """
			{"run_id":"run-1","status":"COMPLETED","result":{"cut ~ud83d":{"whole ~ud83d~ude00":"cut ~ud83d"}}}"""
		.replace('~', '\\');

	@Parameter
	ClientKind kind;

	@Test
	void anAnswerIsRead() {
		try (ScriptedServer server = answering(RUN); TinyFishClient client = client(server)) {
			assertThatItIsRead(client.agent().run(Samples.request()));
			assertThatItIsRead(client.runs().get("run-1").toAgentRun());
			assertThatItIsRead(client.runs().await(QueuedRun.of("run-1"), Duration.ofSeconds(20)));
		}
		try (ScriptedServer server = answering("{\"data\":[" + RUN + "],\"pagination\":{\"has_more\":false}}");
				TinyFishClient client = client(server)) {
			assertThatItIsRead(client.runs().list().data().get(0).toAgentRun());
			assertThatItIsRead(client.runs().getAll(List.of("run-1")).data().get(0).toAgentRun());
		}
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(500, "application/json", RUN));
				TinyFishClient client = client(server)) {
			assertThatItIsRead(client.agent().run(Samples.request()));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theEndOfAStreamIsRead(Operation operation) {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.event(RUN.replaceFirst("\\{", "{\"type\":\"COMPLETE\","));
		}, RunServer.ended("FAILED")); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatItIsRead((AgentRun) operation.call(client));
			assertThat(server.looks()).isZero();
		}
	}

	private static void assertThatItIsRead(AgentRun run) {
		assertThat(run.isCompleted()).isTrue();
		assertThat(run.result().toMap()).isEqualTo(Map.of("cut \ufffd", Map.of("whole \ud83d\ude00", "cut \ufffd")));
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).build();
	}

	private static ScriptedServer answering(String body) {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", body));
	}

}
