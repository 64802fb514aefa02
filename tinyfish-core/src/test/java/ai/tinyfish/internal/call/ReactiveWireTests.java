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

package ai.tinyfish.internal.call;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.RetryHandler;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Behaviour of the reactive client alone: when it sends, what cancelling does, and where
 * the caller's observation comes from. Of its streams, {@code ReactiveStreamTests} has
 * more.
 */
class ReactiveWireTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void closingTheClientWhileItConnectsLeavesNoConnection() {
		try (ScriptedServer server = new ScriptedServer((e) -> e.answer(200, "application/json", Samples.RUN))) {
			for (int i = 0; i < 100; i++) {
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).build();
				client.runs().get("run-1").subscribe((run) -> {
				}, (failure) -> {
				});
				// a little later each time
				LockSupport.parkNanos(i * 20_000L);
				client.close();
			}
			// those that wait to be accepted do not count yet
			await().pollDelay(Duration.ofMillis(100)).atMost(SOON).until(() -> server.openConnections() == 0);
		}
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void nothingIsSentBeforeASubscriptionAndEachOneSendsItsOwnRequest(Operation operation) {
		try (ScriptedServer server = succeeding(operation);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).build()) {
			assertThat(operation.publish(client)).as("and never subscribed to").isNotNull();
			Mono<?> publisher = operation.publish(client);
			assertThat(server.requests()).isEmpty();
			publisher.block(SOON);
			assertThat(server.requests()).hasSize(1);
			publisher.block(SOON);
			assertThat(server.requests()).hasSize(2);
			assertThat(server.requests().get(1)).isEqualTo(server.requests().get(0));
		}
	}

	@FourOperations
	void aNonBlockingThreadMaySubscribe(Operation operation) {
		try (ScriptedServer server = succeeding(operation);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).build()) {
			assertThat((Object) operation.publish(client).subscribeOn(Schedulers.parallel()).block(SOON)).isNotNull();
		}
	}

	@Test
	void invalidArgumentsAreRefusedWhenTheMethodIsCalled() {
		try (ReactiveTinyFishClient client = Samples.reactiveClient("http://127.0.0.1:1").build()) {
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.agent().run(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.agent().queue(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.agent().stream(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.runs().list(null));
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().get(" "))
				.withMessageContaining("runId");
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().cancel("a/b"))
				.withMessageContaining("runId");
			assertThatExceptionOfType(NullPointerException.class)
				.isThrownBy(() -> client.search().query((SearchRequest) null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class)
				.isThrownBy(() -> client.fetch().getContents((FetchRequest) null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.browser().create(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.vault().connect(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.profiles().create(null))
				.withMessageContaining("request");
			assertThatExceptionOfType(NullPointerException.class)
				.isThrownBy(() -> client.profiles().startSetup("prof-1", null))
				.withMessageContaining("request");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.profiles().save(Samples.setupSession("..", "s")))
				.withMessageContaining("profileId");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.profiles().cancelSetup(Samples.setupSession("prof-1", " ")))
				.withMessageContaining("sessionId");
			assertThatIllegalArgumentException().isThrownBy(() -> client.browser().close(".."))
				.withMessageContaining("sessionId");
			assertThatIllegalArgumentException().isThrownBy(() -> client.vault().disconnect("a\nb"))
				.withMessageContaining("connectionId");
		}
	}

	@FourOperations
	void theKeyIsResolvedOnceWithEachSubscription(Operation operation) {
		AtomicInteger keys = new AtomicInteger();
		AtomicInteger requests = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (requests.getAndIncrement() == 0) {
				exchange.answer(429, "application/json", Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow"));
			}
			else {
				exchange.answer(200, operation.contentType(), operation.success());
			}
		});
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.apiKeyProvider(() -> "sk-" + keys.incrementAndGet())
					.build()) {
			Mono<?> publisher = operation.publish(client);
			assertThat(keys).hasValue(0);
			publisher.block(SOON);
			publisher.block(SOON);
			assertThat(server.requests()).hasSize(3);
			assertThat(server.requests().get(0)).containsIgnoringCase("X-API-Key: sk-1\r\n");
			assertThat(server.requests().get(1)).as("a further attempt").isEqualTo(server.requests().get(0));
			assertThat(server.requests().get(2)).containsIgnoringCase("X-API-Key: sk-2\r\n");
			assertThat(keys).hasValue(2);
		}
	}

	@FourOperations
	void exceptionOfTheKeyProviderIsSignalledAndNothingIsSent(Operation operation) {
		IllegalStateException failure = new IllegalStateException("the vault is down");
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = succeeding(operation);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.runListener(listener)
					.apiKeyProvider(() -> {
						throw failure;
					})
					.build()) {
			Mono<?> publisher = operation.publish(client);
			assertThat(catchThrowable(() -> publisher.block(SOON))).isSameAs(failure);
			assertThat(server.requests()).isEmpty();
		}
		assertThat(listener.calls()).isEmpty();
	}

	@FourOperations
	void theObservationInTheReactorContextIsTheParent(Operation operation) {
		TestObservationRegistry registry = TestObservationRegistry.create();
		List<Observation> current = new CopyOnWriteArrayList<>();
		RecordingListener listener = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				current.add(registry.getCurrentObservation());
			}
		};
		Observation caller = Observation.start("caller", registry);
		try (ScriptedServer server = succeeding(operation);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.observationRegistry(registry)
					.runListener(listener)
					.build()) {
			operation.publish(client)
				.contextWrite((context) -> context.put("micrometer.observation", caller))
				.block(SOON);
		}
		boolean run = operation.isObservedAsRun();
		TestObservationRegistryAssert.assertThat(registry)
			.hasObservationWithNameEqualTo("tinyfish.client.calls")
			.that()
			.hasParentObservationContextMatching((parent) -> parent.getName().equals(run ? "tinyfish.run" : "caller"));
		if (run) {
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("tinyfish.run")
				.that()
				.hasParentObservationEqualTo(caller);
			assertThat(current).as("in whose scope listeners are called").containsExactly(caller);
		}
	}

	@FourOperations
	void cancellingWhileThereIsNoAnswerClosesTheConnection(Operation operation) throws Exception {
		cancellingClosesTheConnection(operation, (exchange) -> {
		});
	}

	@ParameterizedTest
	@EnumSource(value = Operation.class, names = { "GET", "BROWSER_CLOSE", "RUN" })
	void cancellingInsideTheAnswerClosesTheConnection(Operation operation) throws Exception {
		cancellingClosesTheConnection(operation, (exchange) -> exchange
			.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"));
	}

	private static void cancellingClosesTheConnection(Operation operation, ScriptedServer.Script beginning)
			throws Exception {
		MoreTime.withinASecond(() -> cancel(operation, beginning));
	}

	/**
	 * How long it took until the server saw the connection closed.
	 */
	private static Duration cancel(Operation operation, ScriptedServer.Script beginning) throws Exception {
		Duration took;
		RecordingListener listener = new RecordingListener();
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			beginning.run(exchange);
			begun.countDown();
			closed.complete(exchange.awaitClientClose(SOON));
		}); ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build()) {
			Disposable subscription = operation.publish(client).subscribe();
			assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
			long begin = System.nanoTime();
			subscription.dispose();
			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
			took = MoreTime.since(begin);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			assertThat(server.requests()).hasSize(1);
		}
		if (operation.startsRun()) {
			assertThat(listener.calls()).hasSize(operation.submissions()).containsOnly("error");
			assertThat(listener.errors().get(0)).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
		}
		else {
			assertThat(listener.calls()).isEmpty();
		}
		return took;
	}

	@FourOperations
	void cancellingBetweenAttemptsSendsNothingMore(Operation operation) throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(100), (delay) -> cancelBetweenAttempts(operation, delay));
	}

	private static void cancelBetweenAttempts(Operation operation, Duration delay) throws Exception {
		RecordingListener listener = new RecordingListener();
		CountDownLatch waiting = new CountDownLatch(1);
		TestObservationRegistry registry = TestObservationRegistry.create();
		registry.observationConfig().observationHandler(new RetryHandler(waiting));
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(429, "application/json",
				Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow")));
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.retry(Samples.QUICK_RETRY.withDelays(delay, 1, delay, Duration.ZERO))
					.observationRegistry(registry)
					.runListener(listener)
					.build()) {
			long begin = System.nanoTime();
			Disposable subscription = operation.publish(client).subscribe();
			assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
			subscription.dispose();
			if (MoreTime.since(begin).compareTo(delay) >= 0) {
				// the next attempt may have begun before
				throw MoreTime.tooLittle();
			}
			await().during(delay.multipliedBy(2)).atMost(SOON).until(() -> server.requests().size() == 1);
		}
		assertThat(listener.calls()).hasSize(operation.submissions());
		if (operation == Operation.RUN || operation == Operation.QUEUE) {
			// no run was started, and listeners receive the same
			assertThat(listener.errors().get(0)).isInstanceOf(TinyFishRateLimitException.class);
		}
		TestObservationRegistryAssert.assertThat(registry)
			.hasObservationWithNameEqualTo("tinyfish.client.calls")
			.that()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("outcome", "CANCELLED");
	}

	@FourOperations
	void cancellingOnceTheValueIsThereTakesNothingBack(Operation operation) {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = succeeding(operation);
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.runListener(listener)
					.build()) {
			// cancels its source before it hands the value on
			assertThat((Object) operation.publish(client).flux().next().block(SOON)).isNotNull();
		}
		assertThat(listener.errors()).isEmpty();
	}

	@FourOperations
	void closingTheClientEndsCallsInFlight(Operation operation) throws Exception {
		RecordingListener listener = new RecordingListener();
		AtomicReference<Throwable> published = new AtomicReference<>();
		try (ScriptedServer server = new ScriptedServer(Exchange::silence)) {
			ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build();
			CompletableFuture<?> outcome = operation.publish(client).doOnError(published::set).toFuture();
			await().atMost(SOON).until(() -> !server.requests().isEmpty());
			client.close();
			assertThat(outcome).failsWithin(SOON);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			assertThat(server.requests()).hasSize(1);
			assertThatIllegalStateException().isThrownBy(() -> operation.publish(client).block(SOON));
		}
		if (operation.startsRun()) {
			assertThat(published.get()).isInstanceOf(TinyFishRunOutcomeUnknownException.class);
			assertThat(listener.calls()).hasSize(operation.submissions()).containsOnly("error");
			assertThat(listener.errors()).containsOnly((TinyFishException) published.get());
		}
		else {
			assertThat(published.get()).isInstanceOf(operation.closed());
			assertThat(listener.calls()).isEmpty();
		}
	}

	private static ScriptedServer succeeding(Operation operation) {
		return new ScriptedServer((exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
	}

	/**
	 * Tells that a call waits for its next attempt.
	 */

}
