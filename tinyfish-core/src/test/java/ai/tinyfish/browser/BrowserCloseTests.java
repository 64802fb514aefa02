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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishConflictException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.server.BrowserServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static ai.tinyfish.testing.server.BrowserServer.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Sessions that are closed by the application: once, for any response of the service.
 */
@BothClients(always = true)
class BrowserCloseTests {

	@Parameter
	ClientKind kind;

	@Test
	void closingEndsTheSessionOnceWithTheKeyThatOpenedIt() {
		AtomicInteger keys = new AtomicInteger();
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
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
		try (BrowserServer server = new BrowserServer(OPENED, answering(404, "NOT_FOUND"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatNoException().isThrownBy(remote::close);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void thePageOfAGatewayDoesNotSayThatTheSessionIsClosed() {
		try (BrowserServer server = new BrowserServer(OPENED,
				(exchange) -> exchange.answer(404, "text/html", "<html>"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(remote::close)
				.withMessageContaining("br-1");
		}
	}

	@Test
	void closingIsRepeatedAfter409AndThreeAttemptsInAll() {
		try (BrowserServer server = new BrowserServer(OPENED, answering(409, "CONFLICT"),
				answering(502, "INTERNAL_ERROR"), CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.browser().create().close();
			assertThat(server.requests()).hasSize(4);
		}
		try (BrowserServer server = new BrowserServer(OPENED, answering(409, "CONFLICT"));
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
		try (BrowserServer server = new BrowserServer(OPENED, (exchange) -> {
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
	void anInterruptedThreadStillClosesTheSession() {
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			Thread.currentThread().interrupt();
			remote.close();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void openSessionsAreListedAndEndedById() throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		BrowserControl control = ((RunControl) runs).browsers();
		List<Duration> ended = new CopyOnWriteArrayList<>();
		control.onEnd((time) -> {
			throw new IllegalStateException("broken");
		});
		control.onEnd(ended::add);
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
				TinyFishClient client = this.kind.client(server.baseUrl()).openRuns(runs).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThat(control.openBrowsers()).singleElement()
				.satisfies((session) -> assertThat(session.sessionId()).isEqualTo("br-1"));
			assertThat(control.endBrowser("br-2").get(20, TimeUnit.SECONDS)).isFalse();
			assertThat(control.endBrowser("br-1").get(20, TimeUnit.SECONDS)).isTrue();
			remote.close();
			assertThat(control.openBrowsers()).isEmpty();
			assertThat(control.endBrowser("br-1").get(20, TimeUnit.SECONDS)).isFalse();
			assertThat(ended).singleElement()
				.satisfies((time) -> assertThat(time).isBetween(Duration.ZERO, Duration.ofMinutes(1)));
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void theAddressesOfASessionAreNotInTheFailureOfItsEnd() {
		String addresses = "\"cdp_url\":\"wss://b.example/secret/cdp\",\"base_url\":\"https://b.example/secret\"";
		try (BrowserServer server = new BrowserServer(
				(exchange) -> exchange.answer(201, "application/json", "{\"session_id\":\"br-1\"," + addresses + "}"),
				answering(400, "INVALID_INPUT",
						"Cannot end wss://b.example/secret/cdp, listed at https://b.example/secret/pages"),
				CLOSED);
				LogCapture log = new LogCapture();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			assertThatExceptionOfType(TinyFishBadRequestException.class).isThrownBy(remote::close)
				.withMessageContaining("Cannot end ***, listed at ***/pages");
			assertThat(log.warnings()).anyMatch((message) -> message.contains("Cannot end"))
				.noneMatch((message) -> message.contains("secret"));
		}
	}

}
