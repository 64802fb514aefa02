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

package ai.tinyfish.internal.listener;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Events that come faster than listeners take them.
 */
@BothClients
class EventBufferTests {

	@Parameter
	ClientKind kind;

	private final CountDownLatch release = new CountDownLatch(1);

	private final OpenRuns registry = OpenRuns.unlimited();

	private final List<String> purposes = new CopyOnWriteArrayList<>();

	private final RecordingListener listener = new RecordingListener() {

		@Override
		public void started(RunContext context, StartedEvent event) {
			try {
				EventBufferTests.this.release.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			super.started(context, event);
		}

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			EventBufferTests.this.purposes.add(event.purpose());
			super.progress(context, event);
		}

	};

	private final CountDownLatch taken = new CountDownLatch(1);

	private final RecordingListener signal = new RecordingListener() {

		@Override
		public void started(RunContext context, StartedEvent event) {
			EventBufferTests.this.taken.countDown();
		}

	};

	@Test
	void theOldestHeartbeatsGoFirst() {
		run(6, 2, event("p1"), Samples.HEARTBEAT, event("p2"), Samples.HEARTBEAT, event("p3"), Samples.STREAMING_URL,
				event("p4"));
		assertThat(this.listener.calls()).containsExactly("started", "progress", "progress", "progress", "streamingUrl",
				"progress", "finished");
		assertThat(this.purposes).containsExactly("p1", "p2", "p3", "p4");
		assertThat(((RunControl) this.registry).counts().droppedHeartbeats()).isEqualTo(2);
		assertThat(((RunControl) this.registry).counts().droppedProgress()).isZero();
	}

	@Test
	void thenTheOldestProgress() {
		run(3, 5, event("p1"), Samples.HEARTBEAT, event("p2"), event("p3"), event("p4"), event("p5"),
				Samples.HEARTBEAT);
		// one more had to go for the ending
		assertThat(this.purposes).containsExactly("p4", "p5");
		assertThat(this.listener.calls()).containsExactly("started", "progress", "progress", "finished");
		assertThat(((RunControl) this.registry).counts().droppedHeartbeats()).isEqualTo(2);
		assertThat(((RunControl) this.registry).counts().droppedProgress()).isEqualTo(3);
	}

	@Test
	void eventsThatHappenOnceAreKeptEvenWithoutRoom() {
		run(1, 2, event("p1"), Samples.STREAMING_URL, event("p2"));
		assertThat(this.listener.calls()).containsExactly("started", "streamingUrl", "finished");
		assertThat(((RunControl) this.registry).counts().droppedProgress()).isEqualTo(2);
	}

	@Test
	void aServerThatRepeatsItselfDoesNotExceedTheBound() {
		String[] repeated = new String[500];
		Arrays.fill(repeated, Samples.STREAMING_URL);
		run(10, 491, repeated);
		assertThat(this.listener.calls()).startsWith("started", "streamingUrl").endsWith("finished").hasSize(11);
		assertThat(((RunControl) this.registry).counts().droppedProgress()).isEqualTo(491);
	}

	@Test
	void longTextsCountForMore() {
		String[] events = new String[10];
		Arrays.setAll(events, (n) -> event(n + "x".repeat(400_000)));
		run(256, 8, events);
		assertThat(this.purposes).extracting((purpose) -> purpose.charAt(0)).containsExactly('8', '9');
		assertThat(this.listener.calls()).containsExactly("started", "progress", "progress", "finished");
	}

	@Test
	void soDoLongUrls() {
		String url = Samples.STREAMING_URL.replace("example/1", "example/" + "x".repeat(400_000));
		run(256, 2, Samples.STREAMING_URL, url, url, url, url);
		assertThat(this.listener.calls()).containsExactly("started", "streamingUrl", "streamingUrl", "streamingUrl",
				"finished");
		assertThat(((RunControl) this.registry).counts().droppedProgress()).isEqualTo(2);
	}

	@Test
	void longIdsAreNotKept() {
		String[] named = new String[10];
		Arrays.fill(named,
				Samples.HEARTBEAT.replace("\"timestamp\"", "\"run_id\":\"" + "x".repeat(400_000) + "\",\"timestamp\""));
		run(256, 0, named);
		assertThat(this.listener.calls()).startsWith("started", "heartbeat").endsWith("finished").hasSize(12);
	}

	@Test
	void droppedEventsAreLoggedOnceForTheRun() {
		try (LogCapture log = new LogCapture()) {
			run(2, 4, event("p1"), event("p2"), Samples.HEARTBEAT, event("p3"), event("p4"));
			// by the thread that reads, after the ending
			Soon.until(() -> log.lines().stream().anyMatch((line) -> line.contains("dropped")));
			assertThat(log.lines()).filteredOn((line) -> line.contains("dropped"))
				.containsExactly("Listeners were slower than run run-1: 3 progress events and 1 heartbeats were dropped"
						+ " (up to 2 events of a run are kept)");
		}
	}

	@Test
	void theBufferHasRoomForSomething() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://127.0.0.1").eventBuffer(0).build())
			.withMessageContaining("eventBuffer");
	}

	/**
	 * Have a run's events pile up behind its first.
	 * @param buffer how many are kept
	 * @param dropped how many cannot be
	 */
	private void run(int buffer, int dropped, String... events) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			// the listener has taken it
			Soon.until(() -> this.taken.getCount() == 0);
			for (String event : events) {
				exchange.event(event);
			}
			exchange.event(Samples.COMPLETE);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(this.registry)
					.runListener(this.signal)
					.runListener(this.listener)
					.eventBuffer(buffer)
					.build()) {
			client.agent().start(Samples.request()).await();
			// the caller may know of the ending before it is among the events
			Soon.until(() -> ((RunControl) this.registry).counts().droppedHeartbeats()
					+ ((RunControl) this.registry).counts().droppedProgress() == dropped);
			this.release.countDown();
		}
	}

	private static String event(String purpose) {
		return "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"" + purpose + "\"}";
	}

}
