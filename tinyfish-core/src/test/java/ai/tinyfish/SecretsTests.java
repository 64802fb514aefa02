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

package ai.tinyfish;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole pass of successes and failures with every logger at TRACE: the key, the proxy's
 * password, the secrets of the vault, and the ids and addresses of set-up sessions appear
 * nowhere.
 */
@BothClients(always = true)
class SecretsTests {

	/** A set-up session, with an error that names it as well. */
	private static final String SESSION = """
			{"session_id":"%1$s","cdp_url":"wss://%1$s.example/cdp","base_url":"https://%1$s.example",
			 "viewer_url":"https://%1$s.example/view",
			 "error":{"code":"SERVICE_BUSY","message":"%1$s at wss://%1$s.example/cdp"}}"""
		.formatted("secret-place-0123456789");

	private static final String PASSWORD = "proxy-pass-9876543210";

	@Parameter
	ClientKind kind;

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Logger netty = (Logger) LoggerFactory.getLogger("reactor.netty");

	private final List<String> seen = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
		@Override
		protected void append(ILoggingEvent event) {
			SecretsTests.this.seen.add(event.getFormattedMessage());
			if (event.getThrowableProxy() != null) {
				SecretsTests.this.seen.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
			}
		}
	};

	private Level rootLevel;

	@BeforeEach
	void captureEverything() {
		this.rootLevel = this.root.getLevel();
		this.root.setLevel(Level.TRACE);
		this.netty.setLevel(Level.TRACE);
		this.root.detachAndStopAllAppenders();
		this.appender.setContext(this.root.getLoggerContext());
		this.appender.start();
		this.root.addAppender(this.appender);
	}

	@AfterEach
	void restore() {
		this.root.detachAppender(this.appender);
		this.root.setLevel(this.rootLevel);
		this.netty.setLevel(Level.ERROR);
	}

	@Test
	void noSecretIsSeenAnywhere() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new KeepingHandler(this.seen));
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example")
			.goal("Read")
			.proxy(ProxyConfig.builder().url("http://proxy.example:8080").username("me").password(PASSWORD).build())
			.build();
		List<ScriptedServer.Script> scripts = List.of(
				(e) -> e.answer(401, "application/json",
						Samples.envelope("INVALID_API_KEY", "Key " + Samples.KEY + " is not valid")),
				(e) -> e.answer(400, "application/json", echo(e.request())),
				(e) -> e.answer(502, "text/plain", e.request().contains("/v1/vault") ? e.request() : ""),
				(e) -> e.answer(200, "application/json", echo(e.request())),
				(e) -> e.answer(500, "text/html", "<html>" + Samples.KEY + "</html>"), (e) -> e.reset(),
				(e) -> e.answer(200, "application/json", "{\"echo\":\"" + Samples.KEY + "\"}"),
				(e) -> e.answer(200, e.request().contains("run-sse") ? "text/event-stream" : "application/json",
						e.request().contains("run-sse") ? Operation.STREAM.success() : Samples.RUN),
				(e) -> e.answer(200, "application/json", session(e.request())),
				(e) -> e.answer(503, "application/json", session(e.request())));
		for (ScriptedServer.Script script : scripts) {
			RecordingListener listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer(script);
					TinyFishClient client = this.kind.client(server.baseUrl())
						.observationRegistry(registry)
						.runListener(listener)
						.build()) {
				this.seen.add(client.toString() + client.agent() + client.runs() + client.search() + client.fetch()
						+ client.browser() + client.vault() + client.profiles() + client.wallet() + request
						+ Samples.vault());
				for (Operation operation : Operation.values()) {
					attempt(() -> this.seen.add(String.valueOf(operation.call(client))));
				}
				attempt(() -> client.agent().run(request));
				attempt(() -> client.agent().queue(request));
				attempt(() -> client.agent().stream(request).await());
				attempt(() -> client.agent().start(request).await());
				attempt(() -> client.runs().get("run-1"));
				attempt(() -> client.runs().list());
				attempt(() -> client.runs().cancel("run-1"));
			}
			listener.errors().forEach(this::keep);
		}
		assertThat(this.seen).hasSizeGreaterThan(100);
		assertThat(this.seen).noneMatch((text) -> text.contains(Samples.KEY));
		assertThat(this.seen).noneMatch((text) -> text.contains(PASSWORD));
		assertThat(this.seen).anyMatch((text) -> text.contains("vault.connect"));
		assertThat(this.seen).anyMatch((text) -> text.contains("profiles.startSetup"))
			.anyMatch((text) -> text.startsWith("SetupSession["));
		for (String secret : List.of(Samples.CLIENT_SECRET, Samples.MASTER_PASSWORD, Samples.MASTER_PASSWORD_IN_JSON,
				Samples.SETUP_SESSION, "secret-place")) {
			assertThat(this.seen).noneMatch((text) -> text.contains(secret));
		}
	}

	/**
	 * An error that repeats the secrets of the vault in each of its parts, where the
	 * request has them.
	 */
	private static String echo(String request) {
		String secrets = request.contains(Samples.CLIENT_SECRET)
				? Samples.CLIENT_SECRET + " and " + Samples.MASTER_PASSWORD_IN_JSON
				: request.contains(Samples.SETUP_SESSION) ? Samples.SETUP_SESSION : "nothing";
		return """
				{"error":{"code":"BAD %1$s","message":"Said %1$s","details":[{"value":"%1$s"}]},"and":"%1$s"}"""
			.formatted(secrets);
	}

	/**
	 * A set-up session where one is asked for.
	 */
	private static String session(String request) {
		return request.contains("/setup-session ") ? SESSION : "{}";
	}

	private void attempt(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			keep(ex);
		}
	}

	private void keep(Throwable thrown) {
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		this.seen.add(text.toString());
		for (Throwable current = thrown; current != null; current = current.getCause()) {
			this.seen.add(current.toString());
			if (current instanceof TinyFishStatusException answered) {
				this.seen.add(answered.response().toString());
			}
		}
	}

	private record KeepingHandler(List<String> seen) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			// Spring's HTTP contexts hold the request itself as their carrier; the
			// recorded part are the key values
			this.seen
				.add(context.getName() + context.getAllKeyValues() + context.getContextualName() + context.getError());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
