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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.KeyTool;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.TlsFront;
import io.netty.channel.ConnectTimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * TLS as the builders' settings say. Without a connection, nothing was sent, so that no
 * submission ends as one whose outcome is unknown.
 */
@BothClients(always = true)
class TlsTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** For the name, not for the address. */
	private static KeyStore localhost;

	private static KeyStore clientKey;

	@Parameter
	ClientKind kind;

	@BeforeAll
	static void makeKeys(@TempDir Path folder) {
		localhost = KeyTool.create(folder, "dns:localhost");
		clientKey = KeyTool.create(folder, "dns:client.example");
	}

	@FourOperations
	void certificatesOfTheSslContextAreTrusted(Operation operation) {
		try (ScriptedServer server = answering(operation);
				TlsFront front = front(server);
				TinyFishClient client = this.kind.client(front.baseUrl("localhost")).sslContext(trusting()).build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(server.requests()).hasSize(1);
		}
	}

	@FourOperations
	void certificatesThatTheJvmDoesNotTrustAreRefused(Operation operation) {
		try (ScriptedServer server = answering(operation);
				TlsFront front = front(server);
				TinyFishClient client = this.kind.client(front.baseUrl("localhost")).build()) {
			assertRefused(client, operation, server);
		}
	}

	@FourOperations
	void aCertificateForAnotherNameIsRefused(Operation operation) {
		try (ScriptedServer server = answering(operation);
				TlsFront front = front(server);
				TinyFishClient client = this.kind.client(front.baseUrl("127.0.0.1")).sslContext(trusting()).build()) {
			assertRefused(client, operation, server);
		}
	}

	@Test
	void aCertificateForAnotherNameIsRefusedWithSslParametersAsWell() {
		SSLParameters lenient = new SSLParameters();
		lenient.setEndpointIdentificationAlgorithm("");
		try (ScriptedServer server = answering(Operation.RUN);
				TlsFront front = front(server);
				TinyFishClient client = this.kind.client(front.baseUrl("127.0.0.1"))
					.sslContext(trusting())
					.sslParameters(lenient)
					.build()) {
			assertRefused(client, Operation.RUN, server);
		}
	}

	@FourOperations
	void theKeyOfTheSslContextIsPresented(Operation operation) {
		SSLContext withKey = KeyTool.context(clientKey, localhost);
		try (ScriptedServer server = answering(operation);
				TlsFront front = front(server, (socket) -> socket.setNeedClientAuth(true));
				TinyFishClient client = this.kind.client(front.baseUrl("localhost")).sslContext(withKey).build()) {
			assertThat(operation.call(client)).isNotNull();
		}
	}

	@FourOperations
	void aServerThatAsksForAKeyRefusesAClientWithoutOne(Operation operation) {
		try (ScriptedServer server = answering(operation); TlsFront front = front(server, (socket) -> {
			socket.setNeedClientAuth(true);
			// with 1.3 the client is refused after its handshake only
			socket.setEnabledProtocols(new String[] { "TLSv1.2" });
		}); TinyFishClient client = this.kind.client(front.baseUrl("localhost")).sslContext(trusting()).build()) {
			assertRefused(client, operation, server);
		}
	}

	@Test
	void sslParametersRestrictTheProtocols() {
		for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
			try (ScriptedServer server = answering(Operation.RUN);
					TlsFront front = front(server, (socket) -> socket.setEnabledProtocols(new String[] { "TLSv1.2" }));
					TinyFishClient client = this.kind.client(front.baseUrl("localhost"))
						.sslContext(trusting())
						.sslParameters(only(protocol))
						.build()) {
				if (protocol.equals("TLSv1.2")) {
					assertThat(Operation.RUN.call(client)).isNotNull();
				}
				else {
					assertRefused(client, Operation.RUN, server);
				}
			}
		}
	}

	@Test
	void sslParametersRestrictTheProtocolsWithoutAnSslContextToo() {
		try (ScriptedServer server = answering(Operation.STREAM);
				TlsFront front = front(server, (socket) -> socket.setEnabledProtocols(new String[] { "TLSv1.2" }));
				TinyFishClient newer = this.kind.client(front.baseUrl("localhost"))
					.sslParameters(only("TLSv1.3"))
					.build();
				TinyFishClient same = this.kind.client(front.baseUrl("localhost"))
					.sslParameters(only("TLSv1.2"))
					.build()) {
			assertThat(assertRefused(newer, Operation.STREAM, server)).hasStackTraceContaining("protocol_version");
			// agrees on the protocol, and then sees a certificate that the JVM knows
			// nothing of
			assertThat(assertRefused(same, Operation.STREAM, server)).hasStackTraceContaining("PKIX");
		}
	}

	@Test
	void sslParametersRestrictTheCipherSuites() {
		String suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
		String other = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
		for (String offered : List.of(suite, other)) {
			SSLParameters parameters = only("TLSv1.2");
			parameters.setCipherSuites(new String[] { offered });
			try (ScriptedServer server = answering(Operation.GET);
					TlsFront front = front(server, (socket) -> socket.setEnabledCipherSuites(new String[] { suite }));
					TinyFishClient client = this.kind.client(front.baseUrl("localhost"))
						.sslContext(trusting())
						.sslParameters(parameters)
						.build()) {
				if (offered.equals(suite)) {
					assertThat(Operation.GET.call(client)).isNotNull();
				}
				else {
					assertRefused(client, Operation.GET, server);
				}
			}
		}
	}

	@FourOperations
	void aServerThatKeepsSilentInTheHandshakeIsGivenUpAfterTheConnectTimeout(Operation operation) throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (timeout) -> {
			// reads invalid requests and waits for their end
			try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::silence);
					TinyFishClient client = this.kind.client(server.baseUrl().replace("http:", "https:"))
						.connectTimeout(timeout)
						.maxRetries(0)
						.build()) {
				Throwable refused = assertRefused(client, operation, server);
				if (NestedExceptionUtils.getMostSpecificCause(refused) instanceof ConnectTimeoutException) {
					// there was no handshake yet
					throw MoreTime.tooLittle();
				}
				assertThat(refused).hasStackTraceContaining("timed out after " + timeout.toMillis() + "ms");
				await().atMost(SOON).until(() -> server.openConnections() == 0);
			}
		});
	}

	@FourOperations
	void aServerThatClosesTheConnectionInTheHandshakeIsRefused(Operation operation) throws IOException {
		try (BreakingServer server = new BreakingServer(false);
				TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> operation.call(client))
				.withMessageContaining("could not connect");
		}
	}

	@FourOperations
	void aServerThatResetsTheConnectionInTheHandshakeIsRefused(Operation operation) throws IOException {
		try (BreakingServer server = new BreakingServer(true);
				TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> operation.call(client))
				.withMessageContaining("could not connect");
		}
	}

	@Test
	void aServerWithoutTlsIsRefused() throws IOException {
		try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			Thread answering = new Thread(() -> {
				try (Socket socket = plain.accept()) {
					socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes());
					while (socket.getInputStream().read() >= 0) {
						// until the client closes
					}
				}
				catch (IOException ex) {
					// the test is over
				}
			});
			answering.setDaemon(true);
			answering.start();
			try (TinyFishClient client = this.kind.client("https://localhost:" + plain.getLocalPort())
				.maxRetries(0)
				.build()) {
				assertThatExceptionOfType(TinyFishConnectionException.class)
					.isThrownBy(() -> Operation.RUN.call(client))
					.withMessageContaining("could not connect");
			}
		}
	}

	/**
	 * The operation fails with the failure to connect.
	 */
	private static TinyFishConnectionException assertRefused(TinyFishClient client, Operation operation,
			ScriptedServer server) {
		TinyFishConnectionException thrown = catchThrowableOfType(TinyFishConnectionException.class,
				() -> operation.call(client));
		assertThat(thrown).hasMessageContaining("could not connect").isNotInstanceOf(TinyFishTimeoutException.class);
		assertThat(server.requests()).isEmpty();
		return thrown;
	}

	private static ScriptedServer answering(Operation operation) {
		return new ScriptedServer((exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
	}

	private static TlsFront front(ScriptedServer server) {
		return front(server, (socket) -> {
		});
	}

	private static TlsFront front(ScriptedServer server, Consumer<SSLServerSocket> settings) {
		return new TlsFront(KeyTool.context(localhost, clientKey), server.address(), settings);
	}

	private static SSLContext trusting() {
		return KeyTool.context(null, localhost);
	}

	private static SSLParameters only(String protocol) {
		SSLParameters parameters = new SSLParameters();
		parameters.setProtocols(new String[] { protocol });
		return parameters;
	}

	/**
	 * Breaks each connection when the client has begun to speak.
	 */
	private static final class BreakingServer implements AutoCloseable {

		private final ServerSocket serverSocket;

		private final boolean reset;

		BreakingServer(boolean reset) throws IOException {
			this.reset = reset;
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			Thread thread = new Thread(this::accept);
			thread.setDaemon(true);
			thread.start();
		}

		private void accept() {
			while (!this.serverSocket.isClosed()) {
				try (Socket socket = this.serverSocket.accept()) {
					socket.getInputStream().read(new byte[64 * 1024]);
					if (this.reset) {
						socket.setSoLinger(true, 0);
					}
				}
				catch (IOException ex) {
					// the client went away, or the test is over
				}
			}
		}

		String baseUrl() {
			return "https://localhost:" + this.serverSocket.getLocalPort();
		}

		@Override
		public void close() throws IOException {
			this.serverSocket.close();
		}

	}

}
