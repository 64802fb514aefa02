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

package ai.tinyfish.internal.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.support.agent.SubmissionGates;
import org.junit.jupiter.api.Test;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Requests that start runs, and that a test lets pass when they could be written.
 */
class SubmissionGateTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private final AtomicInteger opened = new AtomicInteger();

	private final AtomicInteger written = new AtomicInteger();

	@Test
	void aRequestWaitsWithItsConnectionUntilTheGateIsOpened() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				TinyFishClient client = client("http://127.0.0.1:" + server.getLocalPort())) {
			AtomicReference<Thread> thread = new AtomicReference<>();
			CompletableFuture<Socket> accepted = new CompletableFuture<>();
			AgentOperations agent = gated(client, () -> {
				thread.set(Thread.currentThread());
				accepted.complete(accept(server));
				assertThat(available(accepted.join())).isZero();
				this.opened.incrementAndGet();
			});
			CompletableFuture<?> queued = CompletableFuture.runAsync(() -> {
				Thread own = Thread.currentThread();
				assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
					.isThrownBy(() -> agent.queue(REQUEST));
				assertThat(thread).hasValue(own);
			});
			await().until(() -> accepted.isDone() && available(accepted.join()) > 0);
			await().untilAtomic(this.written, (value) -> assertThat(value).isEqualTo(1));
			accepted.join().close();
			queued.join();
			assertThat(this.opened).hasValue(1);
		}
	}

	@Test
	void nothingIsSentIfTheGateStaysClosed() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start(); TinyFishClient client = client(simulator)) {
			AgentOperations agent = gated(client, () -> {
				throw new IllegalStateException("closed on purpose");
			});
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> agent.queue(REQUEST))
				.withMessageContaining("nothing was sent");
			assertThat(agent.queueAll(List.of(REQUEST, REQUEST)).cause())
				.isInstanceOf(TinyFishConnectionException.class);
			assertThat(simulator.journal().runsCreated()).isZero();
		}
	}

	@Test
	void theGateIsNotAskedIfThereIsNoConnection() throws Exception {
		ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		server.close();
		try (TinyFishClient client = client("http://127.0.0.1:" + server.getLocalPort())) {
			AgentOperations agent = gated(client, this.opened::incrementAndGet);
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> agent.queue(REQUEST))
				.withMessageContaining("could not connect");
			assertThat(this.opened).hasValue(0);
		}
	}

	@Test
	void onlyRequestsThatStartRunsPassIt() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start(); TinyFishClient client = client(simulator)) {
			assertThat(gated(client, this.opened::incrementAndGet).queue(REQUEST).isAccepted()).isTrue();
			await().untilAtomic(this.written, (value) -> assertThat(value).isEqualTo(1));
			assertThat(client.agent().queue(REQUEST).isAccepted()).isTrue();
			assertThat(this.opened).hasValue(1);
		}
	}

	@Test
	void theLastInterceptorOpensItWhereConnectionsMayBeReplaced() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				TinyFishClient client = TinyFishClient.builder()
					.baseUrl(simulator.baseUrl())
					.apiKey(simulator.apiKey())
					.customizeRestClient((builder) -> builder.requestFactory(new JdkClientHttpRequestFactory()))
					.build()) {
			assertThat(gated(client, this.opened::incrementAndGet).queue(REQUEST).isAccepted()).isTrue();
			assertThat(this.opened).hasValue(1);
			assertThat(this.written).hasValue(1);
			AgentOperations closed = gated(client, () -> {
				throw new IllegalStateException("closed on purpose");
			});
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> closed.queue(REQUEST))
				.withMessageContaining("nothing was started");
			assertThat(simulator.journal().runsCreated()).isEqualTo(1);
		}
	}

	@Test
	void anInterceptorRepeatsNothingThatMayHaveBeenSent() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				TinyFishClient client = repeating(simulator.baseUrl(), simulator.apiKey())) {
			AgentOperations agent = gated(client, this.opened::incrementAndGet);
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(() -> agent.queue(REQUEST));
			assertThat(simulator.journal().runsCreated()).isEqualTo(1);
			assertThat(this.opened).hasValue(1);
		}
	}

	/** Boot's builder, with the interceptors of the application. */
	@Test
	void anInterceptorOfTheBuilderRepeatsNothingThatMayHaveBeenSent() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				TinyFishClient client = TinyFishClient.builder()
					.baseUrl(simulator.baseUrl())
					.apiKey(simulator.apiKey())
					.maxRetries(0)
					.restClientBuilder(RestClient.builder().requestInterceptor((request, body, execution) -> {
						execution.execute(request, body).close();
						return execution.execute(request, body);
					}))
					.build()) {
			AgentOperations agent = gated(client, this.opened::incrementAndGet);
			assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class).isThrownBy(() -> agent.queue(REQUEST));
			assertThat(simulator.journal().runsCreated()).isEqualTo(1);
			assertThat(this.opened).hasValue(1);
		}
	}

	@Test
	void anInterceptorMayRepeatWhatCouldNotBeSent() throws Exception {
		ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		server.close();
		try (TinyFishClient client = repeating("http://127.0.0.1:" + server.getLocalPort(), "sk-0123456789")) {
			AgentOperations agent = gated(client, this.opened::incrementAndGet);
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> agent.queue(REQUEST))
				.withMessageContaining("could not connect");
			assertThat(this.opened).hasValue(2);
		}
	}

	/**
	 * Return a client with an interceptor that sends each request twice.
	 */
	private static TinyFishClient repeating(String baseUrl, String apiKey) {
		return TinyFishClient.builder()
			.baseUrl(baseUrl)
			.apiKey(apiKey)
			.maxRetries(0)
			.customizeRestClient((builder) -> builder.requestInterceptor((request, body, execution) -> {
				try {
					execution.execute(request, body).close();
				}
				catch (ConnectException ex) {
					// still repeated
				}
				return execution.execute(request, body);
			}))
			.build();
	}

	private AgentOperations gated(TinyFishClient client, Runnable opening) {
		return ((SubmissionGates) client).agent(opening, this.written::incrementAndGet);
	}

	private static TinyFishClient client(TinyFishSimulator simulator) {
		return TinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).maxRetries(0).build();
	}

	private static TinyFishClient client(String baseUrl) {
		return TinyFishClient.builder().baseUrl(baseUrl).apiKey("sk-0123456789").maxRetries(0).build();
	}

	private static Socket accept(ServerSocket server) {
		try {
			return server.accept();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int available(Socket socket) {
		try {
			return socket.getInputStream().available();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
