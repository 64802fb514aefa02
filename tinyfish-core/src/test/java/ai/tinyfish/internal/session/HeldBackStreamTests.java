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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Outcomes that an await reads while the stream of the run, whose id is not known yet, is
 * held back on its way, for example by a proxy.
 */
@BothClients
class HeldBackStreamTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String OTHER_KEY = "sk-tinyfish-other-0123456789";

	@Parameter
	ClientKind kind;

	private final OpenRuns registry = OpenRuns.unlimited();

	private final RecordingListener listener = new RecordingListener();

	private final CountDownLatch held = new CountDownLatch(1);

	private final ExecutorService events = Executors.newSingleThreadExecutor();

	@AfterEach
	void letGo() {
		this.held.countDown();
		this.events.shutdownNow();
	}

	@Test
	void outcomeOfAnAwaitIsPublishedByTheStreamAfterItsEvents() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			RunHandle handle = submit(server, client);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(client.runs().await("run-1", SOON).isCompleted()).as("again").isTrue();
			assertNothingPublished();
			this.held.countDown();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("started", "progress", "finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsOnly("order-42");
	}

	@Test
	void outcomeOfAnAwaitIsPublishedAsItCameIfTheStreamIsOfAnotherRun() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			RunHandle handle = submit(server, client);
			assertThat(client.runs().await("run-2", SOON).isCompleted()).isTrue();
			assertNothingPublished();
			this.held.countDown();
			handle.await(SOON);
			await().atMost(SOON).until(() -> this.listener.calls().size() == 4);
		}
		assertThat(this.listener.calls()).containsExactlyInAnyOrder("started", "progress", "finished", "finished");
		assertThat(this.listener.contexts()).filteredOn((context) -> "run-2".equals(context.runId()))
			.containsExactly(RunContext.builder().runId("run-2").build());
	}

	@Test
	void outcomeOfAnAwaitIsPublishedAsItCameIfTheStreamIsCut() {
		try (ScriptedServer server = server((exchange) -> {
			exchange.startStream();
			this.held.await();
		}); TinyFishClient client = client(server)) {
			RunHandle handle = submit(server, client);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertNothingPublished();
			this.held.countDown();
			assertThat(catchThrowable(() -> handle.await(SOON))).isNotNull();
			await().atMost(SOON).until(() -> this.listener.calls().size() == 2);
		}
		assertThat(this.listener.calls()).containsExactlyInAnyOrder("error", "finished");
		assertThat(this.listener.runs()).extracting(AgentRun::runId).containsExactly("run-1");
	}

	/** With the longest wait for the id of a stream, ten seconds. */
	@Test
	void streamThatLearnsItsIdTooLateStillPublishesItsEvents() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			RunHandle handle = submit(server, client);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			await().atMost(SOON).until(() -> !this.listener.calls().isEmpty());
			assertThat(this.listener.calls()).containsExactly("finished");
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isTrue();
			this.held.countDown();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("finished", "started", "progress", "finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag)
			.containsExactly(null, "order-42", "order-42", "order-42");
	}

	@Test
	void outcomeOfAQueuedRunWaitsForNoStream() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			submit(server, client);
			client.agent().queue(Samples.request().withTag("queued"));
			assertThat(client.runs().await("run-2", SOON).isCompleted()).isTrue();
			await().atMost(Duration.ofSeconds(5)).until(() -> this.listener.calls().contains("finished"));
			assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly("queued");
		}
	}

	@Test
	void outcomeWaitsForNoStreamOfAnotherAccount() {
		try (ScriptedServer server = heldBack();
				TinyFishClient client = client(server);
				TinyFishClient other = client.mutate().apiKey(OTHER_KEY).build()) {
			submit(server, client);
			assertThat(other.runs().await("run-1", SOON).isCompleted()).isTrue();
			await().atMost(Duration.ofSeconds(5)).until(() -> this.listener.calls().contains("finished"));
		}
	}

	@Test
	void outcomeThatWaitsIsPublishedWhenItsClientIsClosed() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			submit(server, client);
			try (TinyFishClient awaiting = client(server)) {
				assertThat(awaiting.runs().await("run-1", SOON).isCompleted()).isTrue();
				assertNothingPublished();
			}
			assertThat(this.listener.calls()).containsExactly("finished");
		}
	}

	@Test
	void outcomeThatWaitsIsPublishedWhenRunsAreStopped() {
		try (ScriptedServer server = heldBack(); TinyFishClient client = client(server)) {
			submit(server, client);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(((RunControl) this.registry).stop(Duration.ZERO)).succeedsWithin(Duration.ofSeconds(5));
			assertThat(this.listener.calls()).containsExactlyInAnyOrder("error", "finished");
		}
	}

	/** The session of the stream knows less than the await did. */
	@Test
	void outcomeOfAnAwaitIsPublishedIfTheStreamThatHasTheIdLosesIt() {
		AtomicInteger reads = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/automation/run-sse ")) {
				exchange.startStream();
				this.held.await(30, TimeUnit.SECONDS);
				exchange.event(Samples.STARTED);
			}
			else if (reads.getAndIncrement() == 0) {
				exchange.answer(200, "application/json", Samples.RUN);
			}
			else {
				exchange.answer(503, "text/html", "<html>Away</html>");
			}
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.openRuns(this.registry)
					.runListener(this.listener)
					.build()) {
			RunHandle handle = submit(server, client);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			this.held.countDown();
			catchThrowable(() -> handle.await(SOON));
			await().atMost(SOON)
				.until(() -> this.listener.calls().contains("error") || this.listener.calls().contains("finished"));
			assertThat(this.listener.calls()).contains("finished");
		}
	}

	/** Earlier events have been delivered then. */
	private void assertNothingPublished() {
		assertThat(CompletableFuture.runAsync(() -> {
		}, this.events)).succeedsWithin(SOON);
		assertThat(this.listener.calls()).isEmpty();
	}

	private RunHandle submit(ScriptedServer server, TinyFishClient client) {
		RunHandle handle = client.agent().start(Samples.request());
		await().atMost(SOON).until(() -> !server.requests().isEmpty());
		return handle;
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.eventExecutor(this.events)
			.build();
	}

	private ScriptedServer heldBack() {
		return server((exchange) -> {
			exchange.startStream();
			this.held.await(30, TimeUnit.SECONDS);
			exchange.event(Samples.STARTED);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		});
	}

	private ScriptedServer server(ScriptedServer.Script stream) {
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-sse ")) {
				stream.run(exchange);
			}
			else if (request.startsWith("POST /v1/automation/run-async ")) {
				exchange.answer(200, "application/json", "{\"run_id\":\"run-2\",\"error\":null}");
			}
			else {
				String runId = request.startsWith("GET /v1/runs/run-2 ") ? "run-2" : "run-1";
				exchange.answer(200, "application/json", Samples.RUN.replace("run-1", runId));
			}
		});
	}

}
