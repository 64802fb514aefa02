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

package ai.tinyfish.simulator.internal.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.RawStream;
import ai.tinyfish.simulator.testing.Threads;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RunSseTests {

	private static final Duration NEVER = Duration.ofHours(1);

	@AutoClose
	private TinyFishSimulator simulator;

	@Test
	void eventsComeInOrderAndThenTheConnectionEnds() throws IOException {
		start(Duration.ofMillis(5), NEVER);
		this.simulator.given("phone", Scenario.builder().steps("Open", "Read").result(Map.of("price", "799")).build());
		try (RawStream stream = RawStream.open(this.simulator, "phone")) {
			assertThat(stream.head()).first().isEqualTo("HTTP/1.1 200 OK");
			List<Map<String, Object>> events = stream.all();
			assertThat(events).extracting((event) -> event.get("type"))
				.containsExactly("STARTED", "STREAMING_URL", "PROGRESS", "PROGRESS", "COMPLETE");
			String id = onlyRun().id();
			assertThat(events).allSatisfy((event) -> {
				assertThat(event).containsEntry("run_id", id);
				assertThat(Instant.parse((String) event.get("timestamp"))).isNotNull();
			});
			assertThat((String) events.get(1).get("streaming_url")).startsWith(this.simulator.baseUrl());
			assertThat(events).extracting((event) -> event.get("purpose"))
				.containsExactly(null, null, "Open", "Read", null);
			assertThat(events.get(4)).containsOnlyKeys("type", "run_id", "status", "result", "timestamp")
				.containsEntry("status", "COMPLETED")
				.containsEntry("result", Map.of("price", "799"));
		}
	}

	@Test
	void failureIsATextWithHelpBesideIt() throws IOException {
		start(Duration.ZERO, NEVER);
		try (RawStream stream = RawStream.open(this.simulator, "[fail]")) {
			assertThat(stream.next("COMPLETE")).containsEntry("status", "FAILED")
				.containsEntry("result", null)
				.containsEntry("error", "The run failed, as the goal asked for")
				.containsKeys("help_url", "help_message");
			assertThat(stream.next()).isNull();
		}
	}

	@Test
	void eachStepTakesItsTime() throws IOException {
		start(Duration.ofMillis(60), NEVER);
		try (RawStream stream = RawStream.open(this.simulator, "[steps:3]")) {
			List<Instant> times = stream.all()
				.stream()
				.map((event) -> Instant.parse((String) event.get("timestamp")))
				.toList();
			assertThat(times).hasSize(6);
			for (int i = 2; i < times.size(); i++) {
				// times are cut to whole milliseconds
				assertThat(Duration.between(times.get(i - 1), times.get(i)))
					.isGreaterThanOrEqualTo(Duration.ofMillis(59));
			}
		}
	}

	@Test
	void eachEventIsSentAtOnce() throws IOException {
		start(NEVER, NEVER);
		try (RawStream stream = RawStream.open(this.simulator, "Look")) {
			stream.next("STARTED");
			stream.next("STREAMING_URL");
			assertThat(onlyRun().status()).isEqualTo(SimulatedRun.Status.RUNNING);
			assertThat(this.simulator.journal().openStreams()).isEqualTo(1);
		}
	}

	@Test
	void heartbeatsFillTheSilence() throws IOException {
		start(NEVER, Duration.ofMillis(20));
		try (RawStream stream = RawStream.open(this.simulator, "Look")) {
			stream.next("STREAMING_URL");
			for (int i = 0; i < 3; i++) {
				assertThat(stream.next()).containsOnlyKeys("type", "timestamp").containsEntry("type", "HEARTBEAT");
			}
		}
	}

	@Test
	void answerBeginsWhileTheRunStillWaits() throws IOException {
		this.simulator = TinyFishSimulator.builder().queueDelay(NEVER).heartbeat(NEVER).start();
		try (RawStream stream = RawStream.open(this.simulator, "Look")) {
			assertThat(stream.head()).contains("HTTP/1.1 200 OK", "content-type: text/event-stream");
			assertThat(onlyRun().status()).isEqualTo(SimulatedRun.Status.PENDING);
		}
	}

	@Test
	void readerThatLeavesASilentStreamIsNoticedAndItsRunStays() throws IOException {
		start(NEVER, NEVER);
		try (RawStream stream = RawStream.open(this.simulator, "Look")) {
			stream.next("STREAMING_URL");
			assertThat(this.simulator.journal().droppedStreams()).isZero();
		}
		await().until(() -> this.simulator.journal().openStreams() == 0);
		assertThat(this.simulator.journal().droppedStreams()).isEqualTo(1);
		assertThat(onlyRun().status()).isEqualTo(SimulatedRun.Status.RUNNING);
	}

	@Test
	void runEndsAlthoughItsReaderHasLeft() throws IOException {
		start(Duration.ofMillis(50), Duration.ofMillis(10));
		try (RawStream stream = RawStream.open(this.simulator, "[steps:40]")) {
			stream.next("PROGRESS");
		}
		await().until(() -> onlyRun().status() == SimulatedRun.Status.COMPLETED);
		assertThat(onlyRun().stepsTaken()).isEqualTo(40);
		assertThat(this.simulator.journal().droppedStreams()).isEqualTo(1);
	}

	@Test
	void slowReaderHoldsUpNeitherTheRunNorLosesAnEvent() throws IOException {
		start(Duration.ZERO, Duration.ofMillis(1));
		String padding = "x".repeat(100_000);
		List<String> purposes = IntStream.range(0, 150).mapToObj((i) -> i + " " + padding).toList();
		this.simulator.given("much", Scenario.builder().steps(purposes).build());
		try (RawStream stream = RawStream.open(this.simulator, "much")) {
			stream.next("STARTED");
			await().until(() -> onlyRun().status() == SimulatedRun.Status.COMPLETED);
			// not all of it has gone to the network, so the rest is held back for the
			// reader
			assertThat(this.simulator.journal().openStreams()).isEqualTo(1);
			List<Map<String, Object>> events = stream.all();
			assertThat(events.stream().filter((event) -> "PROGRESS".equals(event.get("type"))))
				.extracting((event) -> ((String) event.get("purpose")).split(" ")[0])
				.containsExactlyElementsOf(IntStream.range(0, 150).mapToObj(Integer::toString).toList());
			assertThat(events.get(events.size() - 1)).containsEntry("type", "COMPLETE");
		}
	}

	@Test
	void manyStreamsNeedNoFurtherThread() throws IOException {
		start(NEVER, Duration.ofMillis(200));
		List<RawStream> streams = new ArrayList<>();
		try {
			for (int i = 0; i < 300; i++) {
				streams.add(RawStream.open(this.simulator, "Look " + i));
			}
			for (RawStream stream : streams) {
				stream.next("HEARTBEAT");
			}
			assertThat(this.simulator.journal().openStreams()).isEqualTo(300);
			// threads of simulators that were just closed may take a moment to go
			await().untilAsserted(() -> assertThat(Threads.ofSimulators()).hasSizeLessThanOrEqualTo(4));
			this.simulator.close();
			for (RawStream stream : streams) {
				stream.all();
			}
			assertThat(this.simulator.journal().droppedStreams()).isZero();
		}
		finally {
			for (RawStream stream : streams) {
				stream.close();
			}
		}
	}

	private void start(Duration pace, Duration heartbeat) {
		this.simulator = TinyFishSimulator.builder().pace(pace).heartbeat(heartbeat).start();
	}

	private SimulatedRun onlyRun() {
		List<SimulatedRun> runs = this.simulator.journal().runs();
		assertThat(runs).hasSize(1);
		return runs.get(0);
	}

}
