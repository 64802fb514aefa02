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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * One ending for each submission, and the same for the caller and all listeners, despite
 * concurrent signals.
 */
@BothClients(always = true)
class RaceTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void anEndingThatHasArrivedOutlivesTheDeadlineOfASlowReader() throws Exception {
		MoreTime.whereTooLittle(Duration.ofSeconds(2), (deadline) -> {
			RecordingListener clientListener = new RecordingListener();
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				// at once: later events are read when there is demand for them
				exchange.send("data: " + Samples.STARTED + "\n\n" + ("data: " + Samples.PROGRESS + "\n\n").repeat(18)
						+ "data: " + Samples.COMPLETE + "\n\n");
				exchange.silence();
			});
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.runListener(clientListener)
						.runTimeout(deadline)
						.build()) {
				long begin = System.nanoTime();
				try (AgentStream stream = MoreTime.outcomeOf(() -> client.agent().stream(Samples.request()))) {
					Iterator<AgentEvent> events = stream.iterator();
					MoreTime.outcomeOf(events::next);
					await().atMost(SOON).until(() -> server.openConnections() == 0);
					if (MoreTime.since(begin).compareTo(deadline) >= 0) {
						// it may have been the deadline that closed the connection
						throw MoreTime.tooLittle();
					}
					// the deadline passes without a reader
					await().pollDelay(deadline.plusMillis(300)).atMost(SOON.multipliedBy(2)).until(() -> true);
					int count = 1;
					while (events.hasNext()) {
						events.next();
						count++;
					}
					assertThat(count).isEqualTo(20);
				}
			}
			assertThat(clientListener.calls()).endsWith("finished");
		});
	}

	@FourOperations
	void interimAnswersAreSkipped(Operation operation) {
		String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
			exchange.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n".repeat(5));
			exchange.send(hints + whole(operation, operation.success()));
			exchange.silence();
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(server.requests()).hasSize(1);
		}
	}

	@FourOperations
	void interimAnswersWithoutEndEndTheirConnection(Operation operation) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 102 Processing\r\n\r\n".repeat(100));
			exchange.silence();
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxRetries(0)
					.build()) {
			assertThat(catchThrowableOfType(TinyFishException.class, () -> operation.call(client)))
				.isInstanceOf(operation.unknown(TinyFishConnectionException.class))
				.hasStackTraceContaining("interim responses");
			assertThat(server.requests()).hasSize(1);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	@FourOperations
	void anAnswerLongerThanItsLengthCountsAndEndsItsConnection(Operation operation) {
		List<String> leftovers = List.of("x", "HTTP/1.1 500 Not asked\r\nContent-Length: 0\r\n\r\n");
		for (String leftover : leftovers) {
			for (boolean later : new boolean[] { false, true }) {
				try (ScriptedServer server = new ScriptedServer((exchange) -> {
					String answer = whole(operation, operation.success());
					exchange.send(later ? answer : answer + leftover);
					if (later) {
						exchange.awaitClientClose(Duration.ofMillis(20));
						exchange.send(leftover);
					}
					exchange.silence();
				}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
					for (int calls = 1; calls <= 2; calls++) {
						assertThat(operation.call(client)).isNotNull();
						assertThat(server.requests()).hasSize(calls);
						await().atMost(SOON).until(() -> server.openConnections() == 0);
					}
				}
			}
		}
	}

	private static String whole(Operation operation, String body) {
		return "HTTP/1.1 200 OK\r\nContent-Type: " + operation.contentType() + "\r\nContent-Length: " + body.length()
				+ "\r\n\r\n" + body;
	}

	@FourOperations
	void anImpossibleStatusLeaksNoConnection(Operation operation) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 1234 What\r\nContent-Length: 10\r\n\r\n");
			exchange.silence();
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.maxRetries(0)
					.build()) {
			assertThat(catchThrowableOfType(TinyFishException.class, () -> operation.call(client))).isNotNull();
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	@Test
	void anExecutorThatRejectsTakesNoEndingAway() {
		List<Executor> executors = List.of((task) -> {
			throw new RejectedExecutionException("full");
		}, (task) -> {
			throw new IllegalStateException("broken");
		});
		for (Executor executor : executors) {
			for (Operation operation : List.of(Operation.RUN, Operation.STREAM, Operation.START)) {
				RecordingListener listener = new RecordingListener();
				try (ScriptedServer server = new ScriptedServer(
						(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
						TinyFishClient client = this.kind.client(server.baseUrl())
							.pollTolerance(Samples.BRIEF)
							.runListener(listener)
							.eventExecutor(executor)
							.build()) {
					assertThat(((AgentRun) operation.call(client)).isCompleted()).isTrue();
					await().atMost(SOON).until(() -> listener.calls().contains("finished"));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void anObservationHandlerThatThrowsBeforeAnythingIsSentStartsNothing(Operation operation) {
		for (String name : List.of("http.client.requests", "tinyfish.client.calls", "tinyfish.run")) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
				@Override
				public void onStart(Observation.Context context) {
					if (name.equals(context.getName())) {
						throw new IllegalStateException("handler");
					}
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}
			});
			RecordingListener listener = new RecordingListener();
			OpenRuns runs = OpenRuns.limitedTo(1, Duration.ZERO);
			try (ScriptedServer server = Operation.answering();
					TinyFishClient client = this.kind.client(server.baseUrl())
						.runListener(listener)
						.openRuns(runs)
						.observationRegistry(registry)
						.build()) {
				if ("tinyfish.run".equals(name) && !operation.isObservedAsRun()) {
					continue;
				}
				for (int call = 0; call < 2; call++) {
					Throwable thrown = catchThrowable(() -> operation.call(client));
					assertThat(thrown).isInstanceOf(TinyFishConnectionException.class)
						.hasMessageMatching(".*(nothing|no run) was (started|sent)");
					thrown = thrown.getCause();
					assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("handler");
				}
				assertThat(server.requests()).isEmpty();
				await().atMost(SOON).until(() -> runs.inFlight() == 0);
			}
			assertThat(listener.errors())
				.allSatisfy((error) -> assertThat(error).isInstanceOf(TinyFishConnectionException.class));
			assertThat(registry.getCurrentObservationScope()).isNull();
		}
	}

	@Test
	void anObservationHandlerThatThrowsTakesNoEndingAway() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
			@Override
			public void onScopeClosed(Observation.Context context) {
				throw new IllegalStateException("handler");
			}

			@Override
			public void onStop(Observation.Context context) {
				throw new IllegalStateException("handler");
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}
		});
		for (Operation operation : List.of(Operation.RUN, Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
					TinyFishClient client = this.kind.client(server.baseUrl())
						.pollTolerance(Samples.BRIEF)
						.runListener(listener)
						.observationRegistry(registry)
						.build()) {
				assertThat(((AgentRun) operation.call(client)).isCompleted()).isTrue();
			}
			assertThat(listener.calls()).endsWith("finished");
		}
	}

	@Test
	void aListenerMayWaitForAnotherRun() {
		List<String> inner = new CopyOnWriteArrayList<>();
		TinyFishClient[] client = new TinyFishClient[1];
		RecordingListener listener = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				if ("outer".equals(context.tag())) {
					inner.add(client[0].agent()
						.start(Samples.request().withTag("inner"))
						.result()
						.orTimeout(20, TimeUnit.SECONDS)
						.join()
						.statusText());
				}
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.event(Samples.COMPLETE))) {
			client[0] = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).runListener(listener).build();
			for (int i = 0; i < 8; i++) {
				client[0].agent().start(Samples.request().withTag("outer"));
			}
			await().atMost(SOON).until(() -> inner.size() == 8);
			client[0].close();
		}
		assertThat(inner).containsOnly("COMPLETED");
	}

	@Test
	void absurdDurationsAndNumbersAreSurvived() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(exchange.request().contains("run-async") ? 400 : 200, "application/json",
						exchange.request().contains("run-async")
								? "{\"error\":{\"code\":\"X\",\"message\":\"m\",\"retry_after\":1e400}}"
								: "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":{\"n\":1e9999999999}}"));
				TinyFishClient client = this.kind.client(server.baseUrl())
					.pollTolerance(Samples.BRIEF)
					.timeout(Duration.ofSeconds(Long.MAX_VALUE))
					.connectTimeout(Duration.ofNanos(1_000_000))
					.runTimeout(Duration.ofSeconds(Long.MAX_VALUE))
					.build()) {
			assertThat(client.agent().run(Samples.request()).status()).isEqualTo(RunStatus.COMPLETED);
			assertThat(client.runs().get("run-1").result().json()).contains("1e9999999999");
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.agent().queue(Samples.request()));
		}
	}

	@Test
	void aLongRunInPlaceOfAStreamIsRead() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(500, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":{\"message\":\"" + "x".repeat(200_000)
						+ "\"}}"));
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			assertThat(client.agent().stream(Samples.request()).await().status()).isEqualTo(RunStatus.FAILED);
		}
	}

	@Test
	void aKeyThatAStreamEchoesIsNotKept() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.send("data: {\"key\": " + Samples.KEY + "\n\n");
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			Throwable thrown = catchThrowable(() -> client.agent().stream(Samples.request()).await());
			assertThat(thrown.getCause()).isInstanceOfSatisfying(TinyFishStreamParseException.class,
					(ex) -> assertThat(ex.line() + ex.getMessage() + thrown.getMessage()).doesNotContain(Samples.KEY));
		}
	}

}
