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

package ai.tinyfish.simulator.internal.injection;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Streams that break off at each place, and the runs behind them, which do not.
 */
class StreamBreakTests {

	private static final List<String> ALL = List.of("STARTED", "STREAMING_URL", "PROGRESS", "PROGRESS", "COMPLETE");

	private static TinyFishSimulator simulator;

	@BeforeAll
	static void start() {
		simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).heartbeat(Duration.ofHours(1)).start();
		simulator.given("look", Scenario.builder().steps("Open", "Read").result("done").build());
	}

	@AfterEach
	void clear() {
		simulator.clearFaults();
	}

	@AfterAll
	static void close() {
		simulator.close();
	}

	static Stream<Arguments> places() {
		return Stream.of(Arguments.of(FaultPoint.afterHeaders(), 0, false),
				Arguments.of(FaultPoint.afterEvent(1), 1, false), Arguments.of(FaultPoint.afterEvent(3), 3, false),
				Arguments.of(FaultPoint.insideEvent(1), 0, true), Arguments.of(FaultPoint.insideEvent(4), 3, true),
				Arguments.of(FaultPoint.atByte(20), 0, true), Arguments.of(FaultPoint.beforeComplete(), 4, false),
				Arguments.of(FaultPoint.insideComplete(), 4, true), Arguments.of(FaultPoint.afterComplete(), 5, false));
	}

	@ParameterizedTest
	@MethodSource("places")
	void disconnectCutsTheBody(FaultPoint place, int events, boolean half) throws IOException {
		simulator.fault(place, Fault.disconnect());
		long dropped = simulator.journal().droppedStreams();
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.CLOSED);
			assertThat(recording.hasLastChunk()).isFalse();
			assertCut(recording, events, half);
		}
		assertRunEnds(place, "disconnect", events);
		assertThat(simulator.journal().droppedStreams()).isEqualTo(dropped);
	}

	@ParameterizedTest
	@MethodSource("places")
	void resetComesBehindTheBytesSent(FaultPoint place, int events, boolean half) throws IOException {
		simulator.fault(place, Fault.reset());
		long dropped = simulator.journal().droppedStreams();
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.RESET);
			assertCut(recording, events, half);
		}
		assertRunEnds(place, "reset", events);
		assertThat(simulator.journal().droppedStreams()).isEqualTo(dropped);
	}

	@ParameterizedTest
	@MethodSource("places")
	void endOfStreamLooksComplete(FaultPoint place, int events, boolean half) throws IOException {
		simulator.fault(place, Fault.endOfStream());
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.CLOSED);
			assertThat(recording.hasLastChunk()).isTrue();
			assertCut(recording, events, half);
		}
		assertRunEnds(place, "end of stream", events);
	}

	@ParameterizedTest
	@MethodSource("places")
	void silenceLastsUntilTheClientGoes(FaultPoint place, int events, boolean half) throws IOException {
		simulator.fault(place, Fault.silence());
		long dropped = simulator.journal().droppedStreams();
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			await()
				.until(() -> lastRun().finishedAt() != null && !simulator.journal().faults(lastRun().id()).isEmpty());
			await().untilAsserted(() -> assertCut(wire.untilSilent(200), events, half));
			assertThat(wire.untilSilent(100).end()).isEqualTo(End.SILENT);
			assertThat(simulator.journal().openStreams()).isEqualTo(1);
		}
		await().until(() -> simulator.journal().openStreams() == 0);
		assertThat(simulator.journal().droppedStreams()).isEqualTo(dropped + 1);
		assertRunEnds(place, "silence", events);
	}

	@Test
	void streamIsNotEvenAnswered() throws IOException {
		simulator.fault(FaultPoint.beforeHeaders(), Fault.disconnect(), 1);
		simulator.fault(FaultPoint.beforeHeaders(), Fault.reset(), 1);
		for (End end : List.of(End.RESET, End.CLOSED)) {
			try (Wiretap wire = Wiretap.stream(simulator, "look")) {
				assertThat(wire.toTheEnd()).satisfies((recording) -> {
					assertThat(recording.bytes()).isEmpty();
					assertThat(recording.end()).isEqualTo(end);
				});
			}
		}
		assertRunEnds(FaultPoint.beforeHeaders(), "disconnect", 0);
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			assertThat(wire.toTheEnd().events()).isEqualTo(ALL);
		}
	}

	@Test
	void silenceBeforeTheHeadersIsAnOpenStream() throws IOException {
		simulator.fault(FaultPoint.beforeHeaders(), Fault.silence());
		long dropped = simulator.journal().droppedStreams();
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			await().until(() -> simulator.journal().openStreams() == 1);
			Recording recording = wire.untilSilent(300);
			assertThat(recording.end()).isEqualTo(End.SILENT);
			assertThat(recording.bytes()).isEmpty();
		}
		await().until(() -> simulator.journal().openStreams() == 0);
		assertThat(simulator.journal().droppedStreams()).isEqualTo(dropped + 1);
		assertRunEnds(FaultPoint.beforeHeaders(), "silence", 0);
	}

	@Test
	void byteIsCountedFromTheFirstOfTheBody() throws IOException {
		for (int offset : List.of(0, 1, 6, 200, 300)) {
			simulator.clearFaults().fault(FaultPoint.atByte(offset), Fault.endOfStream());
			try (Wiretap wire = Wiretap.stream(simulator, "look")) {
				assertThat(wire.toTheEnd().body()).hasSize(offset);
			}
		}
	}

	@Test
	void placeThatIsNeverReachedHarmsNothing() throws IOException {
		simulator.fault(FaultPoint.afterEvent(6), Fault.reset()).fault(FaultPoint.atByte(1_000_000), Fault.reset());
		try (Wiretap wire = Wiretap.stream(simulator, "look")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.events()).isEqualTo(ALL);
			assertThat(recording.hasLastChunk()).isTrue();
		}
		assertThat(simulator.journal().faults(lastRun().id())).isEmpty();
	}

	@Test
	void heartbeatsAreNotEventsAndStopWhenTheStreamFallsSilent() throws IOException {
		try (TinyFishSimulator beating = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(500))
			.heartbeat(Duration.ofMillis(5))
			.start()) {
			beating.fault(FaultPoint.afterEvent(3), Fault.silence());
			try (Wiretap wire = Wiretap.stream(beating, "look")) {
				await().until(() -> !beating.journal().faults().isEmpty());
				await().untilAsserted(
						() -> assertThat(wire.untilSilent(200).events()).contains("HEARTBEAT").endsWith("PROGRESS"));
				Recording recording = wire.untilSilent(200);
				assertThat(recording.end()).isEqualTo(End.SILENT);
				assertThat(recording.events().stream().filter((type) -> !"HEARTBEAT".equals(type)))
					.containsExactly("STARTED", "STREAMING_URL", "PROGRESS");
			}
		}
	}

	@Test
	void scenarioBreaksTheStreamsOfItsRunsAlone() throws IOException {
		simulator.given("break",
				Scenario.builder().fault(FaultPoint.afterEvent(1), Fault.endOfStream()).fails("OOPS", "No").build());
		try (Wiretap broken = Wiretap.stream(simulator, "break"); Wiretap well = Wiretap.stream(simulator, "look")) {
			assertThat(broken.toTheEnd().events()).containsExactly("STARTED");
			assertThat(well.toTheEnd().events()).isEqualTo(ALL);
		}
		await().until(() -> simulator.journal().runs(SimulatedRun.Status.FAILED).size() == 1);
	}

	@Test
	void faultsThatCannotStrikeThereAreRefused() {
		FaultPoint head = FaultPoint.beforeHeaders();
		for (Fault fault : List.of(Fault.endOfStream(), Fault.repeatEvent(), Fault.dribble(Duration.ofMillis(1)))) {
			assertThatIllegalArgumentException().isThrownBy(() -> simulator.fault(head, fault))
				.withMessageContaining(fault.toString())
				.withMessageContaining(head.toString());
			assertThatIllegalArgumentException().isThrownBy(() -> Scenario.builder().fault(FaultPoint.poll(), fault));
		}
		for (Fault fault : List.of(Fault.anotherRun(), Fault.unfinished(SimulatedRun.Status.RUNNING))) {
			for (FaultPoint point : List.of(head, FaultPoint.runAsync(), FaultPoint.listRuns(),
					FaultPoint.answerOf("GET /v1/search"))) {
				assertThatIllegalArgumentException().isThrownBy(() -> simulator.fault(point, fault))
					.withMessageContaining(fault.toString())
					.withMessageContaining(point.toString());
			}
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> simulator.fault(FaultPoint.afterHeaders(), Fault.interim(102)));
		for (int[] statuses : List.of(new int[0], new int[] { 99 }, new int[] { 100, 200 }, new int[] { 101 })) {
			assertThatIllegalArgumentException().isThrownBy(() -> Fault.interim(statuses));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.unfinished(SimulatedRun.Status.COMPLETED));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> simulator.fault(FaultPoint.afterHeaders(), Fault.contentType("text/plain")));
		assertThatIllegalArgumentException().isThrownBy(() -> simulator.fault(head, Fault.reset(), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> FaultPoint.afterEvent(0));
		assertThatIllegalArgumentException().isThrownBy(() -> FaultPoint.insideEvent(0));
		assertThatIllegalArgumentException().isThrownBy(() -> FaultPoint.atByte(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.dribble(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.longLine(0));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.event("a\nb"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.answer(600, "text/plain", ""));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.answer(200, "<html>a/b</html>", "text/html"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.refusal(200, "A", "b"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.refusal(429, "Slow down", "RATE_LIMIT_EXCEEDED"));
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.failed("Access denied", "SITE_BLOCKED"));
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.bytes(new byte[0], Fault.garbage()));
	}

	private static void assertCut(Recording recording, int events, boolean half) {
		assertThat(recording.head()).startsWith("HTTP/1.1 200 OK").contains("text/event-stream");
		assertThat(recording.events()).isEqualTo(ALL.subList(0, events));
		if (half) {
			assertThat(recording.rest()).startsWith("data: {").doesNotContain("}");
		}
		else {
			assertThat(recording.rest()).isEmpty();
		}
	}

	private static void assertRunEnds(FaultPoint place, String fault, int events) {
		await().until(() -> lastRun().finishedAt() != null);
		SimulatedRun run = lastRun();
		assertThat(run.status()).isEqualTo(SimulatedRun.Status.COMPLETED);
		assertThat(run.stepsTaken()).isEqualTo(2);
		SimulatorJournal journal = simulator.journal();
		assertThat(journal.faults(run.id())).singleElement().satisfies((struck) -> {
			assertThat(struck.fault()).isEqualTo(fault);
			assertThat(struck.point()).isEqualTo(place.toString());
		});
		assertThat(journal.events(run.id())).isEqualTo(ALL.subList(0, events));
	}

	private static SimulatedRun lastRun() {
		List<SimulatedRun> runs = simulator.journal().runs();
		return runs.get(runs.size() - 1);
	}

}
