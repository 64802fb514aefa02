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

package ai.tinyfish.internal.retry;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.settings.SubmissionRetry;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.DeadPort;
import ai.tinyfish.testing.server.ScriptedServer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The retry table on the wire: for each row and each operation the number of requests
 * that the server sees, and the caller's exception.
 */
@BothClients(always = true)
class RetryWireTests {

	private static final String PAGE = "<html>Bad gateway</html>";

	private static final byte[] HALF = ascii(
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"run_id\"");

	/** The rows in which an operation shows whether it is one that may be repeated. */
	private static final Set<String> ROWS_OF_ALL_OPERATIONS = Set.of("429", "503 of a gateway",
			"reset before the answer");

	/** One of each way to read an answer, which is all that differs in the other rows. */
	private static final List<Operation> REPRESENTATIVES = List.of(Operation.RUN, Operation.QUEUE, Operation.QUEUEALL,
			Operation.STREAM, Operation.START, Operation.GET, Operation.GETALL, Operation.CANCEL,
			Operation.BROWSER_CREATE, Operation.BROWSER_CLOSE);

	@Parameter
	ClientKind kind;

	/**
	 * A row: the fault, whether a repeatable call and a submission are repeated, whether
	 * a run may exist afterwards, and the exception.
	 */
	static Stream<Arguments> rows() {
		return Stream.of(
				row("408", Fault.answer(408, "text/plain", ""), true, true, false, TinyFishStatusException.class),
				row("429", envelope(429), true, true, false, TinyFishRateLimitException.class),
				row("503 with envelope", envelope(503), true, true, false, TinyFishServerException.class),
				row("503 with Retry-After", Fault.answer(503, "text/plain", "").withHeader("Retry-After", "0"), true,
						true, false, TinyFishServerException.class),
				row("503 of a gateway", Fault.answer(503, "text/html", PAGE), true, false, true,
						TinyFishServerException.class),
				row("500 with envelope", envelope(500), true, true, false, TinyFishServerException.class),
				envelope(500, "RATE_LIMIT_EXCEEDED", true), envelope(503, "service_busy", true),
				envelope(500, "TASK_FAILED", false), envelope(504, "timeout", false), envelope(500, "BRAND_NEW", false),
				envelope(503, "MAX_STEPS_EXCEEDED", false),
				row("500 with a message only", json(500, "{\"error\":{\"message\":\"down\"}}"), true, false, true,
						TinyFishServerException.class),
				row("429 with a run-level code", Fault.refusal(429, "SITE_BLOCKED", "No"), true, false, true,
						TinyFishRateLimitException.class),
				row("408 with a run-level code", Fault.refusal(408, "TIMEOUT", "No"), true, false, true,
						TinyFishStatusException.class),
				row("500 with a code beside the error", json(500, "{\"code\":\"INTERNAL_ERROR\",\"message\":\"down\"}"),
						true, false, true, TinyFishServerException.class),
				row("500 with a code only", json(500, "{\"error\":{\"code\":\"INTERNAL_ERROR\"}}"), true, false, true,
						TinyFishServerException.class),
				row("500 with a bare error", json(500, "{\"error\":\"down\"}"), true, false, true,
						TinyFishServerException.class),
				row("502 of a gateway", Fault.badGateway(), true, false, true, TinyFishServerException.class),
				row("504 without a body", Fault.answer(504, "text/html", ""), true, false, true,
						TinyFishServerException.class),
				row("reset before the answer", Fault.reset(), true, false, true, TinyFishConnectionException.class),
				row("closed before the answer", Fault.disconnect(), true, false, true,
						TinyFishConnectionException.class),
				row("reset inside the answer", Fault.bytes(HALF, Fault.reset()), true, false, true,
						TinyFishConnectionException.class),
				row("400", envelope(400), false, false, false, TinyFishStatusException.class),
				row("401", envelope(401), false, false, false, TinyFishStatusException.class),
				row("404", Fault.answer(404, "text/html", PAGE), false, false, false, TinyFishStatusException.class),
				row("302", Fault.answer(302, "text/html", ""), false, false, false, TinyFishStatusException.class),
				row("200 with a page", Fault.answer(200, "text/html", PAGE), false, false, true,
						TinyFishStatusException.class),
				row("200 with other JSON", json(200, "{}"), false, false, true, TinyFishStatusException.class),
				row("200 with text", Fault.answer(200, "text/plain", "hello"), false, false, true,
						TinyFishStatusException.class),
				row("200 without a body", json(200, ""), false, false, true, TinyFishStatusException.class),
				row("204", Fault.bytes(ascii("HTTP/1.1 204 None\r\nConnection: close\r\n\r\n")), false, false, true,
						TinyFishStatusException.class),
				row("304", Fault.bytes(ascii("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")), false, false,
						false, TinyFishStatusException.class));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("rows")
	void sendsAsOftenAsTheTableSays(String name, Fault fault, boolean repeatable, boolean submission,
			boolean runMayExist, Class<? extends TinyFishException> type) {
		try (TinyFishSimulator simulator = Operation.simulatorOfAll(fault);
				TinyFishClient client = this.kind.client(simulator.baseUrl()).timeout(Duration.ofSeconds(20)).build()) {
			for (Operation operation : ROWS_OF_ALL_OPERATIONS.contains(name) ? List.of(Operation.values())
					: REPRESENTATIVES) {
				int before = requests(simulator).size();
				TinyFishException ex = catchThrowableOfType(TinyFishException.class, () -> operation.call(client));
				boolean succeeds = operation.needsNoBody()
						&& List.of("204", "200 with other JSON", "200 without a body").contains(name);
				boolean repeated = !succeeds && (operation.isSubmission() ? submission : repeatable);
				assertThat(requests(simulator)).as("%s", operation).hasSize(before + (repeated ? 3 : 1));
				if (succeeds) {
					assertThat(ex).isNull();
				}
				else {
					assertFailure(operation, ex, runMayExist, type);
				}
			}
		}
	}

	@Test
	void withoutAnAnswerSubmissionsAreSentOnce() {
		// a row of the table; beside each other, since each waits for its timeout
		CompletableFuture.allOf(Stream.of(Operation.values())
			.map((operation) -> inBackground(() -> MoreTime.whereTooLittle(Duration.ofSeconds(1), (timeout) -> {
				TinyFishSimulator simulator = operation.simulator(Fault.silence());
				// the client last: it waits for sessions whose response may still arrive
				try (TinyFishClient client = this.kind.client(simulator.baseUrl()).timeout(timeout).build();
						simulator) {
					TinyFishException ex = catchThrowableOfType(TinyFishException.class, () -> operation.call(client));
					int expected = operation.isSubmission() ? 1 : 3;
					if (requests(simulator).size() < expected) {
						// it was over before the server had read each of them
						throw MoreTime.tooLittle();
					}
					assertThat(requests(simulator)).as("%s", operation).hasSize(expected);
					assertFailure(operation, ex, true, TinyFishTimeoutException.class);
				}
			})))
			.toArray(CompletableFuture[]::new)).join();
	}

	private static CompletableFuture<Void> inBackground(ThrowingRunnable task) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				task.run();
				return null;
			}
			catch (Throwable ex) {
				throw new CompletionException(ex);
			}
		}, (thread) -> new Thread(thread).start());
	}

	private static void assertFailure(Operation operation, TinyFishException ex, boolean runMayExist,
			Class<? extends TinyFishException> type) {
		assertThat(ex.mayHaveStartedRun()).as("%s", operation).isEqualTo(operation.startsRun() && runMayExist);
		if (operation.startsRun() && runMayExist) {
			assertThat(ex).as("%s", operation)
				.isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("runs().list")
				.cause()
				.isInstanceOf(type);
		}
		else {
			assertThat(ex).as("%s", operation).isInstanceOf(type);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aCallThatIsRepeatedSucceedsInTheEnd(Operation operation) {
		AtomicInteger count = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (count.getAndIncrement() < 2) {
				exchange.answer(429, "application/json", Samples.envelope("INTERNAL_ERROR", "Busy"));
			}
			else {
				exchange.answer(200, operation.contentType(), operation.success());
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(server.requests()).hasSize(3);
			// the very same request each time
			assertThat(server.requests().get(2)).isEqualTo(server.requests().get(0));
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void nothingSentMayBeRepeatedAndIsNeverAnUnknownOutcome(Operation operation) {
		try (DeadPort deadPort = new DeadPort(); TinyFishClient client = this.kind.client(deadPort.baseUrl()).build()) {
			TinyFishConnectionException ex = catchThrowableOfType(TinyFishConnectionException.class,
					() -> operation.call(client));
			assertThat(ex).hasMessageContaining("could not connect to 127.0.0.1:" + deadPort.port());
			assertThat(ex.mayHaveStartedRun()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aMissingResourceIsNamedWithItsPath(Operation operation) {
		try (TinyFishSimulator simulator = operation.simulator(envelope(404));
				TinyFishClient client = this.kind.client(simulator.baseUrl()).build()) {
			assertThat(catchThrowableOfType(TinyFishNotFoundException.class, () -> operation.call(client)))
				.hasMessageMatching(
						"(?s).+ \\((GET|POST|DELETE) http://127.0.0.1:\\d+/[^? ]+\\) was answered with HTTP 404 .+");
		}
	}

	@Test
	void asOfficialSdksRepeatsLostSubmissionsButSaysThatARunMayExist() {
		try (TinyFishSimulator simulator = Operation.RUN.simulator(envelope(401))
			.fault(FaultPoint.run(), Fault.reset(), 1);
				TinyFishClient client = this.kind.client(simulator.baseUrl())
					.retry(Samples.QUICK_RETRY.withSubmissions(SubmissionRetry.AS_OFFICIAL_SDKS))
					.build()) {
			TinyFishException ex = catchThrowableOfType(TinyFishException.class, () -> Operation.RUN.call(client));
			assertThat(requests(simulator)).hasSize(2);
			assertThat(ex).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
		}
	}

	@Test
	void asOfficialSdksRepeatsTheLostStartOfASessionAndOfAProfileToo() {
		for (Operation operation : EnumSet.of(Operation.BROWSER_CREATE, Operation.PROFILES_CREATE,
				Operation.PROFILES_STARTSETUP)) {
			try (TinyFishSimulator simulator = operation.simulator(Fault.reset());
					TinyFishClient client = this.kind.client(simulator.baseUrl())
						.retry(Samples.QUICK_RETRY.withSubmissions(SubmissionRetry.AS_OFFICIAL_SDKS))
						.build()) {
				assertThat(catchThrowableOfType(TinyFishConnectionException.class, () -> operation.call(client)))
					.isNotNull();
				assertThat(requests(simulator)).hasSize(3);
			}
		}
	}

	@Test
	void whenUnsentRepeatsNothingThatWasAnsweredBut429() {
		for (Operation operation : EnumSet.of(Operation.RUN, Operation.QUEUE, Operation.STREAM,
				Operation.BROWSER_CREATE, Operation.PROFILES_CREATE, Operation.PROFILES_STARTSETUP)) {
			try (TinyFishSimulator simulator = operation.simulator(envelope(503));
					TinyFishClient client = this.kind.client(simulator.baseUrl())
						.retry(Samples.QUICK_RETRY.withSubmissions(SubmissionRetry.WHEN_UNSENT))
						.build()) {
				assertThat(catchThrowableOfType(TinyFishServerException.class, () -> operation.call(client)))
					.isNotNull();
				assertThat(requests(simulator)).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("answersThatNameARun")
	void anAnswerThatNamesARunIsNeverRepeatedAndItsIdIsKept(int status, String body) {
		// beside each other, since each polls until the tolerance is over
		List<CompletableFuture<Void>> calls = new ArrayList<>();
		for (Operation operation : List.of(Operation.RUN, Operation.QUEUE, Operation.QUEUEALL, Operation.STREAM,
				Operation.START)) {
			for (SubmissionRetry mode : SubmissionRetry.values()) {
				calls.add(inBackground(() -> assertIdIsKept(operation, mode, status, body)));
			}
		}
		calls.forEach(CompletableFuture::join);
	}

	private void assertIdIsKept(Operation operation, SubmissionRetry mode, int status, String body) {
		try (TinyFishSimulator simulator = operation.simulator(json(status, body));
				TinyFishClient client = this.kind.client(simulator.baseUrl())
					.retry(Samples.QUICK_RETRY.withSubmissions(mode))
					.pollTolerance(Samples.BRIEF)
					.build()) {
			Throwable thrown = catchThrowable(() -> assertThat(operation.call(client)).as("queued, with its id")
				.extracting("runId")
				.isEqualTo("run-9"));
			if (operation != Operation.QUEUE || thrown != null) {
				String id = (operation != Operation.QUEUEALL) ? "run-9" : null;
				assertThat(thrown).as("%s %s", operation, mode)
					.isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					// of runs that were queued together it would not be the one of each
					.hasMessageContaining((id != null) ? "runs().get(\"run-9\")" : "the response names run-9")
					.extracting("runId")
					.isEqualTo(id);
				assertThat(thrown.getCause()).isInstanceOfSatisfying(TinyFishStatusException.class, (cause) -> {
					assertThat(cause.status()).isEqualTo(status);
					assertThat(cause.runId()).isEqualTo(id);
				});
			}
			assertThat(simulator.journal().submissions("")).as("%s %s", operation, mode).hasSize(1);
		}
	}

	static Stream<Arguments> answersThatNameARun() {
		String beside = "{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Broke\"},\"run_id\":\"run-9\"}";
		String inside = "{\"error\":{\"code\":\"service_busy\",\"message\":\"Broke\",\"runId\":\"run-9\"}}";
		return Stream.of(Arguments.of(500, beside), Arguments.of(503, beside), Arguments.of(408, beside),
				Arguments.of(429, inside), Arguments.of(504, inside), Arguments.of(409, inside),
				Arguments.of(502, "{\"run_id\":\"run-9\"}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Broke\"},\"session_id\":\"br-9\"}",
			"{\"error\":{\"code\":\"TIMEOUT\",\"message\":\"Broke\",\"session_id\":\"br-9\"}}" })
	void anAnswerThatNamesABrowserIsNeverRepeatedAndItsMessageHasTheId(String body) {
		for (int status : List.of(429, 500, 503)) {
			for (SubmissionRetry mode : SubmissionRetry.values()) {
				try (TinyFishSimulator simulator = Operation.BROWSER_CREATE.simulator(json(status, body));
						TinyFishClient client = this.kind.client(simulator.baseUrl())
							.retry(Samples.QUICK_RETRY.withSubmissions(mode))
							.build()) {
					TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class,
							() -> Operation.BROWSER_CREATE.call(client));
					// the session is ended, at the same time
					assertThat(requests(simulator)).filteredOn((request) -> request.method().equals("POST")).hasSize(1);
					assertThat(ex).hasMessageContaining("Broke").hasMessageContaining("br-9");
					assertThat(ex.status()).isEqualTo(status);
				}
			}
		}
	}

	@Test
	void asManyIdsAsRunsThatWereQueuedTogetherAreTheirRunsWithAnyStatus() {
		try (TinyFishSimulator simulator = Operation.QUEUEALL.simulator(json(500,
				"{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Broke\"},\"run_ids\":[\"run-8\",\"run-9\"]}"));
				TinyFishClient client = this.kind.client(simulator.baseUrl()).build()) {
			QueuedBatch batch = (QueuedBatch) Operation.QUEUEALL.call(client);
			assertThat(batch.accepted()).extracting(QueuedRun::runId).containsExactly("run-8", "run-9");
			assertThat(requests(simulator)).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aWaitLongerThanAllowedFailsAtOnce(Operation operation) {
		Fault slow = Fault.answer(429, "text/plain", "").withHeader("Retry-After", "3600");
		try (TinyFishSimulator simulator = operation.simulator(slow);
				TinyFishClient client = this.kind.client(simulator.baseUrl()).build()) {
			TinyFishRateLimitException ex = catchThrowableOfType(TinyFishRateLimitException.class,
					() -> operation.call(client));
			assertThat(ex.retryAfter()).isEqualTo(Duration.ofHours(1));
			assertThat(requests(simulator)).hasSize(1);
		}
	}

	/**
	 * A 5xx with TinyFish's envelope.
	 */
	private static Arguments envelope(int status, String code, boolean submission) {
		return row(status + " " + code, Fault.refusal(status, code, "No"), true, submission, !submission,
				TinyFishServerException.class);
	}

	private static Arguments row(String name, Fault fault, boolean repeatable, boolean submission, boolean runMayExist,
			Class<? extends TinyFishException> type) {
		return Arguments.of(name, fault, repeatable, submission, runMayExist, type);
	}

	private static Fault envelope(int status) {
		return Fault.refusal(status, "INTERNAL_ERROR", "Busy");
	}

	private static Fault json(int status, String body) {
		return Fault.answer(status, "application/json", body);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static List<ReceivedRequest> requests(TinyFishSimulator simulator) {
		return simulator.journal().received();
	}

}
