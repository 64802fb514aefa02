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

package ai.tinyfish.internal.redaction;

import java.time.Duration;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * The service's text about a run's failure ends in exceptions, events and logs: secrets
 * of the request are taken out of it if the request is known.
 */
@BothClients(always = true)
class FailedRunEchoTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String PASSWORD = "proxy-pass-9876543210";

	private static final String HOOK = "hook-secret-abcdef";

	private static final String HOOK_PASSWORD = "hook-pass-5550123";

	private static final String TOKEN = "gateway-token-424242";

	private static final List<String> SECRETS = List.of(PASSWORD, HOOK, HOOK_PASSWORD, TOKEN, Samples.KEY);

	private static final String ECHO = String.join(" ", SECRETS);

	private static final String ERROR = """
			{"code":"PROXY %1$s","message":"No way through %1$s","category":"AGENT %1$s","retry_after":60,
			 "help_url":"https://help.example/%1$s","help_message":"Not with %1$s",
			 "details":["Sent %1$s"]}""".formatted(ECHO).replace("\n", "");

	private static final String FAILED = "{\"run_id\":\"run-1\",\"status\":\"FAILED\",\"result\":{\"said\":\""
			+ PASSWORD + "\"},\"error\":" + ERROR + ",\"profile_hint\":{\"message\":\"Not with " + ECHO
			+ "\"},\"echo\":[{\"password\":\"" + PASSWORD + "\"}],\"profile_id\":\"prof_1\"}";

	private static final AgentRequest REQUEST = AgentRequest.builder()
		.url("https://shop.example")
		.goal("Read")
		.webhookUrl("https://hook-user:" + HOOK_PASSWORD + "@hooks.example/" + HOOK)
		.proxy(ProxyConfig.builder().url("http://proxy.example:8080").password(PASSWORD).build())
		.build();

	private static final RequestOptions OPTIONS = RequestOptions.builder().header("X-Token", TOKEN).build();

	@Parameter
	ClientKind kind;

	@ParameterizedTest
	@ValueSource(ints = { 200, 500 })
	void aRunThatFailedRepeatsNothing(int status) {
		for (Operation operation : List.of(Operation.RUN, Operation.STREAM, Operation.START)) {
			try (ScriptedServer server = answering(status, FAILED)) {
				if (operation == Operation.RUN || status != 200) {
					assertRepeatsNothing(server.baseUrl(), operation);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theEndOfAStreamRepeatsNothing(Operation operation) {
		String complete = FAILED.replaceFirst("\\{", "{\"type\":\"COMPLETE\",");
		for (String event : List.of(complete, complete.replace(ERROR, "\"No way through " + ECHO + "\""))) {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				exchange.event(event);
			})) {
				assertRepeatsNothing(server.baseUrl(), operation);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void anEndingThatWasAskedForRepeatsNothing(Operation operation) {
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
		}, (exchange, n) -> exchange.answer(200, "application/json", FAILED))) {
			assertRepeatsNothing(server.baseUrl(), operation);
		}
	}

	@Test
	void theEndingOfARunThatWasToBeCancelledRepeatsNothing() {
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer(RunServer.SILENT,
				(exchange, n) -> exchange.answer(200, "application/json", FAILED),
				(exchange) -> exchange.answer(200, "application/json",
						"{\"run_id\":\"run-1\",\"status\":\"FAILED\",\"message\":\"Run already finished\"}"));
				TinyFishClient client = this.kind.client(server.baseUrl())
					.onClose(AbandonPolicy.CANCEL)
					.runListener(listener)
					.build()) {
			try (AgentStream stream = client.withOptions(OPTIONS).agent().stream(REQUEST)) {
				assertThat(stream.iterator().next().runId()).isEqualTo("run-1");
			}
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
			assertNothingIn(listener.runs().get(0));
		}
	}

	@Test
	void aRunThatIsNotQueuedRepeatsNothing() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = answering(200, "{\"run_id\":null,\"run_ids\":null,\"error\":" + ERROR + "}");
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			TinyFishClient changed = client.withOptions(OPTIONS);
			QueuedRun queued = changed.agent().queue(REQUEST);
			assertNothingIn(queued.error());
			TinyFishException failure = changed.agent().queueAll(List.of(Samples.request(), REQUEST)).cause();
			assertThat(failure).isNotNull();
			assertThat(failure.getMessage()).contains("***").doesNotContain(SECRETS);
			await().atMost(SOON).until(() -> listener.errors().size() == 3);
			assertThat(listener.errors())
				.allSatisfy((error) -> assertThat(error.getMessage()).contains("***").doesNotContain(SECRETS));
		}
	}

	@Test
	void ofARunThatIsReadByAnotherCallTheSecretsOfThatCallAreTakenOut() {
		List<String> secrets = List.of(TOKEN, Samples.KEY);
		try (ScriptedServer server = queueing(FAILED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient changed = client.withOptions(OPTIONS);
			QueuedRun queued = changed.agent().queue(REQUEST);
			assertThat(queued.toString()).doesNotContain(SECRETS);
			for (RunError error : List.of(changed.runs().await(queued, SOON).error(),
					changed.runs().awaitAll(List.of(queued), SOON).toList().get(0).error(),
					changed.runs().get("run-1").error(), changed.runs().list().data().get(0).error(),
					changed.runs().getAll(List.of("run-1")).data().get(0).error())) {
				assertThat(error.toString()).contains("***").doesNotContain(secrets);
			}
		}
	}

	@Test
	void theErrorOfAReadRepeatsNothing() {
		RecordingListener listener = new RecordingListener();
		String envelope = Samples.envelope("UNAVAILABLE " + TOKEN, "Not for " + ECHO);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean queues = exchange.request().contains("/run-async ");
			exchange.answer(queues ? 200 : 503, "application/json", queues ? "{\"run_id\":\"run-1\"}" : envelope);
		});
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(listener)
					.pollTolerance(Samples.BRIEF)
					.build()) {
			TinyFishClient changed = client.withOptions(OPTIONS);
			QueuedRun queued = changed.agent().queue(REQUEST);
			for (Throwable failure : List.of(catchThrowable(() -> changed.runs().await(queued, SOON)),
					catchThrowable(() -> changed.runs().get("run-1")),
					catchThrowable(() -> changed.runs().getAll(List.of("run-0", "run-1"))),
					catchThrowable(() -> changed.runs().cancel("run-1")),
					catchThrowable(() -> changed.runs().cancelAll(List.of("run-0", "run-1"))))) {
				assertThat(EchoTests.everythingOf(failure)).contains("***").doesNotContain(TOKEN, Samples.KEY);
			}
			await().atMost(SOON).until(() -> !listener.errors().isEmpty());
			assertThat(EchoTests.everythingOf(listener.errors().get(0))).contains("***")
				.doesNotContain(TOKEN, Samples.KEY);
		}
	}

	@Test
	void ofARunWhoseRequestIsNotKnownTheKeyIsTakenOut() {
		try (ScriptedServer server = queueing(FAILED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			List<RunError> errors = List.of(client.runs().await(QueuedRun.of("run-1"), SOON).error(),
					client.runs().get("run-1").error(), client.runs().list().data().get(0).error(),
					client.runs().getAll(List.of("run-1")).data().get(0).error());
			assertThat(errors)
				.allSatisfy((error) -> assertThat(error.toString()).contains("***").doesNotContain(Samples.KEY));
		}
	}

	@Test
	void resultOfARunIsLeftAsItIs() {
		try (ScriptedServer server = answering(200, FAILED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AgentRun run = client.agent().run(REQUEST);
			assertThat(run.result().json()).isEqualTo("{\"said\":\"" + PASSWORD + "\"}");
			assertThat(run.error()).isNotNull();
			assertThat(run.error().retryAfter()).isEqualTo(Duration.ofMinutes(1));
		}
	}

	private void assertRepeatsNothing(String baseUrl, Operation operation) {
		RecordingListener listener = new RecordingListener();
		try (TinyFishClient client = this.kind.client(baseUrl).maxRetries(0).runListener(listener).build()) {
			TinyFishClient changed = client.withOptions(OPTIONS);
			assertNothingIn(end(changed, operation));
			await().atMost(SOON).until(() -> !listener.runs().isEmpty());
			assertNothingIn(listener.runs().get(0));
		}
	}

	private static AgentRun end(TinyFishClient client, Operation operation) {
		return switch (operation) {
			case RUN -> client.agent().run(REQUEST);
			case STREAM -> client.agent().stream(REQUEST).await();
			case START -> client.agent().start(REQUEST).await();
			default -> throw new IllegalArgumentException(operation + " gives no ending");
		};
	}

	private static void assertNothingIn(AgentRun run) {
		assertThat(run.status()).isEqualTo(RunStatus.FAILED);
		assertNothingIn(run.error());
		assertThat(run.additionalProperties().toString()).doesNotContain(Samples.KEY);
		assertThat(run.profileId()).isEqualTo("prof_1");
		assertThat(catchThrowable(() -> run.result().toMap()).getMessage()).contains("***").doesNotContain(SECRETS);
	}

	private static void assertNothingIn(RunError error) {
		assertThat(error).isNotNull();
		assertThat(error.toString()).contains("No way through *** *** ***").doesNotContain(SECRETS);
		if (!error.additionalProperties().isEmpty()) {
			assertThat(error.additionalProperties().toString()).contains("Sent *** *** ***").doesNotContain(SECRETS);
		}
	}

	/**
	 * A service that queues runs, of which the first is {@code run-1}, and says the same
	 * of all.
	 */
	private static ScriptedServer queueing(String run) {
		String all = "[" + run + "," + run.replace("run-1", "run-2") + "]";
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			String body = run;
			if (request.contains("/run-async ")) {
				body = "{\"run_id\":\"run-1\",\"error\":null}";
			}
			else if (request.contains("/run-batch ")) {
				body = "{\"run_ids\":[\"run-1\",\"run-2\"],\"error\":null}";
			}
			else if (!request.startsWith("GET /v1/runs/")) {
				body = "{\"data\":" + all + ",\"not_found\":[],\"pagination\":{\"total\":2,\"has_more\":false}}";
			}
			else if (request.startsWith("GET /v1/runs/run-2")) {
				body = run.replace("run-1", "run-2");
			}
			exchange.answer(200, "application/json", body);
		});
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
