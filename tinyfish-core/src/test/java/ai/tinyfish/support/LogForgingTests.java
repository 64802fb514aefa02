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

package ai.tinyfish.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.wallet.Wallet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Text from outside forges no line of a log, whichever way it gets there: as the
 * description of a document, as a message, or in a line of the client's own. Data is left
 * as it is.
 */
@BothClients
class LogForgingTests {

	/** Line ends, an escape, NUL, a C1 control, separators, and what reverses a line. */
	private static final String EVIL = "a\r\nWARN forged \u001b[31m\u0000\u009b\u0085\u2028\u2029\u202e\u200b\udb40\udc41b";

	private static final String EVIL_IN_JSON = "a\\r\\nWARN forged \\u001b[31m\\u0000\\u009b\\u0085\\u2028\\u2029\\u202e\\u200b\\udb40\\udc41b";

	private static final String ERROR = "{\"code\":\"%1$s\",\"message\":\"%1$s\",\"category\":\"%1$s\",\"help_url\":\"%1$s\",\"help_message\":\"%1$s\"}"
		.formatted(EVIL_IN_JSON);

	private static final String RUN = "{\"run_id\":\"%1$s\",\"status\":\"FAILED\",\"goal\":\"%1$s\",\"result\":{\"a\":\"%1$s\"},\"error\":%2$s,\"steps\":[{\"action\":\"%1$s\",\"status\":\"%1$s\"}]}"
		.formatted(EVIL_IN_JSON, ERROR);

	private static final AgentRequest REQUEST = AgentRequest.builder()
		.url("https://shop.example/" + EVIL.replaceAll("\\s", ""))
		.goal(EVIL)
		.build()
		.withTag(EVIL);

	private static final Logger application = LoggerFactory.getLogger("application");

