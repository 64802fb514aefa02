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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.server.BrowserServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static ai.tinyfish.testing.server.BrowserServer.heldBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

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
				.withMessageContaining("A session may be open");
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
				.withMessageMatching("(?s).*otherwise at 20\\d\\d-.*Z.*");
			assertThat(server.requests()).hasSize(1);
		}
	}

}
