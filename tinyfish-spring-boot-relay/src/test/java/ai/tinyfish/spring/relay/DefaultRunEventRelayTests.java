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

package ai.tinyfish.spring.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events that the relay stores, and for its subscribers.
 */
@Timeout(60)
class DefaultRunEventRelayTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int MAX_RUNS = 5;

	private final Set<String> followed = ConcurrentHashMap.newKeySet();

	private final DefaultRunEventRelay relay = relay("max-runs=" + MAX_RUNS, "max-events-per-run=10", "max-size=20000B",
			"max-streams=200", "max-streams-per-run=200");

	@AfterEach
	void destroy() {
		this.relay.destroy();
	}

	@Test
	void endedRunsAreRemovedFirst() {
		publish(RelayEvents.started("open"), RelayEvents.finished("ended-1"), RelayEvents.finished("ended-2"),
				RelayEvents.started("open-2"), RelayEvents.started("open-3"));
		publish(RelayEvents.started("open-4"));
		assertUnknown("ended-1");
		publish(RelayEvents.started("open-5"));
		assertUnknown("ended-2");
		assertThat(ids("open", 1)).containsExactly("1");
	}

	@Test
	void runsThatAreNotWatchedAreRemovedNext() {
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
		}
		Disposable watch = this.relay.events(RelayRequest.of("open-1")).subscribe();
		publish(RelayEvents.started("open-6"));
		assertUnknown("open-2");
		assertThat(ids("open-1", 1)).containsExactly("1");
		watch.dispose();
	}

	@Test
	void watchedRunIsNotRemovedForOthers() {
		List<Disposable> watches = new CopyOnWriteArrayList<>();
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
			watches.add(this.relay.events(RelayRequest.of("open-" + i)).subscribe());
		}
		publish(RelayEvents.started("open-6"));
		assertUnknown("open-6");
		this.followed.add("open-6");
		assertUnknown("open-6");
		assertThat(this.relay.histories().runs()).isEqualTo(MAX_RUNS);
		watches.get(2).dispose();
		publish(RelayEvents.started("open-6"));
		assertThat(ids("open-6", 1)).containsExactly("1");
		assertUnknown("open-3");
	}

	@Test
	void numberOfStoredRunsIsLimited() {
		for (int i = 0; i < 20_000; i++) {
			publish(RelayEvents.started("ended-" + i), RelayEvents.finished("ended-" + i),
					RelayEvents.started("open-" + i));
		}
		assertThat(this.relay.histories().runs()).isEqualTo(MAX_RUNS);
	}

	@Test
	void longResultsAreRemovedEarlierButTheLastIsKept() {
		publish(RelayEvents.finished("short"));
		publish(RelayEvents.finished("long", "\"" + "x".repeat(30_000) + "\""));
		assertUnknown("short");
		assertThat(ids("long")).containsExactly("1");
		publish(RelayEvents.finished("short-again"));
		assertUnknown("long");
		assertThat(ids("short-again")).containsExactly("1");
	}

	/**
	 * Streaming URLs of runs in progress, and the messages of errors.
	 */
	@Test
	void sizeOfAllRunsIsLimited() {
		String text = "x".repeat(4000);
		List<Disposable> watches = new CopyOnWriteArrayList<>();
		DefaultRunEventRelay relay = relay("max-size=10000B", "max-streams-per-run=1000");
		for (int i = 0; i < 100; i++) {
			relay.onApplicationEvent(RelayEvents.streamingUrl("open-" + i, "https://live.example/" + text));
			watches.add(relay.events(RelayRequest.of("open-" + i)).subscribe());
			relay.onApplicationEvent(RelayEvents.error("ended-" + i, text));
			watches.add(relay.events(RelayRequest.of("ended-" + i)).subscribe());
			assertThat(relay.histories().size()).isLessThanOrEqualTo(10_000);
		}
		assertThat(relay.histories().runs()).isEqualTo(2);
		await().untilAsserted(() -> assertThat(watches.stream().filter((watch) -> !watch.isDisposed())).hasSize(1));
		relay.destroy();
	}

	@Test
	void runThatGrowsTooLargeLosesItsOldestEvents() {
		publish(RelayEvents.started("watched"));
		Disposable watch = this.relay.events(RelayRequest.of("watched")).subscribe();
		publish(RelayEvents.started("large"));
		for (int i = 0; i < 4; i++) {
			publish(RelayEvents.progress("large", "x".repeat(8000)));
			assertThat(this.relay.histories().size()).isLessThanOrEqualTo(20_000);
		}
		assertThat(ids("large", 3)).containsExactly("1", "4", "5");
		assertThat(ids("watched", 1)).containsExactly("1");
		watch.dispose();
	}

	@Test
	void runsThatAreNotWatchedMakeRoomFirst() {
		publish(RelayEvents.finished("watched", '"' + "x".repeat(10_000) + '"'));
		OneByOne slow = new OneByOne(new CopyOnWriteArrayList<>());
		this.relay.events(RelayRequest.of("watched")).subscribe(slow);
		publish(RelayEvents.progress("open", "x".repeat(3000)), RelayEvents.error("ended", "x".repeat(3000)));
		publish(RelayEvents.finished("long", '"' + "x".repeat(8000) + '"'));
		assertUnknown("ended");
		assertUnknown("open");
		assertThat(ids("watched")).containsExactly("1");
		slow.cancel();
	}

	@Test
	void subscribersShareTheBytes() {
		publish(RelayEvents.started("run-1"), RelayEvents.finished("run-1"));
		List<byte[]> one = frames("run-1");
		List<byte[]> other = frames("run-1");
		assertThat(one).hasSize(2).usingElementComparator((a, b) -> (a == b) ? 0 : 1).isEqualTo(other);
		assertThat(this.relay.histories().size()).isEqualTo(one.get(0).length + one.get(1).length);
	}

	/**
	 * Such as an event of the application.
	 */
	@Test
	void eventThatCannotBeWrittenDoesNotDelayTheRun() {
		publish(RelayEvents.started("run-1"), new RelayEvents.Unwritable("run-1"), RelayEvents.finished("run-1"));
		assertThat(frames("run-1")).extracting((frame) -> new String(frame, StandardCharsets.UTF_8).contains("-3\n"))
			.containsExactly(false, true);
		assertThat(ids("run-1")).as("a derived event may be written").containsExactly("1", "2", "3");
	}

	/**
	 * Such as of a getter that calls itself, or for lack of memory.
	 */
	@Test
	void errorInRenderingDoesNotChangeTheSize() {
		publish(RelayEvents.started("run-1"));
		publish(new RelayEvents.Computed("run-1", () -> {
			throw new StackOverflowError("thrown by the test");
		}));
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> publish(new RelayEvents.Computed("run-1", () -> {
				throw new OutOfMemoryError("thrown by the test");
			})));
		publish(RelayEvents.finished("run-1"));
		List<byte[]> frames = frames("run-1");
		assertThat(frames).hasSize(2);
		assertThat(this.relay.histories().size()).isEqualTo(frames.get(0).length + frames.get(1).length);
	}

	@Test
	void slowRenderingDoesNotDelayOtherRuns() {
		publish(new RelayEvents.Computed("run-1", () -> CompletableFuture.supplyAsync(() -> {
			publish(RelayEvents.finished("run-2"));
			return ids("run-2");
		}).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()), RelayEvents.finished("run-1"));
		assertThat(frames("run-1")).extracting((frame) -> new String(frame, StandardCharsets.UTF_8))
			.element(0, InstanceOfAssertFactories.STRING)
			.contains("\"value\":[\"1\"]");
	}

	@Test
	void streamsAreLimitedPerRunAndInTotal() {
		DefaultRunEventRelay relay = relay("max-streams-per-run=2", "max-streams=3");
		List<Disposable> watches = new CopyOnWriteArrayList<>();
		for (int run = 1; run <= 3; run++) {
			relay.onApplicationEvent(RelayEvents.started("run-" + run));
		}
		Flux<ServerSentEvent<TinyFishRunEvent>> late = relay.events(RelayRequest.of("run-1"));
		watches.add(relay.events(RelayRequest.of("run-1")).subscribe());
		watches.add(relay.events(RelayRequest.of("run-1")).subscribe());
		assertUnavailable("This run has the maximum number of subscribers",
				() -> relay.events(RelayRequest.of("run-1")));
		assertUnavailable("This run has the maximum number of subscribers", () -> late.blockLast(PATIENCE));
		watches.add(relay.events(RelayRequest.of("run-2")).subscribe());
		assertUnavailable("All runs together have the maximum number", () -> relay.events(RelayRequest.of("run-3")));
		watches.get(0).dispose();
		assertThat(relay.events(RelayRequest.of("run-3")).blockFirst(PATIENCE)).isNotNull();
		watches.forEach(Disposable::dispose);
		relay.destroy();
	}

	private static void assertUnavailable(String reason, ThrowingCallable call) {
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE))
			.satisfies((ex) -> assertThat(ex.getReason()).startsWith(reason));
	}

	@Test
	void subscriberThatRequestsNothingIsDropped() {
		DefaultRunEventRelay relay = relay("heartbeat=20ms", "write-timeout=50ms");
		relay.onApplicationEvent(RelayEvents.started("run-1"));
		List<String> ids = new CopyOnWriteArrayList<>();
		relay.events(RelayRequest.of("run-1")).subscribe(new OneByOne(ids));
		Disposable quick = relay.events(RelayRequest.of("run-1")).subscribe();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(ids).containsExactly("end"));
		await().untilAsserted(() -> assertThat(relay.histories().watches()).isOne());
		quick.dispose();
		relay.destroy();
	}

	@Test
	void runWithoutEventsIsRemovedWithItsLastSubscriber() {
		this.followed.add("not-yet");
		Flux<ServerSentEvent<TinyFishRunEvent>> events = this.relay.events(RelayRequest.of("not-yet"));
		assertThat(this.relay.histories().runs()).isZero();
		Disposable watch = events.subscribe();
		assertThat(this.relay.histories().runs()).isOne();
		watch.dispose();
		assertThat(this.relay.histories().runs()).isZero();
	}

	@Test
	void subscriptionToARunThatWasRemovedMeanwhileFails() {
		publish(RelayEvents.finished("ended"));
		Flux<ServerSentEvent<TinyFishRunEvent>> events = this.relay.events(RelayRequest.of("ended"));
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
		}
		assertThatExceptionOfType(TinyFishUnknownRunException.class).isThrownBy(() -> events.blockLast(PATIENCE));
	}

	/**
	 * Events are counted anew.
	 */
	@Test
	void idFromBeforeTheRunWasRemovedIsIgnored() {
		publish(RelayEvents.started("run-1"), RelayEvents.progress("run-1", "one"));
		String lastEventId = this.relay.events(RelayRequest.of("run-1"))
			.mapNotNull(ServerSentEvent::id)
			.take(2)
			.blockLast(PATIENCE);
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
		}
		assertUnknown("run-1");
		publish(RelayEvents.progress("run-1", "two"), RelayEvents.finished("run-1"));
		assertThat(this.relay.events(RelayRequest.of("run-1").withLastEventId(lastEventId))
			.mapNotNull(DefaultRunEventRelayTests::number)
			.collectList()
			.block(PATIENCE)).containsExactly("1", "2");
	}

	@Test
	void idOfAnotherProcessIsIgnored() {
		DefaultRunEventRelay former = relay();
		String lastEventId;
		try {
			former.onApplicationEvent(RelayEvents.started("run-1"));
			lastEventId = former.events(RelayRequest.of("run-1")).mapNotNull(ServerSentEvent::id).blockFirst(PATIENCE);
		}
		finally {
			former.destroy();
		}
		// such as by a webhook
		publish(RelayEvents.finished("run-1"));
		assertThat(this.relay.events(RelayRequest.of("run-1").withLastEventId(lastEventId))
			.mapNotNull(DefaultRunEventRelayTests::number)
			.collectList()
			.block(PATIENCE)).containsExactly("1");
	}

	@Test
	void unknownRunIsNotFound() {
		assertThatExceptionOfType(TinyFishUnknownRunException.class)
			.isThrownBy(() -> this.relay.events(RelayRequest.of("run-1")))
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND))
			.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
	}

	@Test
	void eventWithoutARunIsNotRelayed() {
		publish(RelayEvents.error(null));
		assertThat(this.relay.histories().runs()).isZero();
	}

	/**
	 * With demand for one event at a time.
	 */
	@Test
	void eventsAndCompletionWaitForDemand() {
		publish(RelayEvents.started("run-1"), RelayEvents.progress("run-1", "one"));
		List<String> ids = new CopyOnWriteArrayList<>();
		OneByOne subscriber = new OneByOne(ids);
		this.relay.events(RelayRequest.of("run-1")).subscribe(subscriber);
		subscriber.request(1);
		await().untilAsserted(() -> assertThat(ids).containsExactly("1"));
		for (int i = 0; i < 100; i++) {
			publish(RelayEvents.progress("run-1", "more"));
		}
		publish(RelayEvents.finished("run-1"));
		assertThat(ids).containsExactly("1");
		for (int i = 0; i < 9; i++) {
			int count = i + 2;
			subscriber.request(1);
			await().untilAsserted(() -> assertThat(ids).hasSizeGreaterThanOrEqualTo(count));
		}
		await().untilAsserted(() -> assertThat(ids).endsWith("101", "102", "103"));
		assertThat(this.relay.histories().watches()).as("emitted events may not have been written").isOne();
		subscriber.request(1);
		await().untilAsserted(() -> assertThat(ids).endsWith("103", "end"));
		await().untilAsserted(() -> assertThat(this.relay.histories().watches()).isZero());
	}

	@Test
	void eventsAreNotEmittedByThePublishingThread() {
		publish(RelayEvents.started("run-1"));
		List<String> threads = new CopyOnWriteArrayList<>();
		Disposable watch = this.relay.events(RelayRequest.of("run-1"))
			.subscribe((event) -> threads.add(Thread.currentThread().getName()));
		await().untilAsserted(() -> assertThat(threads).hasSize(1));
		publish(RelayEvents.progress("run-1", "one"));
		await().untilAsserted(() -> assertThat(threads).hasSize(2));
		assertThat(threads).allSatisfy((thread) -> assertThat(thread).startsWith("parallel-"));
		watch.dispose();
	}

	@Test
	void subscriberThatFailsIsRemoved() {
		publish(RelayEvents.started("run-1"));
		List<String> errors = new CopyOnWriteArrayList<>();
		this.relay.events(RelayRequest.of("run-1")).subscribe((event) -> {
			throw new IllegalStateException("This subscriber always fails");
		}, (ex) -> errors.add(ex.getMessage()));
		await().untilAsserted(() -> assertThat(errors).containsExactly("This subscriber always fails"));
		await().untilAsserted(() -> assertThat(this.relay.histories().watches()).isZero());
		publish(RelayEvents.finished("run-1"));
		assertThat(ids("run-1")).containsExactly("1", "2");
	}

	@Test
	void manySubscribersReceiveTheSameEvents() {
		publish(RelayEvents.started("run-1"));
		List<List<String>> all = new CopyOnWriteArrayList<>();
		for (int i = 0; i < 200; i++) {
			this.relay.events(RelayRequest.of("run-1"))
				.mapNotNull(DefaultRunEventRelayTests::number)
				.collectList()
				.subscribe(all::add);
		}
		publish(RelayEvents.progress("run-1", "one"), RelayEvents.progress("run-1", "two"),
				RelayEvents.finished("run-1"));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(all).hasSize(200));
		assertThat(all).allSatisfy((ids) -> assertThat(ids).containsExactly("1", "2", "3", "4"));
		await().untilAsserted(() -> assertThat(this.relay.histories().watches()).isZero());
	}

	private DefaultRunEventRelay relay(String... properties) {
		return new DefaultRunEventRelay(this.followed::contains, RelayProperties.of(properties),
				new EventFrames(JsonMapper.shared()));
	}

	/**
	 * Return the events as they are sent, each of which is small.
	 */
	private List<byte[]> frames(String runId) {
		List<byte[]> frames = new CopyOnWriteArrayList<>();
		this.relay.stream(RelayRequest.of(runId))
			.writeTo((slices) -> slices.map(ByteBuffer::array).doOnNext(frames::add).then())
			.block(PATIENCE);
		return frames;
	}

	private void publish(TinyFishRunEvent... events) {
		for (TinyFishRunEvent event : events) {
			this.relay.onApplicationEvent(event);
		}
	}

	private @Nullable List<String> ids(String runId) {
		return this.relay.events(RelayRequest.of(runId))
			.mapNotNull(DefaultRunEventRelayTests::number)
			.collectList()
			.block(PATIENCE);
	}

	private @Nullable List<String> ids(String runId, int count) {
		return this.relay.events(RelayRequest.of(runId))
			.mapNotNull(DefaultRunEventRelayTests::number)
			.take(count)
			.collectList()
			.block(PATIENCE);
	}

	private static @Nullable String number(ServerSentEvent<TinyFishRunEvent> event) {
		return (event.id() != null) ? event.id().substring(event.id().indexOf('-') + 1) : null;
	}

	private void assertUnknown(String runId) {
		assertThatExceptionOfType(TinyFishUnknownRunException.class)
			.isThrownBy(() -> this.relay.events(RelayRequest.of(runId)));
	}

	private static final class OneByOne extends BaseSubscriber<ServerSentEvent<TinyFishRunEvent>> {

		private final List<String> ids;

		private OneByOne(List<String> ids) {
			this.ids = ids;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// the test asks for events
		}

		@Override
		protected void hookOnNext(ServerSentEvent<TinyFishRunEvent> event) {
			this.ids.add(number(event));
		}

		@Override
		protected void hookOnComplete() {
			this.ids.add("end");
		}

	}

}
