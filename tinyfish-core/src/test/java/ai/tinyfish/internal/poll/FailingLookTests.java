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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.Stage;
import ai.tinyfish.testing.server.StagedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Looks at runs that go wrong: those who wait for other runs do not suffer, and no wait
 * is endless.
 */
@BothClients
class FailingLookTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	private static final String ASK_IN_THE_YEAR_9999 = "HTTP/1.1 503 Busy\r\n"
			+ "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

	private static final String REFUSED = "run-3";

	/** A little more than an answer may have. */
	private static final int TOO_LARGE = 65 * 1024 * 1024;

	/**
	 * Within this those who wait together are there, so that they are looked at together.
	 */
	private static final Duration TOGETHER = Duration.ofMillis(50);

	@Parameter
	ClientKind kind;

	private RecordingListener listener = new RecordingListener();

	@Test
	void runsThatAreLateTogetherAreOneTimeout() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> answer(exchange, (id) -> "RUNNING"));
				TinyFishClient client = client(server.baseUrl()).build()) {
			TinyFishRunTimeoutException ex = catchThrowableOfType(TinyFishRunTimeoutException.class, () -> {
				try (Stream<AgentRun> endings = client.runs().awaitAll(runs(3), Duration.ofMillis(300))) {
					assertThat(endings).isEmpty();
				}
			});
			List<String> late = new ArrayList<>(List.of(String.valueOf(ex.runId())));
			for (Throwable other : ex.getSuppressed()) {
				// Reactor says where one waited
				if (other instanceof TinyFishRunTimeoutException timeout) {
					assertThat(timeout).hasMessageContaining("left running");
					late.add(String.valueOf(timeout.runId()));
				}
			}
			assertThat(late).containsExactlyInAnyOrder("run-0", "run-1", "run-2");
		}
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void endingsAreReadBeforeUnreadableRunsHoweverSlowly() throws Exception {
		MoreTime.whereTooLittle(TOGETHER, (interval) -> {
			this.listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				if (exchange.request().startsWith("GET ")) {
					exchange.answer(403, "application/json", Samples.envelope("FORBIDDEN", "Not yours"));
					return;
				}
				exchange.answer(200, "application/json", "{\"data\":[{\"run_id\":\"run-0\",\"status\":\"COMPLETED\"},"
						+ "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}]}");
			});
					TinyFishClient client = client(server.baseUrl()).pollInterval(interval)
						.maxPollInterval(interval.multipliedBy(2))
						.build();
					Stream<AgentRun> endings = client.runs().awaitAll(runs(3), SOON)) {
				Iterator<AgentRun> iterator = endings.iterator();
				List<String> ended = new ArrayList<>();
				Throwable thrown = catchThrowable(() -> ended.add(iterator.next().runId()));
				requireTogether(server, 3);
				assertThat(thrown).isNull();
				Soon.until(() -> server.requests().stream().anyMatch((request) -> request.startsWith("GET ")));
				ended.add(iterator.next().runId());
				assertThat(ended).containsExactlyInAnyOrder("run-0", "run-1");
				assertThat(catchThrowableOfType(TinyFishRunOutcomeUnknownException.class, iterator::hasNext).runId())
					.isEqualTo("run-2");
			}
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 422 })
	void aBatchThatIsRefusedForOneOfItsRunsCostsTheOthersNothing(int status) throws Exception {
		MoreTime.whereTooLittle(TOGETHER, (interval) -> {
			this.listener = new RecordingListener();
			AtomicInteger refusals = new AtomicInteger();
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				if (!ids(exchange).contains(REFUSED)) {
					answer(exchange, (id) -> "COMPLETED");
				}
				else if (exchange.request().startsWith("GET ")) {
					exchange.answer(403, "application/json", Samples.envelope("FORBIDDEN", "Not yours"));
				}
				else {
					refusals.incrementAndGet();
					exchange.answer(status, "application/json", Samples.envelope("INVALID", "Not such a run"));
				}
			});
					TinyFishClient client = client(server.baseUrl()).pollInterval(interval)
						.maxPollInterval(interval.multipliedBy(2))
						.build()) {
				List<String> ended = new ArrayList<>();
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> {
							try (Stream<AgentRun> endings = client.runs().awaitAll(runs(9), SOON)) {
								endings.forEach((run) -> ended.add(run.runId()));
							}
						});
				requireTogether(server, 9);
				assertThat(ended).hasSize(8).doesNotContain(REFUSED).doesNotHaveDuplicates();
				assertThat(ex.runId()).isEqualTo(REFUSED);
				assertThat(ex).hasCauseInstanceOf(TinyFishPermissionDeniedException.class);
				assertThat(refusals).hasValue(1);
			}
			assertThat(this.listener.runs()).hasSize(8);
			assertThat(this.listener.errors()).isEmpty();
		});
	}

	@Test
	void aBatchWhoseAnswerIsTooLargeIsAskedForOneByOne() throws Exception {
		MoreTime.whereTooLittle(TOGETHER, (interval) -> {
			this.listener = new RecordingListener();
			byte[] tooLarge = zipped(TOO_LARGE);
			AtomicInteger refused = new AtomicInteger();
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				if (ids(exchange).size() > 3) {
					refused.incrementAndGet();
					exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
							+ "Connection: close\r\nContent-Length: " + tooLarge.length + "\r\n\r\n");
					exchange.send(tooLarge);
					return;
				}
				answer(exchange, (id) -> "COMPLETED");
			});
					TinyFishClient client = client(server.baseUrl()).pollInterval(interval)
						.maxPollInterval(interval.multipliedBy(2))
						.build()) {
				try (Stream<AgentRun> endings = client.runs().awaitAll(runs(6), SOON)) {
					assertThat(endings.map(AgentRun::runId))
						.containsExactlyInAnyOrderElementsOf(runs(6).stream().map(QueuedRun::runId).toList());
				}
				requireTogether(server, 6);
				if (refused.get() > 1) {
					// it took so long that it was asked for again
					throw MoreTime.tooLittle();
				}
				assertThat(refused).hasValue(1);
				assertThat(server.requests()).filteredOn((request) -> request.startsWith("GET ")).hasSize(6);
			}
		});
	}

	@Test
	void aServiceThatAsksToWaitForAgesIsAskedAgainWithinTheTolerance() {
		try (RunServer server = new RunServer((exchange) -> {
		}, (exchange, n) -> {
			if (n == 1) {
				exchange.send(ASK_IN_THE_YEAR_9999);
				return;
			}
			RunServer.ended("COMPLETED").answer(exchange, n);
		}); TinyFishClient client = client(server.baseUrl()).pollTolerance(Duration.ofSeconds(1)).build()) {
			long begin = System.nanoTime();
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
			assertThat(server.looks()).isEqualTo(2);
			// and the next who waits is served as ever
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void aServiceThatAlwaysAsksToWaitForAgesLeavesTheEndingUnknown() {
		try (RunServer server = new RunServer((exchange) -> {
		}, (exchange, n) -> exchange.send(ASK_IN_THE_YEAR_9999));
				TinyFishClient client = client(server.baseUrl()).pollTolerance(Duration.ofMillis(300)).build()) {
			TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.runs().await("run-1", SOON));
			assertThat(ex).hasCauseInstanceOf(TinyFishApiException.class);
			assertThat(server.looks()).isLessThanOrEqualTo(2);
		}
	}

	@Test
	void aLookThatIsNeverAnsweredIsRepeated() {
		try (RunServer server = new RunServer((exchange) -> {
		}, (exchange, n) -> {
			if (n == 1) {
				exchange.silence();
			}
			RunServer.ended("COMPLETED").answer(exchange, n);
		}); TinyFishClient client = client(server.baseUrl()).timeout(Duration.ofMillis(300)).build()) {
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(server.looks()).isGreaterThanOrEqualTo(2);
		}
	}

	@Test
	void looksThatAreNeverAnsweredLeaveTheEndingOfAStreamUnknown() {
		for (Operation how : List.of(Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (StagedServer server = new StagedServer(Stage.DURING_A_LOOK);
					TinyFishClient client = this.kind.client(server.baseUrl())
						.runListener(listener)
						.pollTolerance(Duration.ofMillis(300))
						.build()) {
				TinyFishRunOutcomeUnknownException ex = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
						() -> how.call(client));
				assertThat(ex.runId()).isEqualTo("run-1");
				assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(TinyFishTimeoutException.class);
				Soon.until(() -> !listener.errors().isEmpty());
				Soon.until(() -> server.openConnections() == 0);
				assertThat(server.submissions()).isEqualTo(1);
				assertThat(server.looks()).isLessThanOrEqualTo(1);
			}
			assertThat(listener.calls()).containsExactly("started", "error");
		}
		Soon.until(() -> OwnThreads.names().isEmpty());
	}

	private TinyFishClient.Builder client(String baseUrl) {
		return this.kind.client(baseUrl)
			.runListener(this.listener)
			.pollInterval(Duration.ofMillis(50))
			.maxPollInterval(Duration.ofMillis(100))
			.pollTolerance(SOON);
	}

	/**
	 * Check that all runs were there when there was the first look.
	 */
	private static void requireTogether(ScriptedServer server, int runs) {
		Soon.until(() -> !server.requests().isEmpty());
		if (ids(server.requests().get(0)).size() < runs) {
			throw MoreTime.tooLittle();
		}
	}

	private static List<QueuedRun> runs(int count) {
		return IntStream.range(0, count).mapToObj((i) -> QueuedRun.of("run-" + i)).toList();
	}

	private static List<String> ids(Exchange exchange) {
		return ids(exchange.request());
	}

	private static List<String> ids(String request) {
		return RUN_ID.matcher(request).results().map(MatchResult::group).toList();
	}

	private static void answer(Exchange exchange, Function<String, String> status) throws IOException {
		List<String> found = ids(exchange).stream()
			.map((id) -> "{\"run_id\":\"" + id + "\",\"status\":\"" + status.apply(id) + "\"}")
			.toList();
		exchange.answer(200, "application/json", exchange.request().startsWith("GET ") ? found.get(0)
				: found.stream().collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":null}")));
	}

	private static byte[] zipped(int length) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		byte[] blanks = " ".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);
		try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
			for (int i = 0; i < length; i += blanks.length) {
				zip.write(blanks);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

}
