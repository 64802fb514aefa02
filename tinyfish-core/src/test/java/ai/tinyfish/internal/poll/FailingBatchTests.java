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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Polls of many runs that fail, although those of single runs may not.
 */
@BothClients
class FailingBatchTests extends AbstractPollerTests {

	@ParameterizedTest
	@EnumSource
	void noRunIsLostIfOnlyReadsOfManyFail(Failure failure) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
			else {
				failure.answer(exchange);
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			assertAllEnd(client, IntStream.range(0, 60).mapToObj((i) -> "run-" + i).toArray(String[]::new));
		}
	}

	@Test
	void noRunIsLostIfTheServiceDoesNotKnowTheReadOfMany() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
			else {
				exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such path"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			assertAllEnd(client, IntStream.range(0, 60).mapToObj((i) -> "run-" + i).toArray(String[]::new));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4 })
	void aRunOnWhichTheServiceFailsKeepsNoOtherFromItsOutcome(int failing) {
		String id = "run-" + failing;
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains(id)) {
				exchange.answer(500, "application/json", Samples.envelope("INTERNAL_ERROR", "Not this one"));
			}
			else {
				answer(exchange, (other) -> document(other, "COMPLETED"));
			}
		});
				TinyFishClient client = client(server.baseUrl()).pollTolerance(Duration.ofSeconds(3)).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs(5), SOON)) {
			// it is the first that is read alone, or it is not
			List<String> ended = endings.limit(4).map(AgentRun::runId).toList();
			assertThat(ended).hasSize(4).doesNotContain(id);
		}
	}

	@Test
	void everyRunThatIsGivenUpSaysWhatHasFailed() throws Exception {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(502, "text/html", "<html>Bad gateway</html>"));
				TinyFishClient client = client(server.baseUrl()).pollTolerance(Duration.ofSeconds(2)).build()) {
			ExecutorService waits = Executors.newCachedThreadPool();
			try {
				List<Future<Throwable>> ends = runs(6).stream()
					.map((run) -> waits.submit(() -> catchThrowable(() -> client.runs().await(run, SOON))))
					.toList();
				for (Future<Throwable> end : ends) {
					assertThat(end.get()).hasStackTraceContaining("HTTP 502");
				}
			}
			finally {
				waits.shutdownNow();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void runsAreNotReadOneByOneWhileNoneCanBeRead(Failure failure) {
		AtomicInteger together = new AtomicInteger();
		AtomicInteger alone = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			(exchange.request().startsWith("GET ") ? alone : together).incrementAndGet();
			failure.answer(exchange);
		});
				TinyFishClient client = client(server.baseUrl()).pollTolerance(Duration.ofSeconds(1)).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs(60), SOON)) {
			assertThat(catchThrowable(endings::toList)).isNotNull();
			assertThat(together).hasPositiveValue();
			// one for each read of many, and some that are read apart
			assertThat(alone.get()).isLessThan(3 * together.get() + 3);
		}
	}

	private static List<QueuedRun> runs(int count) {
		return IntStream.range(0, count).mapToObj((i) -> QueuedRun.of("run-" + i)).toList();
	}

	enum Failure {

		OF_THE_SERVICE(500, Samples.envelope("INTERNAL_ERROR", "Too much")), GATEWAY_500(500, "<html>"),

		GATEWAY_502(502, "<html>"), GATEWAY_503(503, "<html>"), GATEWAY_504(504, "<html>"),

		FORBIDDEN_BY_GATEWAY(403, "<html>"), UNKNOWN_TO_GATEWAY(404, "<html>"), SIGN_IN(200, "<html>Sign in</html>"),
		UNREADABLE(200, "{\"data\":1}"),

		BROKEN(0, "");

		private final int status;

		private final String body;

		Failure(int status, String body) {
			this.status = status;
			this.body = body;
		}

		void answer(Exchange exchange) throws IOException {
			// the connection is closed without an answer
			if (this.status > 0) {
				exchange.answer(this.status, this.body.startsWith("{") ? "application/json" : "text/html", this.body);
			}
		}

	}

}
