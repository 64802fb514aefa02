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

package ai.tinyfish.internal.wire;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections of streams whose outcome has arrived.
 */
@BothClients
class StreamConnectionTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	private final Set<Exchange> connections = ConcurrentHashMap.newKeySet();

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void shortRunsOneAfterTheOtherUseConnectionsAgain(Operation operation) {
		try (ScriptedServer server = shortRuns(); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			for (int i = 0; i < 20; i++) {
				operation.call(client);
			}
			assertThat(server.requests()).hasSize(20);
			// a run may come before the connection of the last one is back
			assertThat(this.connections).hasSizeLessThan(20);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void aConnectionThatWasIdleForMoreThanASecondIsNotUsedAgain(Operation operation) {
		try (ScriptedServer server = shortRuns(); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			operation.call(client);
			await().pollDelay(Duration.ofMillis(1100)).atMost(SOON).until(() -> true);
			operation.call(client);
			assertThat(this.connections).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void anIdleConnectionIsClosed(Operation operation) {
		try (ScriptedServer server = shortRuns(); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			operation.call(client);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	static Stream<Arguments> afterTheOutcome() {
		ScriptedServer.Script silence = Exchange::silence;
		ScriptedServer.Script reset = Exchange::reset;
		ScriptedServer.Script garbage = (exchange) -> {
			exchange.send("no chunk\r\n");
			exchange.silence();
		};
		ScriptedServer.Script endless = (exchange) -> {
			String event = Exchange.chunk("data: " + "x".repeat(10_000) + "\n\n");
			while (true) {
				exchange.send(event);
			}
		};
		return Stream.of(Arguments.argumentSet("silence", silence), Arguments.argumentSet("a reset", reset),
				Arguments.argumentSet("garbage", garbage), Arguments.argumentSet("a body without end", endless));
	}

	@ParameterizedTest
	@MethodSource("afterTheOutcome")
	void theOutcomeOutlivesWhatTheConnectionDoesAfterIt(ScriptedServer.Script after) throws Exception {
		RecordingListener listener = new RecordingListener();
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.startChunkedStream();
			exchange.send(Exchange.chunk("data: " + Samples.STARTED + "\n\n"));
			exchange.send(Exchange.chunk("data: " + Samples.COMPLETE + "\n\n"));
			try {
				after.run(exchange);
			}
			finally {
				closed.complete(true);
			}
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.maxOpenStreams(1)
					.runListener(listener)
					.build()) {
			// the first one's place is free although its connection may not be
			for (int i = 0; i < 3; i++) {
				AgentRun run = client.agent().stream(Samples.request()).await();
				assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
			}
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			// no run was asked for
			assertThat(server.requests()).hasSize(3);
			await().atMost(SOON).until(() -> listener.calls().size() == 6);
		}
		assertThat(listener.calls()).containsOnly("started", "finished");
	}

	private ScriptedServer shortRuns() {
		return new ScriptedServer((exchange) -> {
			this.connections.add(exchange);
			exchange.startChunkedStream();
			exchange.endChunkedStream(Samples.STARTED, Samples.COMPLETE);
		});
	}

}
