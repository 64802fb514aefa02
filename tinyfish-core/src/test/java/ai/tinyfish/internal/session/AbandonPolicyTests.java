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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Remote runs that their client no longer waits for: at a deadline, and when its stream
 * is closed early.
 */
@BothClients
class AbandonPolicyTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final RunServer.Look RUNNING = (exchange, n) -> exchange.answer(200, "application/json",
			RunServer.run("RUNNING"));

	private static final Script STARTED = (exchange) -> {
		exchange.startStream();
		exchange.event(Samples.STARTED);
	};

	/** The run has to be known before. */
	private static final Duration DEADLINE = Duration.ofMillis(900);

	@Parameter
	ClientKind kind;

	private RecordingListener listener = new RecordingListener();

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void atTheDeadlineTheRunIsCancelled(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(), RUNNING);
					TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex).hasMessageContaining(deadline.toMillis() + " ms")
					.hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(1);
				assertThat(server.submissions()).isEqualTo(1);
				assertOneEnding("error");
				await().atMost(SOON).until(() -> server.openConnections() <= 1);
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void aCancelAtTheDeadlineThatTheStreamReportsIsNotAnEnding(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			CountDownLatch cancelled = new CountDownLatch(1);
			CountDownLatch reported = new CountDownLatch(1);
			Script stream = (exchange) -> {
				STARTED.run(exchange);
				cancelled.await(SOON.toSeconds(), TimeUnit.SECONDS);
				exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
				reported.countDown();
			};
			// the thread of the deadline does nothing more until the cancel is answered
			ExchangeFilterFunction slow = (request, next) -> request.url().getPath().endsWith("/cancel")
					? Mono.fromCallable(() -> next.exchange(request).toFuture().get()) : next.exchange(request);
			try (RunServer server = new RunServer(stream, RUNNING, (exchange) -> {
				cancelled.countDown();
				reported.await(SOON.toSeconds(), TimeUnit.SECONDS);
				cancelAnswered("CANCELLED").run(exchange);
			});
					TinyFishClient client = builder(server).runTimeout(deadline)
						.customizeWebClient((webClient) -> webClient.filter(slow))
						.build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
				assertThat(ex).hasMessageContaining("It was cancelled");
				assertOneEnding("error");
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void theDeadlineHoldsWhileTheEndingIsAskedForToo(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(STARTED, RUNNING);
					TinyFishClient client = builder(server).runTimeout(deadline).pollTolerance(SOON).build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
				if (server.looks() == 0) {
					throw MoreTime.tooLittle();
				}
				assertThat(ex).hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(1);
				assertOneEnding("error");
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void atTheDeadlineTheRunIsLeftIfThatIsWanted(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(), RUNNING);
					TinyFishClient client = builder(server).runTimeout(deadline)
						.onTimeout(AbandonPolicy.LEAVE)
						.build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
				assertThat(ex).hasMessageContaining("left running").hasMessageContaining("runs().get(\"run-1\")");
				assertThat(ex.run()).isNull();
				assertThat(server.cancels()).isZero();
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void aRunThatHadEndedAtItsDeadlineHasThatEnding(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(), RunServer.ended("COMPLETED"),
					(exchange) -> exchange.answer(200, "application/json",
							"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"message\":\"Run already finished\"}"));
					TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) how.call(client));
				assertThat(run.isCompleted()).isTrue();
				assertThat(run.result().toMap()).containsEntry("price", 7);
				assertOneEnding("finished");
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "STREAM", "START" })
	void aRunThatCannotBeCancelledIsReportedToGoOn(Operation how) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(), RUNNING,
					(exchange) -> exchange.answer(500, "text/html", "<html>"));
					TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> how.call(client));
				assertThat(ex).hasMessageContaining("could not be cancelled");
				assertThat(ex.run()).isNull();
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishServerException.class);
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "RUNNING", "SOMETHING_NEW" })
	void aRunIsNotReportedAsCancelledWhileTheServiceDoesNotSaySo(String answer) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(),
					(exchange, n) -> exchange.answer(401, "application/json",
							Samples.envelope("INVALID_API_KEY", "No")),
					cancelAnswered(answer));
					TinyFishClient client = builder(server).runTimeout(deadline).pollTolerance(SOON).build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> Operation.STREAM.call(client));
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex).hasMessageContaining("could not be cancelled and may go on")
					.hasMessageContaining("runs().get(\"run-1\")")
					.hasMessageNotContaining("was cancelled");
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
				assertThat(server.cancels()).isEqualTo(1);
				assertOneEnding("error");
			}
		});
	}

	@Test
	void aRunThatEndsAfterItsCancelWasAnsweredHasThatEnding() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(),
					(exchange, n) -> exchange.answer(200, "application/json",
							RunServer.run((n < 2) ? "RUNNING" : "CANCELLED")),
					cancelAnswered("RUNNING"));
					TinyFishClient client = builder(server).runTimeout(deadline).pollTolerance(SOON).build()) {
				AgentRun run = MoreTime.outcomeOf(() -> (AgentRun) Operation.STREAM.call(client));
				assertThat(run.status()).isEqualTo(RunStatus.CANCELLED);
				assertThat(run.runId()).isEqualTo("run-1");
				assertThat(server.looks()).isEqualTo(2);
				assertThat(server.cancels()).isEqualTo(1);
				assertOneEnding("finished");
			}
		});
	}

	@Test
	void theCancelAtTheDeadlineIsRetried() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			AtomicInteger cancels = new AtomicInteger();
			try (RunServer server = new RunServer(beating(), RUNNING, (exchange) -> {
				if (cancels.incrementAndGet() == 1) {
					exchange.answer(503, "application/json", Samples.envelope("UNAVAILABLE", "In a moment"));
					return;
				}
				cancelAnswered("CANCELLED").run(exchange);
			}); TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				TinyFishRunTimeoutException ex = MoreTime.timeoutOf(() -> Operation.STREAM.call(client));
				assertThat(ex).hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(2);
				assertThat(server.submissions()).isEqualTo(1);
				assertOneEnding("error");
			}
		});
	}

	@Test
	void aRunThatWasLeftAtItsDeadlineCanBeCancelled() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(beating(), RUNNING);
					TinyFishClient client = builder(server).runTimeout(deadline)
						.onTimeout(AbandonPolicy.LEAVE)
						.build()) {
				RunHandle handle = client.agent().start(Samples.request());
				MoreTime.timeoutOf(() -> handle.await(SOON));
				assertThat(server.cancels()).isZero();
				handle.cancel();
				assertThat(server.cancels()).isOne();
			}
		});
	}

	@Test
	void beforeTheRunIsKnownThereIsNothingToCancel() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.listener = new RecordingListener();
			try (RunServer server = new RunServer(Exchange::silence, RUNNING);
					TinyFishClient client = builder(server).runTimeout(deadline).build()) {
				Throwable thrown = catchThrowable(() -> Operation.STREAM.call(client));
				MoreTime.requireSent(server.requests());
				assertThat(thrown).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					.hasCauseInstanceOf(TinyFishTimeoutException.class);
				assertThat(server.requests()).hasSize(1);
			}
		});
	}

	@Test
	void aStreamThatIsClosedEarlyLeavesItsRunAlone() {
		try (RunServer server = new RunServer(silent(), RUNNING); TinyFishClient client = builder(server).build()) {
			openAndClose(client);
			assertOneEnding("error");
			assertThat(this.listener.errors().get(0)).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aStreamThatIsClosedEarlyCancelsItsRunIfThatIsWanted() {
		try (RunServer server = new RunServer(silent(), RUNNING);
				TinyFishClient client = builder(server).onClose(AbandonPolicy.CANCEL).build()) {
			openAndClose(client);
			assertOneEnding("finished");
			assertThat(this.listener.runs()).singleElement()
				.satisfies((run) -> assertThat(run.status()).isEqualTo(RunStatus.CANCELLED));
			assertThat(server.cancels()).isEqualTo(1);
		}
	}

	@Test
	void aRunThatCouldNotBeCancelledOnCloseHasAnUnknownEnding() {
		try (RunServer server = new RunServer(silent(), RUNNING,
				(exchange) -> exchange.answer(401, "text/html", "<html>"));
				TinyFishClient client = builder(server).onClose(AbandonPolicy.CANCEL).build()) {
			openAndClose(client);
			assertOneEnding("error");
			assertThat(this.listener.errors().get(0)).hasMessageContaining("could not be cancelled");
		}
	}

	@Test
	void closingAfterTheEndingCancelsNothing() {
		try (RunServer server = new RunServer((exchange) -> {
			STARTED.run(exchange);
			exchange.event(Samples.COMPLETE);
		}, RUNNING); TinyFishClient client = builder(server).onClose(AbandonPolicy.CANCEL).build()) {
			AgentStream stream = client.agent().stream(Samples.request());
			stream.await();
			stream.close();
			assertOneEnding("finished");
			assertThat(server.cancels()).isZero();
		}
	}

	private void openAndClose(TinyFishClient client) {
		AgentStream stream = client.agent().stream(Samples.request());
		Iterator<AgentEvent> events = stream.iterator();
		events.next();
		stream.close();
	}

	private void assertOneEnding(String ending) {
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(this.listener.calls())
				.filteredOn((call) -> List.of("finished", "error").contains(call))
				.containsExactly(ending));
	}

	private TinyFishClient.Builder builder(RunServer server) {
		return this.kind.client(server.baseUrl())
			.runListener(this.listener)
			.pollInterval(Duration.ofMillis(20))
			.maxPollInterval(Duration.ofMillis(50));
	}

	private static Script cancelAnswered(String status) {
		return (exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"" + status + "\"}");
	}

	private static Script silent() {
		return (exchange) -> {
			STARTED.run(exchange);
			exchange.silence();
		};
	}

	private static Script beating() {
		return (exchange) -> {
			STARTED.run(exchange);
			while (!exchange.awaitClientClose(Duration.ofMillis(50))) {
				exchange.event(Samples.HEARTBEAT);
			}
		};
	}

}
