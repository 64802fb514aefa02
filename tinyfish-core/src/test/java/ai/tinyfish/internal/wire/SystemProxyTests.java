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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.ConnectProxy;
import ai.tinyfish.testing.server.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The proxy that the JVM's system properties name, where the builder names none.
 */
@BothClients(always = true)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SystemProxyTests {

	private static final List<String> PROPERTIES = List.of("http.proxyHost", "http.proxyPort", "https.proxyHost",
			"https.proxyPort", "http.nonProxyHosts");

	private static final Duration SOON = Duration.ofSeconds(20);

	private final Map<String, @Nullable String> before = new HashMap<>();

	@Parameter
	ClientKind kind;

	@BeforeEach
	void keepProperties() {
		for (String name : PROPERTIES) {
			this.before.put(name, System.getProperty(name));
			System.clearProperty(name);
		}
	}

	@AfterEach
	void restoreProperties() {
		this.before.forEach((name, value) -> {
			if (value != null) {
				System.setProperty(name, value);
			}
			else {
				System.clearProperty(name);
			}
		});
	}

	@FourOperations
	void theProxyOfTheSystemPropertiesIsUsed(Operation operation) {
		for (String scheme : List.of("http", "https")) {
			try (ScriptedServer server = answering(operation); ConnectProxy proxy = ConnectProxy.to(server.address())) {
				useProxy(scheme, proxy);
				try (TinyFishClient client = this.kind.client("http://tinyfish.invalid").build()) {
					assertThat(operation.call(client)).isNotNull();
				}
				assertThat(proxy.requests()).hasSize(1);
				assertThat(proxy.requests().get(0)).startsWith("CONNECT tinyfish.invalid:80 HTTP/1.1\r\n");
			}
		}
	}

	@FourOperations
	void thisMachineIsReachedWithoutIt(Operation operation) {
		try (ScriptedServer server = answering(operation); ConnectProxy proxy = ConnectProxy.silent()) {
			useProxy("https", proxy);
			for (String baseUrl : List.of(server.baseUrl(), server.baseUrl().replace("127.0.0.1", "localhost"))) {
				try (TinyFishClient client = this.kind.client(baseUrl).build()) {
					assertThat(operation.call(client)).isNotNull();
				}
			}
			assertThat(server.requests()).hasSize(2);
			assertThat(proxy.requests()).isEmpty();
		}
	}

	@FourOperations
	void hostsThatAreExemptedAreReachedWithoutIt(Operation operation) {
		try (ScriptedServer server = answering(operation); ConnectProxy proxy = ConnectProxy.to(server.address())) {
			useProxy("https", proxy);
			System.setProperty("http.nonProxyHosts", "*.invalid");
			try (TinyFishClient client = this.kind.client("http://tinyfish.invalid").maxRetries(0).build()) {
				// without the proxy the name is unknown
				assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> operation.call(client))
					.withMessageContaining("could not connect");
			}
			assertThat(proxy.requests()).isEmpty();
			try (TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				// and other exemptions no longer hold
				assertThat(operation.call(client)).isNotNull();
			}
			assertThat(proxy.requests()).hasSize(1);
		}
	}

	@FourOperations
	void theProxyOfTheBuilderGoesBeforeIt(Operation operation) {
		try (ScriptedServer server = answering(operation);
				ConnectProxy proxy = ConnectProxy.to(server.address());
				ConnectProxy other = ConnectProxy.silent()) {
			useProxy("https", other);
			try (TinyFishClient client = this.kind.client("http://tinyfish.invalid")
				.httpProxy(HttpProxy.of("127.0.0.1", proxy.port()))
				.build()) {
				assertThat(operation.call(client)).isNotNull();
			}
			assertThat(proxy.requests()).hasSize(1);
			assertThat(other.requests()).isEmpty();
		}
	}

	@FourOperations
	void aProxyThatKeepsSilentIsGivenUpAfterTheConnectTimeout(Operation operation) throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (timeout) -> {
			try (ConnectProxy proxy = ConnectProxy.silent()) {
				useProxy("https", proxy);
				try (TinyFishClient client = this.kind.client("http://tinyfish.invalid")
					.connectTimeout(timeout)
					.maxRetries(0)
					.build()) {
					assertThatExceptionOfType(TinyFishConnectionException.class)
						.isThrownBy(() -> operation.call(client))
						.withMessageContaining("could not connect");
				}
				MoreTime.requireSent(proxy.requests());
				await().atMost(SOON).until(() -> proxy.waits().size() == 1);
				// far from the ten seconds that are Netty's default
				assertThat(proxy.waits().get(0)).isLessThan(Duration.ofSeconds(8));
			}
		});
	}

	private static void useProxy(String scheme, ConnectProxy proxy) {
		for (String name : PROPERTIES) {
			System.clearProperty(name);
		}
		System.setProperty(scheme + ".proxyHost", "127.0.0.1");
		System.setProperty(scheme + ".proxyPort", String.valueOf(proxy.port()));
	}

	private static ScriptedServer answering(Operation operation) {
		return new ScriptedServer((exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
	}

}
