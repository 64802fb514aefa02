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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The plans of the system for silent connections, as Linux lists them.
 */
@BothClients
class KeepAliveTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String ESTABLISHED = "01";

	private static final String KEEPALIVE = "02";

	/** How Linux counts, independent of its own clock. */
	private static final long TICKS_PER_SECOND = 100;

	@Parameter
	ClientKind kind;

	@BeforeAll
	static void theSystemLists() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				Socket probe = new Socket()) {
			probe.setKeepAlive(true);
			assumeTrue(probe.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE));
			probe.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
			probe.connect(server.getLocalSocketAddress());
			List<Timer> timers = timers(server.getLocalPort());
			assumeTrue(timers.size() == 1 && timers.get(0).isKeepAliveWithin(30));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "GET", "BROWSER_CLOSE", "RUN" })
	void aConnectionOfCallsIsProbedAfterAMinute(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			int port = server.address().getPort();
			operation.call(client);
			// one for submissions is closed after a second, so that it takes another one
			// where the machine is slow
			await().atMost(SOON).untilAsserted(() -> {
				operation.call(client);
				assertThat(timers(port)).isNotEmpty().allMatch((timer) -> timer.isKeepAliveWithin(60));
			});
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START" })
	void anOpenStreamIsProbedAfterAMinute(Operation operation) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			if (operation == Operation.STREAM) {
				client.agent().stream(Samples.request()).iterator().next();
			}
			else {
				client.agent().start(Samples.request());
			}
			int port = server.address().getPort();
			await().atMost(SOON)
				.untilAsserted(
						() -> assertThat(timers(port)).hasSize(1).allMatch((timer) -> timer.isKeepAliveWithin(60)));
		}
	}

	/**
	 * The timers of the established connections to a port.
	 */
	private static List<Timer> timers(int remotePort) throws IOException {
		String port = String.format(Locale.ROOT, ":%04X", remotePort);
		List<String[]> rows = new ArrayList<>();
		for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
			if (Files.isReadable(table)) {
				Files.readAllLines(table).stream().map((line) -> line.trim().split("\\s+")).forEach(rows::add);
			}
		}
		return rows.stream()
			.filter((row) -> row.length > 5 && row[2].endsWith(port) && row[3].equals(ESTABLISHED))
			.map((row) -> row[5].split(":"))
			.map((timer) -> new Timer(timer[0], Long.parseLong(timer[1], 16)))
			.toList();
	}

	/**
	 * The next action on a connection.
	 *
	 * @param kind the action
	 * @param ticks the time until then
	 */
	private record Timer(String kind, long ticks) {

		boolean isKeepAliveWithin(int seconds) {
			// and not long before either: a minute has passed for no test
			return this.kind.equals(KEEPALIVE) && this.ticks <= seconds * TICKS_PER_SECOND
					&& this.ticks > seconds * TICKS_PER_SECOND / 4;
		}

	}

}
