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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.server.BrowserServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static ai.tinyfish.testing.server.BrowserServer.SESSION;
import static ai.tinyfish.testing.server.BrowserServer.answering;
import static ai.tinyfish.testing.server.BrowserServer.heldBack;
import static ai.tinyfish.testing.server.BrowserServer.reached;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Sessions end with their client, and at the latest after their maximum duration.
 */
@BothClients(always = true)
class BrowserOwnerTests {

	@Parameter
	ClientKind kind;

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
		try (BrowserServer server = new BrowserServer(OPENED, answering(502, "INTERNAL_ERROR"));
				LogCapture log = new LogCapture()) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			client.browser().create();
			client.close();
			assertThat(log.warnings()).anyMatch((message) -> message.contains("Session br-1 is still open"));
		}
	}

	@Test
	void aSessionThatCannotBeEndedIsNotShownAfterItsClientIsClosed() {
		OpenRuns runs = OpenRuns.unlimited();
		BrowserControl control = ((RunControl) runs).browsers();
		List<Duration> ended = new CopyOnWriteArrayList<>();
		control.onEnd(ended::add);
		try (BrowserServer server = new BrowserServer(OPENED, answering(502, "INTERNAL_ERROR"))) {
			TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build();
			RemoteBrowser remote = client.browser().create();
			client.close();
			assertThat(control.openBrowsers()).isEmpty();
			assertThat(ended).isEmpty();
			// it is still open, and cannot be ended with this client
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(remote::close)
				.withMessageContaining("Session br-1 is still open");
		}
	}

	@Test
	void aClientThatIsClosedOnAnInterruptedThreadWaitsForTheEndOfItsSessions() {
		CountDownLatch asked = new CountDownLatch(10);
		AtomicInteger closed = new AtomicInteger();
		try (BrowserServer server = new BrowserServer(OPENED, (exchange) -> {
			asked.countDown();
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			closed.incrementAndGet();
			CLOSED.run(exchange);
		}); LogCapture log = new LogCapture()) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			for (int i = 0; i < 10; i++) {
				client.browser().create();
			}
			Thread.currentThread().interrupt();
			client.close();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(closed).hasValue(10);
			assertThat(log.warnings()).isEmpty();
		}
	}

	@Test
	void theSessionsOfAllClientsEndAtOnceWhenTheApplicationStops() throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		RunControl control = (RunControl) runs;
		CountDownLatch all = new CountDownLatch(2);
		try (BrowserServer server = new BrowserServer(OPENED, (exchange) -> {
			all.countDown();
			// answered when both have been sent
			assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
			CLOSED.run(exchange);
		});
				TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build();
				TinyFishClient other = this.kind.client(server.baseUrl()).openRuns(runs).build()) {
			client.browser().create();
			other.browser().create();
			control.stop(Duration.ofSeconds(20)).get(20, TimeUnit.SECONDS);
			assertThat(server.requests()).hasSize(4);
			assertThat(control.browsers().openBrowsers()).isEmpty();
			assertThatIllegalStateException().isThrownBy(() -> client.browser().create())
				.withMessageContaining("no more runs are started or browsers opened");
			control.resume();
			client.browser().create().close();
			assertThat(server.requests()).hasSize(6);
		}
	}

	@Test
	void aSessionThatArrivesWhileTheApplicationStopsIsEnded() throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build()) {
			CompletableFuture<Throwable> failure = InBackground
				.call(() -> catchThrowable(() -> client.browser().create()));
			assertThat(reached(asked)).isTrue();
			CompletableFuture<Void> stop = ((RunControl) runs).stop(Duration.ZERO);
			assertThat(stop).isNotDone();
			answer.countDown();
			stop.get(20, TimeUnit.SECONDS);
			server.awaitClosed();
			assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("br-1")
				.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
		}
	}

	@Test
	void aSessionThatArrivesWhileTheClientIsClosedIsEnded() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED)) {
			TinyFishClient client = this.kind.client(server.baseUrl()).build();
			CompletableFuture<Throwable> failure = InBackground
				.call(() -> catchThrowable(() -> client.browser().create()));
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			Thread closing = new Thread(client::close);
			closing.start();
			await().until(() -> closing.getState() == Thread.State.WAITING);
			answer.countDown();
			assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("br-1")
				.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
			closing.join(20_000);
			server.awaitClosed();
			assertThatIllegalStateException().isThrownBy(() -> client.browser().create());
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void aForgottenSessionIsEndedAndTheLineThatOpenedItIsLogged() {
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.browserMaxDuration(Duration.ofMillis(200))
					.build()) {
			client.browser().create();
			server.awaitClosed();
			// the adapter of the reactive client is the caller, if there is one
			assertThat(log.warnings()).anyMatch((message) -> message.contains("br-1")
					&& message.matches("(?s).*opened by ai\\.tinyfish\\.[A-Za-z.]+:\\d+, is ended.*PT0\\.2S.*"));
		}
	}

	@Test
	void endingAForgottenSessionIsRepeatedAfterAFailure() {
		OpenRuns runs = OpenRuns.unlimited();
		Script failing = answering(400, "INVALID_INPUT");
		try (BrowserServer server = new BrowserServer(OPENED, failing, failing, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(runs)
					.browserMaxDuration(Duration.ofMillis(100))
					.build()) {
			client.browser().create();
			await().atMost(Duration.ofSeconds(20)).until(() -> ((RunControl) runs).browsers().openBrowsers().isEmpty());
			assertThat(server.requests()).hasSize(4);
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
	void aCreationIsNotRepeatedWhileItsClientIsClosing() throws Exception {
		CountDownLatch pause = new CountDownLatch(1);
		CountDownLatch closing = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new RetryHandler(pause));
		AtomicInteger creations = new AtomicInteger();
		try (BrowserServer server = new BrowserServer((exchange) -> {
			if (creations.incrementAndGet() == 1) {
				OPENED.run(exchange);
			}
			else {
				exchange.send("HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
			}
		}, (exchange) -> {
			closing.countDown();
			assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
			CLOSED.run(exchange);
		})) {
			TinyFishClient client = this.kind.client(server.baseUrl()).observationRegistry(observations).build();
			client.browser().create();
			CompletableFuture<Throwable> failure = InBackground
				.call(() -> catchThrowable(() -> client.browser().create()));
			assertThat(pause.await(20, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Boolean> end = InBackground.call(() -> {
				client.close();
				return true;
			});
			assertThat(closing.await(20, TimeUnit.SECONDS)).isTrue();
			// the first session keeps the client from being closed
			assertThat(failure.get(8, TimeUnit.SECONDS)).isInstanceOf(TinyFishConnectionException.class)
				.hasMessageContaining("the client was closed before the next attempt");
			closed.countDown();
			end.get(20, TimeUnit.SECONDS);
			assertThat(creations).hasValue(2);
		}
	}

}
