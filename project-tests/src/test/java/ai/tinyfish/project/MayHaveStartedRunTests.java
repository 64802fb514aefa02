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

package ai.tinyfish.project;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.internal.service.SubmissionFailures;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.spring.ai.tools.ToolAnswers;
import ai.tinyfish.spring.boot.autoconfigure.budget.BudgetAnswer;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import ai.tinyfish.spring.test.cassette.RecordingAnswer;
import ai.tinyfish.spring.test.evaluation.EvaluationAnswer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The question whether a run may exist after a failure: each kind of failure, with each
 * operation of both clients, has one answer, which all places that ask give.
 */
class MayHaveStartedRunTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://example.com", "Read it");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@TempDir
	private Path directory;

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	static Stream<Row> rows() {
		return Stream.of(
				// a refusal: the service has looked at the request, and started nothing
				new Row("400", 400, envelope("INVALID_INPUT"), false),
				new Row("400 of a gateway", 400, "<html>", false),
				new Row("401", 401, envelope("INVALID_API_KEY"), false),
				new Row("402", 402, envelope("INSUFFICIENT_CREDITS"), false),
				new Row("403", 403, envelope("FORBIDDEN"), false), new Row("404", 404, envelope("NOT_FOUND"), false),
				new Row("404 of a gateway", 404, "<html>", false),
				new Row("408", 408, envelope("REQUEST_TIMEOUT"), false),
				new Row("409", 409, envelope("CONFLICT"), false), new Row("413 of a gateway", 413, "<html>", false),
				new Row("422", 422, envelope("NO_SCENARIO"), false),
				new Row("429", 429, envelope("RATE_LIMIT_EXCEEDED"), false),
				new Row("429 of a gateway", 429, "<html>", false),
				// redirects are not followed, so that the request was not executed.
				// Durable runs took this for a lost answer, and searched for a run
				new Row("302", 302, "<html>", false),
				// its code is that of a run, which proves that there is one
				new Row("400 with the code of a run", 400, envelope("CONTENT_POLICY_VIOLATION"), true),
				new Row("500 with the code of a run", 500, envelope("TASK_FAILED"), true),
				new Row("409 that names a run", 409,
						"{\"run_id\":\"run-1\",\"error\":{\"code\":\"CONFLICT\",\"message\":\"Other\"}}", true),
				new Row("500 that names a run", 500,
						"{\"run_id\":\"run-1\",\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Broke\"}}", true),
				// with these codes the service has started nothing
				new Row("500", 500, envelope("INTERNAL_ERROR"), false),
				new Row("503", 503, envelope("SERVICE_BUSY"), false),
				new Row("503 of a gateway that asks to wait", 503, "wait", false),
				// the set of codes is open: this one may be about a run
				new Row("500 with another code", 500, envelope("FORBIDDEN"), true),
				// a gateway does not know what the service behind it has done
				new Row("500 of a gateway", 500, "<html>", true), new Row("502 of a gateway", 502, "<html>", true),
				new Row("503 of a gateway", 503, "<html>", true), new Row("504 of a gateway", 504, "<html>", true),
				new Row("200 that cannot be read", 200, "<html>", true),
				// no answer: recordings answered the client with a refusal
				new Row("broken", Row.BROKEN, "", true), new Row("silent", Row.SILENT, "", true),
				new Row("closed meanwhile", Row.CLOSED, "", true),
				// nothing was sent: from this exception alone, the budget and evaluations
				// concluded that a run may exist
				new Row("no connection", Row.AWAY, "", false),
				// the last attempt was not sent, and the one before was refused
				new Row("no connection after 503", Row.BUSY_THEN_AWAY, envelope("SERVICE_BUSY"), false));
	}

	@ParameterizedTest
	@MethodSource("rows")
	void allPlacesGiveTheSameAnswer(Row row) throws Exception {
		Map<String, Object> different = new LinkedHashMap<>();
		for (boolean reactive : List.of(false, true)) {
			for (String operation : List.of("run", "queue", "queueAll", "stream", "start")) {
				Reports reports = new Reports();
				TinyFishException failure = fail(row, reactive, operation, reports);
				String name = operation + (reactive ? " reactive" : "");
				if (failure == null) {
					// the answer of this operation is the id, so that it has not failed
					assertThat(row.body).as(name).contains("run_id");
					assertThat(operation).isEqualTo("queue");
					continue;
				}
				Map<String, Boolean> answers = answers(failure);
				TinyFishException reported = reports.ended.get(30, TimeUnit.SECONDS).orElse(null);
				if (reported != null) {
					answers(reported).forEach((place, answer) -> answers.put("interceptor: " + place, answer));
				}
				else {
					answers.put("interceptor: not sent", false);
				}
				answers.values().removeIf((answer) -> answer == row.mayExist);
				if (!answers.isEmpty()) {
					different.put(name + " " + failure, answers.keySet());
				}
			}
		}
		assertThat(different).isEmpty();
	}

	@Test
	void callsThatStartNoRunHaveStartedNone() throws Exception {
		Row row = new Row("502 of a gateway", 502, "<html>", false);
		try (Server server = new Server(row);
				TinyFishClient client = configured(TinyFishClient.builder(), row, server, new Reports()).build()) {
			assertThat(List.<ThrowingCallable>of(() -> client.runs().get("run-1"), () -> client.runs().cancel("run-1"),
					() -> client.runs().getAll(List.of("run-1")), () -> client.browser().create()))
				.extracting((call) -> catchThrowableOfType(TinyFishException.class, call).mayHaveStartedRun())
				.containsOnly(false);
		}
	}

	@Test
	void theyDoForExceptionsThatApplicationsCreate() {
		ApiErrorResponse refusal = ApiErrorResponse.of(409, "CONFLICT", "Other");
		AgentRun run = AgentRun.builder().runId("run-1").statusText("COMPLETED").build();
		Map<TinyFishException, Boolean> expected = new LinkedHashMap<>();
		// of these kinds are also failures after which a run exists
		expected.put(TinyFishStatusException.of("agent.run", refusal, null), true);
		expected.put(TinyFishStatusException.of("agent.run", ApiErrorResponse.of(500, null, "Broke"), null), true);
		expected.put(TinyFishStatusException.of("agent.run", ApiErrorResponse.of(502, null, "Away"), null), true);
		expected.put(
				TinyFishStatusException.of("agent.queueAll",
						new ApiErrorResponse(409, "CONFLICT", "Other", null, null, null, List.of("run-1")), null),
				true);
		expected.put(new TinyFishConnectionException("The connection broke", null), true);
		expected.put(new TinyFishTimeoutException("No response in time", null), true);
		expected.put(TinyFishStatusException.of("agent.run", refusal, null).withoutRun(), false);
		expected.put(new TinyFishConnectionException("No connection", null).withoutRun(), false);
		expected.put(new TinyFishTimeoutException("No connection in time", null).withoutRun(), false);
		expected.put(new TinyFishTooManyRunsException("No place", 1), false);
		expected.put(new TinyFishTooManyStreamsException(1), false);
		expected.put(new TinyFishHostNotAllowedException("Not allowed", "example.com"), false);
		expected.put(new TinyFishBudgetUnavailableException("The budget cannot be checked", null), false);
		// the service has refused to queue the run, or a stream did not name one that
		// ended
		expected.put(new TinyFishRunFailedException(null, RunStatus.FAILED, null).withoutRun(), false);
		expected.put(new TinyFishRunFailedException(null, RunStatus.FAILED, null), true);
		expected.put(new TinyFishRunFailedException("run-1", RunStatus.FAILED, null), true);
		expected.put(new TinyFishRunOutcomeUnknownException("Unknown", null, null), true);
		expected.put(new TinyFishRunOutcomeUnknownException("Unknown", null, "run-1"), true);
		expected.put(new TinyFishRunTimeoutException("Late", null, null), true);
		expected.put(new TinyFishResultMappingException("Misfit", null, null, "$", String.class, "1"), true);
		expected.put(new TinyFishGoalMissedException(run, GoalVerdict.missed("Empty")), true);
		expected.put(new TinyFishStreamParseException("Malformed", "x", null, null), true);
		Map<String, Object> different = new LinkedHashMap<>();
		expected.forEach((failure, mayExist) -> {
			Map<String, Boolean> answers = answers(failure);
			answers.values().removeIf((answer) -> answer == mayExist);
			if (!answers.isEmpty()) {
				different.put(failure.toString(), answers.keySet());
			}
		});
		assertThat(different).isEmpty();
	}

	private Map<String, Boolean> answers(TinyFishException failure) {
		Map<String, Boolean> answers = new LinkedHashMap<>();
		answers.put("exception", failure.mayHaveStartedRun());
		answers.put("budget", BudgetAnswer.mayHaveStartedRun(failure));
		answers.put("evaluation", EvaluationAnswer.mayHaveStartedRun(failure));
		answers.put("recording", RecordingAnswer.mayHaveStartedRun(failure, this.directory));
		answers.put("tools", ToolAnswers.isKept(failure));
		answers.put("texts", ToolAnswers.reportsBilling(failure));
		answers.put("durable", SubmissionFailures.mayHaveStartedRun(failure));
		return answers;
	}

	private TinyFishException fail(Row row, boolean reactive, String operation, Reports reports) throws Exception {
		try (Server server = new Server(row)) {
			Object result = reactive ? reactive(row, server, operation, reports)
					: blocking(row, server, operation, reports);
			assertThat(result).isNotNull();
			return null;
		}
		catch (TinyFishException ex) {
			return ex;
		}
	}

	private Object blocking(Row row, Server server, String operation, Reports reports) {
		try (TinyFishClient client = configured(TinyFishClient.builder(), row, server, reports).build()) {
			server.onClose = client::close;
			return switch (operation) {
				case "run" -> client.agent().run(REQUEST);
				case "queue" -> client.agent().queue(REQUEST);
				case "queueAll" -> thrown(client.agent().queueAll(List.of(REQUEST)).cause());
				case "stream" -> {
					try (AgentStream stream = client.agent().stream(REQUEST)) {
						yield stream.await();
					}
				}
				default -> client.agent().start(REQUEST).await();
			};
		}
	}

	private Object reactive(Row row, Server server, String operation, Reports reports) {
		try (ReactiveTinyFishClient client = configured(ReactiveTinyFishClient.builder(), row, server, reports)
			.build()) {
			server.onClose = client::close;
			return switch (operation) {
				case "run" -> client.agent().run(REQUEST).block();
				case "queue" -> client.agent().queue(REQUEST).block();
				case "queueAll" -> thrown(client.agent().queueAll(List.of(REQUEST)).block().cause());
				case "stream" -> client.agent().stream(REQUEST).blockLast();
				default -> client.agent().start(REQUEST).flatMap(ReactiveRunHandle::result).block();
			};
		}
	}

	private static Object thrown(Throwable failure) {
		throw (TinyFishException) failure;
	}

	private static <B extends TinyFishClientBuilder<B>> B configured(B builder, Row row, Server server,
			Reports reports) {
		return builder.apiKey("sk-key")
			.baseUrl(server.baseUrl())
			.timeout((row.status == Row.SILENT) ? Duration.ofMillis(300) : Duration.ofSeconds(20))
			.retry(RetrySettings.defaults()
				.withMaxRetries(1)
				.withDelays(Duration.ofMillis(1), 1, Duration.ofMillis(1), Duration.ZERO))
			.runInterceptor(reports);
	}

	private static String envelope(String code) {
		return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"Not now\"}}";
	}

	/**
	 * A kind of failure.
	 *
	 * @param status the status of the answer, or one of the constants
	 * @param mayExist whether a run may exist after it
	 */
	record Row(String name, int status, String body, boolean mayExist) {

		static final int BROKEN = -1;

		static final int SILENT = -2;

		static final int CLOSED = -3;

		static final int AWAY = -4;

		static final int BUSY_THEN_AWAY = -5;

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * The end of a run, as interceptors receive it.
	 */
	private static final class Reports implements TinyFishRunInterceptor {

		private final CompletableFuture<Optional<TinyFishException>> ended = new CompletableFuture<>();

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			return submission.request();
		}

		@Override
		public void error(RunSubmission submission, TinyFishException exception) {
			this.ended.complete(Optional.of(exception));
		}

		@Override
		public void notSent(RunSubmission submission) {
			this.ended.complete(Optional.empty());
		}

	}

	/**
	 * Server that fails in one way, one request for each connection. It refuses to return
	 * runs.
	 */
	private final class Server implements AutoCloseable {

		private final Row row;

		private final ServerSocket listening = new ServerSocket();

		private final List<Socket> silent = new ArrayList<>();

		private final Socket reserved = new Socket();

		private volatile Runnable onClose = () -> {
		};

		Server(Row row) throws IOException {
			this.row = row;
			if (row.status == Row.AWAY) {
				// a port that is only bound has no listener
				this.reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
				return;
			}
			this.listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			MayHaveStartedRunTests.this.threads.execute(this::accept);
		}

		String baseUrl() {
			return "http://127.0.0.1:"
					+ ((this.row.status == Row.AWAY) ? this.reserved.getLocalPort() : this.listening.getLocalPort());
		}

		private void accept() {
			while (!this.listening.isClosed()) {
				try {
					Socket socket = this.listening.accept();
					String request = request(socket.getInputStream());
					if (request.startsWith("GET ")) {
						answer(socket, 403, envelope("FORBIDDEN"));
					}
					else {
						fail(socket);
					}
				}
				catch (IOException ex) {
					// the client has gone, or the test is over
				}
			}
		}

		private void fail(Socket socket) throws IOException {
			switch (this.row.status) {
				case Row.BROKEN -> socket.close();
				case Row.SILENT -> this.silent.add(socket);
				case Row.CLOSED -> {
					this.silent.add(socket);
					MayHaveStartedRunTests.this.threads.execute(this.onClose);
				}
				case Row.BUSY_THEN_AWAY -> {
					this.listening.close();
					answer(socket, 503, this.row.body);
				}
				default -> answer(socket, this.row.status, this.row.body);
			}
		}

		private static String request(InputStream in) throws IOException {
			StringBuilder head = new StringBuilder();
			while (head.indexOf("\r\n\r\n") < 0) {
				int next = in.read();
				if (next < 0) {
					return head.toString();
				}
				head.append((char) next);
			}
			int length = head.toString()
				.lines()
				.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
				.mapToInt((line) -> Integer.parseInt(line.substring(15).strip()))
				.findFirst()
				.orElse(0);
			in.readNBytes(length);
			return head.toString();
		}

		private static void answer(Socket socket, int status, String body) throws IOException {
			try (socket) {
				byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
				String head = "HTTP/1.1 " + status + " Status\r\nContent-Type: "
						+ (body.startsWith("{") ? "application/json" : "text/html") + "\r\nConnection: close\r\n"
						+ (body.equals("wait") ? "Retry-After: 0\r\n" : "") + "Content-Length: " + bytes.length
						+ "\r\n\r\n";
				socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
				socket.getOutputStream().write(bytes);
			}
		}

		@Override
		public void close() throws IOException {
			this.listening.close();
			this.reserved.close();
			for (Socket socket : this.silent) {
				socket.close();
			}
		}

	}

}
