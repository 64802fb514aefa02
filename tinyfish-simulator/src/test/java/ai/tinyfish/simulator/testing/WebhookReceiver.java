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

package ai.tinyfish.simulator.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.jspecify.annotations.Nullable;

/**
 * Takes webhooks, with the server of the JDK.
 */
public final class WebhookReceiver implements AutoCloseable {

	/** In the place of a status: no answer until the receiver is closed. */
	public static final int SILENCE = 0;

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private WebhookReceiver(HttpServer server) {
		this.server = server;
		server.createContext("/", this::handle);
		server.setExecutor(this.executor);
		server.start();
	}

	/**
	 * Starts a receiver that answers with some statuses, then with 200.
	 */
	public static WebhookReceiver start(Integer... statuses) throws IOException {
		return new WebhookReceiver(HttpServer.create(loopback(), 0)).answering(statuses);
	}

	public static WebhookReceiver startTls(SSLContext tls) throws IOException {
		HttpsServer server = HttpsServer.create(loopback(), 0);
		server.setHttpsConfigurator(new HttpsConfigurator(tls));
		return new WebhookReceiver(server);
	}

	private static InetSocketAddress loopback() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

	private WebhookReceiver answering(Integer... all) {
		this.statuses.addAll(List.of(all));
		return this;
	}

	public int port() {
		return this.server.getAddress().getPort();
	}

	public List<Received> received() {
		return this.received;
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			this.received.add(new Received(System.nanoTime(), exchange.getRequestMethod(),
					exchange.getRequestURI().toString(), exchange.getRequestHeaders().getFirst("Content-Type"),
					exchange.getRequestHeaders().getFirst("X-API-Key"), new String(body, StandardCharsets.UTF_8)));
			Integer status = this.statuses.poll();
			if (status != null && status == SILENCE) {
				this.closed.await();
				return;
			}
			if (status != null && status == 302) {
				exchange.getResponseHeaders().set("Location", "/elsewhere");
			}
			exchange.sendResponseHeaders((status != null) ? status : 200, -1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	public record Received(long nanos, String method, String path, @Nullable String contentType,
			@Nullable String apiKey, String body) {
	}

}
