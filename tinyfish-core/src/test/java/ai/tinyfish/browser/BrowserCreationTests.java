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

package ai.tinyfish.browser;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.server.BrowserServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static ai.tinyfish.testing.server.BrowserServer.answering;
import static ai.tinyfish.testing.server.BrowserServer.heldBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Creations whose caller gives up, or whose response is lost.
 */
@BothClients(always = true)
class BrowserCreationTests {

	@Parameter
	ClientKind kind;

	@Test
	void aSessionWhoseCallerIsInterruptedIsClosedWhenItArrives() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AtomicReference<Throwable> failure = new AtomicReference<>();
			Thread caller = new Thread(() -> failure.set(catchThrowable(() -> client.browser().create())));
			caller.start();
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			caller.interrupt();
			caller.join(20_000);
			assertThat(failure.get()).isNotNull();
			answer.countDown();
			server.awaitClosed();
		}
	}

	@Test
	void aSessionThatTakesLongerThanTheTimeoutIsClosedWhenItArrives() {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.browserTimeout(Duration.ofMillis(300))
					.build()) {
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("A session may be open and billed. It is ended when the response arrives, and")
				.matches((ex) -> !ex.mayHaveStartedRun());
			answer.countDown();
			server.awaitClosed();
		}
	}

	@Test
	void aLostResponseIsNamedAndNothingIsClosedByGuess() {
		try (BrowserServer server = new BrowserServer(Exchange::reset);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("A session may be open and billed")
				.matches((ex) -> !ex.mayHaveStartedRun())
				.withMessageMatching("(?s).*It ends at 20\\d\\d-.*Z, since it is not used.*")
				// nothing is awaited any more
				.withMessageNotContaining("arrives");
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aResponseThatIsLostAfterItsCallerHasGivenUpIsLogged() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, Exchange::reset), CLOSED);
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			giveUp(client, asked);
			answer.countDown();
			await().until(() -> log.warnings()
				.stream()
				.anyMatch((message) -> message.matches(
						"(?s)The response to browser.create, called by ai.tinyfish\\..+, is lost. A session may be .*")));
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aRefusalThatArrivesAfterItsCallerHasGivenUpIsNotLogged() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, answering(402, "INSUFFICIENT_CREDITS")),
				CLOSED); LogCapture log = new LogCapture()) {
			try (TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				giveUp(client, asked);
				answer.countDown();
				// the client waits for the response
			}
			assertThat(log.warnings()).isEmpty();
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aCreationIsNotRepeatedAfterItsCallerHasGivenUp() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, answering(429, "RATE_LIMIT_EXCEEDED")),
				CLOSED)) {
			try (TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				giveUp(client, asked);
				answer.countDown();
			}
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void anOperatorIsNotBlockedWhileTheEndOfAnUnwantedSessionIsSent() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		OpenRuns runs = OpenRuns.unlimited();
		BrowserControl control = ((RunControl) runs).browsers();
		CompletableFuture<Boolean> returned = new CompletableFuture<>();
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(runs)
					.customizeWebClient((builder) -> builder.filter((request, next) -> {
						if (request.method() == HttpMethod.DELETE) {
							returned.complete(catchThrowable(() -> InBackground.call(() -> control.endBrowser("br-1"))
								.get(5, TimeUnit.SECONDS)) == null);
						}
						return next.exchange(request);
					}))
					.build()) {
			giveUp(client, asked);
			answer.countDown();
			assertThat(returned.get(20, TimeUnit.SECONDS)).isTrue();
			server.awaitClosed();
		}
	}

	@Test
	void theTimeoutOfACreationIncludesItsRetries() {
		Duration delay = Duration.ofSeconds(2);
		try (BrowserServer server = new BrowserServer(answering(429, "RATE_LIMIT_EXCEEDED"), CLOSED)) {
			try (TinyFishClient client = this.kind.client(server.baseUrl())
				.browserTimeout(Duration.ofMillis(800))
				.retry(RetrySettings.defaults().withDelays(delay, 1, delay, Duration.ZERO))
				.build()) {
				assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> client.browser().create())
					.withMessageContaining("nothing was started");
			}
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aCreationFailsAtOnceIfTheServiceRequestsALongerWaitThanItsTimeout() {
		try (BrowserServer server = new BrowserServer(
				(exchange) -> exchange
					.send("HTTP/1.1 429 Slow\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
				CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.browserTimeout(Duration.ofSeconds(4))
					.build()) {
			assertThatExceptionOfType(TinyFishRateLimitException.class).isThrownBy(() -> client.browser().create());
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aSessionThatCannotBeDrivenIsEnded() {
		try (BrowserServer server = new BrowserServer(
				(exchange) -> exchange.answer(201, "application/json", "{\"session_id\":\"br-1\",\"cdp_url\":null}"),
				CLOSED); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("it has no cdp_url")
				.withMessageContaining("Session br-1 is being ended")
				.matches((ex) -> !ex.mayHaveStartedRun());
			server.awaitClosed();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Not at wss://b.example/cdp\"},"
					+ "\"session_id\":\"br-1\",\"cdp_url\":\"wss://b.example/cdp\"}",
			"{\"error\":{\"code\":\"INVALID_INPUT\",\"message\":\"Not at wss://b.example/cdp\","
					+ "\"session_id\":\"br-1\",\"cdp_url\":\"wss://b.example/cdp\"}}",
			"{\"error\":{\"code\":\"INVALID_INPUT\",\"message\":\"No page\",\"session_id\":\"br-1\"}}" })
	void aSessionThatAnErrorNamesIsEnded(String body) {
		try (BrowserServer server = new BrowserServer((exchange) -> exchange.answer(500, "application/json", body),
				CLOSED); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("Session br-1 is being ended")
				.withMessageNotContaining("wss:");
			server.awaitClosed();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 500 })
	void aSessionAtTheEndOfALongResponseIsEnded(int status) {
		String body = "{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"No page\",\"details\":\""
				+ "x".repeat(100_000) + "\"},\"session_id\":\"br-1\"}";
		try (BrowserServer server = new BrowserServer((exchange) -> exchange.answer(status, "application/json", body),
				CLOSED); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("Session br-1 is being ended");
			server.awaitClosed();
		}
	}

	@Test
	void aSessionThatAnErrorNamesIsLoggedIfItCannotBeEnded() {
		try (BrowserServer server = new BrowserServer(
				(exchange) -> exchange.answer(400, "application/json", "{\"session_id\":\"br-1\"}"),
				answering(400, "INVALID_INPUT"));
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishBadRequestException.class).isThrownBy(() -> client.browser().create());
			await().until(() -> log.warnings()
				.stream()
				.anyMatch((message) -> message.startsWith("Failed to end a browser session.")
						&& message.contains("Session br-1 is still open")));
		}
	}

	/**
	 * Interrupt a caller, or cancel its subscription, while the service has its request.
	 */
	private static void giveUp(TinyFishClient client, CountDownLatch asked) throws Exception {
		assertThat(Interrupted.during(() -> client.browser().create(), () -> asked.getCount() == 0).thrown())
			.isNotNull();
	}

}
