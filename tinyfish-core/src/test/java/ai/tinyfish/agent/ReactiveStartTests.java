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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Runs in the background of the reactive client. Behaviour that those of the blocking
 * client share is tested with these, and with all other operations.
 */
class ReactiveStartTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final RecordingListener listener = new RecordingListener();

	private final CountDownLatch mayGoOn = new CountDownLatch(1);

	@Test
	void theHandleIsThereAsSoonAsTheRunIsNamedWithoutAWaitForTheOutcome() throws Exception {
		RecordingListener own = new RecordingListener();
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			goOn();
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		}, RunServer.RUNNING); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			ReactiveRunHandle handle = start(client, own);
			assertThat(handle.runId()).isEqualTo("run-1");
			assertThat(handle).hasToString("ReactiveRunHandle[run run-1]");
			this.mayGoOn.countDown();
			Soon.until(() -> own.calls().contains("finished") && this.listener.calls().contains("finished"));
			AgentRun run = handle.result().block(SOON);
			assertThat(run.isCompleted()).isTrue();
			assertThat(handle.result().block(SOON)).as("to each subscriber").isSameAs(run);
			assertThat(server.requests()).hasSize(1);
		}
		assertThat(own.calls()).containsExactly("started", "progress", "finished");
		assertThat(own.threads()).allMatch((thread) -> thread.startsWith("tinyfish-events-"));
		assertThat(this.listener.calls()).isEqualTo(own.calls());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void cancellingOnceTheRequestIsSentLeavesTheRunInTheBackground(boolean beforeTheHeaders) throws Exception {
		CountDownLatch arrived = new CountDownLatch(1);
		try (RunServer server = new RunServer((exchange) -> {
			if (beforeTheHeaders) {
				arrived.countDown();
				goOn();
			}
			exchange.startStream();
			arrived.countDown();
			goOn();
			exchange.event(Samples.STARTED);
			exchange.event(Samples.COMPLETE);
		}, RunServer.RUNNING); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			Disposable subscription = client.agent().start(Samples.request()).subscribe();
			assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
			subscription.dispose();
			this.mayGoOn.countDown();
			Soon.until(() -> this.listener.calls().contains("finished"));
			assertThat(server.requests()).hasSize(1);
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void failuresAfterTheMonoWasCancelledAreNotDroppedErrors() throws Exception {
		CountDownLatch arrived = new CountDownLatch(1);
		try (LogCapture log = new LogCapture(); RunServer server = new RunServer((exchange) -> {
			arrived.countDown();
			goOn();
			exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No"));
		}, RunServer.RUNNING)) {
			try (ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
				Disposable subscription = client.agent().start(Samples.request()).subscribe();
				assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
				subscription.dispose();
				this.mayGoOn.countDown();
				Soon.until(() -> !this.listener.calls().isEmpty());
			}
			assertThat(log.lines()).noneMatch((line) -> line.contains("onErrorDropped"));
		}
		assertThat(this.listener.errors()).singleElement().isInstanceOf(TinyFishAuthenticationException.class);
	}

	@Test
	void withdrawingARunIsNotADroppedError() {
		try (LogCapture log = new LogCapture(); RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING)) {
			try (ReactiveTinyFishClient client = client(server.baseUrl()).openRuns(OpenRuns.limitedTo(1, SOON))
				.build()) {
				start(client);
				client.agent().start(Samples.request().withTag("second")).subscribe().dispose();
				Soon.until(() -> !this.listener.errors().isEmpty());
				assertThat(server.submissions()).isEqualTo(1);
			}
			assertThat(log.lines()).noneMatch((line) -> line.contains("onErrorDropped"));
		}
		assertThat(this.listener.errors().get(0)).isInstanceOf(TinyFishTooManyRunsException.class);
	}

	@Test
	void aSubscriberThatThrowsDoesNotTouchTheRun() {
		IllegalStateException failure = new IllegalStateException("of the application");
		try (ScriptedServer server = Operation.answering();
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			assertThat(catchThrowable(() -> client.agent().start(Samples.request()).map((handle) -> {
				throw failure;
			}).block(SOON))).isSameAs(failure);
			Soon.until(() -> this.listener.calls().contains("finished"));
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a broken event", "no stream", "a refusal" })
	void anErrorStrategyOfTheSubscriberIsNotTheOneOfTheRun(String answer) {
		List<Throwable> skipped = new CopyOnWriteArrayList<>();
		try (RunServer server = new RunServer((exchange) -> {
			switch (answer) {
				case "a broken event" ->
					exchange.answer(200, "text/event-stream", "data: " + Samples.STARTED + "\n\ndata: {\"type\":\n\n");
				case "no stream" -> exchange.answer(200, "application/json", Samples.RUN);
				default -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No"));
			}
		}, RunServer.ended("COMPLETED")); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			Throwable failure = catchThrowable(() -> Flux.just(Samples.request())
				.flatMap(client.agent()::start)
				.onErrorContinue((thrown, value) -> skipped.add(thrown))
				.blockLast(SOON));
			boolean refused = answer.equals("a refusal");
			Soon.until(() -> this.listener.calls().contains(refused ? "error" : "finished"));
			assertThat(failure).isEqualTo(refused ? this.listener.errors().get(0) : null);
			assertThat(server.submissions()).isEqualTo(1);
		}
		assertThat(skipped).isEmpty();
	}

	@Test
	void cancellingTheWaitForTheOutcomeLeavesTheRunAlone() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			goOn();
			exchange.event(Samples.COMPLETE);
		}, RunServer.RUNNING); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			ReactiveRunHandle handle = start(client);
			handle.result().subscribe().dispose();
			assertThat(catchThrowable(() -> handle.result().timeout(Duration.ofMillis(1)).block(SOON)))
				.hasCauseInstanceOf(TimeoutException.class);
			this.mayGoOn.countDown();
			assertThat(handle.result().block(SOON).isCompleted()).isTrue();
			assertThat(server.requests()).hasSize(1);
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void cancelAsksTheServiceOnceItIsSubscribedToAndTheRunEndsAsItSays() throws Exception {
		RequestOptions options = RequestOptions.builder().apiKey("sk-of-another-tenant").build();
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			goOn();
			exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
		}, RunServer.RUNNING, (exchange) -> {
			exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
			this.mayGoOn.countDown();
		}); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			ReactiveRunHandle handle = start(client.withOptions(options));
			Mono<Void> cancel = handle.cancel();
			assertThat(server.cancels()).isZero();
			cancel.block(SOON);
			assertThat(handle.result().block(SOON).status()).isEqualTo(RunStatus.CANCELLED);
			cancel.block(SOON);
			assertThat(server.cancels()).as("not of a run that has ended").isEqualTo(1);
			assertThat(server.requests()).hasSize(2)
				.allSatisfy((request) -> assertThat(request).containsIgnoringCase("x-api-key: sk-of-another-tenant"));
		}
		assertThat(this.listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void aCancelThatFailsLeavesTheRunAlone() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			goOn();
			exchange.event(Samples.COMPLETE);
		}, RunServer.RUNNING,
				(exchange) -> exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No")));
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			ReactiveRunHandle handle = start(client);
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> handle.cancel().block(SOON));
			this.mayGoOn.countDown();
			assertThat(handle.result().block(SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void aRunWhoseIdIsMalformedIsNamedAndCannotBeCancelled() throws Exception {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED.replace("run-1", "a/b"));
			goOn();
		}); ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			ReactiveRunHandle handle = start(client);
			assertThat(handle.runId()).isEqualTo("a/b");
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> handle.cancel().block(SOON));
			assertThat(server.requests()).hasSize(1);
			this.mayGoOn.countDown();
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
				.isThrownBy(() -> handle.result().block(SOON));
		}
	}

	@Test
	void aRunThatEndsWithoutAnIdHasNoHandle() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(500, "application/json",
				"{\"run_id\":null,\"status\":\"FAILED\",\"error\":{\"message\":\"No browser\"}}"));
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> start(client))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RunStatus.FAILED))
				.withMessageContaining("No browser");
		}
		assertThat(this.listener.calls()).containsExactly("finished");
	}

	@Test
	void listenersReceiveTheFailureOfTheMono() {
		Throwable refused;
		Throwable lost;
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			refused = catchThrowable(() -> start(client));
		}
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::reset);
				ReactiveTinyFishClient client = client(server.baseUrl()).build()) {
			lost = catchThrowable(() -> start(client));
		}
		assertThat(refused).isInstanceOf(TinyFishAuthenticationException.class);
		assertThat(lost).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
		assertThat(this.listener.calls()).containsExactly("error", "error");
		assertThat(this.listener.errors().get(0)).isSameAs(refused);
		assertThat(this.listener.errors().get(1)).isSameAs(lost);
	}

	@Test
	void aUrlThatMayNotBeOpenedIsRefusedAndNothingIsPublished() {
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).maxOpenStreams(1).build()) {
			start(client);
			assertThatExceptionOfType(TinyFishTooManyStreamsException.class)
				.isThrownBy(() -> start(client, this.listener));
			assertThat(server.requests()).hasSize(1);
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void invalidArgumentsAreRefusedWhenTheMethodIsCalled() {
		try (ReactiveTinyFishClient client = client("http://127.0.0.1:1").build()) {
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.agent().start(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class)
				.isThrownBy(() -> client.agent().start(Samples.request(), null))
				.withMessageContaining("listener");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.agent().start(AgentRequest.of("not a url", "goal")))
				.withMessageContaining("url");
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void filtersOfTheApplicationSeeTheContextOfTheSubscriber() {
		List<String> seen = new CopyOnWriteArrayList<>();
		try (ScriptedServer server = Operation.answering();
				ReactiveTinyFishClient client = client(server.baseUrl()).customizeWebClient(
						(builder) -> builder.filter((request, next) -> Mono.deferContextual((context) -> {
							seen.add(context.get("tenant"));
							return next.exchange(request);
						})))
					.build()) {
			client.agent()
				.start(Samples.request())
				.flatMap(ReactiveRunHandle::result)
				.contextWrite((context) -> context.put("tenant", "acme"))
				.block(SOON);
		}
		assertThat(seen).containsExactly("acme");
	}

	@Test
	void closingTheClientEndsTheWaitForTheOutcome() throws Exception {
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING)) {
			ReactiveTinyFishClient client = client(server.baseUrl()).build();
			ReactiveRunHandle handle = start(client);
			CompletableFuture<AgentRun> outcome = handle.result().subscribeOn(Schedulers.parallel()).toFuture();
			client.close();
			Throwable failure = InBackground.failure(outcome);
			assertThat(failure).isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
					(ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
			assertThat(catchThrowable(() -> handle.result().block(SOON))).isSameAs(failure);
			handle.cancel().block(SOON);
			assertThat(server.requests()).hasSize(1);
			assertThat(this.listener.errors()).containsExactly((TinyFishRunOutcomeUnknownException) failure);
		}
	}

	private void goOn() throws InterruptedException {
		this.mayGoOn.await(20, TimeUnit.SECONDS);
	}

	private ReactiveTinyFishClient.Builder client(String baseUrl) {
		return Samples.reactiveClient(baseUrl).runListener(this.listener);
	}

	private static ReactiveRunHandle start(ReactiveTinyFishClient client) {
		return client.agent().start(Samples.request()).block(SOON);
	}

	private static ReactiveRunHandle start(ReactiveTinyFishClient client, TinyFishRunListener listener) {
		return client.agent().start(Samples.request(), listener).block(SOON);
	}

}
