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

package ai.tinyfish.internal.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * How large the events of a stream may be.
 */
@BothClients
class EventSizeTests {

	private static final int LIMIT = 1000;

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 512, 64 * 1024 })
	void anEventOverTheLimitEndsTheStreamHoweverItArrives(int packet) {
		try (ScriptedServer server = completing(LIMIT + 1, packet);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxEventSize(LIMIT)
					.build();
				AgentStream stream = client.agent().stream(Samples.request())) {
			assertThat(stream.iterator().next().type()).isEqualTo("STARTED");
			assertTooLarge(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class, stream::await), LIMIT);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			assertThat(server.requests()).filteredOn((request) -> request.startsWith("POST /v1/automation/"))
				.hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 512, 64 * 1024 })
	void anEventAtTheLimitIsReadHoweverItArrives(int packet) {
		try (ScriptedServer server = completing(LIMIT, packet);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxEventSize(LIMIT)
					.build()) {
			assertThat(client.agent().stream(Samples.request()).await().isCompleted()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theLimitHoldsForEveryOperationThatReadsAStream(Operation operation) {
		try (ScriptedServer server = completing(LIMIT + 1, LIMIT);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxEventSize(LIMIT)
					.build()) {
			assertTooLarge(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class, () -> operation.call(client)),
					LIMIT);
		}
	}

	@Test
	void theLimitIsSixteenMegabytesUnlessSaidOtherwise() {
		int limit = 16 * 1024 * 1024;
		try (ScriptedServer server = completing(limit, limit);
				ScriptedServer over = completing(limit + 1, limit);
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build();
				TinyFishClient clientOfOver = this.kind.client(over.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentRun run = client.agent().stream(Samples.request()).await();
			assertThat(run.isCompleted()).isTrue();
			assertTooLarge(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> clientOfOver.agent().stream(Samples.request()).await()), limit);
		}
	}

	@Test
	void aDerivedClientKeepsTheLimitOrHasItsOwn() {
		try (ScriptedServer server = completing(LIMIT + 1, LIMIT);
				TinyFishClient root = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxEventSize(LIMIT)
					.build()) {
			TinyFishClient keeps = root.mutate().apiKey("sk-derived").build();
			TinyFishClient larger = keeps.mutate().maxEventSize(LIMIT + 1).build();
			assertThat(larger.agent().stream(Samples.request()).await().isCompleted()).isTrue();
			for (TinyFishClient client : List.of(root, keeps)) {
				assertTooLarge(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> client.agent().stream(Samples.request()).await()), LIMIT);
			}
		}
	}

	private static void assertTooLarge(TinyFishRunOutcomeUnknownException thrown, int limit) {
		assertThat(thrown).isNotNull()
			.hasMessageContaining("larger than " + limit + " bytes")
			.hasMessageContaining("runs().get(\"run-1\")")
			.hasCauseInstanceOf(TinyFishStreamParseException.class);
		assertThat(thrown.runId()).isEqualTo("run-1");
	}

	/**
	 * Streams a run whose ending is a line of so many bytes, in packets of another size.
	 */
	private static ScriptedServer completing(int lineLength, int packet) {
		String begin = "data: {\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":{\"text\":\"";
		String end = "\"}}";
		byte[] bytes = (begin + "x".repeat(lineLength - begin.length() - end.length()) + end + "\n\n")
			.getBytes(StandardCharsets.US_ASCII);
		return ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			for (int from = 0; from < bytes.length; from += packet) {
				exchange.send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + packet)));
			}
		});
	}

}
