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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * However a stream ends, the run has one ending: for each way to break, and each way to
 * follow a run, the outcome of the caller and the listeners, and the requests.
 */
@BothClients
class RecoveryTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Scenario RUN = Scenario.builder()
		.steps("Open", "Read", "Close")
		.result(Map.of("price", 7))
		.build();

	private static final Fault NO_KEY = Fault.refusal(401, "INVALID_API_KEY", "No");

	@Parameter
	ClientKind kind;

	/**
	 * How the stream breaks once the run is known.
	 */
	static Stream<Arguments> breaksAfterStarted() {
		FaultPoint afterStarted = FaultPoint.afterEvent(1);
		FaultPoint afterProgress = FaultPoint.afterEvent(3);
		FaultPoint insideFrame = FaultPoint.insideEvent(3);
		return Stream.of(row("end after STARTED", afterStarted, Fault.endOfStream()),
				row("FIN after STARTED", afterStarted, Fault.disconnect()),
				row("RST after STARTED", afterStarted, Fault.reset()),
				row("silence after STARTED", afterStarted, Fault.silence()),
				row("end after PROGRESS", afterProgress, Fault.endOfStream()),
				row("FIN after PROGRESS", afterProgress, Fault.disconnect()),
				row("RST after PROGRESS", afterProgress, Fault.reset()),
				row("silence after PROGRESS", afterProgress, Fault.silence()),
				row("end inside a frame", insideFrame, Fault.endOfStream()),
				row("FIN inside a frame", insideFrame, Fault.disconnect()),
				row("end inside COMPLETE", FaultPoint.insideComplete(), Fault.endOfStream()),
				row("FIN inside COMPLETE", FaultPoint.insideComplete(), Fault.disconnect()),
				row("RST inside a frame", insideFrame, Fault.reset()),
				row("silence inside a frame", insideFrame, Fault.silence()),
				row("truncated UTF-8", afterStarted, Fault.truncatedUtf8()),
				row("malformed JSON", afterStarted, Fault.malformedJson()),
				row("a page in the middle", afterStarted,
						Fault.bytes("<html>Bad gateway</html>\n\ndata: <html>\n\n".getBytes(StandardCharsets.UTF_8))),
				row("COMPLETE without a status", afterStarted, Fault.event("{\"type\":\"COMPLETE\"}")),
				row("a garbage line of 17 MB", afterStarted, Fault.longLine(17 * 1024 * 1024)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("breaksAfterStarted")
	void theOutcomeIsFoundByAskingForTheRun(String name, FaultPoint point, Fault fault) throws Exception {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			MoreTime.whereTooLittle(idleTimeout(name), (idle) -> {
				RecordingListener listener = new RecordingListener();
				try (TinyFishSimulator simulator = simulator(point, fault);
						TinyFishClient client = builder(simulator, listener).streamIdleTimeout(idle).build()) {
					AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) how.call(client));
					assertThat(run.status()).as("%s", how).isEqualTo(RunStatus.COMPLETED);
					assertThat(run.runId()).isEqualTo(runId(simulator));
					assertThat(run.result().toMap()).containsEntry("price", 7);
					assertThat(run.numOfSteps()).isEqualTo(3);
					assertThat(simulator.journal().runsCreated()).isEqualTo(1);
					assertThat(polls(simulator)).isEqualTo(1);
					await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				}
				assertThat(listener.calls()).filteredOn((call) -> call.equals("finished") || call.equals("error"))
					.containsExactly("finished");
			});
		}
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

	@Test
	void theEventsAreThoseThatCameAndOneRecoveredOutcome() {
		try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(3), Fault.endOfStream());
				TinyFishClient client = client(simulator)) {
			List<AgentEvent> events = new ArrayList<>();
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				stream.forEach(events::add);
			}
			assertThat(events).extracting(AgentEvent::type)
				.containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "COMPLETE");
			assertThat(((CompleteEvent) events.get(3)).recovered()).isTrue();
		}
	}

	static Stream<Arguments> outcomes() {
		return Stream.of(Arguments.of(RunStatus.COMPLETED, RUN),
				Arguments.of(RunStatus.FAILED, Scenario.failed("X", "No")),
				Arguments.of(RunStatus.CANCELLED, Scenario.builder().cancelled().build()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("outcomes")
	void everyOutcomeIsRecovered(RunStatus status, Scenario scenario) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(1), Fault.endOfStream()).given("",
					scenario); TinyFishClient client = client(simulator)) {
				assertThat(((AgentRun) how.call(client)).status()).isEqualTo(status);
			}
		}
	}

	/**
	 * The answers to polls before the outcome is known.
	 */
	static Stream<Arguments> polls() {
		return Stream.of(Arguments.of("running", Fault.unfinished(SimulatedRun.Status.RUNNING)),
				Arguments.of("500 with envelope", Fault.refusal(500, "X", "Busy")),
				Arguments.of("502 of a gateway", Fault.badGateway()),
				Arguments.of("429", Fault.refusal(429, "X", "Slow")),
				Arguments.of("404", Fault.refusal(404, "NOT_FOUND", "No run")),
				Arguments.of("200 with a page", Fault.answer(200, "text/html", "<html>")),
				Arguments.of("reset", Fault.reset()), Arguments.of("closed", Fault.disconnect()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("polls")
	void failingPollsAreRepeatedUntilTheRunHasEnded(String name, Fault first) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(1), Fault.endOfStream())
				.fault(FaultPoint.poll(), first, 3); TinyFishClient client = client(simulator)) {
				assertThat(((AgentRun) how.call(client)).isCompleted()).as("%s", how).isTrue();
				assertThat(polls(simulator)).isEqualTo(4);
				assertThat(simulator.journal().runsCreated()).isEqualTo(1);
			}
		}
	}

	@Test
	void pollsThatFailTooLongLeaveTheOutcomeUnknown() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(1), Fault.endOfStream())
				.fault(FaultPoint.poll(), Fault.badGateway());
					TinyFishClient client = builder(simulator, listener).pollTolerance(Duration.ofSeconds(1)).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex.runId()).isEqualTo(runId(simulator));
				assertThat(ex).hasMessageContaining("ended before the run did")
					.hasMessageContaining("runs().get(\"" + runId(simulator) + "\")");
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
	void aRefusedKeyIsNotTriedAgain() {
		try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(1), Fault.endOfStream())
			.fault(FaultPoint.poll(), NO_KEY); TinyFishClient client = client(simulator)) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> Operation.STREAM.call(client));
			assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
			assertThat(polls(simulator)).isEqualTo(1);
		}
	}

	static Stream<Arguments> someBreaksAfterStarted() {
		List<String> names = List.of("end after STARTED", "FIN after STARTED", "RST after STARTED",
				"silence after STARTED", "malformed JSON");
		return breaksAfterStarted().filter((row) -> names.contains(row.get()[0]));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("someBreaksAfterStarted")
	void theFailureOfThePollIsKeptBesideThatOfTheStream(String name, FaultPoint point, Fault fault) throws Exception {
		MoreTime.whereTooLittle(idleTimeout(name), (idle) -> {
			try (TinyFishSimulator simulator = simulator(point, fault).fault(FaultPoint.poll(), NO_KEY);
					TinyFishClient client = builder(simulator, new RecordingListener()).streamIdleTimeout(idle)
						.build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> Operation.STREAM.call(client));
				MoreTime.requireKnown(ex);
				assertThat(ex.runId()).isEqualTo(runId(simulator));
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
			}
		});
	}

	@Test
	void thatTheRunIsNotFoundIsKeptBesideTheFailureOfTheStream() {
		try (TinyFishSimulator simulator = simulator(FaultPoint.afterEvent(1), Fault.reset()).fault(FaultPoint.poll(),
				Fault.refusal(404, "NOT_FOUND", "No run"));
				TinyFishClient client = builder(simulator, new RecordingListener())
					.pollTolerance(Duration.ofMillis(500))
					.build()) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> Operation.STREAM.call(client));
			assertThat(ex.getSuppressed()).anySatisfy(
					(reason) -> assertThat(reason).hasMessageContaining("does not know the run " + runId(simulator)));
		}
	}

	/**
	 * How the stream breaks before the run is known.
	 */
	static Stream<Arguments> breaksBeforeStarted() {
		FaultPoint beforeHeaders = FaultPoint.beforeHeaders();
		FaultPoint afterHeaders = FaultPoint.afterHeaders();
		return Stream.of(row("FIN before the headers", beforeHeaders, Fault.disconnect()),
				row("RST before the headers", beforeHeaders, Fault.reset()),
				row("silence before the headers", beforeHeaders, Fault.silence()),
				row("end after the headers", afterHeaders, Fault.endOfStream()),
				row("FIN after the headers", afterHeaders, Fault.disconnect()),
				row("RST after the headers", afterHeaders, Fault.reset()),
				row("silence after the headers", afterHeaders, Fault.silence()),
				row("a page in place of the stream", beforeHeaders, Fault.badGateway()),
				row("200 with JSON", beforeHeaders, Fault.answer(200, "application/json", "{\"hello\":1}")),
				row("another content type", beforeHeaders, Fault.answer(200, "text/plain", "data: x\n\n")),
				row("malformed JSON", afterHeaders, Fault.malformedJson()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("breaksBeforeStarted")
	void withoutARunIdTheOutcomeIsUnknownAndNothingIsSentAgain(String name, FaultPoint point, Fault fault) {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (TinyFishSimulator simulator = simulator(point, fault);
					TinyFishClient client = builder(simulator, listener).streamIdleTimeout(idleTimeout(name))
						.timeout(name.startsWith("silence") ? Duration.ofSeconds(1) : SOON)
						.build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex).as("%s", how).isNotNull();
				assertThat(ex.runId()).isNull();
				assertThat(ex).hasMessageContaining("runs().list");
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
				// a server that is slow to read may be behind the client's timeout
				await().atMost(SOON).untilAsserted(() -> assertThat(simulator.journal().received()).hasSize(1));
			}
			assertThat(listener.calls()).containsExactly("error");
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
		}
	}

	@Test
	void anOutcomeThatComesTwiceIsOne() {
		RecordingListener listener = new RecordingListener();
		try (TinyFishSimulator simulator = simulator(FaultPoint.afterComplete(), Fault.repeatEvent()).given("",
				Scenario.builder().steps().build()); TinyFishClient client = builder(simulator, listener).build()) {
			assertThat(((AgentRun) Operation.STREAM.call(client)).isCompleted()).isTrue();
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
			assertThat(polls(simulator)).isZero();
		}
		assertThat(listener.calls()).containsExactly("started", "streamingUrl", "finished");
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
				assertThat(stream.await().isCompleted()).isTrue();
			}
			assertThat(runs.submissions()).isEqualTo(count);
			assertThat(runs.looks()).isLessThan(count / 2);
		}
	}

	private TinyFishClient client(TinyFishSimulator simulator) {
		return builder(simulator, new RecordingListener()).build();
	}

	private TinyFishClient.Builder builder(TinyFishSimulator simulator, RecordingListener listener) {
		return this.kind.client(simulator.baseUrl())
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

	private static TinyFishSimulator simulator(FaultPoint point, Fault fault) {
		return Samples.simulator().given("", RUN).start().fault(point, fault);
	}

	private static String runId(TinyFishSimulator simulator) {
		return simulator.journal().runs().get(0).id();
	}

	private static long polls(TinyFishSimulator simulator) {
		SimulatorJournal journal = simulator.journal();
		return journal.requests("GET /v1/runs/{id}") + journal.requests("POST /v1/runs/batch");
	}

	private static Arguments row(String name, FaultPoint point, Fault fault) {
		return Arguments.of(name, point, fault);
	}

}
