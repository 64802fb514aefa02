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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * An answer to a submission that says which run it is, and not how it ended: the run is
 * followed, and nothing is sent again.
 */
@BothClients(always = true)
class NamedRunTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final List<Operation> SUBMISSIONS = List.of(Operation.RUN, Operation.STREAM, Operation.START);

	@Parameter
	ClientKind kind;

	static Stream<Arguments> answers() {
		return Stream.of(answer(200, RunServer.run("RUNNING")), answer(200, RunServer.run("PENDING")),
				answer(200, "{\"run_id\":\"run-1\"}"),
				answer(500, "{\"run_id\":\"run-1\",\"error\":{\"code\":\"TASK_FAILED\",\"message\":\"No\"}}"),
				answer(504, "{\"error\":{\"code\":\"timeout\",\"message\":\"No\",\"run_id\":\"run-1\"}}"),
				answer(500, "{\"runId\":\"run-1\",\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"No\"}}"),
				answer(503, "{\"run_id\":\"run-1\",\"error\":{\"code\":\"SERVICE_BUSY\",\"message\":\"No\"}}"),
				answer(429, "{\"run_id\":\"run-1\",\"error\":{\"code\":\"X\",\"message\":\"No\"}}"),
				answer(408, "{\"run_id\":\"run-1\"}"), answer(502, "{\"run_id\":\"run-1\",\"status\":\"RUNNING\"}"));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("answers")
	void theRunThatAnAnswerNamesIsFollowed(int status, String body) {
		for (Operation how : SUBMISSIONS) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(answering(status, body), (e, n) -> {
				if (n < 3) {
					RunServer.RUNNING.answer(e, n);
				}
				else {
					RunServer.ended("COMPLETED").answer(e, n);
				}
			}); TinyFishClient client = builder(server, listener).build()) {
				AgentRun run = (AgentRun) how.call(client);
				assertThat(run.runId()).as("%s", how).isEqualTo("run-1");
				assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
				assertThat(run.result().toMap()).containsEntry("price", 7);
				assertThat(server.submissions()).isEqualTo(1);
				assertThat(server.looks()).isEqualTo(3);
				await().atMost(SOON).until(() -> !listener.runs().isEmpty());
				assertThat(listener.runs()).containsExactly(run);
			}
			assertThat(listener.calls()).containsExactly("finished");
		}
	}

	@Test
	void aRunThatCannotBeFollowedIsNamedBesideTheAnswer() {
		for (Operation how : SUBMISSIONS) {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(
					answering(500, "{\"run_id\":\"run-1\",\"error\":{\"code\":\"TASK_FAILED\",\"message\":\"No\"}}"),
					(e, n) -> e.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
					TinyFishClient client = builder(server, listener).build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex.runId()).as("%s", how).isEqualTo("run-1");
				assertThat(ex).hasMessageContaining("runs().get(\"run-1\")")
					.cause()
					.isInstanceOfSatisfying(TinyFishStatusException.class, (answered) -> {
						assertThat(answered.code()).isEqualTo("TASK_FAILED");
						assertThat(answered.runId()).isEqualTo("run-1");
					});
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishAuthenticationException.class);
				assertThat(server.submissions()).isEqualTo(1);
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
				assertThat(listener.errors()).containsExactly(ex);
			}
			assertThat(listener.calls()).containsExactly("error");
		}
	}

	@Test
	void aRunThatTakesTooLongIsLeftRunning() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(500), (timeout) -> {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer(answering(200, RunServer.run("RUNNING")), RunServer.RUNNING);
					TinyFishClient client = builder(server, listener).build()) {
				AgentRequest request = AgentRequest.builder()
					.url("https://shop.example/item")
					.goal("Read the price")
					.runTimeout(timeout)
					.build();
				TinyFishRunTimeoutException ex = catchThrowableOfType(TinyFishRunTimeoutException.class,
						() -> client.agent().run(request));
				assertThat(ex).hasMessageContaining("left running");
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(server.cancels()).isZero();
				await().atMost(SOON).until(() -> !listener.errors().isEmpty());
				assertThat(listener.errors()).containsExactly(ex);
			}
		});
	}

	@Test
	void aClientThatIsClosedMeanwhileSaysWhichRunGoesOn() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(answering(200, RunServer.run("RUNNING")), (e, n) -> {
			looked.countDown();
			RunServer.RUNNING.answer(e, n);
		})) {
			TinyFishClient client = builder(server, listener).build();
			CompletableFuture<Throwable> failure = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					client.agent().run(Samples.request());
				}
				catch (TinyFishException ex) {
					failure.complete(ex);
				}
			});
			caller.start();
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			client.close();
			assertThat(failure.get(20, TimeUnit.SECONDS))
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class, (ex) -> {
					assertThat(ex.runId()).isEqualTo("run-1");
					assertThat(ex).hasMessageContaining("client was closed");
				});
			await().atMost(SOON).until(() -> !listener.errors().isEmpty());
			assertThat(listener.errors().get(0)).isSameAs(failure.get());
			caller.join(20_000);
		}
	}

	@Test
	void anInterruptedCallerLearnsWhichRunGoesOn() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(answering(200, RunServer.run("RUNNING")), (e, n) -> {
			looked.countDown();
			RunServer.RUNNING.answer(e, n);
		}); TinyFishClient client = Samples.client(server.baseUrl()).runListener(listener).build()) {
			CompletableFuture<Throwable> failure = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					client.agent().run(Samples.request());
				}
				catch (TinyFishException ex) {
					assertThat(Thread.currentThread().isInterrupted()).isTrue();
					failure.complete(ex);
				}
			});
			caller.start();
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			caller.interrupt();
			assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOfSatisfying(
					TinyFishRunOutcomeUnknownException.class, (ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
			await().atMost(SOON).until(() -> !listener.errors().isEmpty());
			assertThat(listener.errors()).containsExactly((TinyFishException) failure.get());
		}
	}

	@Test
	void aSubscriberThatLosesInterestHasTheRunPublishedAsUnknown() throws Exception {
		CountDownLatch looked = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(answering(200, RunServer.run("RUNNING")), (e, n) -> {
			looked.countDown();
			RunServer.RUNNING.answer(e, n);
		}); ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build()) {
			Disposable subscription = client.agent().run(Samples.request()).subscribe();
			assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
			subscription.dispose();
			await().atMost(SOON).until(() -> !listener.errors().isEmpty());
			assertThat(listener.errors().get(0).runId()).isEqualTo("run-1");
		}
	}

	private TinyFishClient.Builder builder(RunServer server, RecordingListener listener) {
		return this.kind.client(server.baseUrl()).runListener(listener);
	}

	private static Script answering(int status, String body) {
		return (exchange) -> exchange.answer(status, "application/json", body);
	}

	private static Arguments answer(int status, String body) {
		return Arguments.of(status, body);
	}

}
