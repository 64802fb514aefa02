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

package ai.tinyfish.spring.test;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.time.Duration;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@Timeout(60)
class ConnectionRecorderTests {

	/** Address of a group of hosts: TCP refuses it at once and sends nothing. */
	private static final InetSocketAddress ADDRESS = new InetSocketAddress("224.0.0.1", 9);

	private static final URI URL = URI.create("http://224.0.0.1:9/");

	@Test
	void connectionOfASocketIsRecorded() {
		assertRecorded(() -> {
			try (Socket socket = new Socket()) {
				socket.connect(ADDRESS);
			}
		});
	}

	@Test
	void connectionOfAChannelIsRecorded() {
		assertRecorded(() -> SocketChannel.open(ADDRESS).close());
	}

	@Test
	void connectionOfTheHttpClientOfTheJdkIsRecorded() {
		assertRecorded(
				() -> HttpClient.newHttpClient().send(HttpRequest.newBuilder(URL).build(), BodyHandlers.discarding()));
	}

	@Test
	void connectionOfReactorNettyIsRecorded() {
		assertRecorded(
				() -> WebClient.create().get().uri(URL).retrieve().toBodilessEntity().block(Duration.ofSeconds(30)));
	}

	@Test
	void nothingIsRecordedAfterTheEnd() throws Exception {
		ConnectionRecorder recorder = ConnectionRecorder.start();
		recorder.close();
		assertThatException().isThrownBy(() -> SocketChannel.open(ADDRESS));
		assertThat(recorder.addresses()).doesNotContain(ADDRESS);
	}

	private static void assertRecorded(ThrowingCallable connecting) {
		try (ConnectionRecorder recorder = ConnectionRecorder.start()) {
			assertThatException().isThrownBy(connecting);
			assertThat(recorder.addresses()).contains(ADDRESS);
		}
	}

}
