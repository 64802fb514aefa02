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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Which answers end the waiting for a run.
 */
@BothClients
class PollerTests extends AbstractPollerTests {

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
	void theDocumentOfAnotherRunDoesNotAnswerACall() {
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
	void ofARunThatIsAnsweredTwiceTheEndingCounts() {
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

}
