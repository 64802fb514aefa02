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

package ai.tinyfish.internal.lifecycle;

import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The exceptions of all operations on a client that is closed, or whose service does not
 * answer: public types that say whether anything was sent.
 */
@BothClients(always = true)
class ClosedCallTests {

	private static final String KEY = "sk-of-a-closing-client-0123";

	private static final Set<Operation> ALL = EnumSet.allOf(Operation.class);

	@Parameter
	ClientKind kind;

	@Test
	void nothingIsSentWhereTheClientIsClosedWhileItConnects() throws Exception {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence)) {
			// which never answers the TLS handshake
			List<Call> calls = callAll(server.baseUrl().replace("http:", "https:"), ALL);
			Soon.until(() -> server.openConnections() == calls.size());
			for (Call call : calls) {
				call.client.close();
				assertThat(call.thrown()).as("%s", call.operation)
					.isInstanceOf(TinyFishConnectionException.class)
					.hasMessageContaining("client was closed")
					.hasMessageMatching("(?s).*(nothing was sent|no run was started).*")
					.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
				call.assertSameOutcome();
			}
		}
	}

	@Test
	void aCallerThatWaitsForAnAnswerIsWokenWithAnException() throws Exception {
		assertWoken(EnumSet.complementOf(EnumSet.of(Operation.BROWSER_CREATE)));
	}

	/**
	 * The client waits ten seconds for the session.
	 */
	@Test
	@Tag("slow")
	void aCallerThatWaitsForASessionIsWokenWithAnException() throws Exception {
		assertWoken(EnumSet.of(Operation.BROWSER_CREATE));
	}

	private void assertWoken(Set<Operation> operations) throws Exception {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence)) {
			List<Call> calls = callAll(server.baseUrl(), operations);
			Soon.until(() -> server.requests().size() == calls.size());
			for (Call call : calls) {
				call.client.close();
				assertThat(call.thrown()).as("%s", call.operation)
					.isInstanceOf(call.operation.closed())
					.hasMessageContaining("client was closed")
					.hasMessageNotContaining("and nothing was sent")
					.hasMessageNotContaining("no run was started");
				call.assertSameOutcome();
			}
			assertThat(server.requests()).hasSameSizeAs(calls);
		}
	}

	@Test
	void aCallerThatWaitsForTheNextAttemptIsWokenLongBefore() throws Exception {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange
			.send("HTTP/1.1 429 Slow\r\nRetry-After: 50\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))) {
			List<Call> calls = callAll(server.baseUrl(), ALL);
			for (Call call : calls) {
				assertThat(call.pause.await(60, TimeUnit.SECONDS)).isTrue();
				call.client.close();
				assertThat(call.thrown()).as("%s", call.operation)
					.isInstanceOf(TinyFishConnectionException.class)
					.hasMessageContaining("client was closed")
					.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun());
				call.assertSameOutcome();
			}
			assertThat(server.requests()).hasSameSizeAs(calls);
		}
	}

	@Test
	void nothingIsSentWhereTheClientIsClosedWhileItsKeyIsAskedFor() throws Exception {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence)) {
			for (Operation operation : Operation.values()) {
				AtomicReference<TinyFishClient> client = new AtomicReference<>();
				client.set(this.kind.client(server.baseUrl()).apiKeyProvider(() -> {
					client.get().close();
					return KEY;
				}).build());
				assertThat(catchThrowable(() -> operation.call(client.get()))).as("%s", operation)
					.isInstanceOf(TinyFishConnectionException.class)
					.hasMessageContaining("client was closed")
					.hasMessageMatching("(?s).*(nothing was sent|no run was started).*")
					.matches((ex) -> ex instanceof TinyFishException known && !known.mayHaveStartedRun())
					.satisfies(ClosedCallTests::assertPublic);
			}
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void theUseOfAClosedClientIsAPlainIllegalState() {
		TinyFishClient client = this.kind.client("http://127.0.0.1:1").build();
		client.close();
		for (Operation operation : Operation.values()) {
			assertThat(catchThrowable(() -> operation.call(client))).as("%s", operation)
				.isExactlyInstanceOf(IllegalStateException.class)
				.hasMessageContaining("client is closed")
				.satisfies(ClosedCallTests::assertPublic);
		}
	}

	@ParameterizedTest
	@EnumSource
	void noExceptionOfACallShowsInternals(Failing failing) throws Exception {
		List<TinyFishClient> clients = new CopyOnWriteArrayList<>();
		try (ScriptedServer server = new ScriptedServer(failing.script)) {
			// beside each other, since each waits for its timeout where the server is
			// silent
			List<CompletableFuture<Void>> calls = Stream.of(Operation.values())
				.map((operation) -> CompletableFuture.runAsync(() -> {
					TinyFishClient client = this.kind.client(server.baseUrl())
						.timeout(Duration.ofMillis(200))
						.runTimeout(Duration.ofMillis(300))
						.streamIdleTimeout(Duration.ofMillis(200))
						.maxRetries(0)
						.build();
					clients.add(client);
					assertThat(catchThrowable(() -> operation.call(client))).as("%s", operation)
						.isInstanceOf(TinyFishException.class)
						.satisfies(ClosedCallTests::assertPublic);
				}, (task) -> new Thread(task).start()))
				.toList();
			calls.forEach(CompletableFuture::join);
		}
		// last: they wait for sessions whose response may still arrive
		clients.forEach(TinyFishClient::close);
	}

	private List<Call> callAll(String baseUrl, Set<Operation> operations) {
		return operations.stream().map((operation) -> new Call(this.kind.client(baseUrl), operation)).toList();
	}

	/**
	 * Check that an application can name what it is thrown, with all that hangs on it.
	 */
	private static void assertPublic(Throwable thrown) {
		List<Throwable> all = new ArrayList<>(List.of(thrown));
		for (int i = 0; i < all.size(); i++) {
			Throwable next = all.get(i);
			assertThat(next.getClass().getName()).doesNotStartWith("ai.tinyfish.internal");
			assertThat(!next.getClass().getName().startsWith("ai.tinyfish")
					|| Modifier.isPublic(next.getClass().getModifiers()))
				.as("%s", next.getClass())
				.isTrue();
			if (next.getCause() != null) {
				all.add(next.getCause());
			}
			all.addAll(List.of(next.getSuppressed()));
		}
	}

	/**
	 * Actions of a service on a call besides answering it.
	 */
	enum Failing {

		SILENT(Exchange::silence),

		RESET(Exchange::reset),

		UNREADABLE((exchange) -> exchange.answer(200, "application/json", "<html>"));

		private final Script script;

		Failing(Script script) {
			this.script = script;
		}

	}

	/**
	 * A call on a client of its own.
	 */
	private static final class Call {

		private final RecordingListener listener = new RecordingListener();

		private final CountDownLatch pause = new CountDownLatch(1);

		private final CompletableFuture<@Nullable Throwable> outcome = new CompletableFuture<>();

		private final Operation operation;

		private final TinyFishClient client;

		Call(TinyFishClient.Builder builder, Operation operation) {
			this.operation = operation;
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new RetryHandler(this.pause));
			this.client = builder.runListener(this.listener).observationRegistry(observations).build();
			Thread caller = new Thread(
					() -> this.outcome.complete(catchThrowable(() -> this.operation.call(this.client))));
			caller.setDaemon(true);
			caller.start();
		}

		Throwable thrown() throws Exception {
			Throwable thrown = this.outcome.get(20, TimeUnit.SECONDS);
			assertThat(thrown).isNotNull();
			assertPublic(thrown);
			return thrown;
		}

		/**
		 * Check that listeners receive the outcome that the caller has.
		 */
		void assertSameOutcome() throws Exception {
			Throwable thrown = thrown();
			Soon.until(() -> this.listener.errors().size() == this.operation.submissions());
			assertThat(this.listener.errors()).allSatisfy((received) -> {
				assertThat(received).hasSameClassAs(thrown).hasMessage(thrown.getMessage());
				assertPublic(received);
			});
		}

	}

}
