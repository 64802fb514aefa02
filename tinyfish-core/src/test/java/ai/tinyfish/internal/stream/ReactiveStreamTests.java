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

package ai.tinyfish.internal.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.OwnThreads;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The Flux of a run's events: cancelling, demand, and how many may be open.
 */
class ReactiveStreamTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void cancellingAnIdleFluxIsSeenByTheServerWithinASecond() throws Exception {
		MoreTime.withinASecond(() -> {
			Duration took;
			RecordingListener listener = new RecordingListener();
			CompletableFuture<Boolean> closed = new CompletableFuture<>();
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				closed.complete(exchange.awaitClientClose(SOON));
			});
					ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
						.runListener(listener)
						.build()) {
				CountDownLatch started = new CountDownLatch(1);
				Disposable subscription = client.agent()
					.stream(Samples.request())
					.subscribe((event) -> started.countDown());
				assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
				long begin = System.nanoTime();
				subscription.dispose();
				assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
				took = MoreTime.since(begin);
				assertThat(server.requests()).hasSize(1);
			}
			assertThat(listener.calls()).containsExactly("started", "error");
			assertThat(listener.errors()).singleElement()
				.isInstanceOf(TinyFishRunOutcomeUnknownException.class)
				.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
			return took;
		});
	}

	@Test
	void theEndingIsLearntWhileTheReaderOfABrokenStreamAsksForNothing() {
		RecordingListener listener = new RecordingListener();
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
		}, RunServer.ended("COMPLETED"));
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.pollTolerance(SOON)
					.runListener(listener)
					.build()) {
			StepVerifier.create(client.agent().stream(Samples.request()), 1)
				.expectNextCount(1)
				.then(() -> await().atMost(SOON).until(() -> listener.calls().contains("finished")))
				.thenRequest(1)
				.assertNext((event) -> {
					assertThat(event).isInstanceOf(CompleteEvent.class);
					assertThat(((CompleteEvent) event).recovered()).isTrue();
				})
				.expectComplete()
				.verify(SOON);
			assertThat(server.cancels()).isZero();
		}
	}

	@Test
	void cancellingAnActiveFluxIsSeenByTheServerWithinASecond() throws Exception {
		MoreTime.withinASecond(() -> {
			CompletableFuture<Boolean> closed = new CompletableFuture<>();
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				try {
					while (!exchange.awaitClientClose(Duration.ofMillis(5))) {
						exchange.event(Samples.PROGRESS);
					}
				}
				finally {
					// a write that fails says so too
					closed.complete(true);
				}
			}); ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).build()) {
				List<AgentEvent> events = client.agent().stream(Samples.request()).take(5).collectList().block(SOON);
				long begin = System.nanoTime();
				assertThat(events).hasSize(5);
				assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
				return MoreTime.since(begin);
			}
		});
	}

	@Test
	void cancellingBetweenTheHeadOfAnAnswerAndItsBodyIsSeenByTheServerWithinASecond() throws Exception {
		MoreTime.withinASecond(() -> {
			CompletableFuture<Boolean> closed = new CompletableFuture<>();
			Disposable.Swap subscription = Disposables.swap();
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				closed.complete(exchange.awaitClientClose(SOON));
			});
					ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
						.customizeWebClient((builder) -> builder.filter((request, next) -> next.exchange(request)
							.doOnNext((response) -> subscription.dispose())))
						.build()) {
				subscription.replace(client.agent().stream(Samples.request()).subscribe());
				await().atMost(SOON).until(subscription::isDisposed);
				long begin = System.nanoTime();
				assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
				return MoreTime.since(begin);
			}
		});
	}

	@Test
	void theFluxCompletesRightAfterTheEndingHoweverLongTheConnectionStays() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.COMPLETE);
			exchange.silence();
		}); ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build()) {
			StepVerifier.create(client.agent().stream(Samples.request()).map(AgentEvent::type))
				.expectNext("STARTED", "COMPLETE")
				.expectComplete()
				.verify(SOON);
			await().atMost(SOON).until(() -> server.openConnections() == 0);
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
		assertThat(listener.threads()).allMatch((thread) -> thread.startsWith("tinyfish-events-"));
	}

	@Test
	void aSubscriberThatCancelsAtTheEndingHasSeenTheRunEnd() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.event(Samples.COMPLETE);
		}); ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build()) {
			assertThat(client.agent().stream(Samples.request()).ofType(CompleteEvent.class).next().block(SOON))
				.isNotNull();
		}
		assertThat(listener.calls()).containsExactly("started", "finished");
	}

	@Test
	void aSubscriberThatAsksForFewEventsSlowsTheServerDownAndDoesNotTakeItForSilent() {
		String big = "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"" + "x".repeat(64 * 1024) + "\"}";
		// far more than the buffers of both sockets hold
		int count = 1000;
		AtomicInteger sent = new AtomicInteger();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			for (int i = 0; i < count; i++) {
				exchange.event(big);
				sent.incrementAndGet();
			}
			exchange.event(Samples.COMPLETE);
		});
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.streamIdleTimeout(Duration.ofSeconds(2))
					.build()) {
			StepVerifier.create(client.agent().stream(Samples.request()), 0)
				.thenRequest(1)
				.expectNextCount(1)
				.thenRequest(1)
				.expectNextCount(1)
				.thenRequest(1)
				.expectNextCount(1)
				.then(() -> awaitStandstill(sent))
				.then(() -> assertThat(sent).hasValueLessThan(count / 2))
				.thenRequest(Long.MAX_VALUE)
				.expectNextCount(count - 2)
				.expectNextMatches(CompleteEvent.class::isInstance)
				.expectComplete()
				.verify(SOON.multipliedBy(3));
		}
	}

	/**
	 * Wait until nothing is sent for longer than the idle timeout.
	 */
	private static void awaitStandstill(AtomicInteger sent) {
		AtomicInteger last = new AtomicInteger(-1);
		await().pollInterval(Duration.ofSeconds(3))
			.atMost(SOON.multipliedBy(2))
			.until(() -> last.getAndSet(sent.get()) == sent.get());
	}

	@Test
	void oneStreamTooManyIsAnErrorSignalAndNothingIsSent() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		});
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.maxOpenStreams(2)
					.runListener(listener)
					.build()) {
			Flux<AgentEvent> flux = client.agent().stream(Samples.request());
			Disposable first = flux.subscribe();
			Disposable second = flux.subscribe();
			StepVerifier.create(flux)
				.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(
						TinyFishTooManyStreamsException.class, (tooMany) -> assertThat(tooMany.limit()).isEqualTo(2)))
				.verify(SOON);
			await().atMost(SOON).until(() -> listener.calls().size() == 2);
			assertThat(listener.calls()).containsOnly("started");
			assertThat(server.requests()).hasSize(2);
			first.dispose();
			assertThat(flux.blockFirst(SOON)).isNotNull();
			second.dispose();
		}
	}

	@Test
	void closingTheClientEndsItsStreamsAndLeavesNoThread() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		})) {
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
			ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl()).runListener(listener).build();
			Flux<AgentEvent> flux = client.agent().stream(Samples.request());
			assertThat(OwnThreads.names()).isEmpty();
			List<Throwable> failures = new ArrayList<>();
			StepVerifier.create(flux)
				.expectNextCount(1)
				.then(client::close)
				.expectErrorSatisfies(failures::add)
				.verify(SOON);
			assertThat(failures).singleElement()
				.isInstanceOfSatisfying(TinyFishRunOutcomeUnknownException.class, (ex) -> {
					assertThat(ex).hasMessageContaining("client was closed");
					assertThat(ex.runId()).isEqualTo("run-1");
				});
			// delivered before close returned
			assertThat(listener.calls()).containsExactly("started", "error");
			assertThat(listener.errors()).containsExactly((TinyFishException) failures.get(0));
			await().atMost(SOON).until(() -> OwnThreads.names().isEmpty());
			await().atMost(SOON).until(() -> server.openConnections() == 0);
			assertThatIllegalStateException().isThrownBy(() -> flux.blockLast(SOON));
		}
	}

}
