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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.ConnectProxy;
import ai.tinyfish.testing.server.DeadPort;
import ai.tinyfish.testing.server.KeyTool;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.TlsFront;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * A proxy given to the builder. The name of the service does not exist, so that only the
 * proxy can resolve it.
 */
@BothClients(always = true)
class HttpProxyTests {

	private static final String BASE_URL = "http://tinyfish.invalid:8080";

	private static final String PASSWORD = "proxy-pass-0192837465";

	private static final String BASIC = Base64.getEncoder()
		.encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

	private static final Duration SOON = Duration.ofSeconds(20);

	private static KeyStore serviceKey;

	@Parameter
	ClientKind kind;

	@BeforeAll
	static void makeKey(@TempDir Path folder) {
		serviceKey = KeyTool.create(folder, "dns:tinyfish.invalid");
	}

	@FourOperations
	void requestsGoThroughTheProxyWhichResolvesTheName(Operation operation) {
		try (ScriptedServer server = answering(operation);
				ConnectProxy proxy = ConnectProxy.to(server.address());
				TinyFishClient client = client(HttpProxy.of("127.0.0.1", proxy.port())).build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(proxy.requests()).hasSize(1);
			assertThat(proxy.requests().get(0)).startsWith("CONNECT tinyfish.invalid:8080 HTTP/1.1\r\n")
				.doesNotContainIgnoringCase("proxy-authorization")
				.doesNotContainIgnoringCase("x-api-key");
			assertThat(server.requests()).hasSize(1);
			assertThat(server.requests().get(0)).containsIgnoringCase("host: tinyfish.invalid:8080");
		}
	}

	@FourOperations
	void credentialsReachTheProxyAndNotTheService(Operation operation) {
		try (ScriptedServer server = answering(operation);
				ConnectProxy proxy = ConnectProxy.to(server.address());
				TinyFishClient client = client(authenticated(proxy)).build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(proxy.requests().get(0)).containsIgnoringCase("proxy-authorization: Basic " + BASIC);
			assertThat(server.requests().get(0)).doesNotContain(BASIC);
		}
	}

	@Test
	void aTunnelIsUsedAgain() {
		try (ScriptedServer server = answering(Operation.GET);
				ConnectProxy proxy = ConnectProxy.to(server.address());
				TinyFishClient client = client(authenticated(proxy)).build()) {
			for (int i = 0; i < 20; i++) {
				Operation.GET.call(client);
			}
			assertThat(server.requests()).hasSize(20);
			// a call may come before the connection of the last one is back
			assertThat(proxy.requests()).hasSizeLessThan(20);
		}
	}

	@FourOperations
	void theTunnelCarriesTlsWithTheNameOfTheService(Operation operation) {
		try (ScriptedServer server = answering(operation);
				TlsFront front = new TlsFront(KeyTool.context(serviceKey, null), server.address(), (socket) -> {
				});
				ConnectProxy proxy = ConnectProxy.to(front.address());
				TinyFishClient client = client(authenticated(proxy)).baseUrl("https://tinyfish.invalid")
					.sslContext(KeyTool.context(null, serviceKey))
					.build()) {
			assertThat(operation.call(client)).isNotNull();
			assertThat(proxy.requests().get(0)).startsWith("CONNECT tinyfish.invalid:443 HTTP/1.1\r\n");
		}
	}

	@FourOperations
	void aProxyThatRefusesIsAConnectionThatCouldNotBeMade(Operation operation) {
		for (String status : List.of("407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway")) {
			String answer = "HTTP/1.1 " + status
					+ "\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
			try (LogCapture log = new LogCapture();
					ConnectProxy proxy = ConnectProxy.refusing(answer);
					TinyFishClient client = client(authenticated(proxy)).maxRetries(1).build()) {
				TinyFishConnectionException thrown = assertNotConnected(client, operation);
				assertThat(thrown).hasMessageContaining("The proxy refused the connection: " + status);
				// nothing was sent to the service, so that it is tried again
				assertThat(proxy.requests()).as(() -> "log: " + log.lines()).hasSize(2);
				assertThat(proxy.requests()).allMatch((head) -> head.contains(BASIC));
				assertNoPassword(log, client, thrown);
			}
		}
	}

