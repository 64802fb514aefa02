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

package ai.tinyfish.internal.lifecycle;

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
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.NamedHandler;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs whose streams are open when their client is closed.
 */
@BothClients
class ClosingClientTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final RunServer.Look RUNNING = (exchange, n) -> exchange.answer(200, "application/json",
			RunServer.run("RUNNING"));

	private static final Script SILENT = (exchange) -> {
		exchange.startStream();
		exchange.event(Samples.STARTED);
		exchange.silence();
	};

	@Parameter
	ClientKind kind;

	private RecordingListener listener = new RecordingListener();

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theRunsAreCancelledAndThatIsTheirEnding(Operation how) throws Exception {
		try (RunServer server = new RunServer(SILENT, RUNNING)) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, how);
			client.close();
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(InBackground.value(run).runId()).isEqualTo("run-1");
			assertThat(server.cancels()).isEqualTo(1);
			assertThat(server.submissions()).isEqualTo(1);
			assertFinished(RunStatus.CANCELLED);
			assertNothingLeft(server);
		}
	}

	/**
	 * As that of a run that ends by itself.
	 */
	@ParameterizedTest
	@EnumSource
	void theOutcomeOfACancelledRunHasTheFieldsOfItsRecord(Ending ending) throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		try (RunServer server = new RunServer(SILENT, RunServer.ended("CANCELLED"))) {
			TinyFishClient client = builder(server.baseUrl()).onClose(AbandonPolicy.CANCEL)
				.readOutcome(true)
				.openRuns(runs)
				.build();
			AgentStream stream = client.agent().stream(Samples.request());
			stream.iterator().next();
			switch (ending) {
				case CLIENT -> client.close();
				case APPLICATION -> ((RunControl) runs).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
				case STREAM -> stream.close();
			}
			assertFinished(RunStatus.CANCELLED);
			assertThat(this.listener.runs().get(0).numOfSteps()).isEqualTo(3);
			assertThat(server.looks()).isEqualTo(1);
			client.close();
			assertNothingLeft(server);
		}
	}

	enum Ending {

		CLIENT, APPLICATION, STREAM

	}

	/**
	 * The time for closing is over before the record is read.
	 */
	@Test
	void aConfirmedCancelIsTheOutcomeAlthoughTheRecordDoesNotCome() throws Exception {
		try (RunServer server = new RunServer(SILENT, (exchange, n) -> exchange.silence())) {
			TinyFishClient client = builder(server.baseUrl()).onClose(AbandonPolicy.CANCEL).readOutcome(true).build();
			CompletableFuture<AgentRun> run = started(client, Operation.START);
			client.close();
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
			assertFinished(RunStatus.CANCELLED);
			assertNothingLeft(server);
		}
	}

	@Test
	void theEventsEndWithTheCancellation() {
		try (RunServer server = new RunServer(SILENT, RUNNING)) {
			TinyFishClient client = cancelling(server.baseUrl());
			Iterator<AgentEvent> events = client.agent().stream(Samples.request()).iterator();
			events.next();
			client.close();
			assertThat(events.next()).isInstanceOfSatisfying(CompleteEvent.class,
					(event) -> assertThat(event.status()).isEqualTo(RunStatus.CANCELLED));
			assertThat(events.hasNext()).isFalse();
			assertNothingLeft(server);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void aRunThatIsNotKnownYetCannotBeCancelled(Operation how) throws Exception {
		for (Script script : List.<Script>of(Exchange::silence, (exchange) -> {
			exchange.startStream();
			exchange.silence();
		})) {
			this.listener.calls().clear();
			try (RunServer server = new RunServer(script, RUNNING)) {
				TinyFishClient client = cancelling(server.baseUrl());
				CompletableFuture<AgentRun> run = InBackground.submit(client, how, Samples.request());
				Soon.until(() -> server.submissions() == 1);
				client.close();
				assertThat(InBackground.failure(run)).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
				assertThat(server.requests()).hasSize(1);
				assertUnknown();
				assertNothingLeft(server);
			}
		}
	}

	@Test
	void aStreamThatIsClosedJustBeforeIsCancelledStill() {
		try (RunServer server = new RunServer(SILENT, RUNNING, (exchange) -> {
			exchange.awaitClientClose(Duration.ofMillis(100));
			exchange.answer(200, "application/json", Operation.CANCEL.success());
		})) {
			try (TinyFishClient client = cancelling(server.baseUrl());
					AgentStream stream = client.agent().stream(Samples.request())) {
				stream.iterator().next();
			}
			assertThat(server.cancels()).isEqualTo(1);
			assertFinished(RunStatus.CANCELLED);
			assertNothingLeft(server);
		}
	}

	@Test
	void aRunWhoseEndingIsBeingAskedForIsCancelledToo() throws Exception {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
		}, RUNNING)) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, Operation.STREAM);
			Soon.until(() -> server.looks() > 0);
			client.close();
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(server.cancels()).isEqualTo(1);
			assertFinished(RunStatus.CANCELLED);
			assertNothingLeft(server);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void aRunThatCompletesMeanwhileHasThatEnding(Operation how) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			asked.await(20, TimeUnit.SECONDS);
			exchange.event(Samples.COMPLETE);
		}, RunServer.ended("COMPLETED"), (exchange) -> {
			asked.countDown();
			Soon.until(() -> this.listener.calls().contains("finished"));
			exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}");
		})) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, how);
			client.close();
			assertThat(InBackground.value(run).isCompleted()).isTrue();
			assertFinished(RunStatus.COMPLETED);
			assertNothingLeft(server);
		}
	}

	@Test
	void aRunThatHadEndedBeforeItCouldBeCancelledHasThatEnding() throws Exception {
		try (RunServer server = new RunServer(SILENT, RunServer.ended("FAILED"), (exchange) -> exchange.answer(200,
				"application/json", "{\"run_id\":\"run-1\",\"status\":\"FAILED\"}"))) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, Operation.START);
			client.close();
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.FAILED);
			assertThat(server.looks()).isEqualTo(1);
			assertFinished(RunStatus.FAILED);
			assertNothingLeft(server);
		}
	}

	@Test
	void aRefusedCancelLeavesTheEndingUnknownForReaderAndListenersAlike() throws Exception {
		try (RunServer server = new RunServer(SILENT, RUNNING,
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")))) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, Operation.START);
			client.close();
			assertThat(InBackground.failure(run)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("could not be cancelled");
			assertUnknown();
			assertThat(this.listener.errors())
				.containsExactly((TinyFishRunOutcomeUnknownException) InBackground.failure(run));
			assertNothingLeft(server);
		}
	}

	@Test
	void aDerivedClientCancelsItsOwnAlone() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("/cancel ")) {
				exchange.answer(200, "application/json", "{\"run_id\":\"run-derived\",\"status\":\"CANCELLED\"}");
				return;
			}
			String run = "\"run_id\":\"" + (exchange.request().contains("Of the root") ? "run-root" : "run-derived")
					+ "\"";
			exchange.startStream();
			exchange.event("{\"type\":\"STARTED\"," + run + "}");
			finish.await(20, TimeUnit.SECONDS);
			exchange.event("{\"type\":\"COMPLETE\"," + run + ",\"status\":\"COMPLETED\"}");
		}); TinyFishClient root = cancelling(server.baseUrl())) {
			TinyFishClient derived = root.mutate().apiKey("sk-derived-0123456789").build();
			CompletableFuture<AgentRun> ofRoot = InBackground.submit(root, Operation.START,
					AgentRequest.of("https://shop.example", "Of the root"));
			CompletableFuture<AgentRun> ofDerived = InBackground.submit(derived, Operation.START, Samples.request());
			Soon.until(() -> this.listener.calls().stream().filter("started"::equals).count() == 2);
			derived.close();
			assertThat(InBackground.value(ofDerived).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(server.requests()).filteredOn((request) -> request.contains("/cancel "))
				.singleElement()
				.asString()
				.startsWith("POST /v1/runs/run-derived/cancel ")
				.contains("sk-derived-0123456789");
			assertThat(ofRoot).isNotDone();
			finish.countDown();
			assertThat(InBackground.value(ofRoot).isCompleted()).isTrue();
		}
		assertThat(this.listener.errors()).isEmpty();
		Soon.until(() -> OwnThreads.names().isEmpty());
	}

	@Test
	void closingTheRootCancelsThoseOfDerivedClients() throws Exception {
		try (RunServer server = new RunServer(SILENT, RUNNING)) {
			TinyFishClient root = builder(server.baseUrl()).build();
			TinyFishClient derived = root.mutate().onClose(AbandonPolicy.CANCEL).build();
			CompletableFuture<AgentRun> run = started(derived, Operation.START);
			root.close();
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(server.cancels()).isEqualTo(1);
			derived.close();
			assertNothingLeft(server);
		}
	}

	@Test
	void aThreadThatMustNotBlockDoesNotWait() throws Exception {
		// a wait would take some seconds
		MoreTime.withinASecond(() -> {
			this.listener = new RecordingListener();
			CountDownLatch closed = new CountDownLatch(1);
			try (RunServer server = new RunServer(SILENT, RUNNING, (exchange) -> {
				closed.await(20, TimeUnit.SECONDS);
				exchange.answer(200, "application/json", Operation.CANCEL.success());
			})) {
				TinyFishClient client = cancelling(server.baseUrl());
				CompletableFuture<AgentRun> run = started(client, Operation.START);
				long begin = System.nanoTime();
				Mono.fromRunnable(client::close)
					.subscribeOn(Schedulers.parallel())
					.toFuture()
					.get(20, TimeUnit.SECONDS);
				Duration took = MoreTime.since(begin);
				boolean done = run.isDone();
				closed.countDown();
				if (took.compareTo(Duration.ofSeconds(1)) < 0) {
					assertThat(done).as("the cancel had no answer yet").isFalse();
					assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
					assertThat(server.cancels()).isEqualTo(1);
					assertFinished(RunStatus.CANCELLED);
					assertNothingLeft(server);
				}
				return took;
			}
		});
	}

	/**
	 * An observation handler of the application holds the outcome up.
	 */
	@Test
	void anOutcomeIsWaitedForFromTheAnswerToTheCancelUntilItIsPublished() throws Exception {
		CompletableFuture<Void> answered = new CompletableFuture<>();
		CompletableFuture<Void> released = new CompletableFuture<>();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new NamedHandler("tinyfish.run", null, () -> {
			answered.complete(null);
			released.join();
		}));
		try (RunServer server = new RunServer(SILENT, RUNNING);
				TinyFishClient root = builder(server.baseUrl()).observationRegistry(observations).build()) {
			// one that is derived does not wait for the threads that the handler holds
			TinyFishClient client = root.mutate().onClose(AbandonPolicy.CANCEL).build();
			AgentStream stream = client.agent().stream(Samples.request());
			stream.iterator().next();
			stream.close();
			InBackground.value(answered);
			Thread closing = new Thread(client::close);
			closing.start();
			Soon.until(() -> !closing.isAlive() || closing.getState() == Thread.State.WAITING);
			boolean waits = closing.isAlive();
			released.complete(null);
			closing.join(20_000);
			assertThat(waits).isTrue();
			assertThat(closing.isAlive()).isFalse();
			assertFinished(RunStatus.CANCELLED);
		}
	}

	@Test
	void twoWhoCloseAtOnceCancelOnce() throws Exception {
		try (RunServer server = new RunServer(SILENT, RUNNING, (exchange) -> {
			exchange.awaitClientClose(Duration.ofMillis(100));
			exchange.answer(200, "application/json", Operation.CANCEL.success());
		})) {
			TinyFishClient client = cancelling(server.baseUrl());
			CompletableFuture<AgentRun> run = started(client, Operation.START);
			CompletableFuture<Void> other = CompletableFuture.runAsync(client::close);
			client.close();
			other.get(20, TimeUnit.SECONDS);
			assertThat(InBackground.value(run).status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(server.cancels()).isEqualTo(1);
			assertFinished(RunStatus.CANCELLED);
			assertNothingLeft(server);
		}
	}

	private CompletableFuture<AgentRun> started(TinyFishClient client, Operation how) {
		CompletableFuture<AgentRun> run = InBackground.submit(client, how, Samples.request());
		Soon.until(() -> this.listener.calls().contains("started"));
		return run;
	}

	private void assertFinished(RunStatus status) {
		assertEnding("finished");
		assertThat(this.listener.runs()).singleElement().satisfies((run) -> assertThat(run.status()).isEqualTo(status));
	}

	private void assertUnknown() {
		assertEnding("error");
		assertThat(this.listener.errors()).last().isInstanceOf(TinyFishRunOutcomeUnknownException.class);
	}

	private void assertEnding(String ending) {
		Soon.untilAsserted(() -> assertThat(this.listener.calls())
			.filteredOn((call) -> List.of("finished", "error").contains(call))
			.containsExactly(ending));
	}

	private static void assertNothingLeft(RunServer server) {
		Soon.until(() -> OwnThreads.names().isEmpty());
		Soon.until(() -> server.openConnections() == 0);
	}

	private TinyFishClient cancelling(String baseUrl) {
		return builder(baseUrl).onClose(AbandonPolicy.CANCEL).build();
	}

	private TinyFishClient.Builder builder(String baseUrl) {
		return this.kind.client(baseUrl).runListener(this.listener).pollTolerance(SOON);
	}

}
