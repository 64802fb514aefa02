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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Secrets of a request do not come back in an exception, even if the service repeats
 * them, and secrets of an answer are not shown unless asked for.
 */
@BothClients(always = true)
class EchoTests {

	private static final String PASSWORD = "proxy \"pass\" 9876543210";

	private static final String PASSWORD_IN_JSON = "proxy \\\"pass\\\" 9876543210";

	private static final String USERNAME = "customer-0815-session-17";

	private static final String URL_PASSWORD = "url-pass-5550123";

	private static final String HOOK = "hook-secret-abcdef";

	private static final String HOOK_TOKEN = "hook-token-fedcba";

	private static final String TOKEN = "gateway-token-424242";

	private static final String CDP_URL = "wss://b.example/cdp/0f1e2d3c4b5a";

	private static final AgentRequest REQUEST = AgentRequest.builder()
		.url("https://me:" + URL_PASSWORD + "@shop.example")
		.goal("Read")
		.webhookUrl("https://hooks.example/" + HOOK + "?token=" + HOOK_TOKEN)
		.proxy(ProxyConfig.builder()
			.url("http://proxy-user:" + URL_PASSWORD + "-2@proxy.example:8080")
			.username(USERNAME)
			.password(PASSWORD)
			.build())
		.build();

	private static final List<String> SECRETS = List.of(PASSWORD, PASSWORD_IN_JSON, USERNAME, URL_PASSWORD, HOOK,
			HOOK_TOKEN);

	@Parameter
	ClientKind kind;

	static Stream<Operation> submissions() {
		return Stream.of(Operation.values()).filter(Operation::startsRun);
	}

	@ParameterizedTest
	@MethodSource("submissions")
	void theCredentialsOfAProxyAreTakenOutOfResponsesThatRepeatThem(Operation operation) {
		String secrets = String.join(" ", PASSWORD_IN_JSON, USERNAME, URL_PASSWORD, HOOK, HOOK_TOKEN);
		for (int status : new int[] { 400, 503, 200 }) {
			// with status 200 and an error alone a run is refused, which is a valid
			// answer
			String body = (status == 200) ? echo(secrets).replace("\"error\"", "\"other\"") : echo(secrets);
			try (ScriptedServer server = answering(status, body);
					TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
				String text = everythingOf(catchThrowable(() -> submit(client, operation, REQUEST)));
				assertThat(text).as("%s", status).contains("***").doesNotContain(SECRETS);
			}
		}
	}

