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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConflictException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Browser sessions end with their owner, whatever happens on the way.
 */
@BothClients(always = true)
class RemoteBrowserTests {

	private static final String SESSION = "{\"session_id\":\"br-1\",\"cdp_url\":\"wss://b.example/cdp\"}";

	private static final Script OPENED = (exchange) -> exchange.answer(201, "application/json", SESSION);

	private static final Script CLOSED = (exchange) -> exchange
		.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

	@Parameter
	ClientKind kind;

	@Test
	void closingEndsTheSessionOnceWithTheKeyThatOpenedIt() {
		AtomicInteger keys = new AtomicInteger();
		try (ScriptedServer server = server(OPENED, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.apiKeyProvider(() -> "key-" + keys.incrementAndGet())
					.build()) {
			RemoteBrowser remote = client.browser().create();
			remote.close();
			remote.close();
			assertThat(server.requests()).hasSize(2);
			assertThat(server.requests().get(1)).startsWith("DELETE /v1/browser/br-1 ")
				.containsIgnoringCase("X-API-Key: key-1\r\n");
		}
	}

	@Test
	void aSessionThatIsNotThereAnyMoreIsClosed() {
		try (ScriptedServer server = server(OPENED, answering(404, "NOT_FOUND"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatNoException().isThrownBy(remote::close);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void thePageOfAGatewayDoesNotSayThatTheSessionIsClosed() {
		try (ScriptedServer server = server(OPENED, (exchange) -> exchange.answer(404, "text/html", "<html>"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(remote::close)
				.withMessageContaining("br-1");
		}
	}

	@Test
	void closingIsRepeatedAfter409AndThreeAttemptsInAll() {
		try (ScriptedServer server = server(OPENED, answering(409, "CONFLICT"), answering(502, "INTERNAL_ERROR"),
				CLOSED); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.browser().create().close();
			assertThat(server.requests()).hasSize(4);
		}
		try (ScriptedServer server = server(OPENED, answering(409, "CONFLICT"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatExceptionOfType(TinyFishConflictException.class).isThrownBy(remote::close);
			assertThat(server.requests()).hasSize(4);
			assertThatExceptionOfType(TinyFishConflictException.class).isThrownBy(() -> client.browser().close("br-2"));
			assertThat(server.requests()).hasSize(7);
		}
	}

	@Test
	void aCloseThatFailsNamesTheSessionItsEndAndTheCallThatEndsIt() {
		AtomicInteger attempts = new AtomicInteger();
		try (ScriptedServer server = server(OPENED, (exchange) -> {
			if (attempts.incrementAndGet() <= 3) {
				answering(502, "INTERNAL_ERROR").run(exchange);
			}
			else {
				CLOSED.run(exchange);
			}
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatExceptionOfType(TinyFishServerException.class).isThrownBy(remote::close)
				.withMessageContaining("Session br-1 is still open and billed")
				.withMessageMatching("(?s).*it ends at 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ.*")
				.withMessageContaining("browser().close(\"br-1\")");
			// it may be tried again
			remote.close();
			assertThat(server.requests()).hasSize(5);
		}
	}

	@Test
	void anInterruptedThreadClosesTheSessionAllTheSame() {
		try (ScriptedServer server = server(OPENED, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			Thread.currentThread().interrupt();
			remote.close();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void aSessionWhoseCallerIsInterruptedIsClosedWhenItArrives() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (ScriptedServer server = server(heldBack(asked, answer), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			AtomicReference<Throwable> failure = new AtomicReference<>();
			Thread caller = new Thread(() -> failure.set(catchThrowable(() -> client.browser().create())));
			caller.start();
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			caller.interrupt();
			caller.join(20_000);
			assertThat(failure.get()).isNotNull();
			answer.countDown();
			awaitClosed(server);
		}
	}

	@Test
	void aSessionThatTakesLongerThanTheTimeoutIsClosedWhenItArrives() {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (ScriptedServer server = server(heldBack(asked, answer), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.browserTimeout(Duration.ofMillis(300))
					.build()) {
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("A session may be open");
			answer.countDown();
			awaitClosed(server);
		}
	}

	@Test
	void aLostResponseIsNamedAndNothingIsClosedByGuess() {
		try (ScriptedServer server = new ScriptedServer(Exchange::reset);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> client.browser().create())
				.withMessageContaining("A session may be open and billed")
				.withMessageMatching("(?s).*otherwise at 20\\d\\d-.*Z.*");
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void theClientEndsItsSessionsAtOnceAlsoThoseOfDerivedClients() {
		AtomicInteger ids = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(20);
		ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST ")) {
				exchange.answer(201, "application/json", SESSION.replace("br-1", "br-" + ids.incrementAndGet()));
			}
			else {
				all.countDown();
				// answered when all have been sent
				assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
				CLOSED.run(exchange);
			}
		});
		try (server) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			TinyFishClient derived = client.mutate().apiKey("other-key").build();
			for (int i = 0; i < 10; i++) {
				client.browser().create();
				derived.browser().create();
			}
			derived.close();
			assertThat(server.requests()).hasSize(20);
			client.close();
			List<String> closes = server.requests().subList(20, server.requests().size());
			assertThat(closes).hasSize(20).allMatch((request) -> request.startsWith("DELETE "));
			assertThat(closes.stream().filter((request) -> request.contains("other-key"))).hasSize(10);
		}
	}

	@Test
	void aSessionThatCannotBeEndedWithItsClientIsLogged() {
		try (ScriptedServer server = server(OPENED, answering(502, "INTERNAL_ERROR"));
				LogCapture log = new LogCapture()) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			client.browser().create();
			client.close();
			assertThat(log.warnings()).anyMatch((message) -> message.contains("Session br-1 is still open"));
		}
	}

	@Test
	void aSessionThatArrivesWhileTheClientIsClosedIsEnded() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (ScriptedServer server = server(heldBack(asked, answer), CLOSED)) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			CompletableFuture<Throwable> failure = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> client.browser().create()));
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			Thread closing = new Thread(client::close);
			closing.start();
			await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
			answer.countDown();
			assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("br-1");
			closing.join(20_000);
			awaitClosed(server);
			assertThatIllegalStateException().isThrownBy(() -> client.browser().create());
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void aForgottenSessionIsEndedAndTheLineThatOpenedItIsLogged() {
		try (ScriptedServer server = server(OPENED, CLOSED);
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.browserMaxDuration(Duration.ofMillis(200))
					.build()) {
			client.browser().create();
			awaitClosed(server);
			// the adapter of the reactive client is the caller, where there is one
			assertThat(log.warnings()).anyMatch((message) -> message.contains("br-1")
					&& message.matches("(?s).*opened by ai\\.tinyfish\\.[A-Za-z.]+:\\d+, is ended.*PT0\\.2S.*"));
		}
	}

	@Test
	void endingAForgottenSessionIsRepeatedAfterAFailure() {
		OpenRuns runs = OpenRuns.unlimited();
		Script failing = answering(400, "INVALID_INPUT");
		try (ScriptedServer server = server(OPENED, failing, failing, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(runs)
					.browserMaxDuration(Duration.ofMillis(100))
					.build()) {
			client.browser().create();
			await().atMost(Duration.ofSeconds(20)).until(() -> ((BrowserControl) runs).openBrowsers().isEmpty());
			assertThat(server.requests()).hasSize(4);
		}
	}

	@Test
	void aSessionThatAnotherKeyDoesNotFindStaysOpen() {
		OpenRuns runs = OpenRuns.unlimited();
		try (ScriptedServer server = server(OPENED, Exchange::reset, answering(404, "NOT_FOUND"), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build()) {
			client.browser().create();
			client.mutate().apiKey("other-key").build().browser().close("br-1");
			assertThat(((BrowserControl) runs).openBrowsers()).hasSize(1);
		}
	}

	@Test
	void openSessionsAreListedCountedAndEndedById() throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		BrowserControl control = (BrowserControl) runs;
		try (ScriptedServer server = server(OPENED, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build()) {
			client.browser().create();
			assertThat(control.openBrowsers()).singleElement()
				.satisfies((session) -> assertThat(session.sessionId()).isEqualTo("br-1"));
			assertThat(control.endBrowser("br-2").get(20, TimeUnit.SECONDS)).isFalse();
			assertThat(control.endBrowser("br-1").get(20, TimeUnit.SECONDS)).isTrue();
			client.browser().create();
			client.browser().close("br-1");
			assertThat(control.openBrowsers()).isEmpty();
			assertThat(control.endedBrowsers()).isEqualTo(2);
			assertThat(control.endedBrowserTime()).isPositive();
		}
	}

	@Test
	void timesOfSessionsAreChecked() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://127.0.0.1:1").browserIdleTimeout(Duration.ofSeconds(4)).build())
			.withMessageContaining("idleTimeout");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://127.0.0.1:1").browserMaxDuration(Duration.ZERO).build())
			.withMessageContaining("maxDuration");
	}

	@Test
	void theReactiveClientEndsTheSessionOnCompletionErrorAndCancel() {
		try (ScriptedServer server = server(OPENED, CLOSED); ReactiveTinyFishClient client = reactive(server)) {
			Flux<String> urls = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Flux.just(remote.cdpUrl(), "b"));
			assertThat(urls.collectList().block(Duration.ofSeconds(20))).containsExactly("wss://b.example/cdp", "b");
			assertThat(server.requests()).hasSize(2);
			assertThat(catchThrowable(() -> client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.error(new IllegalStateException("own")))
				.blockLast(Duration.ofSeconds(20)))).hasMessage("own");
			assertThat(server.requests()).hasSize(4);
			CountDownLatch used = new CountDownLatch(1);
			Disposable subscription = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.never().doOnSubscribe((s) -> used.countDown()))
				.subscribe();
			assertThat(reached(used)).isTrue();
			subscription.dispose();
			await().until(() -> server.requests().size() == 6);
			assertThat(urls.blockFirst(Duration.ofSeconds(20))).isEqualTo("wss://b.example/cdp");
			await().until(() -> server.requests().size() == 8);
		}
	}

	@Test
	void theReactiveClientEndsASessionWhoseSubscriberIsGoneWhenItArrives() {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (ScriptedServer server = server(heldBack(asked, answer), CLOSED);
				ReactiveTinyFishClient client = reactive(server)) {
			Disposable subscription = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.never())
				.subscribe();
			assertThat(reached(asked)).isTrue();
			subscription.dispose();
			answer.countDown();
			awaitClosed(server);
		}
	}

	@Test
	void theReactiveClientReportsACloseThatFails() {
		try (ScriptedServer server = server(OPENED, answering(502, "INTERNAL_ERROR"));
				ReactiveTinyFishClient client = reactive(server)) {
			assertThatExceptionOfType(TinyFishServerException.class)
				.isThrownBy(() -> client.browser()
					.use(BrowserSessionRequest.defaults(), (remote) -> Mono.just("a"))
					.blockLast(Duration.ofSeconds(20)))
				.withMessageContaining("Session br-1 is still open");
			Throwable failure = catchThrowable(() -> client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.error(new IllegalStateException("own")))
				.blockLast(Duration.ofSeconds(20)));
			assertThat(failure).hasMessage("own");
			assertThat(failure.getSuppressed()).anyMatch(TinyFishServerException.class::isInstance);
		}
	}

	private static boolean reached(CountDownLatch latch) {
		try {
			return latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ReactiveTinyFishClient reactive(ScriptedServer server) {
		return Samples.reactiveClient(server.baseUrl()).build();
	}

	private static void awaitClosed(ScriptedServer server) {
		await().atMost(Duration.ofSeconds(20))
			.until(() -> server.requests().size() == 2
					&& RequestParts.target(server.requests().get(1)).equals("/v1/browser/br-1"));
	}

	private static Script heldBack(CountDownLatch asked, CountDownLatch answer) {
		return (exchange) -> {
			asked.countDown();
			assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
			OPENED.run(exchange);
		};
	}

	private static Script answering(int status, String code) {
		return (exchange) -> exchange.answer(status, "application/json", Samples.envelope(code, "Not now"));
	}

	/**
	 * A server that opens sessions in one way, and ends them in others, the last of which
	 * is repeated.
	 */
	private static ScriptedServer server(Script create, Script... closes) {
		AtomicInteger count = new AtomicInteger();
		return new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST ")) {
				create.run(exchange);
			}
			else {
				closes[Math.min(count.getAndIncrement(), closes.length - 1)].run(exchange);
			}
		});
	}

}
