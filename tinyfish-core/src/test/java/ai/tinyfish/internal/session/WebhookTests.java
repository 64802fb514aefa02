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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Support for applications that learn of endings by webhook.
 */
@BothClients
class WebhookTests {

	private static final String WEBHOOK_URL = "https://hooks.example/tinyfish/s3cret-of-hooks";

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static WireMockExtension server = WireMockExtension.newInstance()
		.options(WireMockConfiguration.wireMockConfig().dynamicPort())
		.build();

	@Parameter
	ClientKind kind;

	@Test
	void webhookUrlOfTheClientIsSentUnlessTheRequestHasItsOwn() {
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		try (TinyFishClient hooked = this.kind.client(server.baseUrl()).webhookUrl(WEBHOOK_URL).build()) {
			hooked.agent().queue(Samples.request());
			hooked.mutate().build().agent().queue(Samples.request());
			hooked.agent()
				.queue(AgentRequest.builder()
					.url("https://x.example")
					.goal("g")
					.webhookUrl("https://own.example/")
					.build());
		}
		List<String> bodies = server.findAll(postRequestedFor(urlEqualTo("/v1/automation/run-async")))
			.stream()
			.map((request) -> request.getBodyAsString())
			.toList();
		assertThat(bodies).hasSize(3);
		assertThat(bodies).filteredOn((body) -> body.contains("\"webhook_url\":\"" + WEBHOOK_URL + "\"")).hasSize(2);
		assertThat(bodies).filteredOn((body) -> body.contains("\"webhook_url\":\"https://own.example/\"")).hasSize(1);
	}