	/**
	 * Netty refuses such a reason since 4.2.21.
	 */
	@ParameterizedTest
	@EnumSource(names = { "GET", "STREAM" })
	void controlCharactersOfAProxyAreNotRepeated(Operation operation) {
		try (ConnectProxy proxy = ConnectProxy.refusing("HTTP/1.1 407 \u001b[31mNo\r\nContent-Length: 0\r\n\r\n");
				TinyFishClient client = client(HttpProxy.of("127.0.0.1", proxy.port())).maxRetries(0).build()) {
			assertThat(assertNotConnected(client, operation)).hasMessageNotContainingAny("\u001b", "[31m");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { BASE_URL, "https://tinyfish.invalid" })
	void missingCredentialsOfAProxyAreNamed(String baseUrl) {
		String answer = "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n";
		try (ConnectProxy proxy = ConnectProxy.refusing(answer);
				TinyFishClient client = client(HttpProxy.of("127.0.0.1", proxy.port())).baseUrl(baseUrl)
					.maxRetries(0)
					.build()) {
			for (Operation operation : FourOperations.ALL) {
				assertThat(assertNotConnected(client, operation)).hasMessageEndingWith("through the proxy 127.0.0.1:"
						+ proxy.port() + ". The proxy refused the connection: 407 Proxy Authentication Required."
						+ " Check its user name and password");
			}
		}
	}

	@FourOperations
	void aProxyThatSpeaksNoHttpIsAConnectionThatCouldNotBeMade(Operation operation) throws Exception {
		for (String answer : List.of("garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000))) {
			MoreTime.whereTooLittle(Duration.ofMillis(100), (timeout) -> {
				try (LogCapture log = new LogCapture();
						ConnectProxy proxy = ConnectProxy.refusing(answer);
						TinyFishClient client = client(authenticated(proxy)).connectTimeout(timeout)
							.maxRetries(0)
							.build()) {
					TinyFishConnectionException thrown = assertNotConnected(client, operation);
					MoreTime.requireSent(proxy.requests());
					assertNoPassword(log, client, thrown);
				}
			});
		}
	}

	@FourOperations
	void aProxyThatIsNotThereIsAConnectionThatCouldNotBeMade(Operation operation) {
		for (String host : List.of("127.0.0.1", "proxy.invalid")) {
			try (LogCapture log = new LogCapture();
					DeadPort deadPort = new DeadPort();
					TinyFishClient client = client(new HttpProxy(host, deadPort.port(), "me", PASSWORD)).maxRetries(0)
						.build()) {
				TinyFishConnectionException thrown = assertNotConnected(client, operation);
				assertThat(thrown).as("it was not the service")
					.hasMessageEndingWith("through the proxy " + host + ":" + deadPort.port());
				assertNoPassword(log, client, thrown);
			}
		}
	}

	@FourOperations
	void aProxyThatKeepsSilentIsGivenUpAfterTheConnectTimeout(Operation operation) throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (timeout) -> {
			try (LogCapture log = new LogCapture();
					ConnectProxy proxy = ConnectProxy.silent();
					TinyFishClient client = client(authenticated(proxy)).connectTimeout(timeout)
						.maxRetries(0)
						.build()) {
				TinyFishConnectionException thrown = assertNotConnected(client, operation);
				MoreTime.requireSent(proxy.requests());
				assertNoPassword(log, client, thrown);
				await().atMost(SOON).until(() -> proxy.waits().size() == 1);
				// far from the ten seconds that are Netty's default
				assertThat(proxy.waits().get(0)).isLessThan(Duration.ofSeconds(8));
			}
		});
	}

	@FourOperations
	void aTunnelThatBreaksIsNotAFailureToConnect(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::reset);
				ConnectProxy proxy = ConnectProxy.to(server.address());
				TinyFishClient client = client(authenticated(proxy)).maxRetries(0).build()) {
			assertThat(catchThrowableOfType(RuntimeException.class, () -> operation.call(client)))
				.isInstanceOf(operation.unknown(TinyFishConnectionException.class))
				.hasMessageContaining("broke");
			assertThat(server.requests()).hasSize(1);
		}
	}

	/**
	 * The operation fails with the failure to connect, whether or not it would have
	 * started a run.
	 */
	private static TinyFishConnectionException assertNotConnected(TinyFishClient client, Operation operation) {
		TinyFishConnectionException thrown = catchThrowableOfType(TinyFishConnectionException.class,
				() -> operation.call(client));
		assertThat(thrown).hasMessageContaining("could not connect");
		return thrown;
	}

	private static void assertNoPassword(LogCapture log, TinyFishClient client, Throwable thrown) {
		List<String> texts = new ArrayList<>(log.lines());
		assertThat(texts).isNotEmpty();
		texts.add(client.toString());
		StringWriter stackTrace = new StringWriter();
		thrown.printStackTrace(new PrintWriter(stackTrace));
		texts.add(stackTrace.toString());
		assertThat(texts).noneMatch((text) -> text.contains(PASSWORD) || text.contains(BASIC));
	}

	private TinyFishClient.Builder client(HttpProxy proxy) {
		return this.kind.client(BASE_URL).httpProxy(proxy);
	}

	private static HttpProxy authenticated(ConnectProxy proxy) {
		return HttpProxy.of("127.0.0.1", proxy.port()).withCredentials("me", PASSWORD);
	}

	private static ScriptedServer answering(Operation operation) {
		return new ScriptedServer((exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
	}

}