	private static final String UNPRINTABLE = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]";

	@Parameter
	ClientKind kind;

	@Test
	void theEventsOfAStreamForgeNothing() {
		Logging listener = new Logging();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			for (String event : List.of("STARTED", "STREAMING_URL", "PROGRESS", "HEARTBEAT", "TF_API_RESULT",
					EVIL_IN_JSON)) {
				exchange.event("""
						{"type":"%2$s","run_id":"%1$s","purpose":"%1$s","tinyfish_api":"%1$s",\
						"streaming_url":"https://watch.example/%3$s","result":["%1$s"]}""".formatted(EVIL_IN_JSON,
						event, EVIL_IN_JSON.replace("\\r\\n", "").replace(" ", "")));
			}
			exchange.event(RUN.replaceFirst("\\{", "{\"type\":\"COMPLETE\","));
		});
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			List<Object> events = new ArrayList<>();
			try (AgentStream stream = client.agent().stream(REQUEST)) {
				stream.forEach(events::add);
			}
			assertThat(events).hasSize(7);
			Soon.until(() -> listener.seen.size() >= 4);
			assertHarmless(REQUEST, events, listener.seen, listener.mdc);
			assertThat(log.lines()).filteredOn((line) -> line.startsWith("A listener failed on ")).isNotEmpty();
			assertThat(log.lines()).filteredOn((line) -> line.contains("forged"))
				.filteredOn((line) -> line.startsWith("A listener failed on "))
				.allSatisfy((line) -> assertThat(line).doesNotContainPattern(UNPRINTABLE));
			assertThat(listener.purposes).containsExactly(EVIL);
			assertThat(listener.tags).containsOnly(EVIL);
		}
	}

	@Test
	void runsThatAreReadForgeNothing() {
		String page = "{\"data\":[" + RUN + "],\"not_found\":[\"" + EVIL_IN_JSON
				+ "\"],\"pagination\":{\"has_more\":true,\"next_cursor\":\"" + EVIL_IN_JSON + "\"}}";
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			String request = exchange.request();
			boolean one = request.startsWith("GET /v1/runs/") || request.startsWith("POST /v1/automation/");
			exchange.answer(200, "application/json", one ? RUN : page);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AgentRun run = client.agent().run(REQUEST);
			QueuedRun queued = client.agent().queue(REQUEST);
			assertThat(run.runId()).isEqualTo(EVIL);
			assertThat(run.error().message()).isEqualTo(EVIL);
			assertThat(queued.tag()).isEqualTo(EVIL);
			assertHarmless(run, run.error(), run.result(), queued, client.runs().list(),
					client.runs().list().data().get(0).steps(), client.runs().getAll(List.of("run-1")),
					catchThrowable(() -> run.result().toMap()), run.typed(String.class));
		}
	}

	@Test
	void profilesAndTheWalletForgeNothing() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json", """
				{"profiles":[{"id":"%1$s","name":"%1$s","proxy_country_code":"%1$s","fingerprint_seed":"%1$s"}],
				 "id":"%1$s","name":"%1$s","session_id":"%1$s","cdp_url":"%1$s","viewer_url":"%1$s",
				 "domains_updated":["%1$s"],"domains_failed":["%1$s"],"currency":"%1$s","auto_reload":{"state":"%1$s"},
				 "rates":{"meters":[{"label":"%1$s","currency":"%1$s","per":"%1$s"}]},"agent_top_up_url":"%1$s",
				 "unknown":"%1$s"}""".formatted(EVIL_IN_JSON)));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			Wallet wallet = client.wallet().get();
			assertThat(wallet.currency()).isEqualTo(EVIL);
			assertThat(client.profiles().list().get(0).name()).isEqualTo(EVIL);
			assertHarmless(wallet, wallet.rates(), wallet.autoReload(), client.profiles().list(),
					client.profiles().create(ProfileRequest.of(EVIL)), ProfileRequest.of(EVIL),
					client.profiles().startSetup("prof-1"),
					client.profiles().save(SetupSession.builder().profileId("prof-1").sessionId(EVIL).build()));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 400, 404, 500 })
	void theMessagesOfExceptionsForgeNothing(int status) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(status, "application/json",
				"{\"error\":" + ERROR + ",\"status\":\"COMPLETED\",\"result\":{\"a\":\"" + EVIL_IN_JSON + "\"}}"));
				TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			for (Throwable failure : List.of(
					catchThrowable(() -> client.agent().run(REQUEST).result().to(Duration.class)),
					catchThrowable(() -> client.agent().stream(REQUEST).await()),
					catchThrowable(() -> client.agent().start(REQUEST).await()),
					catchThrowable(() -> client.runs().list()))) {
				for (Throwable current = failure; current != null; current = current.getCause()) {
					assertHarmless(current);
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 \u001b[31m OK\r\n\r\n", "HTTP/\u009b\u0007 200 OK\r\n\r\n",
			"HTTP/1.1 200 OK\r\nX\u0000\u001b[31m: 1\r\n\r\n" })
	void responseThatIsNotHttpForgesNothing(String answer) {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send(answer);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			for (Throwable failure : List.of(catchThrowable(() -> client.agent().run(REQUEST)),
					catchThrowable(() -> client.agent().stream(REQUEST).await()))) {
				for (Throwable current = failure; current != null; current = current.getCause()) {
					assertHarmless(current);
				}
			}
		}
	}

	private static void assertHarmless(Object... values) {
		assertThat(values).allSatisfy((value) -> {
			application.debug("{}", value);
			assertThat(value.toString()).doesNotContainPattern(UNPRINTABLE);
		});
	}

	/**
	 * Logs its events, as applications do.
	 */
	private static final class Logging implements TinyFishRunListener {

		private final List<Object> seen = new CopyOnWriteArrayList<>();

		private final List<String> mdc = new CopyOnWriteArrayList<>();

		private final List<String> purposes = new CopyOnWriteArrayList<>();

		private final List<String> tags = new CopyOnWriteArrayList<>();

		@Override
		public void started(RunContext context, StartedEvent event) {
			see(context, event);
			throw new IllegalStateException("listener");
		}

		@Override
		public void streamingUrl(RunContext context, StreamingUrlEvent event) {
			see(context, event);
		}

		@Override
		public void progress(RunContext context, ProgressEvent event) {
			this.purposes.add(event.purpose());
			see(context, event);
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			see(context, event.run());
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			see(context, exception);
		}

		private void see(RunContext context, Object event) {
			this.mdc.add(MDC.get(RunContext.MDC_RUN_ID));
			this.mdc.add(MDC.get(RunContext.MDC_TAG));
			this.tags.add(String.valueOf(context.tag()));
			this.seen.add(context);
			this.seen.add(event);
		}

	}

}