	@Test
	void webhookUrlThatTheServiceEchoesIsNotShown() {
		String error = Samples.envelope("INVALID_INPUT", "Not reachable: " + WEBHOOK_URL);
		answer("/v1/automation/run", 400, error);
		answer("/v1/automation/run-async", 400, error);
		answer("/v1/automation/run-sse", 400, error);
		try (TinyFishClient hooked = this.kind.client(server.baseUrl()).webhookUrl(WEBHOOK_URL).build()) {
			List<ThrowingCallable> calls = List.of(() -> hooked.agent().run(Samples.request()),
					() -> hooked.agent().queue(Samples.request()),
					() -> hooked.agent().stream(Samples.request()).await());
			for (ThrowingCallable call : calls) {
				assertThatExceptionOfType(TinyFishBadRequestException.class).isThrownBy(call).satisfies((ex) -> {
					StringWriter trace = new StringWriter();
					ex.printStackTrace(new PrintWriter(trace));
					assertThat(trace + " " + ex.response()).contains("Not reachable: https://hooks.example/tinyfish/")
						.doesNotContain("s3cret");
				});
			}
			assertThat(hooked.toString()).doesNotContain("s3cret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "http://hooks.example/s3cret-of-hooks", "hooks.example", "/s3cret-of-hooks",
			"https:///s3cret-of-hooks", "ftp://hooks.example/s3cret-of-hooks" })
	void webhookUrlOfTheClientMustBeHttps(String url) {
		TinyFishClient.Builder builder = this.kind.client(server.baseUrl()).webhookUrl(url);
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessage("webhookUrl must be an absolute https URL with a host");
	}

	@Test
	void aRunThatIsAwaitedByItsIdAloneIsPublishedAsItWasQueued() {
		RecordingListener listener = new RecordingListener();
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		answer("/v1/automation/run-batch", 200, "{\"run_ids\":[\"run-2\",\"run-3\"],\"error\":null}");
		ended("run-1", "run-2", "run-3");
		try (TinyFishClient client = this.kind.client(server.baseUrl())
			.runListener(listener)
			.pollTolerance(SOON)
			.build()) {
			client.agent().queue(Samples.request().withTag("first"));
			client.agent().queueAll(List.of(Samples.request().withTag("second"), Samples.request().withTag("third")));
			for (String runId : List.of("run-1", "run-2", "run-3")) {
				client.runs().await(runId, SOON);
			}
			await().atMost(SOON).until(() -> listener.contexts().size() == 3);
		}
		assertThat(listener.contexts()).extracting(RunContext::tag)
			.containsExactlyInAnyOrder("first", "second", "third");
		assertThat(listener.contexts()).allSatisfy((context) -> {
			assertThat(context.url()).isEqualTo(Samples.request().url());
			assertThat(context.goal()).isEqualTo(Samples.request().goal());
		});
	}

	/**
	 * As a webhook may have it, on whose word the run is awaited.
	 */
	@Test
	void soIsOneThatIsAwaitedBeforeTheAnswerThatNamesIt() throws Exception {
		RecordingListener listener = new RecordingListener();
		CountDownLatch awaited = new CountDownLatch(1);
		CountDownLatch queued = new CountDownLatch(1);
		try (ScriptedServer scripted = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/automation/run-async ")) {
				awaited.await();
				exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"error\":null}");
			}
			else {
				awaited.countDown();
				queued.await();
				exchange.answer(200, "application/json", Samples.RUN);
			}
		}); TinyFishClient client = this.kind.client(scripted.baseUrl()).runListener(listener).build()) {
			CompletableFuture<Void> queueing = CompletableFuture.runAsync(() -> {
				client.agent().queue(Samples.request().withTag("order-42"));
				queued.countDown();
			}, (task) -> new Thread(task).start());
			client.runs().await("run-1", SOON);
			queueing.get(SOON.toSeconds(), TimeUnit.SECONDS);
			await().atMost(SOON).until(() -> listener.contexts().size() == 1);
		}
		assertThat(listener.contexts().get(0).tag()).isEqualTo("order-42");
	}

	@Test
	void theRegistryKnowsWhoseEndingIsPublishedWithoutAwaitingIt() {
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		ended("run-1");
		OpenRuns registry = OpenRuns.unlimited();
		try (TinyFishClient client = this.kind.client(server.baseUrl())
			.openRuns(registry)
			.pollTolerance(SOON)
			.build()) {
			client.agent().queue(Samples.request());
			assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isFalse();
			client.runs().await("run-1", SOON);
			assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isTrue();
			assertThat(((RunControl) registry).publishesOutcomeOf("run-2", null)).isFalse();
		}
	}

	@Test
	void theRegistryKnowsTheRunsThatAreFollowed() {
		CountDownLatch mayEnd = new CountDownLatch(1);
		OpenRuns registry = OpenRuns.unlimited();
		try (RunServer streams = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			mayEnd.await();
			exchange.event(Samples.COMPLETE);
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")));
				TinyFishClient client = this.kind.client(streams.baseUrl()).openRuns(registry).build()) {
			try (AgentStream events = client.agent().stream(Samples.request())) {
				Iterator<AgentEvent> iterator = events.iterator();
				assertThat(iterator.next().runId()).isEqualTo("run-1");
				assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isTrue();
				assertThat(((RunControl) registry).isFollowed("run-1")).isTrue();
				mayEnd.countDown();
				assertThat(iterator.next()).isInstanceOf(CompleteEvent.class);
			}
			assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isTrue();
			assertThat(((RunControl) registry).isFollowed("run-1")).as("without listeners").isFalse();
		}
	}

	@Test
	void aRunIsFollowedUntilAllListenersReceivedItsEnding() throws Exception {
		BusyListener busy = new BusyListener();
		RecordingListener last = new RecordingListener();
		OpenRuns registry = OpenRuns.unlimited();
		try (RunServer streams = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			exchange.event(Samples.COMPLETE);
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")));
				TinyFishClient client = this.kind.client(streams.baseUrl())
					.openRuns(registry)
					.runListener(busy)
					.runListener(last)
					.build()) {
			assertThat(client.agent().start(Samples.request()).await(SOON).isCompleted()).isTrue();
			busy.awaitCall();
			assertThat(((RunControl) registry).isFollowed("run-1")).isTrue();
			assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isTrue();
			busy.goOn();
			await().atMost(SOON).until(() -> !((RunControl) registry).isFollowed("run-1"));
			assertThat(last.calls()).endsWith("finished");
			assertThat(((RunControl) registry).publishesOutcomeOf("run-1", null)).isTrue();
		}
	}

	@Test
	void aQueuedRunIsFollowedWhileListenersReceiveItsEnding() throws Exception {
		answer("/v1/automation/run-async", 200, "{\"run_id\":\"run-1\",\"error\":null}");
		ended("run-1");
		BusyListener busy = new BusyListener();
		OpenRuns registry = OpenRuns.unlimited();
		try (TinyFishClient client = this.kind.client(server.baseUrl())
			.openRuns(registry)
			.runListener(busy)
			.pollTolerance(SOON)
			.build()) {
			client.agent().queue(Samples.request());
			assertThat(((RunControl) registry).isFollowed("run-1")).isFalse();
			client.runs().await("run-1", SOON);
			busy.awaitCall();
			assertThat(((RunControl) registry).isFollowed("run-1")).isTrue();
			// which publishes nothing, and does not end the first one's wait
			client.runs().await("run-1", SOON);
			assertThat(((RunControl) registry).isFollowed("run-1")).isTrue();
			busy.goOn();
			await().atMost(SOON).until(() -> !((RunControl) registry).isFollowed("run-1"));
		}
	}

	private static void ended(String... runIds) {
		for (String runId : runIds) {
			server.stubFor(com.github.tomakehurst.wiremock.client.WireMock.get(urlEqualTo("/v1/runs/" + runId))
				.willReturn(aResponse().withBody("{\"run_id\":\"" + runId + "\",\"status\":\"COMPLETED\"}")));
		}
	}

	private static void answer(String path, int status, String body) {
		server.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(status).withBody(body)));
	}

	/**
	 * Takes its time for endings.
	 */
	private static final class BusyListener implements TinyFishRunListener {

		private final CountDownLatch called = new CountDownLatch(1);

		private final CountDownLatch mayReturn = new CountDownLatch(1);

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			this.called.countDown();
			try {
				this.mayReturn.await(SOON.toSeconds(), TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		void awaitCall() throws InterruptedException {
			assertThat(this.called.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}

		void goOn() {
			this.mayReturn.countDown();
		}

	}

}
