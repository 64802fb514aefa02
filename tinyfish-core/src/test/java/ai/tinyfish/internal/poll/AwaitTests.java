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

package ai.tinyfish.internal.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Waiting for runs, and reading many of them at once.
 */
@BothClients
class AwaitTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	@Parameter
	ClientKind kind;

	private final RecordingListener listener = new RecordingListener();

	@Test
	void aQueuedRunIsAwaitedAndItsEndingPublishedOnce() {
		try (RunServer server = new RunServer((e) -> {
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run((n < 3) ? "RUNNING" : "COMPLETED")));
				TinyFishClient client = client(server.baseUrl())) {
			QueuedRun queued = new QueuedRun("run-1", null, "order-42", "https://shop.example/item", "Read the price");
			AgentRun run = client.runs().await(queued, SOON);
			assertThat(run.isCompleted()).isTrue();
			assertThat(server.looks()).isEqualTo(3);
			// again, and by its id: the same ending, and no second event
			assertThat(client.runs().await("run-1", SOON)).isEqualTo(run);
		}
		assertThat(this.listener.calls()).containsExactly("finished");
		RunContext context = this.listener.contexts().get(0);
		assertThat(context.runId()).isEqualTo("run-1");
		assertThat(context.tag()).isEqualTo("order-42");
	}

	@Test
	void aRunThatDoesNotEndInTimeIsLeftAlone() {
		try (RunServer server = new RunServer((e) -> {
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")));
				TinyFishClient client = client(server.baseUrl())) {
			TinyFishRunTimeoutException ex = catchThrowableOfType(TinyFishRunTimeoutException.class,
					() -> client.runs().await("run-1", Duration.ofMillis(400)));
			assertThat(ex.runId()).isEqualTo("run-1");
			assertThat(ex).hasMessageContaining("left running");
			assertThat(server.cancels()).isZero();
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void aRunThatTheServiceDoesNotKnowHasAnUnknownEnding() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(200), (tolerance) -> {
			RecordingListener listener = new RecordingListener();
			try (RunServer server = new RunServer((e) -> {
			}, (exchange, n) -> exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run")));
					TinyFishClient client = this.kind.client(server.baseUrl())
						.runListener(listener)
						.pollInterval(Duration.ofMillis(20))
						.pollTolerance(tolerance)
						.build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> client.runs().await("run-1", SOON));
				assertThat(ex.runId()).isEqualTo("run-1");
				if (ex.getCause() instanceof TinyFishTimeoutException) {
					// the answers came too late
					throw MoreTime.tooLittle();
				}
			}
			assertThat(listener.calls()).isEmpty();
		});
	}

	@Test
	void aRunWithoutAnIdCannotBeAwaited() {
		QueuedRun refused = new QueuedRun(null, null, null, null, null);
		try (TinyFishClient client = client("http://127.0.0.1:1")) {
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().await(refused, SOON))
				.withMessageContaining("runId");
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().awaitAll(List.of(refused), SOON));
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().await("a/b", SOON));
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().getAll(List.of("a/b")));
		}
	}

	@Test
	void closingTheClientEndsTheWaiting() throws Exception {
		try (RunServer server = new RunServer((e) -> {
		}, (exchange, n) -> exchange.answer(200, "application/json", RunServer.run("RUNNING")))) {
			TinyFishClient client = this.kind.client(server.baseUrl())
				.runListener(this.listener)
				.pollInterval(Duration.ofSeconds(30))
				.maxPollInterval(Duration.ofSeconds(30))
				.build();
			CompletableFuture<Throwable> thrown = new CompletableFuture<>();
			Thread caller = new Thread(
					() -> thrown.complete(catchThrowable(() -> client.runs().await("run-1", Duration.ofMinutes(5)))));
			caller.start();
			await().atMost(SOON).until(() -> server.looks() == 1);
			client.close();
			assertThat(thrown.get(20, TimeUnit.SECONDS))
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class,
						(ex) -> assertThat(ex.runId()).isEqualTo("run-1"))
				.hasMessageContaining("closed");
		}
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

	@Test
	void howLongToWaitIsChecked() {
		try (TinyFishClient client = client("http://127.0.0.1:1")) {
			for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
				assertThatIllegalArgumentException().isThrownBy(() -> client.runs().await("run-1", timeout))
					.withMessageContaining("timeout");
				assertThatIllegalArgumentException()
					.isThrownBy(() -> client.runs().awaitAll(List.of(QueuedRun.of("run-1")), timeout));
			}
		}
		try (RunServer server = new RunServer((e) -> {
		}, RunServer.ended("COMPLETED")); TinyFishClient client = client(server.baseUrl())) {
			assertThat(client.runs().await("run-1", Duration.ofSeconds(Long.MAX_VALUE)).isCompleted()).isTrue();
		}
	}

	@Test
	void manyRunsAreAwaitedWithFewCallsAndComeAsTheyEnd() {
		Set<String> ended = ConcurrentHashMap.newKeySet();
		AtomicInteger calls = new AtomicInteger();
		AtomicInteger largest = new AtomicInteger();
		List<QueuedRun> runs = IntStream.range(0, 250).mapToObj((i) -> QueuedRun.of("run-" + i)).toList();
		try (ScriptedServer server = batches(ended, calls, largest); TinyFishClient client = client(server.baseUrl())) {
			ended.add("run-7");
			List<String> ids = new ArrayList<>();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				endings.forEach((run) -> {
					ids.add(run.runId());
					if (ids.size() == 1) {
						runs.forEach((queued) -> ended.add(queued.runId()));
					}
				});
			}
			assertThat(ids.get(0)).isEqualTo("run-7");
			assertThat(new HashSet<>(ids)).hasSize(250);
			assertThat(largest).hasValue(100);
			assertThat(calls.get()).isLessThan(50);
		}
		assertThat(this.listener.calls()).hasSize(250).containsOnly("finished");
	}

	@Test
	void waitersNeedNoThreadsOfTheClientsOwn() throws Exception {
		Set<String> ended = ConcurrentHashMap.newKeySet();
		ExecutorService callers = Executors.newFixedThreadPool(40);
		try (ScriptedServer server = batches(ended, new AtomicInteger(), new AtomicInteger());
				TinyFishClient client = client(server.baseUrl())) {
			CountDownLatch waiting = new CountDownLatch(40);
			List<Future<AgentRun>> futures = IntStream.range(0, 40).mapToObj((i) -> callers.submit(() -> {
				waiting.countDown();
				return client.runs().await("run-" + i, SOON);
			})).toList();
			assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
			await().atMost(SOON).until(() -> !server.requests().isEmpty());
			assertThat(OwnThreads.names()).hasSizeLessThan(20);
			IntStream.range(0, 40).forEach((i) -> ended.add("run-" + i));
			for (Future<AgentRun> future : futures) {
				assertThat(future.get(20, TimeUnit.SECONDS).isCompleted()).isTrue();
			}
		}
		finally {
			callers.shutdownNow();
		}
	}

	@Test
	void runsAreAskedForOneByOneWhereTheServiceKnowsNoBatches() {
		AtomicInteger batches = new AtomicInteger();
		AtomicInteger singles = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/runs/batch ")) {
				batches.incrementAndGet();
				exchange.answer(404, "text/plain", "");
				return;
			}
			singles.incrementAndGet();
			String id = exchange.request().split(" ", 3)[1].substring("/v1/runs/".length());
			exchange.answer(200, "application/json", "{\"run_id\":\"" + id + "\",\"status\":\"COMPLETED\"}");
		}); TinyFishClient client = client(server.baseUrl())) {
			List<QueuedRun> runs = IntStream.range(0, 30).mapToObj((i) -> QueuedRun.of("run-" + i)).toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				assertThat(endings).hasSize(30);
			}
			assertThat(singles).hasValue(30);
			// one, unless a busy machine does not send it for all of them
			assertThat(batches).hasValueLessThan(10);
		}
	}

	@Test
	void aBatchThatSaysNothingOfARunIsNotTakenForItsAbsence() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/runs/batch ")) {
				exchange.answer(200, "application/json", "{\"data\":[" + run("run-1", "COMPLETED") + "]}");
				return;
			}
			exchange.answer(200, "application/json", run(ids(exchange.request()).get(0), "COMPLETED"));
		}); TinyFishClient client = client(server.baseUrl())) {
			List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-3").map(QueuedRun::of).toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				assertThat(endings.map(AgentRun::runId)).containsExactlyInAnyOrder("run-1", "run-2", "run-3");
			}
		}
	}

	@Test
	void runThatCannotBeReadComesAfterTheOthers() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(600), (deadline) -> {
			try (ScriptedServer server = batches(Set.of("run-1", "run-2"), new AtomicInteger(), new AtomicInteger());
					TinyFishClient client = client(server.baseUrl())) {
				List<String> ids = new ArrayList<>();
				TinyFishRunTimeoutException ex = catchThrowableOfType(TinyFishRunTimeoutException.class, () -> {
					try (Stream<AgentRun> endings = client.runs()
						.awaitAll(List.of(QueuedRun.of("run-0"), QueuedRun.of("run-1"), QueuedRun.of("run-2")),
								deadline)) {
						endings.forEach((run) -> ids.add(run.runId()));
					}
				});
				if (ids.size() < 2) {
					throw MoreTime.tooLittle();
				}
				assertThat(ids).containsExactlyInAnyOrder("run-1", "run-2");
				assertThat(ex.runId()).isEqualTo("run-0");
			}
		});
	}

	@Test
	void manyRunsAreReadAtOnce() {
		AtomicInteger calls = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			calls.incrementAndGet();
			List<String> ids = ids(exchange.request());
			String data = ids.stream()
				.filter((id) -> !id.equals("run-0"))
				.map((id) -> run(id, "RUNNING"))
				.collect(Collectors.joining(","));
			exchange.answer(200, "application/json",
					"{\"data\":[" + data + "],\"not_found\":" + (ids.contains("run-0") ? "[\"run-0\"]" : "null") + "}");
		}); TinyFishClient client = client(server.baseUrl())) {
			RunBatch batch = client.runs().getAll(IntStream.range(0, 150).mapToObj((i) -> "run-" + i).toList());
			assertThat(batch.data()).hasSize(149);
			assertThat(batch.notFound()).containsExactly("run-0");
			assertThat(calls).hasValue(2);
			assertThat(client.runs().getAll(List.of()).data()).isEmpty();
			assertThat(calls).hasValue(2);
		}
	}

	private TinyFishClient client(String baseUrl) {
		return this.kind.client(baseUrl)
			.runListener(this.listener)
			.pollInterval(Duration.ofMillis(50))
			.maxPollInterval(Duration.ofMillis(100))
			.pollTolerance(SOON)
			.build();
	}

	private static ScriptedServer batches(Set<String> ended, AtomicInteger calls, AtomicInteger largest) {
		return new ScriptedServer((exchange) -> {
			calls.incrementAndGet();
			List<String> found = ids(exchange.request()).stream()
				.map((id) -> run(id, ended.contains(id) ? "COMPLETED" : "RUNNING"))
				.toList();
			largest.accumulateAndGet(found.size(), Math::max);
			exchange.answer(200, "application/json", exchange.request().startsWith("GET ") ? found.get(0)
					: found.stream().collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":null}")));
		});
	}

	private static List<String> ids(String request) {
		return RUN_ID.matcher(request).results().map((match) -> match.group()).toList();
	}

	private static String run(String id, String status) {
		return "{\"run_id\":\"" + id + "\",\"status\":\"" + status + "\"}";
	}

}
