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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Which answers end the waiting for a run, and who waits for whom.
 */
@BothClients
class PollerTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	private static final Pattern SILENT_RUN = Pattern.compile("run-silent-\\d+");

	@Parameter
	ClientKind kind;

	@Test
	void aPageOfAGatewayIsNotTheServicesWord() {
		for (int status : List.of(401, 403)) {
			try (RunServer server = server((exchange, n) -> {
				if (n < 3) {
					exchange.answer(status, "text/html", "<html>Forbidden</html>");
				}
				else {
					RunServer.ended("COMPLETED").answer(exchange, n);
				}
			}); TinyFishClient client = client(server.baseUrl()).build()) {
				assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			}
		}
	}

	@Test
	void theServicesOwnRefusalEndsTheWaiting() {
		try (RunServer server = server(
				(exchange, n) -> exchange.answer(403, "application/json", Samples.envelope("FORBIDDEN", "Not yours")));
				TinyFishClient client = client(server.baseUrl()).build()) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.runs().await("run-1", SOON));
			assertThat(ex).hasCauseInstanceOf(TinyFishPermissionDeniedException.class);
			assertThat(server.looks()).isEqualTo(1);
		}
	}

	@Test
	void aMissingPageIsNotAMissingRun() {
		// for a run that is missing the waiting would end with the first look
		try (RunServer server = server((exchange, n) -> {
			if (n < 3) {
				exchange.answer(404, "text/html", "<html>Not here</html>");
			}
			else {
				RunServer.ended("COMPLETED").answer(exchange, n);
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void theTimeForWhichARunIsNotFoundDoesNotCountItsFailingLooks() throws Exception {
		MoreTime.whereTooLittle(Duration.ofSeconds(2), (tolerance) -> {
			Duration phase = tolerance.multipliedBy(3).dividedBy(5);
			AtomicLong first = new AtomicLong();
			AtomicLong last = new AtomicLong();
			AtomicLong longestGap = new AtomicLong();
			try (RunServer server = server((exchange, n) -> {
				long now = System.nanoTime();
				first.compareAndSet(0, now);
				last.compareAndSet(0, now);
				longestGap.accumulateAndGet(now - last.getAndSet(now), Math::max);
				Duration since = Duration.ofNanos(now - first.get());
				if (since.compareTo(phase) < 0) {
					exchange.answer(502, "text/html", "<html>");
				}
				else if (since.compareTo(phase.multipliedBy(2)) < 0) {
					exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"));
				}
				else {
					RunServer.ended("COMPLETED").answer(exchange, n);
				}
			}); TinyFishClient client = client(server.baseUrl()).pollTolerance(tolerance).build()) {
				Throwable thrown = catchThrowable(
						() -> assertThat(client.runs().await("run-1", SOON.multipliedBy(3)).isCompleted()).isTrue());
				longestGap.accumulateAndGet(System.nanoTime() - last.get(), Math::max);
				if (thrown != null && longestGap.get() > tolerance.dividedBy(5).toNanos()) {
					// the looks stood still for too long
					throw MoreTime.tooLittle();
				}
				assertThat(thrown).isNull();
			}
		});
	}

	@Test
	void anAccountThatIsNotAnsweredHoldsUpNoOther() throws Exception {
		CountDownLatch slowAsked = new CountDownLatch(1);
		ThreadLocal<String> account = ThreadLocal.withInitial(() -> "key-of-the-slow-one");
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("key-of-the-slow-one")) {
				slowAsked.countDown();
				exchange.silence();
			}
			exchange.answer(200, "application/json", RunServer.run("COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).apiKeyProvider(account::get)
					.pollTolerance(SOON.multipliedBy(3))
					.build()) {
			CompletableFuture<AgentRun> slow = CompletableFuture
				.supplyAsync(() -> client.runs().await("run-1", SOON.multipliedBy(3)));
			assertThat(slowAsked.await(60, TimeUnit.SECONDS)).isTrue();
			account.set("key-of-the-fast-one");
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(slow).isNotDone();
		}
	}

	@Test
	void aRunThatIsNotAnsweredHoldsUpNoOtherOfItsAccount() throws Exception {
		CountDownLatch silentPolled = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				silentPolled.countDown();
				exchange.silence();
			}
			else {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			CompletableFuture<AgentRun> silent = CompletableFuture
				.supplyAsync(() -> client.runs().await("run-silent", SOON.multipliedBy(3)));
			assertThat(silentPolled.await(60, TimeUnit.SECONDS)).isTrue();
			assertAllEnd(client, "run-1", "run-2", "run-3", "run-4", "run-5");
			assertThat(silent).isNotDone();
		}
	}

	@Test
	void aBatchThatIsNotAnsweredForOneOfItsRunsHoldsUpNoOther() throws Exception {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				exchange.silence();
			}
			else {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-silent", "run-3", "run-4")
				.map(QueuedRun::of)
				.toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				assertThat(endings.limit(4).map(AgentRun::runId)).containsExactlyInAnyOrder("run-1", "run-2", "run-3",
						"run-4");
			}
		}
	}

	@Test
	void aRunThatIsNeverAnsweredIsAskedForApartFromThenOn() throws Exception {
		AtomicInteger together = new AtomicInteger();
		AtomicInteger answered = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean alone = exchange.request().startsWith("GET ");
			if (exchange.request().contains("run-silent")) {
				together.addAndGet(alone ? 0 : 1);
				exchange.answer(504, "text/html", "<html>Late</html>");
				return;
			}
			String status = (!alone && answered.incrementAndGet() > 30) ? "COMPLETED" : "RUNNING";
			answer(exchange, (id) -> document(id, status));
		}); TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build()) {
			List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-silent", "run-3", "run-4")
				.map(QueuedRun::of)
				.toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON.multipliedBy(3))) {
				assertThat(endings.limit(4)).extracting(AgentRun::runId).doesNotContain("run-silent");
			}
			assertThat(together.get()).isLessThan(10);
		}
	}

	@Test
	void runsThatAreNotAnsweredAreWaitedForAtTheSameTime() throws Exception {
		int count = 30;
		AtomicInteger open = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				most.accumulateAndGet(open.incrementAndGet(), Math::max);
				exchange.awaitClientClose(SOON);
				open.decrementAndGet();
			}
			exchange.silence();
		}); TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build()) {
			// one for all, or eight at a time, would keep those that are answered waiting
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", count), SOON.multipliedBy(3))) {
				CompletableFuture.runAsync(() -> catchThrowable(endings::count));
				Soon.until(() -> most.get() == count);
			}
		}
	}

	@Test
	void batchesThatAreNotAnsweredHoldUpNoRunThatComesLater() throws Exception {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				SILENT_RUN.matcher(exchange.request()).results().map(MatchResult::group).forEach(asked::add);
				exchange.silence();
				return;
			}
			answer(exchange, (id) -> document(id, "COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs("run-silent-", 800), SOON.multipliedBy(3))) {
			CompletableFuture.runAsync(() -> catchThrowable(endings::count));
			// else it would be asked for together with some of them
			await().atMost(SOON.multipliedBy(3)).until(() -> asked.size() == 800);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void aGatewayThatIsOverloadedIsNotAskedForEachRun() throws Exception {
		for (String wait : List.of("", "Retry-After: 1\r\n")) {
			AtomicBoolean up = new AtomicBoolean();
			AtomicInteger asked = new AtomicInteger();
			AtomicInteger askedAlone = new AtomicInteger();
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				boolean alone = exchange.request().startsWith("GET ");
				askedAlone.addAndGet(alone ? 1 : 0);
				// until it is asked for many once more
				if (asked.incrementAndGet() > 4 && !alone) {
					up.set(true);
				}
				if (!up.get()) {
					exchange.send("HTTP/1.1 504 Late\r\n" + wait + "Connection: close\r\nContent-Length: 0\r\n\r\n");
				}
				else {
					answer(exchange, (id) -> document(id, "COMPLETED"));
				}
			});
					TinyFishClient client = client(server.baseUrl()).build();
					Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", 50), SOON)) {
				assertThat(endings).hasSize(50);
				assertThat(askedAlone.get()).isLessThan(25);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST ", "GET " })
	void aServiceThatWasDownIsAskedForManyAtOnceAgain(String lastUnanswered) throws Exception {
		AtomicBoolean up = new AtomicBoolean();
		AtomicInteger answeredAlone = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean alone = exchange.request().startsWith("GET ");
			if (!up.get()) {
				exchange.awaitClientClose(SOON);
				if (exchange.request().startsWith(lastUnanswered)) {
					up.set(true);
				}
				return;
			}
			answeredAlone.addAndGet(alone ? 1 : 0);
			answer(exchange, (id) -> document(id, "COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", 90), SOON.multipliedBy(2))) {
			assertThat(endings).hasSize(90);
			assertThat(answeredAlone.get()).isLessThan(45);
		}
	}

	@Test
	void aServiceThatTakesLongForItsAnswersIsOfUseStill() throws Exception {
		Duration longer = Duration.ofSeconds(4);
		CountDownLatch polled = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			polled.countDown();
			if (!exchange.awaitClientClose(longer)) {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			CompletableFuture<AgentRun> alone = CompletableFuture.supplyAsync(() -> client.runs().await("run-1", SOON));
			assertThat(polled.await(60, TimeUnit.SECONDS)).isTrue();
			assertAllEnd(client, "run-2", "run-3");
			assertThat(alone.get(20, TimeUnit.SECONDS).isCompleted()).isTrue();
		}
	}

	@Test
	void aRunIsMissingAfterThreeAnswersAtLeast() {
		try (RunServer server = server((exchange, n) -> {
			if (n < 3) {
				exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No run"));
			}
			else {
				RunServer.ended("COMPLETED").answer(exchange, n);
			}
		});
				TinyFishClient client = client(server.baseUrl()).pollInterval(Duration.ofMillis(300))
					.maxPollInterval(Duration.ofMillis(300))
					.pollTolerance(Duration.ofMillis(200))
					.build()) {
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(server.looks()).isEqualTo(3);
		}
	}

	@Test
	void aShortIntervalIsKept() throws Exception {
		Duration interval = Duration.ofMillis(10);
		MoreTime.withinASecond(() -> {
			try (RunServer server = server((exchange, n) -> exchange.answer(200, "application/json",
					RunServer.run((n < 10) ? "RUNNING" : "COMPLETED")));
					TinyFishClient client = client(server.baseUrl()).pollInterval(interval)
						.maxPollInterval(interval)
						.build()) {
				long begin = System.nanoTime();
				assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
				assertThat(server.looks()).isEqualTo(10);
				return MoreTime.since(begin);
			}
		});
	}

	@Test
	void theDocumentOfAnotherRunEndsNoWait() {
		try (RunServer server = server((exchange, n) -> exchange.answer(200, "application/json",
				document((n < 3) ? "run-2" : "run-1", (n < 3) ? "FAILED" : "COMPLETED")));
				TinyFishClient client = client(server.baseUrl()).build()) {
			AgentRun run = client.runs().await("run-1", SOON);
			assertThat(run.runId()).isEqualTo("run-1");
			assertThat(run.isCompleted()).isTrue();
			assertThat(server.looks()).isEqualTo(3);
		}
	}

	@Test
	void theDocumentOfAnotherRunIsNoAnswerToACall() {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, "application/json",
						exchange.request().startsWith("POST /v1/runs/batch") ? """
								{"data":[%1$s,%2$s],"results":[%1$s,%2$s],"not_found":["run-3","run-4"]}
								""".formatted(document("run-2", "COMPLETED"), document("run-1", "RUNNING"))
								: document("run-2", "CANCELLED")));
				TinyFishClient client = client(server.baseUrl()).build()) {
			for (ThrowingCallable call : List.<ThrowingCallable>of(() -> client.runs().get("run-1"),
					() -> client.runs().get("run-1", ScreenshotMode.URL), () -> client.runs().cancel("run-1"))) {
				TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class, call);
				assertThat(ex).hasMessageContaining("another run");
				assertThat(ex.status()).isEqualTo(200);
				assertThat(ex.runId()).isEqualTo("run-1");
			}
			RunBatch runs = client.runs().getAll(List.of("run-1", "run-3"));
			assertThat(runs.data()).extracting(Run::runId).containsExactly("run-1");
			assertThat(runs.notFound()).containsExactly("run-3");
			CancelledRuns cancelled = client.runs().cancelAll(List.of("run-1", "run-3"));
			assertThat(cancelled.results()).extracting(CancelledRun::runId).containsExactly("run-1");
			assertThat(cancelled.notFound()).containsExactly("run-3");
		}
	}

	@Test
	void documentsOfOtherRunsInABatchAreIgnored() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
			else {
				exchange.answer(200, "application/json", "{\"data\":[" + document("run-3", "FAILED")
						+ ",{\"status\":\"FAILED\"}," + document("run-1", "COMPLETED") + "]}");
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			assertAllEnd(client, "run-1", "run-2");
		}
	}

	@Test
	void ofARunThatIsToldOfTwiceTheEndingCounts() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"data\":[{\"run_id\":\"run-1\",\"status\":\"COMPLETED\"},{\"run_id\":\"run-1\",\"status\":\"RUNNING\"},"
						+ "{\"run_id\":\"run-2\",\"status\":\"RUNNING\"},{\"run_id\":\"run-2\",\"status\":\"FAILED\"}]}"));
				TinyFishClient client = client(server.baseUrl()).build();
				Stream<AgentRun> endings = client.runs()
					.awaitAll(List.of(QueuedRun.of("run-1"), QueuedRun.of("run-2")), SOON)) {
			assertThat(endings.map((run) -> run.runId() + " " + run.status()))
				.containsExactlyInAnyOrder("run-1 COMPLETED", "run-2 FAILED");
		}
	}

	private TinyFishClient.Builder client(String baseUrl) {
		return this.kind.client(baseUrl)
			.pollInterval(Duration.ofMillis(50))
			.maxPollInterval(Duration.ofMillis(100))
			.pollTolerance(SOON);
	}

	private static List<QueuedRun> runs(String prefix, int count) {
		return IntStream.range(0, count).mapToObj((i) -> QueuedRun.of(prefix + i)).toList();
	}

	private static void assertAllEnd(TinyFishClient client, String... runIds) {
		List<QueuedRun> runs = Stream.of(runIds).map(QueuedRun::of).toList();
		try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
			assertThat(endings.filter(AgentRun::isCompleted).map(AgentRun::runId)).containsExactlyInAnyOrder(runIds);
		}
	}

	private static void answer(Exchange exchange, UnaryOperator<String> document) throws IOException {
		List<String> documents = RUN_ID.matcher(exchange.request())
			.results()
			.map((match) -> document.apply(match.group()))
			.toList();
		exchange.answer(200, "application/json", exchange.request().startsWith("GET ") ? documents.get(0)
				: "{\"data\":[" + String.join(",", documents) + "],\"not_found\":null}");
	}

	private static String document(String runId, String status) {
		return "{\"run_id\":\"" + runId + "\",\"status\":\"" + status + "\"}";
	}

	private static RunServer server(RunServer.Look look) {
		return new RunServer((exchange) -> {
		}, look);
	}

}
