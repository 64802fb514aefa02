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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the subscribers of the relay.
 */
class DefaultRunEventRelayTests extends AbstractRunEventRelayTests {

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
			.mapNotNull(AbstractRunEventRelayTests::number)
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
			.mapNotNull(AbstractRunEventRelayTests::number)
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
				.mapNotNull(AbstractRunEventRelayTests::number)
				.collectList()
				.subscribe(all::add);
		}
		publish(RelayEvents.progress("run-1", "one"), RelayEvents.progress("run-1", "two"),
				RelayEvents.finished("run-1"));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(all).hasSize(200));
		assertThat(all).allSatisfy((ids) -> assertThat(ids).containsExactly("1", "2", "3", "4"));
		await().untilAsserted(() -> assertThat(this.relay.histories().watches()).isZero());
	}

}
