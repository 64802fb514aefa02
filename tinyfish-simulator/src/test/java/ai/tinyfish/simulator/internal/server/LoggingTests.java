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

package ai.tinyfish.simulator.internal.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.WebhookReceiver;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LoggingTests {

	private static final String REQUESTS = "ai.tinyfish.simulator.requests";

	@Test
	void neitherKeyNorProxyPasswordIsLoggedAtAnyLevel() {
		Capture capture = new Capture();
		Capture.Scope scope = capture.atTrace();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.apiKey("sk-hidden-key")
			.pace(Duration.ZERO)
			.start()) {
			simulator.given("broken", Scenario.failed("A", "b"));
			simulator.given((request) -> {
				if (request.goal().equals("throw")) {
					throw new IllegalStateException("on purpose");
				}
				return null;
			});
			Api api = new Api(simulator);
			for (String goal : List.of("fine", "broken", "throw")) {
				api.post("/v1/automation/run", """
						{"url": "https://a.example", "goal": "%s", "proxy_config": {"enabled": true, "type": "custom",
						 "url": "http://proxy.example", "username": "u", "password": "hidden-password"}}"""
					.formatted(goal));
			}
			api.post("/v1/automation/run", "{\"proxy_config\": {\"password\": \"hidden-password\"");
			api.send(api.withoutKey("/v1/runs").header("X-API-Key", "sk-hidden-other"));
			await().until(() -> capture.messagesOf(REQUESTS).size() == 5);
		}
		finally {
			scope.close();
		}
		assertThat(capture.messagesOf(REQUESTS)).allMatch((line) -> line.matches("\\w+ \\S+ -> \\d+ in \\d+ ms"));
		assertThat(capture.messages()).hasSizeGreaterThan(5).noneMatch((message) -> message.contains("hidden"));
	}

	@Test
	void neitherVaultSecretNorWebhookAddressIsLoggedAtAnyLevel() throws IOException {
		Capture capture = new Capture();
		Capture.Scope scope = capture.atTrace();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.webhookRetryDelay(Duration.ZERO)
			.start(); WebhookReceiver receiver = WebhookReceiver.start(500, WebhookReceiver.SILENCE)) {
			Api api = new Api(simulator);
			api.post("/v1/vault/connections", "{\"provider\": \"1password\", \"token\": \"hidden-token\"}");
			api.post("/v1/vault/connections", "{\"token\": \"hidden-token\"");
			api.post("/v1/automation/run",
					"""
							{"url": "https://a.example", "goal": "x", "webhook_url": "http://localhost:%d/?token=hidden-hook"}"""
						.formatted(receiver.port()));
			await().until(() -> receiver.received().size() == 2);
		}
		finally {
			scope.close();
		}
		// the receiver closes first: a third attempt may go out before the simulator does
		assertThat(capture.messagesOf("ai.tinyfish.simulator.webhooks")).isNotEmpty()
			.allMatch((line) -> line
				.matches("run.completed of run \\S+, attempt (1 -> 500|2 -> broken off|3 -> not connected)"));
		assertThat(capture.messages().stream().filter((message) -> message.contains("hidden"))).isEmpty();
	}

	private static final class Capture extends AppenderBase<ILoggingEvent> {

		private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.events.add(event);
		}

		private Scope atTrace() {
			Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
			Level before = root.getLevel();
			List<Appender<ILoggingEvent>> others = new ArrayList<>();
			root.iteratorForAppenders().forEachRemaining(others::add);
			others.forEach(root::detachAppender);
			setContext(root.getLoggerContext());
			start();
			root.addAppender(this);
			root.setLevel(Level.TRACE);
			return () -> {
				root.setLevel(before);
				root.detachAppender(this);
				others.forEach(root::addAppender);
			};
		}

		private List<String> messagesOf(String logger) {
			return this.events.stream()
				.filter((event) -> event.getLoggerName().equals(logger))
				.map(ILoggingEvent::getFormattedMessage)
				.toList();
		}

		private List<String> messages() {
			return this.events.stream().map((event) -> event.getFormattedMessage() + causes(event)).toList();
		}

		private static String causes(ILoggingEvent event) {
			StringBuilder text = new StringBuilder();
			IThrowableProxy cause = event.getThrowableProxy();
			while (cause != null) {
				text.append(' ').append(cause.getClassName()).append(' ').append(cause.getMessage());
				cause = cause.getCause();
			}
			return text.toString();
		}

		private interface Scope extends AutoCloseable {

			@Override
			void close();

		}

	}

}
