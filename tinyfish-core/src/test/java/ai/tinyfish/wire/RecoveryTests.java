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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RunServer;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer.Exchange;
import ai.tinyfish.testing.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whatever becomes of a stream, the run has one ending: for each way to break, and each
 * way to follow a run, what the caller and the listeners are told, and what is sent.
 */
@BothClients
class RecoveryTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	/**
	 * How the stream breaks once the run is known.
	 */
	static Stream<Arguments> breaksAfterStarted() {
		return Stream.of(row("FIN after STARTED", (e) -> {
		}), row("RST after STARTED", RecoveryTests::reset), row("silence after STARTED", Exchange::silence),
				row("FIN after PROGRESS", (e) -> e.event(Samples.PROGRESS)), row("RST after PROGRESS", (e) -> {
					e.event(Samples.PROGRESS);
					reset(e);
				}), row("silence after PROGRESS", (e) -> {
					e.event(Samples.PROGRESS);
					e.silence();
				}), row("FIN inside a frame", (e) -> e.send("data: {\"type\":\"PROG")),
				row("FIN inside COMPLETE", (e) -> e.send("data: " + Samples.COMPLETE.substring(0, 60))),
				row("RST inside a frame", (e) -> {
					e.send("data: {\"type\":\"PROG");
					reset(e);
				}), row("silence inside a frame", (e) -> {
					e.send("data: {\"type\":\"PROG");
					e.silence();
				}), row("truncated UTF-8", (e) -> e.send(new byte[] { 'd', 'a', 't', 'a', ':', '"', (byte) 0xe2 })),
				row("malformed JSON", (e) -> e.send("data: {\"type\":\n\n")),
				row("a page in the middle", (e) -> e.send("<html>Bad gateway</html>\n\ndata: <html>\n\n")),
				row("COMPLETE without a status", (e) -> e.event("{\"type\":\"COMPLETE\"}")),
				row("a garbage line of 17 MB", (e) -> {
					byte[] megabyte = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
					for (int i = 0; i < 17; i++) {
						e.send(megabyte);
					}
				}));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("breaksAfterStarted")
	void theEndingIsLearntByAskingForTheRun(String name, Script afterStarted) throws Exception {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			MoreTime.whereTooLittle(idleTimeout(name), (idle) -> {
				RecordingListener listener = new RecordingListener();
				try (RunServer server = new RunServer(started(afterStarted), RunServer.ended("COMPLETED"));
						TinyFishClient client = builder(server, listener).streamIdleTimeout(idle).build()) {
					AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) how.call(client));
					assertThat(run.status()).as("%s", how).isEqualTo(RunStatus.COMPLETED);
					assertThat(run.runId()).isEqualTo("run-1");
					assertThat(run.result().toMap()).containsEntry("price", 7);
					assertThat(run.numOfSteps()).isEqualTo(3);
					assertThat(server.submissions()).isEqualTo(1);
					assertThat(server.looks()).isEqualTo(1);
					await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				}
				assertThat(listener.calls()).filteredOn((call) -> call.equals("finished") || call.equals("error"))
					.containsExactly("finished");
			});
		}
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

	@Test
	void theEventsAreThoseThatCameAndOneRecoveredEnding() {
		try (RunServer server = new RunServer(started((e) -> e.event(Samples.PROGRESS)), RunServer.ended("COMPLETED"));
				TinyFishClient client = client(server, new RecordingListener())) {
			List<AgentEvent> events = new ArrayList<>();
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				stream.forEach(events::add);
			}
			assertThat(events).extracting(AgentEvent::type).containsExactly("STARTED", "PROGRESS", "COMPLETE");
			assertThat(((CompleteEvent) events.get(2)).recovered()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(value = RunStatus.class, names = { "COMPLETED", "FAILED", "CANCELLED" })
	void everyEndingIsRecovered(RunStatus status) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(started((e) -> {
			}), RunServer.ended(status.name())); TinyFishClient client = client(server, new RecordingListener())) {
				assertThat(((AgentRun) how.call(client)).status()).isEqualTo(status);
			}
		}
	}

	/**
	 * What those who look at the run are answered before it has ended.
	 */
	static Stream<Arguments> looks() {
		return Stream.of(look("running", (e, n) -> e.answer(200, "application/json", RunServer.run("RUNNING"))),
				look("500 with envelope", (e, n) -> e.answer(500, "application/json", Samples.envelope("X", "Busy"))),
				look("502 of a gateway", (e, n) -> e.answer(502, "text/html", "<html>")),
				look("429", (e, n) -> e.answer(429, "application/json", Samples.envelope("X", "Slow"))),
				look("404", (e, n) -> e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"))),
				look("200 with a page", (e, n) -> e.answer(200, "text/html", "<html>")),
				look("reset", (e, n) -> e.reset()), look("closed", (e, n) -> {
				}));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("looks")
	void failingLooksAreRepeatedUntilTheRunHasEnded(String name, RunServer.Look first) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(started((e) -> {
			}), (exchange, n) -> {
				if (n <= 3) {
					first.answer(exchange, n);
				}
				else {
					RunServer.ended("COMPLETED").answer(exchange, n);
				}
			}); TinyFishClient client = client(server, new RecordingListener())) {
				assertThat(((AgentRun) how.call(client)).isSuccessful()).as("%s", how).isTrue();
				assertThat(server.looks()).isEqualTo(4);
				assertThat(server.submissions()).isEqualTo(1);
			}
		}
	}

	@Test
	void looksThatFailTooLongLeaveTheEndingUnknown() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(started((e) -> {
			}), (e, n) -> e.answer(502, "text/html", "<html>"));
					TinyFishClient client = builder(server, listener).pollTolerance(Duration.ofSeconds(1)).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex).hasMessageContaining("ended before the run did")
					.hasMessageContaining("runs().get(\"run-1\")");
				assertThat(ex.getSuppressed())
					.anySatisfy((suppressed) -> assertThat(suppressed).isInstanceOf(TinyFishException.class)
						.hasMessageContaining("502"));
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
			}
			assertThat(listener.calls()).filteredOn((call) -> call.equals("finished") || call.equals("error"))
				.containsExactly("error");
		}
	}

	@Test
	void aKeyThatIsRefusedIsNoUseToTryAgain() {
		try (RunServer server = new RunServer(started((e) -> {
		}), (e, n) -> e.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = client(server, new RecordingListener())) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> Operation.STREAM.call(client));
			assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
			assertThat(server.looks()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "FIN after STARTED", "RST after STARTED", "silence after STARTED", "malformed JSON" })
	void whyTheEndingCouldNotBeLearntIsKeptBesideWhatTheStreamFailedWith(String name) throws Exception {
		MoreTime.whereTooLittle(idleTimeout(name), (idle) -> {
			try (RunServer server = new RunServer(started(breakNamed(name)),
					(e, n) -> e.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
					TinyFishClient client = builder(server, new RecordingListener()).streamIdleTimeout(idle).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> Operation.STREAM.call(client));
				MoreTime.requireKnown(ex);
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
			}
		});
	}

	@Test
	void thatTheRunIsNotFoundIsKeptBesideWhatTheStreamFailedWith() {
		try (RunServer server = new RunServer(started(breakNamed("RST after STARTED")),
				(e, n) -> e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run")));
				TinyFishClient client = builder(server, new RecordingListener()).pollTolerance(Duration.ofMillis(500))
					.build()) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> Operation.STREAM.call(client));
			assertThat(ex.getSuppressed())
				.anySatisfy((reason) -> assertThat(reason).hasMessageContaining("does not know the run run-1"));
		}
	}

	private static Script breakNamed(String name) {
		return breaksAfterStarted().filter((row) -> row.get()[0].equals(name))
			.map((row) -> (Script) row.get()[1])
			.findFirst()
			.orElseThrow();
	}

	/**
	 * How the stream breaks before the run is known.
	 */
	static Stream<Arguments> breaksBeforeStarted() {
		return Stream.of(row("FIN before the headers", (e) -> {
		}), row("RST before the headers", Exchange::reset), row("silence before the headers", Exchange::silence),
				row("FIN after the headers", Exchange::startStream), row("RST after the headers", (e) -> {
					e.startStream();
					reset(e);
				}), row("silence after the headers", (e) -> {
					e.startStream();
					e.silence();
				}), row("a page in place of the stream", (e) -> e.answer(502, "text/html", "<html>")),
				row("200 with JSON", (e) -> e.answer(200, "application/json", "{\"hello\":1}")),
				row("another content type", (e) -> e.answer(200, "text/plain", "data: x\n\n")),
				row("malformed JSON", (e) -> {
					e.startStream();
					e.send("data: {\n\n");
				}));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("breaksBeforeStarted")
	void withoutARunIdTheEndingIsUnknownAndNothingIsSentAgain(String name, Script script) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(script, RunServer.ended("COMPLETED"));
					TinyFishClient client = builder(server, listener).streamIdleTimeout(idleTimeout(name))
						.timeout(name.startsWith("silence") ? Duration.ofSeconds(1) : SOON)
						.build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex).as("%s", how).isNotNull();
				assertThat(ex.runId()).isNull();
				assertThat(ex).hasMessageContaining("runs().list");
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
				// a server that is slow to read may be behind the client's timeout
				await().atMost(SOON).untilAsserted(() -> assertThat(server.requests()).hasSize(1));
			}
			assertThat(listener.calls()).containsExactly("error");
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
		}
	}

	@Test
	void anEndingThatComesTwiceIsOne() {
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(started((e) -> {
			e.event(Samples.COMPLETE);
			e.event(Samples.COMPLETE);
		}), RunServer.ended("FAILED")); TinyFishClient client = client(server, listener)) {
			assertThat(((AgentRun) Operation.STREAM.call(client)).isSuccessful()).isTrue();
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void manyBrokenStreamsAreAskedForTogether() throws Exception {
		// a thousand would be ten calls
		int count = 40;
		ManyRuns runs = new ManyRuns(count);
		try (runs;
				TinyFishClient client = this.kind.client(runs.baseUrl())
					.pollInterval(Duration.ofMillis(200))
					.maxPollInterval(Duration.ofMillis(200))
					.build()) {
			List<AgentStream> streams = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				streams.add(client.agent().stream(Samples.request()));
			}
			runs.breakAll();
			for (AgentStream stream : streams) {
				assertThat(stream.await().isSuccessful()).isTrue();
			}
			assertThat(runs.submissions()).isEqualTo(count);
			assertThat(runs.looks()).isLessThan(count / 2);
		}
	}

	private TinyFishClient client(RunServer server, RecordingListener listener) {
		return builder(server, listener).build();
	}

	private TinyFishClient.Builder builder(RunServer server, RecordingListener listener) {
		return this.kind.client(server.baseUrl())
			.runListener(listener)
			.streamIdleTimeout(SOON)
			.pollInterval(Duration.ofMillis(20))
			.maxPollInterval(Duration.ofMillis(50))
			.pollTolerance(SOON);
	}

	/**
	 * Short where silence is what ends the stream.
	 */
	private static Duration idleTimeout(String name) {
		return name.startsWith("silence") ? Duration.ofMillis(500) : SOON;
	}

	private static Script started(Script then) {
		return (exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			then.run(exchange);
		};
	}

	private static void reset(Exchange exchange) throws IOException {
		// what was sent before is to arrive first
		exchange.awaitClientClose(Duration.ofMillis(100));
		exchange.reset();
	}

	private static Arguments row(String name, Script script) {
		return Arguments.of(name, script);
	}

	private static Arguments look(String name, RunServer.Look look) {
		return Arguments.of(name, look);
	}

}
