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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Outcomes and contexts of runs where clients of one application have several accounts.
 */
@BothClients
class AccountOutcomeTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String OTHER_KEY = "sk-tinyfish-other-0123456789";

	private static final Reply COMPLETED = new Reply(200, Samples.RUN);

	private static final Reply DOWN = new Reply(503, Samples.envelope("UNAVAILABLE", "Down"));

	@Parameter
	ClientKind kind;

	private final OpenRuns registry = OpenRuns.unlimited();

	private final RecordingListener listener = new RecordingListener();

	/** How reads of the run are answered, by key. */
	private final Map<String, Reply> reads = new ConcurrentHashMap<>();

	@ParameterizedTest
	@CsvSource({ "401, INVALID_API_KEY", "403, FORBIDDEN", "404, NOT_FOUND" })
	void anAwaitThatTheServiceRefusesPublishesAndRemembersNothing(int status, String code) {
		this.reads.put(Samples.KEY, new Reply(status, Samples.envelope(code, "No")));
		try (ScriptedServer server = server();
				TinyFishClient client = builder(server, Samples.KEY).pollTolerance(Samples.BRIEF).build()) {
			QueuedRun queued = client.agent().queue(Samples.request());
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.runs().await("run-1", SOON));
			assertThat(ex.runId()).isEqualTo("run-1");
			assertThat(ex).hasMessageContaining("could not be read");
			if (status != 404) {
				assertThat(ex).cause()
					.isInstanceOfSatisfying(TinyFishStatusException.class,
							(cause) -> assertThat(cause.status()).isEqualTo(status));
			}
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isFalse();
			this.reads.put(Samples.KEY, COMPLETED);
			assertThat(client.runs().await(queued.runId(), SOON).isCompleted()).isTrue();
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly("order-42");
	}

	@Test
	void anAwaitOfAnotherAccountDoesNotSilenceTheOutcome() {
		this.reads.put(Samples.KEY, COMPLETED);
		this.reads.put(OTHER_KEY, new Reply(404, Samples.envelope("NOT_FOUND", "No such run")));
		try (ScriptedServer server = server();
				TinyFishClient client = client(server, Samples.KEY);
				TinyFishClient other = builder(server, OTHER_KEY).pollTolerance(Samples.BRIEF).build()) {
			client.agent().queue(Samples.request());
			assertThat(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> other.runs().await("run-1", SOON)))
				.isNotNull();
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly("order-42");
	}

	@Test
	void anAwaitOfAnotherAccountDoesNotCarryTheRequestThatQueuedTheRun() {
		this.reads.put(Samples.KEY, COMPLETED);
		this.reads.put(OTHER_KEY, COMPLETED);
		try (ScriptedServer server = server();
				TinyFishClient client = client(server, Samples.KEY);
				TinyFishClient other = client.mutate().apiKey(OTHER_KEY).build()) {
			client.agent().queue(Samples.request());
			other.runs().await("run-1", SOON);
			await().atMost(SOON).until(() -> this.listener.calls().size() == 1);
			client.runs().await("run-1", SOON);
		}
		assertThat(this.listener.calls()).as("each account has its event").containsExactly("finished", "finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly(null, "order-42");
		assertThat(this.listener.contexts().get(0)).isEqualTo(RunContext.builder().runId("run-1").build());
	}

	@Test
	void equalRunIdsOfTwoServicesAreTwoRuns() {
		this.reads.put(Samples.KEY, COMPLETED);
		try (ScriptedServer server = server();
				ScriptedServer staging = server();
				TinyFishClient client = client(server, Samples.KEY);
				TinyFishClient other = client(staging, Samples.KEY)) {
			client.agent().queue(Samples.request());
			other.runs().await("run-1", SOON);
			await().atMost(SOON).until(() -> this.listener.calls().size() == 1);
			client.runs().await("run-1", SOON);
		}
		assertThat(this.listener.calls()).containsExactly("finished", "finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly(null, "order-42");
	}

	@Test
	void anUnknownOutcomeOfAnAwaitIsFollowedByOneKnownOutcome() {
		this.reads.put(Samples.KEY, DOWN);
		try (ScriptedServer server = server();
				TinyFishClient client = builder(server, Samples.KEY).pollTolerance(Duration.ofMillis(100)).build()) {
			client.agent().queue(Samples.request());
			for (int i = 0; i < 2; i++) {
				assertThat(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> client.runs().await("run-1", SOON)))
					.isNotNull();
			}
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isFalse();
			this.reads.put(Samples.KEY, COMPLETED);
			TinyFishClient patient = client.mutate().pollTolerance(SOON).build();
			for (int i = 0; i < 2; i++) {
				assertThat(patient.runs().await("run-1", SOON).isCompleted()).isTrue();
			}
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("error", "finished");
		assertThat(this.listener.contexts()).extracting(RunContext::tag).containsExactly("order-42", "order-42");
	}

	@Test
	void anUnknownOutcomeOfAStartedRunStaysItsOneEvent() {
		this.reads.put(Samples.KEY, DOWN);
		try (ScriptedServer server = server();
				TinyFishClient client = builder(server, Samples.KEY).pollTolerance(Duration.ofMillis(100)).build()) {
			assertThat(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.agent().start(Samples.request()).await(SOON)))
				.isNotNull();
			assertThat(((RunControl) this.registry).publishesOutcomeOf("run-1", null)).isTrue();
			this.reads.put(Samples.KEY, COMPLETED);
			TinyFishClient patient = client.mutate().pollTolerance(SOON).build();
			assertThat(patient.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
		assertThat(this.listener.calls()).containsExactly("started", "error");
	}

	private TinyFishClient client(ScriptedServer server, String apiKey) {
		return builder(server, apiKey).build();
	}

	private TinyFishClient.Builder builder(ScriptedServer server, String apiKey) {
		return this.kind.client(server.baseUrl())
			.apiKey(apiKey)
			.openRuns(this.registry)
			.runListener(this.listener)
			.pollTolerance(SOON);
	}

	/**
	 * A service with one run, whose stream ends early.
	 */
	private ScriptedServer server() {
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-async ")) {
				exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"error\":null}");
			}
			else if (request.startsWith("POST /v1/automation/run-sse ")) {
				exchange.startStream();
				exchange.event(Samples.STARTED);
			}
			else {
				Reply reply = this.reads.get(request.contains(OTHER_KEY) ? OTHER_KEY : Samples.KEY);
				exchange.answer(reply.status(), "application/json", reply.body());
			}
		});
	}

	private record Reply(int status, String body) {

	}

}
