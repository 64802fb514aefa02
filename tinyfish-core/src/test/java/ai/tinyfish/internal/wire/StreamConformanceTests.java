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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Streams that readers were seen to get wrong, sent to the clients.
 */
@BothClients
class StreamConformanceTests {

	private static final String PURPOSE = "Open the page\u2028Pr\u00fcfe \u20ac \ud83d\ude80";

	private static final String PROGRESS = "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"" + PURPOSE
			+ "\"}";

	@Parameter
	ClientKind kind;

	/**
	 * Streams of STARTED, PROGRESS and COMPLETE.
	 */
	static Stream<Arguments> streams() {
		return Stream.of(row("a BOM before the first line", "\uFEFFdata: {S}\n\ndata: {P}\n\ndata: {C}\n\n"),
				row("lines ended by CR only", "data: {S}\r\rdata: {P}\r\rdata: {C}\r\r"),
				row("lines ended by CRLF", "data: {S}\r\n\r\ndata: {P}\r\n\r\ndata: {C}\r\n\r\n"),
				row("a stray CR inside a line, LF later", "data: {S}\rxyz\n\ndata: {P}\rdata:\n\ndata: {C}\rxyz\n\n"),
				row("retry: abc", "retry: abc\ndata: {S}\n\nretry: abc\n\ndata: {P}\n\ndata: {C}\nretry: abc\n\n"),
				row("id with NUL", "id: a\u0000b\ndata: {S}\n\nid: \u0000\n\ndata: {P}\n\ndata: {C}\n\n"),
				row("data without a colon", "data\n\ndata: {S}\n\ndata\ndata: {P}\ndata\n\ndata: {C}\n\n"),
				row("several leading spaces",
						"event:   x\ndata:   {S}\n\nid:   1\ndata:   {P}\n\nevent:\ndata:{C}\n\n"),
				row("an empty data line in the middle of an event",
						"data: {\"type\":\ndata:\ndata: \"STARTED\",\"run_id\":\"run-1\"}\n\ndata: {P}\n\ndata: {C}\n\n"),
				row("blank lines and blocks of comments",
						"\n\n: ping\n\ndata: {S}\n\n\n\n: ping\n\n:\n\ndata: {P}\n\r\n\r\ndata: {C}\n\n"),
				row("fields that are unknown", "datax: {C}\nDATA: {C}\ndata: {S}\n\ndata: {P}\n\nx\ndata: {C}\n\n"),
				row("nothing after the ending",
						"data: {S}\n\ndata: {P}\n\ndata: {C}\n\ndata: garbage\n\ndata: {C}\n\n"));
	}

	private static Arguments row(String name, String stream) {
		return Arguments.argumentSet(name, stream);
	}

	@ParameterizedTest
	@MethodSource("streams")
	void isReadAsTheStandardSays(String stream) {
		byte[] bytes = bytes(stream);
		for (int size : new int[] { 1, 5, bytes.length }) {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				for (int from = 0; from < bytes.length; from += size) {
					exchange.send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
				}
			}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
				List<AgentEvent> events = new ArrayList<>();
				client.agent().stream(Samples.request()).forEach(events::add);
				assertThat(events).as("pieces of %d", size)
					.extracting(AgentEvent::type)
					.containsExactly("STARTED", "PROGRESS", "COMPLETE");
				assertThat(((ProgressEvent) events.get(1)).purpose()).isEqualTo(PURPOSE);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "", "\r\n" })
	void theSecondHalfOfCrLfMayComeMuchLater(String rest) throws Exception {
		CountDownLatch read = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.send("data: " + Samples.STARTED + "\r\n\r");
			if (read.await(20, TimeUnit.SECONDS)) {
				exchange.send(rest + "data: " + Samples.COMPLETE + "\r\n\r\n");
			}
		});
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build();
				AgentStream stream = client.agent().stream(Samples.request())) {
			Iterator<AgentEvent> events = stream.iterator();
			// an empty line that CR has ended: there is nothing to wait for
			assertThat(events.next().type()).isEqualTo("STARTED");
			read.countDown();
			assertThat(events.next().type()).isEqualTo("COMPLETE");
		}
	}

	static Stream<Arguments> largeEvents() {
		String text = "x".repeat(300_000);
		return Stream.of(
				Arguments.argumentSet("in one line",
						"data: " + Samples.COMPLETE.replace("7", '"' + text + '"') + "\n\n"),
				Arguments.argumentSet("in many lines",
						"data: " + Samples.COMPLETE.replace("7", "[" + "\ndata:  0,".repeat(30_000) + " 1]") + "\n\n"));
	}

	@ParameterizedTest
	@MethodSource("largeEvents")
	void anEventOf300KilobytesIsRead(String event) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.send(event);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			Object price = client.agent().stream(Samples.request()).await().result().toMap().get("price");
			assertThat(price).satisfiesAnyOf((value) -> assertThat(value).asString().hasSize(300_000),
					(value) -> assertThat((List<?>) value).hasSize(30_001));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "event: run.completed\ndata: {H}\n", "data: {H}\n: ping\n", "data: {H}", "data: {\"trunc",
			"data", "\r", ": ping\n\n" })
	void anEventThatTheEndCutsShortIsDropped(String end) {
		byte[] bytes = bytes("data: {S}\n\n" + end);
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(bytes));
				TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			List<AgentEvent> events = new ArrayList<>();
			TinyFishRunOutcomeUnknownException thrown = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.agent().stream(Samples.request()).forEach(events::add));
			assertThat(thrown.runId()).isEqualTo("run-1");
			assertThat(thrown).hasMessageContaining("ended before the run did");
			assertThat(events).extracting(AgentEvent::type).containsExactly("STARTED");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n",
			"Content-Type: text/html\r\n", "Content-Type: no type\r\n", "" })
	void anotherContentTypeIsNotAStream(String contentType) {
		byte[] bytes = bytes("data: {S}\n\ndata: {C}\n\n");
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			exchange.send("HTTP/1.1 200 OK\r\n" + contentType + "Connection: close\r\n\r\n");
			exchange.send(bytes);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).pollTolerance(Samples.BRIEF).build()) {
			List<AgentEvent> events = new ArrayList<>();
			TinyFishRunOutcomeUnknownException thrown = catchThrowableOfType(TinyFishRunOutcomeUnknownException.class,
					() -> client.agent().stream(Samples.request()).forEach(events::add));
			assertThat(thrown).isNotNull();
			assertThat(events).isEmpty();
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static byte[] bytes(String stream) {
		return stream.replace("{S}", Samples.STARTED)
			.replace("{P}", PROGRESS)
			.replace("{C}", Samples.COMPLETE)
			.replace("{H}", Samples.COMPLETE.substring(0, Samples.COMPLETE.length() - 1))
			.getBytes(StandardCharsets.UTF_8);
	}

}
