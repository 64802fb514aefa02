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

package ai.tinyfish.agent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

class RunHandleTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void runsInTheBackgroundAndNotifiesTheListenerOnTheEventExecutor() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.STREAMING_URL);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request(), listener);
			AgentRun run = handle.await(SOON);
			assertThat(run.isCompleted()).isTrue();
			assertThat(handle.runId()).isEqualTo("run-1");
			assertThat(handle.started().join()).isEqualTo("run-1");
			assertThat(handle.result().join()).isSameAs(run);
			await().atMost(SOON).until(() -> listener.calls().contains("finished"));
		}
		assertThat(listener.calls()).containsExactly("started", "streamingUrl", "progress", "finished");
		assertThat(listener.threads()).allMatch((thread) -> thread.startsWith("tinyfish-events-"));
	}

	@Test
	void aFailedRunIsAnEndingAndNoException() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":\"Broke\"}");
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			AgentRun run = client.agent().start(Samples.request()).await(SOON);
			assertThat(run.status()).isEqualTo(RunStatus.FAILED);
		}
	}

	@Test
	void aRunThatItsStreamNeverNamesMayHaveBeenStarted() {
		try (ScriptedServer server = ScriptedServer.streaming(
				(exchange) -> exchange.event("{\"type\":\"COMPLETE\",\"status\":\"FAILED\",\"error\":\"Broke\"}"));
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(handle.await(SOON).runId()).isNull();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> handle.started().join())
				.havingCause()
				.isInstanceOf(TinyFishRunFailedException.class)
				.matches((ex) -> ex instanceof TinyFishException known && known.mayHaveStartedRun());
		}
	}

	@Test
	void aRunThatWasNeverCreatedCompletesStartedExceptionally() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(500, "application/json",
				"{\"run_id\":null,\"status\":\"FAILED\",\"error\":{\"message\":\"No browser\"}}"));
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.FAILED);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> handle.started().join())
				.withCauseInstanceOf(TinyFishRunFailedException.class);
		}
	}

	@Test
	void aRefusedSubmissionFailsBothFutures() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			assertThatExceptionOfType(TinyFishAuthenticationException.class).isThrownBy(() -> handle.await(SOON));
			assertThat(handle.started()).isCompletedExceptionally();
			assertThat(handle.result()).isCompletedExceptionally();
			assertThat(handle.runId()).isNull();
			await().atMost(SOON).until(() -> !listener.calls().isEmpty());
		}
		assertThat(listener.calls()).containsExactly("error");
	}

	@Test
	void theFuturesAreCopies() throws Exception {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.awaitClientClose(Duration.ofMillis(200));
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			handle.result().cancel(true);
			handle.result().complete(null);
			handle.started().complete("other");
			assertThat(handle.await(SOON).runId()).isEqualTo("run-1");
			assertThat(handle.started().get(20, TimeUnit.SECONDS)).isEqualTo("run-1");
		}
	}

	@Test
	void awaitWithATimeoutLeavesTheRunAlone() {
		CountDownLatch awaited = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			awaited.await(20, TimeUnit.SECONDS);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			handle.started().join();
			assertThatExceptionOfType(TinyFishRunTimeoutException.class)
				.isThrownBy(() -> handle.await(Duration.ofMillis(10)))
				.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
			awaited.countDown();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void cancelAsksTheServiceAndEndsWithItsResponse() {
		try (ScriptedServer server = untilCancelled();
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			handle.started().join();
			handle.cancel();
			assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
			handle.cancel();
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void cancelBeforeTheStartClosesTheRequestAndTheOutcomeIsUnknown() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			await().atMost(SOON).until(() -> !server.requests().isEmpty());
			handle.cancel();
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(handle::await);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			await().atMost(SOON).until(() -> !listener.calls().isEmpty());
		}
		assertThat(listener.calls()).containsExactly("error");
	}

	@Test
	void closingTheClientEndsTheHandleAndNotifiesTheListeners() {
		RecordingListener listener = new RecordingListener();
		RunHandle handle;
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		})) {
			try (TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
				handle = client.agent().start(Samples.request());
				handle.started().join();
			}
			assertThat(handle.result()).isCompletedExceptionally();
		}
		// delivered before close returned
		assertThat(listener.calls()).containsExactly("started", "error");
		assertThat(listener.errors()).singleElement().satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
	}

	@Test
	void startDoesNotBlockAndMayBeCalledFromANonBlockingThread() throws Exception {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = Mono.fromCallable(() -> client.agent().start(Samples.request()))
				.subscribeOn(Schedulers.parallel())
				.toFuture()
				.get(20, TimeUnit.SECONDS);
			assertThat(handle.await(SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void aBadRequestIsRefusedBeforeAnythingIsSent() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.agent().start(AgentRequest.of("not a url", "goal")))
				.withMessageContaining("url");
			assertThat(server.requests()).isEmpty();
		}
		assertThat(listener.calls()).isEmpty();
	}

	@Test
	void handleAndListenersReceiveTheSameWhenCancelRacesTheEnding() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.event(Samples.COMPLETE))) {
			int endings = 0;
			try (TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
				for (int i = 0; i < 60; i++) {
					RunHandle handle = client.agent().start(Samples.request());
					catchThrowable(handle::cancel);
					boolean finished = catchThrowable(() -> handle.await(SOON)) == null;
					int expected = ++endings;
					await().atMost(SOON)
						.pollInterval(Duration.ofMillis(2))
						.until(() -> listener.calls()
							.stream()
							.filter((call) -> !call.equals("started"))
							.count() == expected);
					assertThat(listener.calls()).last().isEqualTo(finished ? "finished" : "error");
				}
			}
		}
	}

	@Test
	void continuationsOfAHandlesFuturesDoNotKeepOtherRunsFromBeingRead() throws Exception {
		CountDownLatch registered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			// a continuation of a complete future runs at once
			registered.await(20, TimeUnit.SECONDS);
			exchange.event(Samples.STARTED);
			exchange.awaitClientClose(Duration.ofMillis(100));
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			CompletableFuture<String> thread = new CompletableFuture<>();
			client.agent().start(Samples.request()).started().thenAccept((id) -> {
				thread.complete(Thread.currentThread().getName());
				try {
					release.await(30, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			registered.countDown();
			assertThat(thread.get(20, TimeUnit.SECONDS)).startsWith("tinyfish-futures-");
			for (int i = 0; i < 8; i++) {
				assertThat(client.agent().start(Samples.request()).await(SOON).isCompleted()).isTrue();
			}
			release.countDown();
		}
	}

	@Test
	void aListenerThatReceivesTheStartCanCancelTheRun() {
		CompletableFuture<RunHandle> handle = new CompletableFuture<>();
		RecordingListener listener = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				handle.join().cancel();
			}
		};
		try (ScriptedServer server = untilCancelled();
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			handle.complete(client.agent().start(Samples.request(), listener));
			assertThat(handle.join().await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
			await().atMost(SOON).until(() -> server.requests().size() == 2);
		}
	}

	@Test
	void startRefusesAtOnceWhatMayNotBeOpened() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer(Exchange::silence);
				TinyFishClient client = Samples.client(server.baseUrl())
					.maxOpenStreams(1)
					.runListener(listener)
					.build()) {
			client.agent().start(Samples.request());
			assertThatExceptionOfType(TinyFishTooManyStreamsException.class)
				.isThrownBy(() -> client.agent().start(Samples.request()));
			assertThat(listener.calls()).isEmpty();
		}
	}

	@Test
	void aCancelHasTheOptionsOfItsStart() {
		RequestOptions options = RequestOptions.builder()
			.apiKey("sk-of-another-tenant")
			.header("X-Tenant", "shop-17")
			.build();
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RunHandle handle = client.withOptions(options).agent().start(Samples.request());
			await().atMost(SOON).until(() -> handle.runId() != null);
			handle.cancel();
			assertThat(server.cancels()).isEqualTo(1);
			assertThat(server.requests()).hasSize(2)
				.allSatisfy((request) -> assertThat(request).containsIgnoringCase("x-api-key: sk-of-another-tenant")
					.containsIgnoringCase("x-tenant: shop-17"));
		}
	}

	/**
	 * A service whose run goes on until it is cancelled.
	 */
	private static ScriptedServer untilCancelled() {
		CountDownLatch cancelled = new CountDownLatch(1);
		return new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/runs/run-1/cancel ")) {
				cancelled.countDown();
				exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
				return;
			}
			exchange.startStream();
			exchange.event(Samples.STARTED);
			cancelled.await(20, TimeUnit.SECONDS);
			exchange.awaitClientClose(Duration.ofMillis(500));
			exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
		});
	}

}
