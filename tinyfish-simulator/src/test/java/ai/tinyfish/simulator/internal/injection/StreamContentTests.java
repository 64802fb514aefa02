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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.InjectedFault;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.Threads;
import ai.tinyfish.simulator.testing.Wiretap;
import ai.tinyfish.simulator.testing.Wiretap.End;
import ai.tinyfish.simulator.testing.Wiretap.Recording;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.atIndex;
import static org.awaitility.Awaitility.await;

/**
 * Streams that carry what they should not.
 */
class StreamContentTests {

	private static final List<String> ALL = List.of("STARTED", "STREAMING_URL", "PROGRESS", "PROGRESS", "COMPLETE");

	@AutoClose
	private final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.heartbeat(Duration.ofHours(1))
		.given("look", Scenario.builder().steps("Open", "Read").result("done").build())
		.start();

	@Test
	void garbageBetweenEventsSpoilsTheNextLine() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(2), Fault.garbage());
		assertThat(recording.events()).containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "COMPLETE");
		String spoilt = recording.text().split("\n\n")[2];
		assertThat(spoilt.indexOf("data: {")).isEqualTo(64);
		assertThat(spoilt.substring(0, 64).chars()).allMatch((ch) -> ch >= 0x80);
		assertWhole(recording);
	}

	@Test
	void garbageInsideAnEventSpoilsIt() throws IOException {
		Recording recording = record(FaultPoint.insideComplete(), Fault.garbage());
		String spoilt = recording.text().split("\n\n")[4];
		assertThat(spoilt).startsWith("data: {\"type\":\"COMPLETE\"").endsWith("}");
		assertThat(spoilt.chars().filter((ch) -> ch >= 0x80)).hasSize(64);
		assertWhole(recording);
	}

	@Test
	void anyBytesCanBePutIn() throws IOException {
		Recording recording = record(FaultPoint.atByte(0),
				Fault.bytes(new byte[] { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF }));
		assertThat(recording.text()).startsWith("\u00EF\u00BB\u00BFdata: {\"type\":\"STARTED\"");
		assertWhole(recording);
	}

	@Test
	void anyBytesCanBeTheLast() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(2),
				Fault.bytes(new byte[] { 'd', 'a', 't' }, Fault.endOfStream()));
		assertThat(recording.events()).isEqualTo(ALL.subList(0, 2));
		assertThat(recording.rest()).isEqualTo("dat");
		assertWhole(recording);
	}

	@Test
	void truncatedUtf8EndsTheBodyInTheMiddleOfACharacter() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(3), Fault.truncatedUtf8());
		assertThat(recording.events()).isEqualTo(ALL.subList(0, 3));
		assertThat(recording.rest()).isEqualTo("data: {\"type\":\"PROGRESS\",\"purpose\":\"\u00E2\u0082");
		assertWhole(recording);
	}

	@Test
	void malformedJsonIsAWholeEvent() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(1), Fault.malformedJson());
		assertThat(recording.text().split("\n\n")).hasSize(6)
			.contains("data: {\"type\":\"PROGRESS\",\"purpose\":", atIndex(1));
		assertWhole(recording);
	}

	@Test
	void addedEventIsSentAsGiven() throws IOException {
		Recording recording = record(FaultPoint.afterHeaders(),
				Fault.event("{\"type\":\"GREETING\",\"text\":\"\u20AC\"}"));
		assertThat(recording.events()).startsWith("GREETING", "STARTED").endsWith("COMPLETE");
		assertThat(new String(recording.body(), StandardCharsets.UTF_8)).contains("\u20AC");
		assertWhole(recording);
	}

	@Test
	void longLineComesWholeAndTheStreamGoesOn() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(2), Fault.longLine(5_000_000));
		String line = Arrays.stream(recording.text().split("\n"))
			.filter((text) -> text.startsWith("x"))
			.findFirst()
			.get();
		assertThat(line.length()).isEqualTo(5_000_000);
		assertThat(line.chars().allMatch((ch) -> ch == 'x')).isTrue();
		assertThat(recording.text()).endsWith("}\n\n").contains("\"COMPLETE\"");
		assertWhole(recording);
	}

	@Test
	void completeComesTwice() throws IOException {
		Recording recording = record(FaultPoint.afterComplete(), Fault.repeatEvent());
		assertThat(recording.events()).containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "PROGRESS", "COMPLETE",
				"COMPLETE");
		String[] frames = recording.text().split("\n\n");
		assertThat(frames[5]).isEqualTo(frames[4]);
		assertWhole(recording);
		assertThat(this.simulator.journal().events(onlyRun().id())).endsWith("COMPLETE", "COMPLETE");
	}

	@Test
	void completeIsMissing() throws IOException {
		Recording recording = record(FaultPoint.beforeComplete(), Fault.endOfStream());
		assertThat(recording.events()).isEqualTo(ALL.subList(0, 4));
		assertThat(recording.rest()).isEmpty();
		assertWhole(recording);
	}

	@Test
	void completeOfAnotherRunIsAnEventMore() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(2), Fault.anotherRun());
		assertThat(recording.events()).containsExactly("STARTED", "STREAMING_URL", "COMPLETE", "PROGRESS", "PROGRESS",
				"COMPLETE");
		assertThat(event(recording, 2)).containsEntry("status", "COMPLETED")
			.containsEntry("result", Map.of("another", "run"))
			.hasEntrySatisfying("run_id", (id) -> assertThat(id).isNotEqualTo(onlyRun().id()));
		assertThat(event(recording, 5)).containsEntry("run_id", onlyRun().id()).containsEntry("result", "done");
		assertWhole(recording);
	}

	@Test
	void completeOfAnotherRunTakesThePlaceOfTheRightOne() throws IOException {
		this.simulator.fault(FaultPoint.beforeComplete(), Fault.endOfStream());
		Recording recording = record(FaultPoint.beforeComplete(), Fault.anotherRun());
		assertThat(recording.events()).isEqualTo(ALL);
		assertThat(event(recording, 4)).doesNotContainEntry("run_id", onlyRun().id());
		assertWhole(recording);
	}

	@Test
	void completeSaysThatTheRunHasNotEnded() throws IOException {
		this.simulator.fault(FaultPoint.afterEvent(3), Fault.unfinished(SimulatedRun.Status.PENDING));
		Recording recording = record(FaultPoint.afterEvent(2), Fault.unfinished(SimulatedRun.Status.RUNNING));
		assertThat(recording.events()).containsExactly("STARTED", "STREAMING_URL", "COMPLETE", "PROGRESS", "COMPLETE",
				"PROGRESS", "COMPLETE");
		for (int i : List.of(2, 4)) {
			assertThat(event(recording, i)).containsEntry("status", (i == 2) ? "RUNNING" : "PENDING")
				.containsEntry("result", null)
				.containsEntry("run_id", onlyRun().id());
		}
		assertThat(event(recording, 6)).containsEntry("status", "COMPLETED");
		assertWhole(recording);
	}

	@Test
	void lastCompleteLacksTheBlankLineAfterIt() throws IOException {
		Recording recording = record(FaultPoint.afterCompleteLine(), Fault.endOfStream());
		assertThat(recording.events()).isEqualTo(ALL.subList(0, 4));
		assertThat(recording.rest()).startsWith("data: {\"type\":\"COMPLETE\"").endsWith("}\n");
		assertWhole(recording);
	}

	@Test
	void lastCompleteLacksItsLineEnd() throws IOException {
		Recording recording = record(FaultPoint.afterCompleteData(), Fault.disconnect());
		assertThat(recording.rest()).startsWith("data: {\"type\":\"COMPLETE\"").endsWith("}");
		assertThat(recording.end()).isEqualTo(End.CLOSED);
		assertThat(recording.hasLastChunk()).isFalse();
	}

	@Test
	void dribbledBytesComeOneByOne() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(4), Fault.dribble(Duration.ofMillis(1)));
		assertThat(recording.events()).isEqualTo(ALL);
		int length = recording.text().split("\n\n")[4].length() + 2;
		String wire = new String(recording.bytes(), StandardCharsets.ISO_8859_1);
		assertThat(wire.split("\r\n1\r\n")).hasSize(length + 1);
		assertWhole(recording);
	}

	@Test
	void dribbleCanBeCutShort() throws IOException {
		this.simulator.given("slow",
				Scenario.builder()
					.fault(FaultPoint.afterHeaders(), Fault.dribble(Duration.ofMillis(1)))
					.fault(FaultPoint.atByte(10), Fault.disconnect())
					.build());
		try (Wiretap wire = Wiretap.stream(this.simulator, "slow")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.CLOSED);
			assertThat(recording.text()).isEqualTo("data: {\"ty");
		}
		assertThat(this.simulator.journal().faults(onlyRun().id())).extracting(InjectedFault::fault)
			.containsExactly("dribble", "disconnect");
	}

	@Test
	void pageTakesThePlaceOfTheStream() throws IOException {
		Recording recording = record(FaultPoint.beforeHeaders(), Fault.badGateway());
		assertThat(recording.head()).startsWith("HTTP/1.1 502 Bad Gateway").contains("content-type: text/html");
		assertThat(recording.text()).startsWith("<!doctype html>").endsWith("</html>\n");
		assertThat(this.simulator.journal().events(onlyRun().id())).isEmpty();
	}

	@Test
	void pageCutsTheStreamOff() throws IOException {
		Recording recording = record(FaultPoint.afterEvent(3), Fault.badGateway());
		assertThat(recording.head()).startsWith("HTTP/1.1 200 OK");
		assertThat(recording.events()).isEqualTo(ALL.subList(0, 3));
		assertThat(recording.rest()).startsWith("<!doctype html>").endsWith("</html>\n");
		assertWhole(recording);
	}

	@Test
	void jsonTakesThePlaceOfTheStream() throws IOException {
		Recording recording = record(FaultPoint.beforeHeaders(),
				Fault.answer(200, "application/json", "{\"ok\":true}"));
		assertThat(recording.head()).startsWith("HTTP/1.1 200 OK").contains("content-type: application/json");
		assertThat(recording.text()).isEqualTo("{\"ok\":true}");
	}

	@Test
	void streamComesUnderAnotherContentType() throws IOException {
		Recording recording = record(FaultPoint.beforeHeaders(), Fault.contentType("text/plain"));
		assertThat(recording.head()).contains("content-type: text/plain").doesNotContain("event-stream");
		assertThat(recording.events()).isEqualTo(ALL);
		assertWhole(recording);
	}

	@Test
	void anotherContentTypeAndABreakGoTogether() throws IOException {
		this.simulator.fault(FaultPoint.afterEvent(1), Fault.endOfStream());
		Recording recording = record(FaultPoint.beforeHeaders(), Fault.contentType("application/octet-stream"));
		assertThat(recording.head()).contains("content-type: application/octet-stream");
		assertThat(recording.events()).containsExactly("STARTED");
		assertThat(this.simulator.journal().faults(onlyRun().id())).hasSize(2);
	}

	@Test
	void garbageInPlaceOfAnAnswerIsNotHttp() throws IOException {
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.garbage());
		try (Wiretap wire = Wiretap.stream(this.simulator, "look")) {
			Recording recording = wire.toTheEnd();
			assertThat(recording.end()).isEqualTo(End.CLOSED);
			assertThat(recording.bytes()).hasSize(64);
		}
		await().until(() -> onlyRun().status() == SimulatedRun.Status.COMPLETED);
	}

	@Test
	void refusedStreamCreatesNoRun() throws IOException {
		this.simulator.fault(FaultPoint.beforeHeaders(),
				Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Too many pending runs"), 2);
		for (int i = 0; i < 2; i++) {
			try (RawStream stream = RawStream.open(this.simulator, "look")) {
				assertThat(stream.head()).first().asString().startsWith("HTTP/1.1 429");
			}
		}
		assertThat(this.simulator.journal().runsCreated()).isZero();
		assertThat(this.simulator.journal().faults()).hasSize(2).allMatch((struck) -> struck.runId() == null);
		try (RawStream stream = RawStream.open(this.simulator, "look")) {
			assertThat(stream.next("COMPLETE")).containsEntry("status", "COMPLETED");
		}
	}

	@Test
	void hundredsOfFaultyStreamsNeedNoFurtherThread() throws IOException {
		this.simulator.given("silent", Scenario.builder().fault(FaultPoint.afterEvent(2), Fault.silence()).build());
		this.simulator.given("slow",
				Scenario.builder()
					.neverEnds()
					.fault(FaultPoint.afterHeaders(), Fault.dribble(Duration.ofMillis(200)))
					.build());
		Wiretap[] wires = new Wiretap[400];
		try {
			for (int i = 0; i < wires.length; i++) {
				wires[i] = Wiretap.stream(this.simulator, (i % 2 == 0) ? "silent" : "slow");
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> this.simulator.journal().openStreams() == wires.length);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.simulator.journal().runs(SimulatedRun.Status.COMPLETED).size() == wires.length / 2);
			await().untilAsserted(() -> assertThat(Threads.ofSimulators()).hasSizeLessThanOrEqualTo(4));
		}
		finally {
			for (Wiretap wire : wires) {
				if (wire != null) {
					wire.close();
				}
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> this.simulator.journal().openStreams() == 0);
		assertThat(this.simulator.journal().droppedStreams()).isEqualTo(wires.length);
	}

	private Recording record(FaultPoint point, Fault fault) throws IOException {
		this.simulator.fault(point, fault);
		Recording recording;
		try (Wiretap wire = Wiretap.stream(this.simulator, "look")) {
			int bodyEnd = point.toString().equals("before the headers") ? headAndBody(wire) : Integer.MAX_VALUE;
			recording = (bodyEnd == Integer.MAX_VALUE) ? wire.toTheEnd() : wire.upTo(bodyEnd);
		}
		await().until(() -> onlyRun().status() == SimulatedRun.Status.COMPLETED);
		assertThat(this.simulator.journal().faults(onlyRun().id())).extracting(InjectedFault::fault)
			.contains(fault.toString());
		return recording;
	}

	/**
	 * Where an answer ends that leaves the connection open, or the highest number.
	 */
	private static int headAndBody(Wiretap wire) throws IOException {
		int count = 1;
		while (wire.upTo(count).head().isEmpty()) {
			count++;
		}
		Recording recording = wire.upTo(count);
		return recording.head()
			.lines()
			.filter((line) -> line.startsWith("content-length: "))
			.mapToInt((line) -> recording.headLength() + Integer.parseInt(line.substring(16)))
			.findFirst()
			.orElse(Integer.MAX_VALUE);
	}

	private static Map<String, Object> event(Recording recording, int index) {
		return Api.json(recording.text().split("\n\n")[index].substring("data: ".length()));
	}

	private static void assertWhole(Recording recording) {
		assertThat(recording.end()).isEqualTo(End.CLOSED);
		assertThat(recording.hasLastChunk()).isTrue();
	}

	private SimulatedRun onlyRun() {
		List<SimulatedRun> runs = this.simulator.journal().runs();
		assertThat(runs).hasSize(1);
		return runs.get(0);
	}

}
