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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A run id that the service makes up: it is asked for nowhere, and forges no line.
 */
@BothClients
class HostileRunIdTests {

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	/**
	 * The id, and the same within JSON.
	 */
	static Stream<Arguments> ids() {
		return Stream.of(Arguments.of("a/b\r\nX-Evil: 1", "a/b\\r\\nX-Evil: 1"),
				Arguments.of("x".repeat(10_000) + "?", "x".repeat(10_000) + "?"),
				Arguments.of("x".repeat(129), "x".repeat(129)), Arguments.of("run 1 or so", "run 1 or so"),
				Arguments.of("../../wallet", "../../wallet"),
				Arguments.of("\u001b[31mred\u2028\u202e", "\\u001b[31mred\\u2028\\u202e"));
	}

	@ParameterizedTest
	@MethodSource("ids")
	void theEndingOfABrokenStreamIsUnknownAndNotAskedFor(String id, String json) throws Exception {
		try (ScriptedServer server = started(json, (exchange) -> {
		}); TinyFishClient client = builder(server).build()) {
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				Throwable failure = InBackground.failure(InBackground.submit(client, how, Samples.request()));
				assertThat(failure).isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
						(ex) -> assertThat(ex.runId()).isEqualTo(kept(id)));
				assertHarmless(failure);
			}
			assertSubmissionsOnly(server, 2);
		}
		assertThat(this.listener.errors()).hasSize(2).allSatisfy(HostileRunIdTests::assertHarmless);
	}

	@Test
	void atTheDeadlineItIsReportedToGoOn() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(800), (deadline) -> {
			List<String> ids = ids().map((arguments) -> String.valueOf(arguments.get()[1])).toList();
			// all at once, since each takes its time
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				Matcher goal = Pattern.compile("\"goal\":\"(\\d+)\"").matcher(exchange.request());
				assertThat(goal.find()).isTrue();
				exchange
					.event("{\"type\":\"STARTED\",\"run_id\":\"" + ids.get(Integer.parseInt(goal.group(1))) + "\"}");
				exchange.silence();
			}); TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				List<CompletableFuture<AgentRun>> runs = IntStream.range(0, ids.size())
					.mapToObj((i) -> InBackground.submit(client, Operation.STREAM,
							AgentRequest.of("https://shop.example", String.valueOf(i))))
					.toList();
				for (CompletableFuture<AgentRun> run : runs) {
					Throwable failure = InBackground.failure(run);
					MoreTime.requireKnown(failure);
					assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class)
						.hasMessageContaining("could not be cancelled");
					assertHarmless(failure);
				}
				assertSubmissionsOnly(server, ids.size());
			}
		});
	}

	@ParameterizedTest
	@MethodSource("ids")
	void closingTheClientCannotCancelIt(String id, String json) {
		try (ScriptedServer server = started(json, Exchange::silence)) {
			TinyFishClient client = builder(server).onClose(AbandonPolicy.CANCEL).build();
			CompletableFuture<AgentRun> run = InBackground.submit(client, Operation.START, Samples.request());
			Soon.until(() -> this.listener.calls().contains("started"));
			client.close();
			Throwable failure = InBackground.failure(run);
			assertThat(failure).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertHarmless(failure);
			assertSubmissionsOnly(server, 1);
		}
	}

	@ParameterizedTest
	@MethodSource("ids")
	void theExceptionForARefusedResultIsHarmlessToo(String id, String json) throws Exception {
		List<Function<String, String>> endings = List.of((run) -> run + ",\"status\":\"FAILED\"}",
				(run) -> run + ",\"status\":\"COMPLETED\"}",
				(run) -> run + ",\"status\":\"COMPLETED\",\"result\":{\"price\":7}}",
				(run) -> run + ",\"status\":\"QUEUED\"}");
		List<Class<? extends RuntimeException>> failures = List.of(TinyFishRunFailedException.class,
				TinyFishResultMappingException.class, TinyFishResultMappingException.class,
				IllegalStateException.class);
		for (int i = 0; i < endings.size(); i++) {
			String run = endings.get(i).apply("{\"run_id\":\"" + json + "\"");
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(200, "application/json", run));
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				AgentRun ended = client.agent().run(Samples.request());
				assertHarmless(catchThrowableOfType(failures.get(i), () -> ended.result().to(UUID.class)));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("ids")
	void theLogOfAListenerThatFailsHasNoLineOfItsMaking(String id, String json) throws Exception {
		try (LogCapture log = new LogCapture()) {
			RecordingListener failing = new RecordingListener() {
				@Override
				public void started(RunContext context, StartedEvent event) {
					throw new IllegalStateException("listener");
				}

				@Override
				public void error(RunContext context, TinyFishException exception) {
					throw new IllegalStateException("listener");
				}
			};
			try (ScriptedServer server = started(json, (exchange) -> {
			}); TinyFishClient client = builder(server).runListener(failing).build()) {
				InBackground.failure(InBackground.submit(client, Operation.START, Samples.request()));
			}
			assertThat(log.lines()).filteredOn((line) -> line.startsWith("A listener failed on "))
				.hasSize(2)
				.allSatisfy((line) -> assertThat(line).matches("[\\x20-\\x7e]{1,300}"));
		}
	}

	/**
	 * The longest id that may be valid has 128 characters.
	 */
	private static String kept(String id) {
		return (id.length() > 128) ? id.substring(0, 128) + "..." : id;
	}

	private static void assertHarmless(Throwable failure) {
		assertThat(failure).isNotNull();
		assertThat(failure.getMessage()).hasSizeLessThan(500)
			.doesNotContainPattern("[^\\x20-\\x7e]")
			.doesNotContain("runs().get");
	}

	private static void assertSubmissionsOnly(ScriptedServer server, int count) {
		assertThat(server.requests()).hasSize(count)
			.allMatch((request) -> request.startsWith("POST /v1/automation/run-sse "));
	}

	private static ScriptedServer started(String json, Script then) {
		return ScriptedServer.streaming((exchange) -> {
			exchange.event("{\"type\":\"STARTED\",\"run_id\":\"" + json + "\"}");
			then.run(exchange);
		});
	}

	private TinyFishClient.Builder builder(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).runListener(this.listener);
	}

}
