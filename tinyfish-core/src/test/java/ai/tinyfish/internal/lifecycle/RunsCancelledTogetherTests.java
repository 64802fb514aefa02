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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many runs that are cancelled since their application or client ends.
 */
@BothClients
class RunsCancelledTogetherTests {

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	private static final String OTHER_KEY = "sk-tinyfish-test-9876543210";

	@Parameter
	@Nullable ClientKind kind;

	private final OpenRuns registry = OpenRuns.unlimited();

	private final Map<String, String> endings = new TreeMap<>();

	private final AtomicInteger started = new AtomicInteger();

	private final RecordingListener listener = new RecordingListener() {

		@Override
		public void started(RunContext context, StartedEvent event) {
			RunsCancelledTogetherTests.this.started.incrementAndGet();
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			record(context, event.run().statusText());
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			record(context, exception.getMessage());
		}

	};

	@ParameterizedTest
	@EnumSource
	void oneCallCancelsUpToAHundredRunsOfAnAccount(End end) throws Exception {
		try (ScriptedServer server = server(RunsCancelledTogetherTests::cancelAll)) {
			TinyFishClient client = client(server);
			TinyFishClient other = client.withOptions(RequestOptions.builder().apiKey(OTHER_KEY).build());
			start(client, 110);
			start(other, 10);
			Soon.until(() -> this.started.get() == 120);
			end.of(client, this.registry);
			client.close();
			assertThat(this.endings).hasSize(120).values().containsOnly("CANCELLED");
			List<String> cancels = cancels(server);
			assertThat(cancels).hasSize(3);
			assertThat(cancels).allSatisfy((request) -> assertThat(ids(request)).hasSizeLessThanOrEqualTo(100));
			assertThat(cancels.stream().flatMap((request) -> ids(request).stream())).hasSize(120)
				.doesNotHaveDuplicates();
			assertThat(cancels).filteredOn((request) -> request.contains(OTHER_KEY))
				.flatMap(RunsCancelledTogetherTests::ids)
				.hasSize(10);
		}
	}

