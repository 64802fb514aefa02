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
package ai.tinyfish.settings;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Key, headers and listener of options go with all requests that an operation leads to,
 * timeout and retries with its own.
 */
@BothClients
class FollowUpTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** The run has to be known before. */
	private static final Duration DEADLINE = Duration.ofMillis(800);

	private static final Script BROKEN = (exchange) -> {
		exchange.startStream();
		exchange.event(Samples.STARTED);
	};

	@Parameter
	ClientKind kind;

	private final List<ResponseMetadata> answers = new CopyOnWriteArrayList<>();

	private final RequestOptions options = RequestOptions.builder()
		.apiKey("sk-of-another-tenant")
		.header("X-Tenant", "shop-17")
		.timeout(Duration.ofSeconds(15))
		.maxRetries(0)
		.onResponse(this.answers::add)
		.build();

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theCancelAtTheDeadlineHasThem(Operation operation) throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.answers.clear();
			AgentRequest request = Samples.request().toBuilder().runTimeout(deadline).build();
			try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
					TinyFishClient client = client(server)) {
				Throwable failure = InBackground
					.failure(InBackground.submit(client.withOptions(this.options), operation, request));
				MoreTime.requireKnown(failure);
				assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class)
					.hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(1);
				assertCarried(server.requests());
				assertThat(this.answers).extracting(ResponseMetadata::operation)
					.containsExactly(operation.method(), "runs.cancel");
			}
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void theLooksAtARunWhoseStreamBrokeHaveThem(Operation operation) throws Exception {
		try (RunServer server = new RunServer(BROKEN, (exchange, n) -> exchange.answer(200, "application/json",
				RunServer.run((n < 2) ? "RUNNING" : "COMPLETED"))); TinyFishClient client = client(server)) {
			AgentRun run = InBackground
				.value(InBackground.submit(client.withOptions(this.options), operation, Samples.request()));
			assertThat(run.isCompleted()).isTrue();
			assertThat(server.looks()).isEqualTo(2);
			assertCarried(server.requests());
			assertThat(this.answers).extracting(ResponseMetadata::operation)
				.containsExactly(operation.method(), "runs.get", "runs.get");
		}
	}

	@Test
	void theLooksAtARunThatIsAwaitedHaveThem() {
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.ended("COMPLETED"));
				TinyFishClient client = client(server)) {
			assertThat(client.withOptions(this.options).runs().await("run-1", SOON).isCompleted()).isTrue();
			assertCarried(server.requests());
			assertThat(this.answers).extracting(ResponseMetadata::operation).containsExactly("runs.get");
		}
	}

	@Test
	void theCancelOfAStreamThatIsClosedHasThem() {
		try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING);
				TinyFishClient client = this.kind.client(server.baseUrl()).onClose(AbandonPolicy.CANCEL).build()) {
			try (AgentStream stream = client.withOptions(this.options).agent().stream(Samples.request())) {
				assertThat(stream.iterator().next().runId()).isEqualTo("run-1");
			}
			Soon.until(() -> server.cancels() == 1 && this.answers.size() == 2);
			assertCarried(server.requests());
		}
	}

	@Test
	void aCancelAndALookAreRepeatedAsTheClientSays() throws Exception {
		MoreTime.whereTooLittle(DEADLINE, (deadline) -> {
			this.answers.clear();
			AgentRequest request = Samples.request().toBuilder().runTimeout(deadline).build();
			try (RunServer server = new RunServer(RunServer.SILENT, RunServer.RUNNING, new Script() {

				private boolean asked;

				@Override
				public void run(ScriptedServer.Exchange exchange) throws IOException {
					if (this.asked) {
						exchange.answer(200, "application/json", "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}");
					}
					else {
						this.asked = true;
						exchange.reset();
					}
				}
			}); TinyFishClient client = client(server)) {
				Throwable failure = InBackground
					.failure(InBackground.submit(client.withOptions(this.options), Operation.STREAM, request));
				MoreTime.requireKnown(failure);
				assertThat(failure).hasMessageContaining("It was cancelled");
				assertThat(server.cancels()).isEqualTo(2);
			}
		});
	}

	@Test
	void runsWithTheSameHeadersAreLookedAtTogetherAndOthersApart() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (interval) -> {
			try (ScriptedServer server = completed(); TinyFishClient client = polling(server, interval)) {
				RequestOptions header = RequestOptions.builder().header("X-Tenant", "shop-17").build();
				RequestOptions same = RequestOptions.builder().header("X-Tenant", "shop-17").timeout(SOON).build();
				RequestOptions other = RequestOptions.builder().header("X-Tenant", "shop-18").build();
				// beside each other, so that they can be looked at together
				List<CompletableFuture<Long>> waits = Stream
					.of(awaitAll(client, 0), awaitAll(client.withOptions(RequestOptions.none()), 10),
							awaitAll(client.withOptions(header), 20), awaitAll(client.withOptions(same), 30),
							awaitAll(client.withOptions(other), 0))
					.toList();
				for (CompletableFuture<Long> wait : waits) {
					assertThat(InBackground.value(wait)).isEqualTo(10);
				}
				requireBatches(server);
				for (String request : server.requests()) {
					String body = RequestParts.of(request).body();
					assertThat(request.contains("shop-17"))
						.isEqualTo(body.contains("\"run-20\"") || body.contains("\"run-30\""));
					assertThat(body.contains("\"run-10\"") && body.contains("\"run-20\"")).isFalse();
				}
				List<String> apart = server.requests()
					.stream()
					.filter((request) -> request.contains("shop-18"))
					.toList();
				if (!RequestParts.of(apart.get(0)).body().contains("\"run-9\"")) {
					// not all were there yet when there was the first look
					throw MoreTime.tooLittle();
				}
				assertThat(apart).hasSize(1);
			}
		});
	}

	@Test
	void runsOfDerivedClientsArePolledTogether() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (interval) -> {
			try (ScriptedServer server = completed(); TinyFishClient client = polling(server, interval)) {
				List<TinyFishClient> clients = List.of(client, client.mutate().apiKey(Samples.KEY).build(),
						client.mutate().runTimeout(SOON).build());
				List<CompletableFuture<Long>> waits = IntStream.range(0, clients.size())
					.mapToObj((n) -> awaitAll(clients.get(n), 10 * n))
					.toList();
				for (CompletableFuture<Long> wait : waits) {
					assertThat(InBackground.value(wait)).isEqualTo(10);
				}
				if (server.requests().size() > 1) {
					throw MoreTime.tooLittle();
				}
			}
		});
	}

	/**
	 * A run that was there alone when there was the first look is looked at alone.
	 */
	private static void requireBatches(ScriptedServer server) {
		if (server.requests().stream().anyMatch((request) -> request.startsWith("GET "))) {
			throw MoreTime.tooLittle();
		}
	}

	private static ScriptedServer completed() {
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			exchange.answer(200, "application/json",
					request.startsWith("POST /v1/runs/batch ")
							? IntStream.range(0, 40)
								.mapToObj((n) -> completed("run-" + n))
								.collect(Collectors.joining(",", "{\"data\":[", "]}"))
							: completed(request.replaceAll("(?s)^GET /v1/runs/(run-\\d+).*", "$1")));
		});
	}

	private static String completed(String runId) {
		return "{\"run_id\":\"" + runId + "\",\"status\":\"COMPLETED\"}";
	}

	private TinyFishClient polling(ScriptedServer server, Duration interval) {
		return this.kind.client(server.baseUrl())
			.pollInterval(interval)
			.maxPollInterval(interval)
			.pollTolerance(SOON)
			.build();
	}

	private static CompletableFuture<Long> awaitAll(TinyFishClient client, int first) {
		List<QueuedRun> runs = IntStream.range(first, first + 10).mapToObj((n) -> QueuedRun.of("run-" + n)).toList();
		return CompletableFuture.supplyAsync(() -> {
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				return endings.count();
			}
		}, (task) -> {
			Thread thread = new Thread(task, "test-caller");
			thread.setDaemon(true);
			thread.start();
		});
	}

	private static void assertCarried(List<String> requests) {
		assertThat(requests).isNotEmpty()
			.allSatisfy((request) -> assertThat(request.toLowerCase(Locale.ROOT))
				.contains("x-api-key: sk-of-another-tenant", "x-tenant: shop-17"));
	}

	private TinyFishClient client(RunServer server) {
		return this.kind.client(server.baseUrl()).runTimeout(SOON).pollTolerance(SOON).build();
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).runTimeout(SOON).pollTolerance(SOON).build();
	}

}
