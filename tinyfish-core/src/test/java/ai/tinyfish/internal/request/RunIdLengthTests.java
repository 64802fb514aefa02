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
package ai.tinyfish.internal.request;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Run ids have at most 128 characters, wherever they come from.
 */
@BothClients
class RunIdLengthTests {

	private static final String LONGEST = "r".repeat(128);

	private static final String TOO_LONG = LONGEST + "r";

	private static final String KEPT = LONGEST + "...";

	@Parameter
	ClientKind kind;

	@Test
	void anIdOfTenMillionCharactersIsNotKept() {
		RecordingListener listener = new RecordingListener();
		String started = "{\"type\":\"STARTED\",\"run_id\":\"" + "r".repeat(10_000_000) + "\"}";
		try (LogCapture log = new LogCapture();
				ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.event(started));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				assertThat(InBackground.failure(InBackground.submit(client, how, Samples.request())))
					.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
							(failure) -> assertThat(failure.runId()).isEqualTo(KEPT))
					.satisfies((failure) -> assertThat(failure.getMessage()).hasSizeLessThan(500)
						.contains("malformed")
						.doesNotContain("runs().get"));
			}
			Soon.until(() -> listener.errors().size() == 2);
			assertThat(server.requests()).hasSize(2)
				.allMatch((request) -> request.startsWith("POST /v1/automation/run-sse "));
			assertThat(listener.contexts()).isNotEmpty()
				.allSatisfy((context) -> assertThat(String.valueOf(context.runId())).hasSizeLessThan(200));
			assertThat(log.lines()).isNotEmpty().noneMatch((line) -> line.contains(TOO_LONG));
		}
	}

	@Test
	void ofALongerIdOnlyTheBeginningIsKept() {
		String run = "{\"run_id\":\"" + TOO_LONG + "\",\"status\":\"COMPLETED\"}";
		assertKept(run, (client) -> client.agent().run(Samples.request()).runId());
		assertKept(run, (client) -> client.agent().stream(Samples.request()).await().runId());
		assertKept(run, (client) -> client.agent().queue(Samples.request()).runId());
		assertKept("{\"run_ids\":[\"" + TOO_LONG + "\"]}",
				(client) -> client.agent().queueAll(List.of(Samples.request())).accepted().get(0).runId());
		assertKept("{\"data\":[" + run + "],\"pagination\":{\"has_more\":false}}",
				(client) -> client.runs().list(RunQuery.builder().build()).data().get(0).runId());
		try (ScriptedServer server = ScriptedServer
			.streaming((exchange) -> exchange.event(run.replaceFirst("\\{", "{\"type\":\"COMPLETE\",")));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(client.agent().stream(Samples.request()).await().runId()).isEqualTo(KEPT);
		}
	}

	@Test
	void ofALongerIdInAnErrorOnlyTheBeginningIsKept() {
		String error = "{\"run_id\":\"" + TOO_LONG + "\",\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"No\"}}";
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(500, "application/json", error));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishRunOutcomeUnknownException thrown = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.agent().run(Samples.request()));
			assertThat(thrown.runId()).isEqualTo(KEPT);
			assertThat(thrown.runIds()).containsExactly(KEPT);
			assertThat(thrown.getMessage()).doesNotContain(TOO_LONG);
			assertThat(thrown.getCause()).isInstanceOfSatisfying(TinyFishStatusException.class,
					(cause) -> assertThat(cause.runIds()).containsExactly(KEPT));
			assertThat(client.agent().queue(Samples.request()).runId()).isEqualTo(KEPT);
			assertThat(client.agent().queueAll(List.of(Samples.request())).cause())
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
						(failure) -> assertThat(failure.runIds()).containsExactly(KEPT))
				.satisfies((failure) -> assertThat(failure.getMessage()).doesNotContain(TOO_LONG));
		}
	}

	@Test
	void aLongerIdOfTheCallerIsRefusedBeforeAnythingIsSent() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, "application/json", Samples.RUN.replace("run-1", LONGEST)));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			for (ThrowingCallable call : List.<ThrowingCallable>of(() -> client.runs().get(TOO_LONG),
					() -> client.runs().await(TOO_LONG, Duration.ofSeconds(10)), () -> client.runs().cancel(TOO_LONG),
					() -> client.runs().getAll(List.of(TOO_LONG)), () -> client.runs().cancelAll(List.of(TOO_LONG)))) {
				assertThatIllegalArgumentException().isThrownBy(call)
					.withMessage("runId must have 1 to 128 letters, digits, '_' and '-', and nothing else");
			}
			assertThat(server.requests()).isEmpty();
			assertThat(client.runs().get(LONGEST).runId()).isEqualTo(LONGEST);
		}
	}

	private void assertKept(String answer, Function<TinyFishClient, String> call) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json", answer));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(call.apply(client)).isEqualTo(KEPT);
		}
	}

}
