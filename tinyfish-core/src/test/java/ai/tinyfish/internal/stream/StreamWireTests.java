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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ApiResultEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.UnknownEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Events read from a stream, and the outcome of one that breaks.
 */
@BothClients(always = true)
class StreamWireTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void handsOutTheEventsInOrderAndThenEnds() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			for (String event : List.of(Samples.STARTED, Samples.STREAMING_URL, Samples.PROGRESS, Samples.HEARTBEAT,
					Samples.PROGRESS, Samples.COMPLETE)) {
				exchange.event(event);
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			List<AgentEvent> events = events(client);
			assertThat(events).extracting(AgentEvent::type)
				.containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "HEARTBEAT", "PROGRESS", "COMPLETE");
			assertThat(((ProgressEvent) events.get(2)).purpose()).isEqualTo("Reading the page");
			assertThat(((CompleteEvent) events.get(5)).run().result().toMap()).containsEntry("price", 7);
			assertThat(server.requests()).singleElement()
				.asString()
				.startsWith("POST /v1/automation/run-sse ")
				.containsIgnoringCase("accept: text/event-stream, application/json;q=0.5")
				.containsIgnoringCase("X-API-Key: " + Samples.KEY)
				.doesNotContainIgnoringCase("accept-encoding")
				.doesNotContain("order-42");
		}
	}

	@Test
	void theSameBytesGiveTheSameEventsHoweverTheyAreCut() throws Exception {
		String document = ": hello\n\ndata: " + Samples.STARTED + "\r\n\r\ndata: {\"type\":\"PROGRESS\","
				+ "\"run_id\":\"run-1\",\"purpose\":\"Pr\u00fcfe \u20ac \ud83d\ude80\"}\n\ndata: {\"type\":\ndata: \"HEARTBEAT\"}\r\rdata: "
				+ Samples.COMPLETE + "\n\n";
		byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
		for (int size : new int[] { 1, 2, 3, 7, 64, bytes.length }) {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				for (int from = 0; from < bytes.length; from += size) {
					exchange.send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
				}
			}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				List<AgentEvent> events = events(client);
				assertThat(events).as("pieces of %d", size)
					.extracting(AgentEvent::type)
					.containsExactly("STARTED", "PROGRESS", "HEARTBEAT", "COMPLETE");
				assertThat(((ProgressEvent) events.get(1)).purpose()).isEqualTo("Pr\u00fcfe \u20ac \ud83d\ude80");
			}
		}
	}

	@Test
	void unknownTypesAndOldSpellingsAreHandedOut() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event("{\"type\":\"STARTED\",\"runId\":\"run-1\"}");
			exchange.event(
					"{\"type\":\"TF_API_RESULT\",\"run_id\":\"run-1\",\"tinyfish_api\":\"search\",\"result\":[{\"a\":1},null]}");
			exchange.event("{\"type\":\"SOMETHING_NEW\",\"run_id\":\"run-1\",\"foo\":1}");
			exchange
				.event("{\"type\":\"COMPLETE\",\"runId\":\"run-1\",\"status\":\"COMPLETED\",\"resultJson\":{\"a\":1}}");
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			List<AgentEvent> events = events(client);
			assertThat(events.get(0).runId()).isEqualTo("run-1");
			assertThat(events.get(1)).isInstanceOf(ApiResultEvent.class);
			assertThat(events.get(2)).isInstanceOf(UnknownEvent.class);
			assertThat(((CompleteEvent) events.get(3)).run().result().json()).isEqualTo("{\"a\":1}");
		}
	}

	static Stream<Arguments> endings() {
		return Stream.of(Arguments.of("failed, error as text",
				"\"status\":\"FAILED\",\"error\":\"Too slow\",\"help_url\":\"https://help.example\",\"help_message\":\"Try again\"",
				RunStatus.FAILED, "Too slow"),
				Arguments.of("failed, error as object",
						"\"status\":\"FAILED\",\"result\":null,\"error\":{\"code\":\"SITE_BLOCKED\",\"message\":\"Blocked\"}",
						RunStatus.FAILED, "Blocked"),
				Arguments.of("cancelled", "\"status\":\"CANCELLED\",\"result\":null", RunStatus.CANCELLED, null),
				Arguments.of("completed without result", "\"status\":\"COMPLETED\",\"result\":null",
						RunStatus.COMPLETED, null),
				Arguments.of("unknown status", "\"status\":\"EXPLODED\"", RunStatus.UNKNOWN, null));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("endings")
	void everyEndingIsAnEnding(String name, String fields, RunStatus status, String error) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event("{\"type\":\"COMPLETE\"," + fields + "}");
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentRun run = client.agent().stream(Samples.request()).await();
			assertThat(run.status()).isEqualTo(status);
			assertThat(run.runId()).as("taken from STARTED").isEqualTo("run-1");
			assertThat((run.error() != null) ? run.error().message() : null).isEqualTo(error);
		}
	}

	@Test
	void nothingIsReadAfterTheEndingAndTheConnectionIsClosed() throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.send("data: " + Samples.COMPLETE + "\n\ndata: " + Samples.COMPLETE + "\n\ndata: garbage\n\n");
			closed.complete(exchange.awaitClientClose(SOON));
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThat(events(client)).extracting(AgentEvent::type).containsExactly("STARTED", "COMPLETE");
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void anAnswerThatIsARunTakesThePlaceOfAStream() {
		Fault failed = Fault.answer(500, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":{\"message\":\"No browser\"}}");
		try (TinyFishSimulator simulator = Samples.simulator().start().fault(FaultPoint.beforeHeaders(), failed);
				TinyFishClient client = this.kind.client(simulator.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			AgentRun run = client.agent().stream(Samples.request()).await();
			assertThat(run.status()).isEqualTo(RunStatus.FAILED);
			assertThat(simulator.journal().received()).hasSize(1);
		}
	}

	@Test
	void aResultOfSeveralMegabytesArrives() {
		String text = "x".repeat(5 * 1024 * 1024);
		Scenario large = Scenario.completed(Map.of("text", text));
		try (TinyFishSimulator simulator = Samples.simulator().given("", large).start();
				TinyFishClient client = this.kind.client(simulator.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThat(client.agent().stream(Samples.request()).await().result().toMap()).containsEntry("text", text);
		}
	}

	static Stream<Arguments> breaks() {
		return Stream.of(broken("ends before STARTED", FaultPoint.afterHeaders(), Fault.endOfStream(), false, null),
				broken("ends after STARTED", FaultPoint.afterEvent(1), Fault.endOfStream(), true, null),
				broken("ends inside COMPLETE", FaultPoint.insideComplete(), Fault.endOfStream(), true, null),
				broken("closed after STARTED", FaultPoint.afterEvent(1), Fault.disconnect(), true,
						TinyFishConnectionException.class),
				broken("reset after STARTED", FaultPoint.afterEvent(1), Fault.reset(), true,
						TinyFishConnectionException.class),
				broken("malformed JSON", FaultPoint.afterEvent(1), Fault.malformedJson(), true,
						TinyFishStreamParseException.class),
				broken("a page in the middle", FaultPoint.afterEvent(1), Fault.event("<html>"), true,
						TinyFishStreamParseException.class),
				broken("COMPLETE without a status", FaultPoint.afterEvent(1), Fault.event("{\"type\":\"COMPLETE\"}"),
						true, TinyFishStreamParseException.class),
				broken("an event over 16 MB", FaultPoint.afterEvent(1), Fault.longLine(18 * 1024 * 1024), true,
						TinyFishStreamParseException.class));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("breaks")
	void aStreamThatBreaksIsAnUnknownOutcome(String name, FaultPoint point, Fault fault, boolean runKnown,
			Class<? extends Throwable> cause) {
		RecordingListener listener = new RecordingListener();
		try (TinyFishSimulator simulator = breaking(point, fault);
				TinyFishClient client = this.kind.client(simulator.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.runListener(listener)
					.build()) {
			TinyFishRunOutcomeUnknownException ex = unknownOutcome(client, listener);
			String runId = runKnown ? simulator.journal().runs().get(0).id() : null;
			assertThat(ex.runId()).isEqualTo(runId);
			assertThat(ex).hasMessageContaining(runKnown ? "runs().get(\"" + runId + "\")" : "runs().list");
			if (cause != null) {
				assertThat(ex).hasCauseInstanceOf(cause);
			}
			assertThat(simulator.journal().submissions("")).hasSize(1);
			// if it has not ended by itself, the client has to close it
			await().atMost(SOON).until(() -> simulator.journal().openStreams() == 0);
		}
		assertThat(listener.errors()).hasSize(1);
		assertThat(listener.calls()).doesNotContain("finished");
	}

	/**
	 * A simulator whose streams break, and whose runs cannot be read.
	 */
	static TinyFishSimulator breaking(FaultPoint point, Fault fault) {
		return Samples.simulator()
			.start()
			.fault(point, fault)
			.fault(FaultPoint.afterComplete(), Fault.silence())
			.fault(FaultPoint.poll(), Fault.badGateway());
	}

	@Test
	void malformedJsonInOnePacketWithStartedAndCompleteIsAnUnknownOutcome() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange
			.send("data: " + Samples.STARTED + "\n\ndata: {\"type\":\n\ndata: " + Samples.COMPLETE + "\n\n"));
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.runListener(listener)
					.build()) {
			TinyFishRunOutcomeUnknownException ex = unknownOutcome(client, listener);
			assertThat(ex.runId()).isEqualTo("run-1");
			assertThat(ex).hasMessageContaining("runs().get(\"run-1\")")
				.hasCauseInstanceOf(TinyFishStreamParseException.class);
			assertThat(server.requests()).filteredOn((request) -> request.startsWith("POST /v1/automation/"))
				.hasSize(1);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
		assertThat(listener.errors()).hasSize(1);
		assertThat(listener.calls()).doesNotContain("finished");
	}

	private static TinyFishRunOutcomeUnknownException unknownOutcome(TinyFishClient client,
			RecordingListener listener) {
		try (AgentStream stream = client.agent().stream(Samples.request())) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> stream.forEach((event) -> {
					}));
			await().atMost(SOON).until(() -> listener.calls().contains("error"));
			assertThat(listener.errors()).containsExactly(ex);
			return ex;
		}
	}

	private static Arguments broken(String name, FaultPoint point, Fault fault, boolean runKnown,
			Class<? extends TinyFishException> cause) {
		return Arguments.of(name, point, fault, runKnown, cause);
	}

	private static List<AgentEvent> events(TinyFishClient client) {
		List<AgentEvent> events = new ArrayList<>();
		try (AgentStream stream = client.agent().stream(Samples.request())) {
			stream.forEach(events::add);
		}
		return events;
	}

}
