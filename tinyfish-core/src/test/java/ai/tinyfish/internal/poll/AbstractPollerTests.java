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

package ai.tinyfish.internal.poll;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that poll a server soon.
 */
abstract class AbstractPollerTests {

	static final Duration SOON = Duration.ofSeconds(20);

	static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	@Parameter
	ClientKind kind;

	TinyFishClient.Builder client(String baseUrl) {
		return this.kind.client(baseUrl)
			.pollInterval(Duration.ofMillis(50))
			.maxPollInterval(Duration.ofMillis(100))
			.pollTolerance(SOON);
	}

	static void assertAllEnd(TinyFishClient client, String... runIds) {
		List<QueuedRun> runs = Stream.of(runIds).map(QueuedRun::of).toList();
		try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
			assertThat(endings.filter(AgentRun::isCompleted).map(AgentRun::runId)).containsExactlyInAnyOrder(runIds);
		}
	}

	static void answer(Exchange exchange, UnaryOperator<String> document) throws IOException {
		List<String> documents = RUN_ID.matcher(exchange.request())
			.results()
			.map((match) -> document.apply(match.group()))
			.toList();
		exchange.answer(200, "application/json", exchange.request().startsWith("GET ") ? documents.get(0)
				: "{\"data\":[" + String.join(",", documents) + "],\"not_found\":null}");
	}

	static String document(String runId, String status) {
		return "{\"run_id\":\"" + runId + "\",\"status\":\"" + status + "\"}";
	}

	static RunServer server(RunServer.Look look) {
		return new RunServer((exchange) -> {
		}, look);
	}

}
