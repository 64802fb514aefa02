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

package ai.tinyfish.internal.area;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Requests that are queued together: all or none of a hundred, and nothing twice.
 */
@BothClients(always = true)
class QueueAllTests {

	private static final Pattern GOAL = Pattern.compile("\"goal\":\"goal-(\\d+)\"");

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	private final AtomicInteger calls = new AtomicInteger();

	@Test
	void eachHundredIsOneCallAndEachRequestHasItsRun() {
		try (ScriptedServer server = queueing(Integer.MAX_VALUE, (exchange) -> {
		}); TinyFishClient client = client(server)) {
			QueuedBatch batch = client.agent().queueAll(requests(250));
			assertThat(batch.isComplete()).isTrue();
			assertThat(batch.accepted()).extracting(QueuedRun::runId)
				.containsExactlyElementsOf(IntStream.range(0, 250).mapToObj((i) -> "run-" + i).toList());
			assertThat(batch.accepted().get(42)).satisfies((run) -> {
				assertThat(run.tag()).isEqualTo("tag-42");
				assertThat(run.goal()).isEqualTo("goal-42");
			});
			assertThat(this.calls).hasValue(3);
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void oneSchemaHoldsForAll() {
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example/")
			.goal("goal-0")
			.outputSchema(Map.of("type", "object"))
			.build();
		try (ScriptedServer server = queueing(Integer.MAX_VALUE, (exchange) -> {
		}); TinyFishClient client = client(server)) {
			client.agent().queueAll(List.of(request, request));
			assertThat(server.requests().get(0)).contains("\"output_schema\":{\"type\":\"object\"}")
				.containsOnlyOnce("output_schema");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.agent()
					.queueAll(List.of(request, request.toBuilder().outputSchema(Map.of("type", "array")).build())))
				.withMessageContaining("outputSchema");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.agent().queueAll(List.of(request, requests(1).get(0))));
			assertThat(client.agent().queueAll(List.of()).accepted()).isEmpty();
			assertThat(this.calls).hasValue(1);
		}
	}

	@Test
	void refusalOfTheServiceIsVisibleAndTheRestIsNotSent() {
		try (ScriptedServer server = queueing(1,
				(exchange) -> exchange.answer(400, "application/json", Samples.envelope("INVALID_INPUT", "Bad")));
				TinyFishClient client = client(server)) {
			List<AgentRequest> requests = requests(250);
			QueuedBatch batch = client.agent().queueAll(requests);
			assertThat(batch.isComplete()).isFalse();
			assertThat(batch.accepted()).hasSize(100);
			assertThat(batch.refused()).isEqualTo(requests.subList(100, 200));
			assertThat(batch.cause()).isInstanceOf(TinyFishBadRequestException.class);
			assertThat(batch.unsent()).isEqualTo(requests.subList(200, 250));
			assertThat(this.calls).hasValue(2);
			await().until(() -> this.listener.errors().size() == 100);
		}
	}

