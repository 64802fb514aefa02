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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import ai.tinyfish.testing.server.StartedRun;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the fields that the record of a run adds to the outcome of its stream.
 */
@BothClients
class OutcomeRecordTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** The run has to be known before. */
	private static final Duration DEADLINE = Duration.ofMillis(500);

	@Parameter
	ClientKind kind;

	@Test
	void anOutcomeHasTheSameContentHoweverItIsReported() {
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)),
				StartedRun.record(StartedRun.RECORD));
				TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build()) {
			AgentRun awaited = client.runs().await(new QueuedRun("run-1", null, null, null, null), SOON);
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				RecordingListener listener = new RecordingListener();
				AgentRun run;
				try (TinyFishClient notifying = StartedRun.client(this.kind, server, listener).build()) {
					run = (AgentRun) how.call(notifying);
					await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				}
				assertThat(run.startedAt()).isEqualTo(Instant.parse("2026-03-01T08:00:00Z"))
					.isEqualTo(awaited.startedAt());
				assertThat(run.finishedAt()).isEqualTo(awaited.finishedAt());
				assertThat(run.numOfSteps()).isEqualTo(4);
				// the values of the stream take precedence
				assertThat(run.error()).isEqualTo(RunError.builder()
					.code("SITE_BLOCKED")
					.message("Blocked")
					.categoryText("AGENT_FAILURE")
					.helpUrl("https://help.example")
					.build());
				assertThat(listener.runs()).containsExactly(run);
			}
			assertThat(server.looks()).isEqualTo(3);
		}
	}

	@Test
	void theLastEventHasTheFieldsThatTheRecordAdds() {
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)),
				StartedRun.record(StartedRun.RECORD));
				TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build();
				AgentStream stream = client.agent().stream(Samples.request())) {
			List<AgentEvent> events = new ArrayList<>();
			stream.forEach(events::add);
			assertThat(events).extracting(AgentEvent::type).containsExactly("STARTED", "COMPLETE");
			CompleteEvent complete = (CompleteEvent) events.get(1);
			assertThat(complete.run().numOfSteps()).isEqualTo(4);
			assertThat(complete.recovered()).isFalse();
		}
	}

	@Test
	void theSecretsOfTheRequestAreRedactedInValuesOfTheRecord() {
		String record = StartedRun.RECORD.replace("SITE_BLOCKED", "login as s3cret-of-a-proxy");
		AgentRequest request = Samples.request()
			.toBuilder()
			.proxy(ProxyConfig.builder().url("http://proxy.example:8080").password("s3cret-of-a-proxy").build())
			.build();
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)),
				StartedRun.record(record));
				TinyFishClient client = StartedRun.client(this.kind, server, listener).build()) {
			AgentRun run = client.agent().start(request).await(SOON);
			assertThat(run.error().code()).startsWith("login as ").doesNotContain("s3cret");
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
			assertThat(listener.runs()).containsExactly(run);
		}
	}

	/**
	 * Records that add nothing to the outcome.
	 */
	static Stream<Arguments> uselessRecords() {
		return Stream.of(record("still running", (e, n) -> RunServer.RUNNING.answer(e, n)),
				record("with another outcome", RunServer.ended("COMPLETED")),
				record("of another run", StartedRun.record(StartedRun.RECORD.replace("run-1", "run-2"))),
				record("404", (e, n) -> e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"))),
				record("500", (e, n) -> e.answer(500, "text/html", "<html>")),
				record("429", (e, n) -> e.answer(429, "application/json", Samples.envelope("X", "Slow"))),
				record("reset", (e, n) -> e.reset()), record("silence", (e, n) -> e.silence()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("uselessRecords")
	void aRecordThatIsOfNoUseChangesNothing(String name, RunServer.Look answer) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)), answer);
					TinyFishClient client = StartedRun.client(this.kind, server, listener).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.status()).isEqualTo(RunStatus.FAILED);
				assertThat(run.numOfSteps()).isNull();
				assertThat(run.error()).isEqualTo(RunError.of(null, "Blocked"));
				assertThat(server.looks()).isEqualTo(1);
				await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				assertThat(listener.runs()).containsExactly(run);
			}
		}
	}

	static Stream<Arguments> recordsOfCancelledRuns() {
		return Stream.concat(uselessRecords().map((record) -> Arguments.of(record.get()[0], record.get()[1], null)),
				Stream.of(Arguments.of("of the cancelled run", RunServer.ended("CANCELLED"), 3)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("recordsOfCancelledRuns")
	void aRunThatIsCancelledAtItsDeadlineHasTheStepsOfItsRecord(String name, RunServer.Look answer,
			@Nullable Integer steps) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			for (Operation how : List.of(Operation.STREAM, Operation.START)) {
				RecordingListener listener = new RecordingListener();
				try (RunServer server = new RunServer(RunServer.SILENT, answer);
						TinyFishClient client = StartedRun.client(this.kind, server, listener)
							.runTimeout(deadline)
							.build()) {
					TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
					assertThat(ex).hasMessageContaining("It was cancelled");
					assertThat(ex.runId()).isEqualTo("run-1");
					assertThat(ex.run().status()).isEqualTo(RunStatus.CANCELLED);
					assertThat(ex.run().numOfSteps()).isEqualTo(steps);
					assertThat(server.looks()).isEqualTo(1);
					await().atMost(SOON).until(() -> !listener.errors().isEmpty());
					assertThat(listener.errors()).containsExactly(ex);
					assertThat(listener.runs()).isEmpty();
				}
			}
		});
	}

	@Test
	void theRecordIsNotReadIfThatIsTurnedOff() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)),
					StartedRun.record(StartedRun.RECORD));
					TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener())
						.readOutcome(false)
						.build()) {
				assertThat(((AgentRun) how.call(client)).numOfSteps()).isNull();
				assertThat(server.looks()).isZero();
			}
		}
	}

	@Test
	void aResultThatTheStreamLacksIsThatOfTheRecord() {
		Script stream = StartedRun
			.then((e) -> e.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}"));
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(stream, RunServer.ended("COMPLETED"));
					TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build()) {
				assertThat(((AgentRun) how.call(client)).result().toMap()).containsEntry("price", 7);
			}
		}
	}

	@Test
	void aRecordWithoutAnIdIsThatOfTheRunThatWasAskedFor() {
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)),
				StartedRun.record(StartedRun.RECORD.replace("\"run_id\":\"run-1\",", "")));
				TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build()) {
			AgentRun run = (AgentRun) Operation.STREAM.call(client);
			assertThat(run.numOfSteps()).isEqualTo(4);
			assertThat(client.runs().get("run-1").runId()).isEqualTo("run-1");
			AgentRun awaited = client.runs().await(new QueuedRun("run-1", null, null, null, null), SOON);
			assertThat(awaited.runId()).isEqualTo("run-1");
		}
	}

	@Test
	void theRecordsOfRunsThatEndAtTheSameMomentAreReadOneByOneWithoutACallForMany() throws Exception {
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
				e.event(StartedRun.FAILED.replace("run-1", id));
			}
			else if (e.request().startsWith("GET /v1/runs/run-")) {
				e.answer(200, "application/json",
						StartedRun.RECORD.replace("run-1", e.request().substring(13, e.request().indexOf(" HTTP"))));
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

	private static Arguments record(String name, RunServer.Look answer) {
		return Arguments.of(name, answer);
	}

}
