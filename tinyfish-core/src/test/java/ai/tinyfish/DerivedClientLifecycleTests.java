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

package ai.tinyfish;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.Stage;
import ai.tinyfish.testing.server.StagedServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Closing a client that is derived with {@code mutate()}, and the one that it comes from.
 */
@BothClients
class DerivedClientLifecycleTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String KEY = "sk-derived-0123456789";

	private static final String OTHER_KEY = "sk-other-0123456789";

	@Parameter
	ClientKind kind;

	@Test
	void openStreamsCountTogether() {
		try (ScriptedServer server = startedThen(Exchange::silence);
				TinyFishClient root = this.kind.client(server.baseUrl()).maxOpenStreams(2).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			TinyFishClient another = derived.mutate().apiKey(OTHER_KEY).build();
			OpenedStream ofRoot = OpenedStream.of(root);
			OpenedStream ofDerived = OpenedStream.of(derived);
			for (TinyFishClient client : List.of(root, derived, another)) {
				assertThat(catchThrowableOfType(TinyFishTooManyStreamsException.class, () -> OpenedStream.of(client))
					.limit()).isEqualTo(2);
			}
			ofDerived.close();
			OpenedStream.of(another);
			assertThatExceptionOfType(TinyFishTooManyStreamsException.class).isThrownBy(() -> OpenedStream.of(derived));
			ofRoot.close();
			OpenedStream.of(derived);
		}
	}

	@Test
	void closingItEndsItsStreamsAndItsUseAndTheOtherGoesOn() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ScriptedServer server = startedThen((exchange) -> {
			finish.await(60, TimeUnit.SECONDS);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			TinyFishClient sibling = root.mutate().apiKey(OTHER_KEY).build();
			List<OpenedStream> goingOn = List.of(OpenedStream.of(root), OpenedStream.of(sibling));
			OpenedStream ended = OpenedStream.of(derived);
			derived.close();
			derived.close();
			assertThat(ended.failure()).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("client was closed")
				.hasMessageContaining("run-1");
			assertClosed(derived);
			finish.countDown();
			for (OpenedStream stream : goingOn) {
				assertThat(stream.failure()).isNull();
			}
			assertThat(Operation.STREAM.call(root)).isNotNull();
			assertThat(Operation.STREAM.call(sibling)).isNotNull();
		}
	}

	@Test
	void closingTheOtherEndsItsStreamsAndItsUse() {
		try (ScriptedServer server = startedThen(Exchange::silence)) {
			TinyFishClient root = this.kind.client(server.baseUrl()).build();
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			TinyFishClient derivedFromDerived = derived.mutate().apiKey(OTHER_KEY).build();
			List<OpenedStream> streams = List.of(OpenedStream.of(root), OpenedStream.of(derived),
					OpenedStream.of(derivedFromDerived));
			root.close();
			for (OpenedStream stream : streams) {
				assertThat(stream.failure()).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
					.hasMessageContaining("client was closed");
			}
			assertClosed(root);
			assertClosed(derived);
			assertClosed(derivedFromDerived);
			// and one that is derived too late is closed from its beginning
			assertClosed(root.mutate().apiKey(KEY).build());
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "STREAM", "START", "BROWSER_CREATE" })
	void closingTheOtherEndsItsCalls(Operation operation) throws Exception {
		try (ScriptedServer server = new ScriptedServer(Exchange::silence)) {
			TinyFishClient root = this.kind.client(server.baseUrl()).build();
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			CompletableFuture<@Nullable Throwable> outcome = new CompletableFuture<>();
			Thread caller = new Thread(() -> outcome.complete(catchThrowable(() -> operation.call(derived))));
			caller.start();
			await().atMost(SOON).until(() -> server.requests().size() == 1);
			root.close();
			Throwable thrown = outcome.get(20, TimeUnit.SECONDS);
			assertThat(thrown).isInstanceOf(operation.closed()).hasStackTraceContaining("closed");
			caller.join(20_000);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			assertThat(server.requests()).hasSize(1);
		}
	}

	/** Closing waits for a session that is being created, to end it: ten seconds. */
	@Test
	@Tag("slow")
	void closingTheOtherEndsACreationOfItsBrowser() throws Exception {
		closingTheOtherEndsItsCalls(Operation.BROWSER_CREATE);
	}

	@Test
	void closingItEndsItsWaitsAndThoseOfTheOtherGoOn() throws Exception {
		try (StagedServer server = new StagedServer(Stage.BETWEEN_LOOKS);
				TinyFishClient root = this.kind.client(server.baseUrl()).pollTolerance(SOON).build()) {
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			TinyFishClient sibling = root.mutate().apiKey(OTHER_KEY).build();
			List<CompletableFuture<@Nullable Throwable>> ended = waits(derived);
			List<CompletableFuture<@Nullable Throwable>> goingOn = Stream.of(root, sibling)
				.flatMap((client) -> waits(client).stream())
				.toList();
			await().atMost(SOON).until(() -> server.looks(Samples.KEY, KEY, OTHER_KEY));
			derived.close();
			assertEnded(ended);
			assertThat(goingOn).noneMatch(CompletableFuture::isDone);
			server.goOn();
			for (CompletableFuture<@Nullable Throwable> wait : goingOn) {
				assertThat(wait.get(20, TimeUnit.SECONDS)).isNull();
			}
		}
	}

	@Test
	void closingTheOtherEndsItsWaits() throws Exception {
		try (StagedServer server = new StagedServer(Stage.BETWEEN_LOOKS)) {
			TinyFishClient root = this.kind.client(server.baseUrl()).pollTolerance(SOON).build();
			TinyFishClient derived = root.mutate().apiKey(KEY).build();
			List<CompletableFuture<@Nullable Throwable>> waits = Stream.of(root, derived)
				.flatMap((client) -> waits(client).stream())
				.toList();
			await().atMost(SOON).until(() -> server.looks(Samples.KEY, KEY));
			root.close();
			assertEnded(waits);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
		await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
	}

	/**
	 * Wait for a run, and for many.
	 */
	private static List<CompletableFuture<@Nullable Throwable>> waits(TinyFishClient client) {
		List<QueuedRun> runs = List.of(QueuedRun.of("run-2"), QueuedRun.of("run-3"));
		return Stream.<ThrowingCallable>of(() -> client.runs().await("run-1", SOON), () -> {
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				assertThat(endings).hasSize(2);
			}
		}).map((wait) -> {
			CompletableFuture<@Nullable Throwable> outcome = new CompletableFuture<>();
			new Thread(() -> outcome.complete(catchThrowable(wait))).start();
			return outcome;
		}).toList();
	}

	private static void assertEnded(List<CompletableFuture<@Nullable Throwable>> waits) throws Exception {
		for (CompletableFuture<@Nullable Throwable> wait : waits) {
			assertThat(wait.get(20, TimeUnit.SECONDS)).isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.hasMessageContaining("closed");
		}
	}

	@Test
	void oneThatIsNeverClosedIsNotHeldByTheOther() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient blocking = Samples.client(server.baseUrl()).build();
				ReactiveTinyFishClient reactive = Samples.reactiveClient(server.baseUrl()).build()) {
			List<WeakReference<Object>> derived = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				derived.add((this.kind == ClientKind.BLOCKING) ? usedOnce(blocking) : usedOnce(reactive));
			}
			// all but those that the last exchanges may still refer to
			await().atMost(SOON).until(() -> {
				System.gc();
				return derived.stream().filter((reference) -> reference.get() != null).count() <= 2;
			});
		}
	}

	@Test
	void oneOfALongRotationOfKeysHoldsNoneOfThoseBeforeIt() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient root = this.kind.client(server.baseUrl()).build()) {
			List<WeakReference<Object>> providers = new ArrayList<>();
			TinyFishClient last = root;
			for (int i = 0; i < 5000; i++) {
				String key = KEY + i;
				TinyFishApiKeyProvider provider = () -> key;
				providers.add(new WeakReference<>(provider));
				last = last.mutate().apiKeyProvider(provider).build();
			}
			assertThat(last.agent().stream(Samples.request()).await().isCompleted()).isTrue();
			assertThat(server.requests().get(0)).contains(KEY + 4999);
			await().atMost(SOON).until(() -> {
				System.gc();
				return providers.stream().filter((reference) -> reference.get() != null).count() <= 2;
			});
			assertThat(last.runs().get("run-1")).isNotNull();
		}
	}

	private static WeakReference<Object> usedOnce(TinyFishClient root) {
		TinyFishClient derived = root.mutate().apiKey(KEY).build();
		derived.runs().get("run-1");
		derived.agent().stream(Samples.request()).await();
		return new WeakReference<>(derived);
	}

	private static WeakReference<Object> usedOnce(ReactiveTinyFishClient root) {
		ReactiveTinyFishClient derived = root.mutate().apiKey(KEY).build();
		derived.runs().get("run-1").block(SOON);
		derived.agent().stream(Samples.request()).blockLast(SOON);
		return new WeakReference<>(derived);
	}

	private static void assertClosed(TinyFishClient client) {
		for (Operation operation : Operation.values()) {
			assertThatIllegalStateException().isThrownBy(() -> operation.call(client))
				.as(operation.name())
				.withMessageContaining("closed");
		}
	}

	private static ScriptedServer startedThen(ScriptedServer.Script script) {
		return ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			script.run(exchange);
		});
	}

	/**
	 * A stream of which one event was read.
	 */
	private record OpenedStream(AgentStream stream, Iterator<AgentEvent> events) {

		static OpenedStream of(TinyFishClient client) {
			AgentStream stream = client.agent().stream(Samples.request());
			Iterator<AgentEvent> events = stream.iterator();
			events.next();
			return new OpenedStream(stream, events);
		}

		@Nullable Throwable failure() {
			return catchThrowable(() -> this.events.forEachRemaining((event) -> {
			}));
		}

		void close() {
			this.stream.close();
		}

	}

}