	@Test
	void closingTheClientLosesNoIds() {
		AtomicReference<TinyFishClient> closed = new AtomicReference<>();
		try (ScriptedServer server = queueing(1, (exchange) -> {
			exchange.answer(429, "application/json",
					"{\"error\":{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"Slowly\",\"retry_after\":20}}");
			// the client waits for its next attempt, or is about to
			closed.get().close();
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.retry(RetrySettings.defaults())
					.runListener(this.listener)
					.build()) {
			closed.set(client);
			QueuedBatch batch = client.agent().queueAll(requests(250));
			assertThat(batch.accepted()).hasSize(100);
			// as long as its answer was not read, the attempt may have queued them
			boolean unknown = batch.cause() instanceof TinyFishRunOutcomeUnknownException;
			assertThat(batch.cause()).isNotNull();
			assertThat(batch.uncertain()).hasSize(unknown ? 100 : 0);
			assertThat(batch.refused()).hasSize(unknown ? 0 : 100);
			assertThat(batch.unsent()).hasSize(50);
			assertThat(this.calls).hasValue(2);
		}
		await().untilAsserted(() -> assertThat(this.listener.errors()).hasSize(100));
	}

	@Test
	void aClosedClientQueuesNothing() {
		try (ScriptedServer server = queueing(Integer.MAX_VALUE, (exchange) -> {
		})) {
			TinyFishClient client = client(server);
			client.close();
			assertThatIllegalStateException().isThrownBy(() -> client.agent().queueAll(requests(2)));
			assertThat(this.calls).hasValue(0);
		}
	}

	@Test
	void anErrorInASuccessIsARefusal() {
		try (ScriptedServer server = queueing(0,
				(exchange) -> exchange.answer(200, "application/json",
						"{\"run_ids\":null,\"error\":{\"code\":\"FORBIDDEN\",\"message\":\"Not enough credit\"}}"));
				TinyFishClient client = client(server)) {
			QueuedBatch batch = client.agent().queueAll(requests(2));
			assertThat(batch.cause()).isInstanceOf(TinyFishRunFailedException.class)
				.hasMessageContaining("Not enough credit");
			assertThat(batch.refused()).hasSize(2);
			assertThat(batch.uncertain()).isEmpty();
			assertThat(batch.accepted()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>", "{\"run_ids\":[\"run-1\"]}", "{\"run_ids\":[\"run-1\",null]}", "{}" })
	void anAnswerThatDoesNotNameEachRunLeavesThemUnknown(String answer) {
		assertUnknown((exchange) -> exchange.answer(200, "application/json", answer));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"run_ids\":[\"run-1\",\"run-2\"]}",
			"{\"run_ids\":[\"run-1\",null,\"run-2\"],\"error\":{\"code\":\"X\",\"message\":\"No room\"}}",
			"{\"run_ids\":[\"run-1\",\"run-2\"],\"errors\":[{\"index\":1,\"error\":{\"message\":\"No room\"}}]}",
			"{\"run_ids\":null,\"error\":{\"code\":\"X\",\"message\":\"No room\"},"
					+ "\"runs\":[{\"run_id\":\"run-1\"},{\"run_id\":\"run-2\"}]}",
			"{\"results\":[{\"run_id\":\"run-1\",\"error\":null},{\"run_id\":\"run-2\"},{\"error\":\"No room\"}]}",
			"{\"run_ids\":[{\"runId\":\"run-1\"},{\"error\":{\"reason\":[\"No room\"]}},{\"runId\":\"run-2\"}]}" })
	void theIdsThatAnAnswerNamesAreInTheException(String answer) {
		try (ScriptedServer server = queueing(0, (exchange) -> exchange.answer(200, "application/json", answer));
				TinyFishClient client = client(server)) {
			QueuedBatch batch = client.agent().queueAll(requests(3));
			assertThat(batch.cause()).isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class, (failure) -> {
				assertThat(failure.runIds()).containsExactly("run-1", "run-2");
				assertThat(failure).hasMessageContaining("run-1, run-2").hasMessageContaining("runIds()");
				if (answer.contains("No room")) {
					assertThat(failure).hasMessageContaining("No room");
				}
			});
			assertThat(batch.uncertain()).hasSize(3);
			assertThat(batch.refused()).isEmpty();
			assertThat(this.calls).hasValue(1);
		}
	}

	@Test
	void aHundredIdsAreNotCut() {
		List<String> ids = IntStream.range(0, 99).mapToObj((i) -> "\"%036d\"".formatted(i)).toList();
		for (int status : List.of(200, 500)) {
			this.calls.set(0);
			try (ScriptedServer server = queueing(0,
					(exchange) -> exchange.answer(status, "application/json", "{\"run_ids\":" + ids + "}"));
					TinyFishClient client = client(server)) {
				assertThat(client.agent().queueAll(requests(100)).cause()).isInstanceOfSatisfying(
						TinyFishRunOutcomeUnknownException.class,
						(failure) -> assertThat(failure.runIds()).hasSize(99)
							.startsWith("0".repeat(36))
							.endsWith("0".repeat(34) + "98"));
				assertThat(this.calls).hasValue(1);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"run_ids\":null,\"errors\":[{\"index\":0,\"message\":\"No room\"},{\"index\":1}]}",
			"{\"run_ids\":[],\"error\":[{\"code\":\"X\",\"message\":\"No room\"},null]}",
			"{\"errors\":{\"0\":\"No room\",\"1\":\"None\"}}",
			"{\"runs\":[{\"run_id\":null,\"error\":{\"message\":\"No room\"}},{\"error\":\"No room\"}]}",
			"{\"run_ids\":[],\"error\":{\"message\":\"No room\"}}" })
	void anErrorOfEachRunWithoutAnyIdIsARefusal(String answer) {
		try (ScriptedServer server = queueing(0, (exchange) -> exchange.answer(200, "application/json", answer));
				TinyFishClient client = client(server)) {
			QueuedBatch batch = client.agent().queueAll(requests(2));
			assertThat(batch.cause()).isInstanceOf(TinyFishRunFailedException.class).hasMessageContaining("No room");
			assertThat(batch.refused()).hasSize(2);
		}
	}

	/**
	 * The other one may run, and would be paid for twice if it was queued again.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "{\"run_ids\":[],\"errors\":[{\"index\":1,\"message\":\"No room\"}]}",
			"{\"errors\":{\"1\":\"No room\"}}", "{\"runs\":[{\"id\":\"run-1\"},{\"error\":{\"message\":\"No room\"}}]}",
			"{\"results\":[{\"run\":{\"run_id\":\"run-1\"}},{\"error\":{\"message\":\"No room\"}}]}",
			"{\"data\":{\"run_ids\":[\"run-1\"]},\"error\":{\"message\":\"No room\"}}",
			"{\"run_ids\":[\"run-1\",\"run-1\"],\"errors\":[{\"message\":\"No room\"}]}" })
	void errorsOfSomeOfTheRunsAreNotARefusal(String answer) {
		try (ScriptedServer server = queueing(0, (exchange) -> exchange.answer(200, "application/json", answer));
				TinyFishClient client = client(server)) {
			assertThat(client.agent().queueAll(requests(2)).cause())
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
						(failure) -> assertThat(failure.runIds()).isEqualTo(
								answer.contains("run-1") && !answer.contains("\"id\"") ? List.of("run-1") : List.of()))
				.hasMessageContaining("No room");
			assertThat(this.calls).hasValue(1);
		}
	}

	@Test
	void aLostAnswerLeavesThemUnknownAndNothingIsSentAgain() {
		assertUnknown(ScriptedServer.Exchange::reset);
		assertUnknown((exchange) -> exchange.answer(502, "text/html", "<html>"));
	}

	private void assertUnknown(ScriptedServer.Script script) {
		this.calls.set(0);
		try (ScriptedServer server = queueing(0, script); TinyFishClient client = client(server)) {
			QueuedBatch batch = client.agent().queueAll(requests(2));
			TinyFishException failure = batch.cause();
			assertThat(failure).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("runs().list");
			assertThat(batch.uncertain()).hasSize(2);
			assertThat(batch.refused()).isEmpty();
			assertThat(this.calls).hasValue(1);
		}
	}

	/**
	 * A server that takes some batches, and then does something else.
	 */
	private ScriptedServer queueing(int taken, ScriptedServer.Script then) {
		return new ScriptedServer((exchange) -> {
			if (this.calls.getAndIncrement() >= taken) {
				then.run(exchange);
				return;
			}
			List<String> ids = GOAL.matcher(exchange.request())
				.results()
				.map((goal) -> "\"run-" + goal.group(1) + "\"")
				.toList();
			exchange.answer(200, "application/json", "{\"run_ids\":" + ids + ",\"error\":null}");
		});
	}

	private static List<AgentRequest> requests(int count) {
		List<AgentRequest> requests = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			requests.add(AgentRequest.of("https://shop.example/", "goal-" + i).withTag("tag-" + i));
		}
		return requests;
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).runListener(this.listener).build();
	}

}
