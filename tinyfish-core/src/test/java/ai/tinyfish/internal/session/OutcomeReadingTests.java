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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import ai.tinyfish.testing.server.StartedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a run whose stream has its outcome, while its record is being read.
 */
@BothClients
class OutcomeReadingTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

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
			e.event(StartedRun.FAILED);
			if (e.awaitClientClose(SOON)) {
				closed.incrementAndGet();
			}
		};
		// the first record is not answered before the second run has begun
		try (RunServer server = new RunServer(stream, (e, n) -> {
			if (n == 1) {
				second.await(20, TimeUnit.SECONDS);
			}
			e.answer(200, "application/json", StartedRun.RECORD);
		});
				TinyFishClient client = StartedRun.client(this.kind, server, new RecordingListener())
					.openRuns(OpenRuns.limitedTo(1, Duration.ofSeconds(20)))
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
	void aHandleThatIsCancelledWhileTheRecordIsReadCancelsNothing() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)), (e, n) -> {
			reading.countDown();
			cancelled.await();
			e.answer(200, "application/json", StartedRun.RECORD);
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
			handle.cancel();
			cancelled.countDown();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
			assertThat(server.cancels()).isZero();
		}
	}

	@Test
	void aReaderThatIsInterruptedGetsTheOutcomeOfTheStream() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)), (e, n) -> {
			reading.countDown();
			e.silence();
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).runListener(listener).build()) {
			CompletableFuture<AgentRun> outcome = new CompletableFuture<>();
			Thread reader = new Thread(() -> outcome.complete(client.agent().stream(Samples.request()).await()));
			reader.start();
			assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
			reader.interrupt();
			assertThat(outcome.get(20, TimeUnit.SECONDS).status()).isEqualTo(RunStatus.FAILED);
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void whileTheApplicationStopsCallersGetTheOutcomesThatListenersAreNotifiedOf() throws Exception {
		int count = 60;
		for (int round = 0; round < 3; round++) {
			AtomicInteger ids = new AtomicInteger();
			CountDownLatch started = new CountDownLatch(count);
			CountDownLatch stopping = new CountDownLatch(1);
			OpenRuns registry = OpenRuns.unlimited();
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
					e.event(StartedRun.FAILED.replace("run-1", id));
				}
				else {
					e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"));
				}
			});
					ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
						.readOutcome(true)
						.openRuns(registry)
						.runListener(listener)
						.build()) {
				for (int i = 0; i < count; i++) {
					client.agent()
						.stream(Samples.request())
						.ofType(CompleteEvent.class)
						.subscribe((complete) -> runs.add(complete.run()), failures::add);
				}
				assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
				stopping.countDown();
				((RunControl) registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
				await().atMost(SOON)
					.until(() -> runs.size() + failures.size() == count
							&& listener.runs().size() + listener.errors().size() == count);
				assertThat(listener.runs()).containsExactlyInAnyOrderElementsOf(runs);
			}
		}
	}

	@Test
	void aRunThatOnlyItsOutcomeNamesIsKnownWhileItsRecordIsRead() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch asked = new CountDownLatch(1);
		Script stream = (e) -> {
			e.startStream();
			e.event(StartedRun.FAILED);
		};
		try (RunServer server = new RunServer(stream, (e, n) -> {
			reading.countDown();
			asked.await(20, TimeUnit.SECONDS);
			e.answer(200, "application/json", StartedRun.RECORD);
		}); TinyFishClient client = Samples.client(server.baseUrl()).readOutcome(true).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(handle.runId()).isEqualTo("run-1");
			asked.countDown();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
		}
	}

	@Test
	void aReaderThatClosesTheStreamGetsItsOutcome() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)), (e, n) -> {
			reading.countDown();
			e.silence();
		}); TinyFishClient client = StartedRun.client(this.kind, server, listener).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			stream.iterator().next();
			assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
			stream.close();
			assertThat(stream.await().status()).isEqualTo(RunStatus.FAILED);
			await().atMost(SOON).until(() -> listener.calls().size() == 2);
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void aClientThatIsClosedGivesTheOutcomeOfTheStream() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(StartedRun.then((e) -> e.event(StartedRun.FAILED)), (e, n) -> {
			reading.countDown();
			e.silence();
		})) {
			TinyFishClient client = StartedRun.client(this.kind, server, listener).build();
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
			client.close();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
		}
		await().atMost(SOON).until(() -> listener.calls().size() == 2);
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

}