	@Test
	void theCredentialsOfUrlsAreTakenOutAsWell() {
		try (ScriptedServer server = answering(400, echo(URL_PASSWORD));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(everythingOf(catchThrowable(
					() -> client.fetch().getContents(FetchRequest.of("https://me:" + URL_PASSWORD + "@a.example")))))
				.contains("***")
				.doesNotContain(URL_PASSWORD);
			assertThat(everythingOf(catchThrowable(() -> client.browser()
				.create(BrowserSessionRequest.builder().url("me:" + URL_PASSWORD + "@a.example").build()))))
				.contains("***")
				.doesNotContain(URL_PASSWORD);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void theValuesOfFurtherHeadersAreTakenOut(Operation operation) {
		RequestOptions options = RequestOptions.builder()
			.header("Authorization", "Bearer " + TOKEN)
			.header("X-Tenant", "7")
			.build();
		for (int status : new int[] { 401, 502, 200 }) {
			try (ScriptedServer server = answering(status, "<" + echo("Bearer " + TOKEN + " and " + TOKEN));
					TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
				String text = everythingOf(catchThrowable(() -> operation.call(client.withOptions(options))));
				assertThat(text).as("%s", status).contains("***").doesNotContain(TOKEN);
			}
		}
	}

	@Test
	void aShortHeaderIsNotASecretAndMessagesStayReadable() {
		try (ScriptedServer server = answering(400, Samples.envelope("X7", "7 of 17 are missing"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient changed = client.withOptions(RequestOptions.builder().header("X-Tenant", "7").build());
			assertThat(catchThrowable(() -> changed.runs().list())).hasMessageContaining("7 of 17 are missing");
		}
	}

	@Test
	void anEmptyPasswordIsNotASecret() {
		AgentRequest request = REQUEST.toBuilder().proxy(ProxyConfig.builder().password("").build()).build();
		try (ScriptedServer server = answering(400, Samples.envelope("X", "All is clear"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(catchThrowable(() -> client.agent().run(request))).hasMessageContaining("All is clear");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void anEventThatCannotBeReadRepeatsNothing(Operation operation) {
		try (ScriptedServer server = ScriptedServer
			.streaming((exchange) -> exchange.event("{broken " + PASSWORD_IN_JSON + " " + TOKEN));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient changed = client.withOptions(RequestOptions.builder().header("X-Token", TOKEN).build());
			Throwable thrown = catchThrowable(() -> submit(changed, operation, REQUEST));
			assertThat(thrown).hasCauseInstanceOf(TinyFishStreamParseException.class);
			assertThat(everythingOf(thrown)).contains("***").doesNotContain(TOKEN).doesNotContain(SECRETS);
		}
	}

	@Test
	void ofALongErrorTheBeginningIsKept() {
		String body = echo(PASSWORD_IN_JSON + "x".repeat(5 * 1024 * 1024));
		try (ScriptedServer server = answering(400, body);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishStatusException thrown = catchThrowableOfType(TinyFishStatusException.class,
					() -> client.agent().queue(REQUEST));
			assertThat(thrown.code()).hasSize(1024).startsWith("BAD ***xxx");
			assertThat(thrown.response().message()).hasSize(1024).startsWith("Said ***xxx");
			assertThat(thrown.details()).hasSize(8192).startsWith("[{\"value\":\"***xxx");
			assertThat(thrown.response().body()).hasSize(8192).startsWith("{\"error\":{\"code\":\"BAD ***xxx");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{broken %s", "{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"of\":\"%s\"}" })
	void anEventThatEscapesASecretRepeatsNothing(String event) {
		String text = event.formatted(escaped(Samples.KEY, "\\u%04x") + " " + PASSWORD_IN_JSON);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.event(text));
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			String shown = everythingOf(catchThrowable(() -> client.agent().stream(REQUEST).await()));
			assertThat(shown).contains("***");
			assertThat(plain(shown)).doesNotContain(List.of(Samples.KEY, PASSWORD, PASSWORD_IN_JSON));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/%s 200 OK\r\nContent-Length: 0\r\n\r\n", "%s 200 OK\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 %s OK\r\nContent-Length: 0\r\n\r\n", "%s", "HTTP/1.1 200 OK\r\n%s %s: 1\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n", "HTTP/1.1 200 OK\r\nX-\u0000%s: %s\r\n\r\n",
			"HTTP/1.1 200 OK\r\nX-A: \u0000%s\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n" })
	void anAnswerThatIsNotHttpRepeatsNothing(String answer) {
		String secrets = Samples.KEY + "." + URL_PASSWORD;
		try (LogCapture log = new LogCapture(); ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send(answer.replace("%s", secrets));
		})) {
			Observed observed = new Observed();
			try (TinyFishClient client = this.kind.client(server.baseUrl())
				.observationRegistry(observed.registry())
				.maxRetries(0)
				.build()) {
				for (Operation operation : List.of(Operation.RUN, Operation.GET, Operation.STREAM, Operation.START)) {
					Throwable thrown = catchThrowable(() -> {
						if (operation == Operation.GET) {
							client.runs().get("run-1");
						}
						else {
							submit(client, operation, REQUEST);
						}
					});
					assertThat(everythingOf(thrown)).as("%s", operation).doesNotContain(Samples.KEY, URL_PASSWORD);
				}
			}
			assertThat(observed.texts()).isNotEmpty()
				.allSatisfy((text) -> assertThat(text).doesNotContain(Samples.KEY, URL_PASSWORD));
			// how Netty itself shows bytes at TRACE is not ours
			assertThat(log.lines()).filteredOn((line) -> line.contains("ai.tinyfish") && line.contains("Exception"))
				.allSatisfy((line) -> assertThat(line).doesNotContain(Samples.KEY, URL_PASSWORD));
		}
	}

	@Test
	void aRunIdThatHoldsTheKeyIsNotHandedOn() {
		String id = "run-" + Samples.KEY;
		String spelled = "run-" + escaped(Samples.KEY, "\\u%04x");
		for (String json : List.of(id, spelled)) {
			RecordingListener listener = new RecordingListener();
			String run = "{\"run_id\":\"" + json + "\",\"status\":\"COMPLETED\",\"result\":{\"is\":\"" + json + "\"}}";
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				if (exchange.request().contains("/run-sse ")) {
					exchange.startStream();
					exchange.event("{\"type\":\"STARTED\",\"run_id\":\"" + json + "\"}");
					exchange.event("{\"type\":\"PROGRESS\",\"run_id\":\"" + json + "\",\"purpose\":\"" + json + "\"}");
				}
				else {
					exchange.answer(200, "application/json", run);
				}
			}); TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
				List<Object> read = new ArrayList<>();
				read.add(client.agent().run(REQUEST));
				read.add(client.agent().run(REQUEST).result().json());
				read.add(client.agent().queue(REQUEST));
				try (AgentStream stream = client.agent().stream(REQUEST)) {
					read.add(catchThrowable(() -> stream.forEach(read::add)));
				}
				Soon.until(() -> !listener.errors().isEmpty() && listener.runs().size() == 2);
				read.addAll(listener.errors());
				read.addAll(listener.contexts());
				read.add(catchThrowable(() -> client.agent().start(REQUEST).await()));
				assertThat(read).allSatisfy((value) -> assertThat(
						(value instanceof Throwable thrown) ? everythingOf(thrown) : value.toString())
					.doesNotContain(Samples.KEY, escaped(Samples.KEY, "\\u%04x")));
				assertThat(read).filteredOn(TinyFishException.class::isInstance)
					.allSatisfy((failure) -> assertThat(((TinyFishException) failure).runId()).isEqualTo("run-***"));
				assertThat(server.requests()).noneMatch((request) -> request.startsWith("GET "));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"session_id\":{},\"cdp_url\":\"" + CDP_URL + "\"}",
			"{\"session_id\":\"br-1\",\"cdp_url\":{\"at\":\"" + CDP_URL + "\"}}",
			"{\"session_id\":\"br-1\",\"cdp_url\":\"" + CDP_URL + "\"", "[\"" + CDP_URL + "\"]", "\"" + CDP_URL + "\"",
			CDP_URL })
	void theAddressOfABrowserIsOnlyInTheBodyOfAnAnswerThatCannotBeUsed(String body) {
		try (ScriptedServer server = answering(201, body);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishStatusException thrown = catchThrowableOfType(TinyFishStatusException.class,
					() -> client.browser().create());
			assertThat(thrown.status()).isEqualTo(201);
			assertThat(text(thrown)).doesNotContain("0f1e2d3c4b5a");
			assertThat(thrown.response().toString()).contains("201").doesNotContain("0f1e2d3c4b5a");
			assertThat(thrown.response().body()).isEqualTo(body);
		}
	}

	@Test
	void anAnswersDescriptionHasNeitherItsBodyNorItsDetails() {
		try (ScriptedServer server = answering(400, echo("hidden"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishStatusException thrown = catchThrowableOfType(TinyFishStatusException.class,
					() -> client.runs().list());
			assertThat(thrown.details()).isEqualTo("[{\"value\":\"hidden\"}]");
			assertThat(thrown.response())
				.hasToString("ApiErrorResponse[status=400, code=BAD hidden, message=Said hidden, retryAfter=null]");
		}
	}

	private static Object submit(TinyFishClient client, Operation operation, AgentRequest request) {
		return switch (operation) {
			case RUN -> client.agent().run(request);
			case QUEUE -> client.agent().queue(request);
			case QUEUEALL -> {
				RuntimeException failure = client.agent().queueAll(List.of(Samples.request(), request)).cause();
				if (failure != null) {
					throw failure;
				}
				yield List.of();
			}
			case STREAM -> client.agent().stream(request).await();
			case START -> client.agent().start(request).await();
			default -> throw new IllegalArgumentException(operation + " starts no run");
		};
	}

	/**
	 * An error that repeats something in each of its parts.
	 */
	private static String echo(String secrets) {
		return """
				{"error":{"code":"BAD %1$s","message":"Said %1$s","details":[{"value":"%1$s"}]},"and":"%1$s"}"""
			.formatted(secrets);
	}

	/**
	 * All texts of an exception and its causes, among them the kept parts of answers and
	 * streams.
	 */
	static String everythingOf(@Nullable Throwable thrown) {
		StringBuilder text = new StringBuilder(text(thrown));
		for (Throwable current = thrown; current != null; current = current.getCause()) {
			if (current instanceof TinyFishStatusException answered) {
				text.append(answered.code())
					.append(answered.details())
					.append(answered.response())
					.append(answered.response().body());
			}
			if (current instanceof TinyFishStreamParseException unreadable) {
				text.append(unreadable.line());
			}
		}
		return text.toString();
	}

	private static String escaped(String text, String format) {
		return text.chars().mapToObj(format::formatted).collect(Collectors.joining());
	}

	/**
	 * Return a text without the escapes of JSON.
	 */
	private static String plain(String text) {
		return Pattern.compile("\\\\u00([0-9a-fA-F]{2})")
			.matcher(text)
			.replaceAll(
					(escape) -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(escape.group(1), 16))));
	}

	private static String text(@Nullable Throwable thrown) {
		assertThat(thrown).isNotNull();
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

	/**
	 * Recorded values.
	 */
	private record Observed(List<String> texts) implements ObservationHandler<Observation.Context> {

		Observed() {
			this(new CopyOnWriteArrayList<>());
		}

		ObservationRegistry registry() {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(this);
			return registry;
		}

		@Override
		public void onStop(Observation.Context context) {
			this.texts.add(context.getName() + context.getAllKeyValues()
					+ ((context.getError() != null) ? everythingOf(context.getError()) : ""));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
