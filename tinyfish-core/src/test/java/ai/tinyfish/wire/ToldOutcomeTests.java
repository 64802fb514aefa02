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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.RunRegistry;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RunServer;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer;
import ai.tinyfish.testing.ScriptedServer.Exchange;
import ai.tinyfish.testing.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a stream says of the outcome of its run: whether that counts, and what the record
 * of the run adds to it.
 */
@BothClients
class ToldOutcomeTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String FAILED = "{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":\"Blocked\"}";

	private static final String RECORD = """
			{"run_id":"run-1","status":"FAILED","goal":"Read","num_of_steps":4,"result":null,
			"started_at":"2026-03-01T08:00:00Z","finished_at":"2026-03-01T08:01:00Z",
			"error":{"message":"Blocked by the site","code":"SITE_BLOCKED","category":"AGENT_FAILURE",
			"help_url":"https://help.example"}}""";

	@Parameter
	ClientKind kind;

	/**
	 * Ends of a stream that are no outcome of its run, which is asked for then.
	 */
	static Stream<Arguments> noOutcomes() {
		return Stream.of(row("COMPLETE of another run", (e) -> e.event(complete("run-2", "COMPLETED"))),
				row("COMPLETE of another run, which failed", (e) -> e.event(complete("run-2", "FAILED"))),
				row("COMPLETE while RUNNING", (e) -> e.event(complete("run-1", "RUNNING"))),
				row("COMPLETE while PENDING", (e) -> e.event(complete("run-1", "PENDING"))),
				row("half of COMPLETE", (e) -> e.send("data: " + Samples.COMPLETE.substring(0, 60))),
				row("half of COMPLETE in a line", (e) -> e.send("data: {\"type\":\"COMPLETE\",\ndata: \"status\":\n")),
				row("the last COMPLETE is of another run", (e) -> e.send("data: " + complete("run-2", "FAILED"))),
				row("the last COMPLETE is RUNNING", (e) -> e.send("data: " + complete("run-1", "RUNNING"))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("noOutcomes")
	void whatIsNoOutcomeOfThisRunIsNotHandedOut(String name, Script end) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(started(end), (e, n) -> RunServer.ended("COMPLETED").answer(e, n));
					TinyFishClient client = builder(server, listener).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.runId()).isEqualTo("run-1");
				assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
				assertThat(run.numOfSteps()).isEqualTo(3);
				await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				assertThat(listener.runs()).containsExactly(run);
			}
		}
	}

	/**
	 * Ends of a stream that are the outcome of its run.
	 */
	static Stream<Arguments> outcomes() {
		return Stream.of(row("no id", (e) -> e.event("{\"type\":\"COMPLETE\",\"status\":\"COMPLETED\"}")),
				row("no blank line", (e) -> e.send("data: " + Samples.COMPLETE + "\n")),
				row("no blank line after a comment", (e) -> e.send("data: " + Samples.COMPLETE + "\n: ping\n")),
				row("no end of line", (e) -> e.send("data: " + Samples.COMPLETE)), row("no blank line, RST", (e) -> {
					e.send("data: " + Samples.COMPLETE + "\n");
					reset(e);
				}), row("no blank line, silence", (e) -> {
					e.send("data: " + Samples.COMPLETE);
					e.silence();
				}), row("after events of another run", (e) -> {
					e.event("{\"type\":\"PROGRESS\",\"run_id\":\"run-2\",\"purpose\":\"x\"}");
					e.event(Samples.COMPLETE);
				}));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("outcomes")
	void anOutcomeThatHasArrivedWholeCounts(String name, Script end) throws Exception {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			MoreTime.whereTooLittle(name.endsWith("silence") ? Duration.ofMillis(500) : SOON, (idle) -> {
				RecordingListener listener = new RecordingListener();
				try (RunServer server = new RunServer(started(end), RunServer.ended("CANCELLED"));
						TinyFishClient client = builder(server, listener).streamIdleTimeout(idle)
							.readOutcome(false)
							.build()) {
					AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) how.call(client));
					assertThat(run.runId()).isEqualTo("run-1");
					assertThat(run.isSuccessful()).isTrue();
					assertThat(server.looks()).isZero();
					await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				}
				assertThat(listener.calls()).filteredOn((call) -> call.equals("finished") || call.equals("error"))
					.containsExactly("finished");
			});
		}
	}

	@Test
	void anUnknownStatusIsAnOutcomeWithItsText() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(started((e) -> e.event(complete("run-1", "TIMED_OUT"))),
					RunServer.ended("COMPLETED"));
					TinyFishClient client = builder(server, new RecordingListener()).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.statusText()).isEqualTo("TIMED_OUT");
				assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
			}
		}
	}

	@Test
	void aCompleteWithoutAnIdWhileTheRunGoesOnLeavesItsEndingUnknown() {
		Script script = (e) -> {
			e.startStream();
			e.event("{\"type\":\"COMPLETE\",\"status\":\"RUNNING\"}");
		};
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(script, RunServer.ended("COMPLETED"));
					TinyFishClient client = builder(server, new RecordingListener()).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex).hasMessageContaining("still RUNNING");
				assertThat(ex.runId()).isNull();
			}
		}
	}

	@Test
	void anOutcomeHasOneContentHoweverItWasLearnt() {
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), record(RECORD));
				TinyFishClient client = builder(server, new RecordingListener()).build()) {
			AgentRun awaited = client.runs().await(new QueuedRun("run-1", null, null, null, null), SOON);
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				RecordingListener listener = new RecordingListener();
				AgentRun run;
				try (TinyFishClient told = builder(server, listener).build()) {
					run = (AgentRun) how.call(told);
					await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				}
				assertThat(run.startedAt()).isEqualTo(Instant.parse("2026-03-01T08:00:00Z"))
					.isEqualTo(awaited.startedAt());
				assertThat(run.finishedAt()).isEqualTo(awaited.finishedAt());
				assertThat(run.numOfSteps()).isEqualTo(4);
				// what the stream says stands
				assertThat(run.error()).isEqualTo(
						new RunError("SITE_BLOCKED", "Blocked", "AGENT_FAILURE", null, "https://help.example", null));
				assertThat(listener.runs()).containsExactly(run);
			}
			assertThat(server.looks()).isEqualTo(3);
		}
	}

	@Test
	void theLastEventSaysWhatTheRecordAdds() {
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), record(RECORD));
				TinyFishClient client = builder(server, new RecordingListener()).build();
				AgentStream stream = client.agent().stream(Samples.request())) {
			List<AgentEvent> events = new ArrayList<>();
			stream.forEach(events::add);
			assertThat(events).extracting(AgentEvent::type).containsExactly("STARTED", "COMPLETE");
			CompleteEvent complete = (CompleteEvent) events.get(1);
			assertThat(complete.numOfSteps()).isEqualTo(4);
			assertThat(complete.recovered()).isFalse();
		}
	}

	/**
	 * Records that add nothing to the outcome.
	 */
	static Stream<Arguments> uselessRecords() {
		return Stream.of(record("still running", (e, n) -> RunServer.RUNNING.answer(e, n)),
				record("with another ending", RunServer.ended("COMPLETED")),
				record("of another run", record(RECORD.replace("run-1", "run-2"))),
				record("404", (e, n) -> e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"))),
				record("500", (e, n) -> e.answer(500, "text/html", "<html>")),
				record("429", (e, n) -> e.answer(429, "application/json", Samples.envelope("X", "Slow"))),
				record("reset", (e, n) -> e.reset()), record("silence", (e, n) -> e.silence()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("uselessRecords")
	void aRecordThatIsOfNoUseChangesNothing(String name, RunServer.Look look) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), look);
					TinyFishClient client = builder(server, listener).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.status()).isEqualTo(RunStatus.FAILED);
				assertThat(run.numOfSteps()).isNull();
				assertThat(run.error()).isEqualTo(new RunError(null, "Blocked", null, null, null, null));
				assertThat(server.looks()).isEqualTo(1);
				await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				assertThat(listener.runs()).containsExactly(run);
			}
		}
	}

	@Test
	void theRecordIsNotReadWhereThatIsTurnedOff() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), record(RECORD));
					TinyFishClient client = builder(server, new RecordingListener()).readOutcome(false).build()) {
				assertThat(((AgentRun) how.call(client)).numOfSteps()).isNull();
				assertThat(server.looks()).isZero();
			}
		}
	}

	@Test
	void theRunKeepsNoPlaceAndNoConnectionWhileItsRecordIsRead() throws Exception {
		CountDownLatch second = new CountDownLatch(1);
		AtomicInteger streams = new AtomicInteger();
		AtomicInteger closed = new AtomicInteger();
		Script stream = (e) -> {
			e.startStream();
			e.event(Samples.STARTED);
			if (streams.incrementAndGet() == 2) {
				second.countDown();
			}
			e.event(FAILED);
			if (e.awaitClientClose(SOON)) {
				closed.incrementAndGet();
			}
		};
		// the first record is not answered before the second run has begun
		try (RunServer server = new RunServer(stream, (e, n) -> {
			if (n == 1) {
				second.await(20, TimeUnit.SECONDS);
			}
			e.answer(200, "application/json", RECORD);
		});
				TinyFishClient client = builder(server, new RecordingListener())
					.runRegistry(RunRegistry.limitedTo(1, Duration.ofSeconds(20)))
					.maxOpenStreams(1)
					.build()) {
			RunHandle first = client.agent().start(Samples.request());
			RunHandle next = client.agent().start(Samples.request());
			assertThat(next.await(SOON).status()).isEqualTo(RunStatus.FAILED);
			assertThat(first.await(SOON).status()).isEqualTo(RunStatus.FAILED);
			await().atMost(SOON).until(() -> closed.get() == 2);
		}
	}

	@Test
	void aResultThatTheStreamDoesNotSayIsThatOfTheRecord() {
		Script stream = started(
				(e) -> e.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}"));
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(stream, RunServer.ended("COMPLETED"));
					TinyFishClient client = builder(server, new RecordingListener()).build()) {
				assertThat(((AgentRun) how.call(client)).result().toMap()).containsEntry("price", 7);
			}
		}
	}

	@Test
	void aRecordWithoutAnIdIsThatOfTheRunThatWasAskedFor() {
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)),
				record(RECORD.replace("\"run_id\":\"run-1\",", "")));
				TinyFishClient client = builder(server, new RecordingListener()).build()) {
			AgentRun run = (AgentRun) Operation.STREAM.call(client);
			assertThat(run.numOfSteps()).isEqualTo(4);
			assertThat(client.runs().get("run-1").runId()).isEqualTo("run-1");
			AgentRun awaited = client.runs().await(new QueuedRun("run-1", null, null, null, null), SOON);
			assertThat(awaited.runId()).isEqualTo("run-1");
		}
	}

	@Test
	void recordsAreReadOneByOneWhereTheServiceDoesNotKnowTheCallForMany() throws Exception {
		int count = 8;
		AtomicInteger ids = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(count);
		try (ScriptedServer server = new ScriptedServer((e) -> {
			if (e.request().startsWith("POST /v1/automation/run-sse ")) {
				String id = "run-" + ids.incrementAndGet();
				e.startStream();
				e.event(Samples.STARTED.replace("run-1", id));
				all.countDown();
				all.await(20, TimeUnit.SECONDS);
				e.event(FAILED.replace("run-1", id));
			}
			else if (e.request().startsWith("GET /v1/runs/run-")) {
				e.answer(200, "application/json",
						RECORD.replace("run-1", e.request().substring(13, e.request().indexOf(" HTTP"))));
			}
			else {
				e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such call"));
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).readOutcome(true).build()) {
			List<RunHandle> handles = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				handles.add(client.agent().start(Samples.request()));
			}
			for (RunHandle handle : handles) {
				assertThat(handle.await(SOON).numOfSteps()).isEqualTo(4);
			}
		}
	}

	@Test
	void aHandleThatIsCancelledWhileTheRecordIsReadCancelsNothing() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), (e, n) -> {
			looked.countDown();
			cancelled.await();
			e.answer(200, "application/json", RECORD);
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			handle.cancel();
			cancelled.countDown();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
			assertThat(server.cancels()).isZero();
		}
	}

	@Test
	void aReaderWhoIsInterruptedIsToldWhatTheStreamHasSaid() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), (e, n) -> {
			looked.countDown();
			e.silence();
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).runListener(listener).build()) {
			CompletableFuture<AgentRun> told = new CompletableFuture<>();
			Thread reader = new Thread(() -> told.complete(client.agent().stream(Samples.request()).await()));
			reader.start();
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			reader.interrupt();
			assertThat(told.get(20, TimeUnit.SECONDS).status()).isEqualTo(RunStatus.FAILED);
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void whileTheApplicationStopsCallersAreToldWhatListenersAre() throws Exception {
		int count = 60;
		for (int round = 0; round < 3; round++) {
			AtomicInteger ids = new AtomicInteger();
			CountDownLatch started = new CountDownLatch(count);
			CountDownLatch stopping = new CountDownLatch(1);
			RunRegistry registry = RunRegistry.create();
			RecordingListener listener = new RecordingListener();
			List<AgentRun> runs = new CopyOnWriteArrayList<>();
			List<Throwable> failures = new CopyOnWriteArrayList<>();
			try (ScriptedServer server = new ScriptedServer((e) -> {
				if (e.request().startsWith("POST /v1/automation/run-sse ")) {
					String id = "run-" + ids.incrementAndGet();
					e.startStream();
					e.event(Samples.STARTED.replace("run-1", id));
					started.countDown();
					stopping.await(20, TimeUnit.SECONDS);
					e.event(FAILED.replace("run-1", id));
				}
				else {
					e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"));
				}
			});
					ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
						.readOutcome(true)
						.runRegistry(registry)
						.runListener(listener)
						.build()) {
				for (int i = 0; i < count; i++) {
					client.agent()
						.stream(Samples.request())
						.ofType(CompleteEvent.class)
						.subscribe((complete) -> runs.add(complete.toAgentRun()), failures::add);
				}
				assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
				stopping.countDown();
				registry.stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
				await().atMost(SOON)
					.until(() -> runs.size() + failures.size() == count
							&& listener.runs().size() + listener.errors().size() == count);
				assertThat(listener.runs()).containsExactlyInAnyOrderElementsOf(runs);
			}
		}
	}

	@Test
	void aRunThatOnlyItsOutcomeNamesIsKnownWhileItsRecordIsRead() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		CountDownLatch asked = new CountDownLatch(1);
		Script stream = (e) -> {
			e.startStream();
			e.event(FAILED);
		};
		try (RunServer server = new RunServer(stream, (e, n) -> {
			looked.countDown();
			asked.await(20, TimeUnit.SECONDS);
			e.answer(200, "application/json", RECORD);
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(handle.runId()).contains("run-1");
			asked.countDown();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
		}
	}

	@Test
	void whoeverClosesTheStreamIsToldWhatItHasSaid() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), (e, n) -> {
			looked.countDown();
			e.silence();
		}); TinyFishClient client = builder(server, listener).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			stream.iterator().next();
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			stream.close();
			assertThat(stream.await().status()).isEqualTo(RunStatus.FAILED);
			await().atMost(SOON).until(() -> listener.calls().size() == 2);
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void aClientThatIsClosedTellsWhatTheStreamHasSaid() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(started((e) -> e.event(FAILED)), (e, n) -> {
			looked.countDown();
			e.silence();
		})) {
			TinyFishClient client = builder(server, listener).build();
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			client.close();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
		}
		await().atMost(SOON).until(() -> listener.calls().size() == 2);
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	private TinyFishClient.Builder builder(RunServer server, RecordingListener listener) {
		return this.kind.client(server.baseUrl()).readOutcome(true).runListener(listener).streamIdleTimeout(SOON);
	}

	private static String complete(String runId, String status) {
		return "{\"type\":\"COMPLETE\",\"run_id\":\"" + runId + "\",\"status\":\"" + status
				+ "\",\"result\":{\"price\":8}}";
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

	private static RunServer.Look record(String json) {
		return (e, n) -> e.answer(200, "application/json", json);
	}

	private static Arguments record(String name, RunServer.Look look) {
		return Arguments.of(name, look);
	}

	private static Arguments row(String name, Script script) {
		return Arguments.of(name, script);
	}

}
