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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import ai.tinyfish.testing.server.StartedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the ends of a stream that are an outcome of its run, and for those that are
 * not.
 */
@BothClients
class StreamOutcomeTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	/**
	 * Ends of a stream that are not an outcome of its run, which is then polled.
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
	void anEventThatDoesNotEndThisRunIsNotReturned(String name, Script end) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(StartedRun.then(end),
					(e, n) -> RunServer.ended("COMPLETED").answer(e, n));
					TinyFishClient client = StartedRun.client(this.kind, server, listener).build()) {
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
				try (RunServer server = new RunServer(StartedRun.then(end), RunServer.ended("CANCELLED"));
						TinyFishClient client = StartedRun.client(this.kind, server, listener)
							.streamIdleTimeout(idle)
							.readOutcome(false)
							.build()) {
					AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) how.call(client));
					assertThat(run.runId()).isEqualTo("run-1");
					assertThat(run.isCompleted()).isTrue();
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
			try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(complete("run-1", "TIMED_OUT"))),
					RunServer.ended("COMPLETED"));
					TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.statusText()).isEqualTo("TIMED_OUT");
				assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
			}
		}
	}

	@Test
	void aCompleteWithoutAnIdWhileTheRunGoesOnLeavesItsOutcomeUnknown() {
		Script script = (e) -> {
			e.startStream();
			e.event("{\"type\":\"COMPLETE\",\"status\":\"RUNNING\"}");
		};
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (RunServer server = new RunServer(script, RunServer.ended("COMPLETED"));
					TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener()).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex).hasMessageContaining("still RUNNING");
				assertThat(ex.runId()).isNull();
			}
		}
	}

	private static String complete(String runId, String status) {
		return "{\"type\":\"COMPLETE\",\"run_id\":\"" + runId + "\",\"status\":\"" + status
				+ "\",\"result\":{\"price\":8}}";
	}

	private static void reset(Exchange exchange) throws IOException {
		// earlier events are to arrive first
		exchange.awaitClientClose(Duration.ofMillis(100));
		exchange.reset();
	}

	private static Arguments row(String name, Script script) {
		return Arguments.of(name, script);
	}

}
