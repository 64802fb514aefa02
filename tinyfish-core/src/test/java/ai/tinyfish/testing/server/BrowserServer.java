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

package ai.tinyfish.testing.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that opens browser sessions in one way, and ends them in others, the last of
 * which is repeated.
 */
public final class BrowserServer implements AutoCloseable {

	/** The response for the session {@code br-1}. */
	public static final String SESSION = "{\"session_id\":\"br-1\",\"cdp_url\":\"wss://b.example/cdp\"}";

	public static final Script OPENED = (exchange) -> exchange.answer(201, "application/json", SESSION);

	public static final Script CLOSED = (exchange) -> exchange
		.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

	private final AtomicInteger count = new AtomicInteger();

	private final ScriptedServer server;

	public BrowserServer(Script create, Script... closes) {
		this.server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST ")) {
				create.run(exchange);
			}
			else {
				closes[Math.min(this.count.getAndIncrement(), closes.length - 1)].run(exchange);
			}
		});
	}

	public String baseUrl() {
		return this.server.baseUrl();
	}

	public List<String> requests() {
		return this.server.requests();
	}

	/**
	 * Wait until the session was opened and closed, with one request each.
	 */
	public void awaitClosed() {
		await().atMost(Duration.ofSeconds(20))
			.until(() -> requests().size() == 2 && RequestParts.target(requests().get(1)).equals("/v1/browser/br-1"));
	}

	/**
	 * An answer that waits, after the request has arrived.
	 */
	public static Script heldBack(CountDownLatch asked, CountDownLatch answer, Script then) {
		return (exchange) -> {
			asked.countDown();
			assertThat(reached(answer)).isTrue();
			then.run(exchange);
		};
	}

	public static Script answering(int status, String code) {
		return answering(status, code, "Not now");
	}

	public static Script answering(int status, String code, String message) {
		return (exchange) -> exchange.answer(status, "application/json", Samples.envelope(code, message));
	}

	public static boolean reached(CountDownLatch latch) {
		try {
			return latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

}