	@Test
	void eachReceivesItsState() throws Exception {
		try (ScriptedServer server = server((exchange) -> {
			List<String> ids = ids(exchange.request());
			if (exchange.request().startsWith("POST /v1/runs/batch/cancel ")) {
				// the service passes over one that it has
				answer(exchange, ids.stream().filter((id) -> !id.equals("run-3") && !id.equals("run-4")).toList(),
						"[\"run-3\"]");
			}
			else if (exchange.request().contains("/run-3/cancel ")) {
				exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such run"));
			}
			else {
				exchange.answer(200, "application/json", cancelled(ids.get(0)));
			}
		}); TinyFishClient client = client(server)) {
			start(client, 12);
			Soon.until(() -> this.started.get() == 12);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.endings).hasSize(12);
			assertThat(this.endings.remove("run-2")).isEqualTo("COMPLETED");
			assertThat(this.endings.remove("run-3")).contains("could not be cancelled and may go on");
			assertThat(this.endings).hasSize(10).values().containsOnly("CANCELLED");
			assertThat(cancels(server)).filteredOn((request) -> request.contains("/run-3/cancel ")).hasSize(1);
			assertThat(cancels(server)).filteredOn((request) -> request.contains("/run-4/cancel ")).hasSize(1);
		}
	}

	@Test
	void closingAClientCancelsTheRunsOfDerivedOnesWithTheirOwnRegistry() throws Exception {
		try (ScriptedServer server = server(RunsCancelledTogetherTests::cancelAll)) {
			TinyFishClient client = client(server);
			start(client.mutate().openRuns(null).build(), 3);
			Soon.until(() -> this.started.get() == 3);
			client.close();
			assertThat(this.endings).hasSize(3).values().containsOnly("CANCELLED");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whereManyCannotBeCancelledAtOnceEachIs(Refusal refusal) throws Exception {
		try (ScriptedServer server = server((exchange) -> {
			if (exchange.request().startsWith("POST /v1/runs/batch/cancel ")) {
				exchange.answer(refusal.status, refusal.contentType, refusal.body);
			}
			else {
				cancelAll(exchange);
			}
		}); TinyFishClient client = client(server)) {
			start(client, 6);
			Soon.until(() -> this.started.get() == 6);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.endings).hasSize(6).values().containsOnly("CANCELLED");
		}
	}

	@Test
	void oneRunIsCancelledByItself() throws Exception {
		try (ScriptedServer server = server(RunsCancelledTogetherTests::cancelAll);
				TinyFishClient client = client(server)) {
			start(client, 1);
			Soon.until(() -> this.started.get() == 1);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.endings).hasSize(1).values().containsOnly("CANCELLED");
			assertThat(cancels(server)).singleElement()
				.satisfies((request) -> assertThat(request).startsWith("POST /v1/runs/run-1/cancel "));
		}
	}

	@Test
	void aServiceThatDoesNotCancelLeavesTheirEndingsUnknown() throws Exception {
		try (ScriptedServer server = server(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = client(server)) {
			start(client, 6);
			Soon.until(() -> this.started.get() == 6);
			((RunControl) this.registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			assertThat(this.endings).hasSize(6)
				.values()
				.allSatisfy((message) -> assertThat(message).contains("could not be cancelled and may go on"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void runsThatTheServiceCancelsSlowlyAreReportedAsCancelled(End end) throws Exception {
		MoreTime.whereTooLittle(Duration.ofSeconds(1), (time) -> {
			reset();
			AtomicLong lastAnswer = new AtomicLong();
			try (ScriptedServer server = server((exchange) -> {
				TimeUnit.SECONDS.sleep(6);
				cancelAll(exchange);
				lastAnswer.accumulateAndGet(System.nanoTime(), Math::max);
			})) {
				TinyFishClient client = client(server);
				start(client, 150);
				Soon.until(() -> this.started.get() == 150);
				lastAnswer.set(System.nanoTime());
				long begin = System.nanoTime();
				end.of(client, this.registry);
				client.close();
				if (lastAnswer.get() - begin > TimeUnit.MILLISECONDS.toNanos(8500)) {
					throw MoreTime.tooLittle();
				}
				assertThat(this.endings).hasSize(150).values().containsOnly("CANCELLED");
			}
		});
	}

	@Test
	void eachRunHasOneOutcomeAsFarAsTheServiceAnswersInTime() throws Exception {
		try (ScriptedServer server = server((exchange) -> {
			if (ids(exchange.request()).contains("run-1")) {
				exchange.silence();
			}
			else {
				cancelAll(exchange);
			}
		}); TinyFishClient client = client(server)) {
			start(client, 150);
			Soon.until(() -> this.started.get() == 150);
			((RunControl) this.registry).stop(Duration.ZERO).get(25, TimeUnit.SECONDS);
			Set<String> unanswered = cancels(server).stream()
				.map(RunsCancelledTogetherTests::ids)
				.filter((ids) -> ids.contains("run-1"))
				.flatMap(List::stream)
				.collect(Collectors.toSet());
			assertThat(this.endings).hasSize(150);
			assertThat(this.endings).allSatisfy((id, ending) -> {
				if (unanswered.contains(id)) {
					assertThat(ending).containsOnlyOnce("did not confirm in time that the run was cancelled");
				}
				else {
					assertThat(ending).isEqualTo("CANCELLED");
				}
			});
		}
	}

	private synchronized void reset() {
		((RunControl) this.registry).resume();
		this.endings.clear();
		this.started.set(0);
	}

	private void start(TinyFishClient client, int count) {
		for (int i = 0; i < count; i++) {
			client.agent().start(Samples.request());
		}
	}

	private synchronized void record(RunContext context, @Nullable String ending) {
		this.endings.merge(String.valueOf(context.runId()), String.valueOf(ending), String::concat);
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.onClose(AbandonPolicy.CANCEL)
			.maxOpenStreams(200)
			.build();
	}

	/**
	 * A service whose runs do not end by themselves, but for the second one, which is
	 * through when it is cancelled.
	 */
	private static ScriptedServer server(ScriptedServer.Script cancel) {
		AtomicInteger runs = new AtomicInteger();
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-sse ")) {
				exchange.startStream();
				exchange.event("{\"type\":\"STARTED\",\"run_id\":\"run-" + runs.incrementAndGet() + "\"}");
				exchange.silence();
			}
			else if (request.startsWith("GET ")) {
				exchange.answer(200, "application/json",
						"{\"run_id\":\"" + ids(request).get(0) + "\",\"status\":\"COMPLETED\",\"result\":{}}");
			}
			else {
				cancel.run(exchange);
			}
		});
	}

	private static void cancelAll(Exchange exchange) throws IOException {
		List<String> ids = ids(exchange.request());
		if (exchange.request().startsWith("POST /v1/runs/batch/cancel ")) {
			exchange.answer(200, "application/json",
					ids.stream()
						.map(RunsCancelledTogetherTests::cancelled)
						.collect(Collectors.joining(",", "{\"results\":[", "],\"not_found\":null}")));
		}
		else {
			exchange.answer(200, "application/json", cancelled(ids.get(0)));
		}
	}

	private static void answer(Exchange exchange, List<String> ids, String notFound) throws IOException {
		exchange.answer(200, "application/json",
				ids.stream()
					.map((id) -> id.equals("run-2")
							? "{\"run_id\":\"run-2\",\"status\":\"COMPLETED\",\"message\":\"Run already finished\"}"
							: cancelled(id))
					.collect(Collectors.joining(",", "{\"results\":[", "],\"not_found\":" + notFound + "}")));
	}

	private static String cancelled(String id) {
		return "{\"run_id\":\"" + id + "\",\"status\":\"CANCELLED\"}";
	}

	private static List<String> cancels(ScriptedServer server) {
		return server.requests().stream().filter((request) -> request.contains("/cancel ")).toList();
	}

	private static List<String> ids(String request) {
		return RUN_ID.matcher(request).results().map((id) -> id.group()).toList();
	}

	enum End {

		STOP {
			@Override
			void of(TinyFishClient client, OpenRuns registry) throws Exception {
				((RunControl) registry).stop(Duration.ZERO).get(20, TimeUnit.SECONDS);
			}
		},

		CLOSE {
			@Override
			void of(TinyFishClient client, OpenRuns registry) {
				client.close();
			}
		};

		abstract void of(TinyFishClient client, OpenRuns registry) throws Exception;

	}

	enum Refusal {

		OF_A_GATEWAY(404, "text/html", "<html>"),

		OF_THE_SERVICE(400, "application/json", Samples.envelope("INVALID_INPUT", "No")),

		UNREADABLE(200, "application/json", "{}");

		private final int status;

		private final String contentType;

		private final String body;

		Refusal(int status, String contentType, String body) {
			this.status = status;
			this.contentType = contentType;
			this.body = body;
		}

	}

}
