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
package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;

import ai.tinyfish.durable.autoconfigure.TinyFishDurableProperties;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDelivery;
import ai.tinyfish.durable.watch.WatchDeliveryState;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The delivery of the events of watches. Events are parked after three attempts here.
 */
class WatchDeliveryTests extends AbstractWatchTests {

	@Test
	void aChangeIsDeliveredAgainWithoutAnotherResult() {
		changedWithFailingListener();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.UNDELIVERED, 1));
		assertThat(this.time.watches.baseline("teas", Tea.class)).extracting(Tea::sku).containsExactly("T2", "T3");
		this.time.failure = null;
		this.time.jump(Duration.ofSeconds(1));
		assertThat(this.time.watchEvents).isEmpty();
		this.time.jump(Duration.ofSeconds(1));
		assertThat(this.time.watchEvents).singleElement().isInstanceOf(WatchChangedEvent.class);
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.DELIVERED, 1));
		assertThat(submissions()).isEqualTo(2);
		this.time.jump(Duration.ofHours(3));
		assertThat(this.time.watchEvents).hasSize(1);
		assertThat(this.time.tasks(TaskKind.WATCH_DELIVERY)).isZero();
	}

	@Test
	void theNextResultDoesNotWaitAndEventsKeepTheirOrder() {
		changedWithFailingListener();
		this.time.watches.runNow("teas");
		this.time.simulator.given(GOAL, result("T2:3.50"));
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes()).containsExactly(WatchOutcome.CHANGED, WatchOutcome.CHANGED, WatchOutcome.BASELINE);
		assertThat(history()).extracting(WatchResult::delivery)
			.extracting((delivery) -> (delivery != null) ? delivery.state() : null)
			.containsExactly(WatchDeliveryState.UNDELIVERED, WatchDeliveryState.UNDELIVERED, null);
		this.time.failure = null;
		this.time.pass(Duration.ofSeconds(10));
		assertThat(this.time.watchEvents).extracting((event) -> ((WatchChangedEvent) event).run().slot())
			.containsExactly(history().get(1).slot(), newest().slot());
	}

	@Test
	void eventsAreParkedAfterTooManyAttemptsAndDeliveredAgainByHand() {
		changedWithFailingListener();
		this.time.pass(Duration.ofSeconds(20));
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.PARKED, 3));
		assertThat(this.time.engine.watches().details().get("undelivered")).isEqualTo(1L);
		this.time.failure = null;
		nextSlot(TEAS);
		// those after it wait, too
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.UNDELIVERED, 0));
		assertThat(this.time.watchEvents).isEmpty();
		this.time.jump(Duration.ofMinutes(5));
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(this.time.watches.redeliver("teas")).isTrue();
		this.time.run();
		assertThat(this.time.watchEvents).extracting((event) -> ((WatchChangedEvent) event).run().slot())
			.containsExactly(history().get(1).slot(), newest().slot());
		assertThat(this.time.watches.redeliver("teas")).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> this.time.watches.redeliver("none"));
	}

	@Test
	void eventsAreParkedAfterTenAttemptsUnlessSet() {
		this.time.maxHandovers = new Binder().bindOrCreate("tinyfish.durable", TinyFishDurableProperties.class)
			.maxHandovers();
		this.time.restart(null);
		changedWithFailingListener();
		for (int attempts = 1; attempts < 10; attempts++) {
			assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.UNDELIVERED, attempts));
			this.time.jump(Duration.ofMinutes(5));
		}
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.PARKED, 10));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "{\"changed\":[]}" })
	void eventsThatCannotBeReadAreParkedAndDeliveredByHand(String unreadable) {
		changedWithFailingListener();
		this.time.failure = null;
		String events = this.time.engine.database.jdbc()
			.sql("select events from tinyfish_watch_result where delivery is not null")
			.query(String.class)
			.single();
		storeEvents(unreadable);
		this.time.pass(Duration.ofSeconds(20));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.PARKED, 3));
		assertThat(newest().changes()).isEmpty();
		assertThat(this.time.engine.watches().details().get("undelivered")).isEqualTo(1L);
		assertThat(this.time.tasks(TaskKind.WATCH_DELIVERY)).isZero();
		storeEvents(events);
		assertThat(this.time.watches.redeliver("teas")).isTrue();
		this.time.run();
		assertThat(this.time.watchEvents).singleElement().isInstanceOf(WatchChangedEvent.class);
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.DELIVERED, 0));
	}

	private void storeEvents(String events) {
		this.time.engine.database.doInTransaction(() -> this.time.engine.database.jdbcTemplate()
			.update("update tinyfish_watch_result set events = ? where delivery is not null", events));
	}

	@Test
	void aCommitThatIsNotConfirmedIsNotDeliveredAgain() {
		save(teas().confirm(1));
		nextSlot();
		this.time.onEvent = () -> this.time.silent = true;
		nextSlot(result("T2:2.50"));
		this.time.onEvent = () -> {
		};
		this.time.jump(Duration.ofMinutes(2));
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.DELIVERED, 0));
		assertThat(this.time.watchEvents).hasSize(1);
	}

	@Test
	void aTaskThatWasDeletedIsScheduledAgain() {
		changedWithFailingListener();
		this.time.failure = null;
		this.time.engine.database.doInTransaction(() -> this.time.engine.database.jdbcTemplate()
			.update("delete from tinyfish_task where task_name = 'tinyfish-watch-delivery'"));
		this.time.pass(Duration.ofSeconds(70));
		assertThat(this.time.watchEvents).hasSize(1);
	}

	@Test
	void undeliveredEventsOutliveTheRetention() {
		changedWithFailingListener();
		this.time.pass(Duration.ofSeconds(20));
		this.time.watches.pause("teas");
		this.time.jump(Duration.ofDays(31));
		this.time.jump(Duration.ofMinutes(1));
		assertThat(history()).singleElement()
			.extracting(WatchResult::delivery)
			.isEqualTo(new WatchDelivery(WatchDeliveryState.PARKED, 3));
		this.time.failure = null;
		this.time.watches.redeliver("teas");
		this.time.run();
		this.time.jump(Duration.ofMinutes(1));
		assertThat(this.time.watchEvents).hasSize(1);
		assertThat(history()).isEmpty();
	}

	@Test
	void aDriftIsDeliveredInTheSameWay() {
		save(teas().confirm(1));
		nextSlot();
		this.time.failure = new IllegalStateException("thrown on purpose");
		nextSlot(result("T1:1:null", "T2:2:null"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.MISSED);
		assertThat(newest().delivery()).isEqualTo(new WatchDelivery(WatchDeliveryState.UNDELIVERED, 1));
		assertThat(find().drift()).isEqualTo("All records lack note");
		this.time.failure = null;
		this.time.jump(Duration.ofSeconds(2));
		Instant slot = newest().slot();
		assertThat(this.time.watchEvents)
			.containsExactly(new WatchDriftedEvent("teas", false, "All records lack note", slot));
		assertThat(newest().changes()).isEmpty();
	}

	@Test
	void theChangesOfEachResultAreInTheHistory() {
		save(teas().confirm(1));
		nextSlot();
		nextSlot(result("T1:1.50", "T2:2.00"));
		assertThat(newest().changes()).isEqualTo(((WatchChangedEvent) this.time.watchEvents.get(0)).changes());
		assertThat(history().get(1).changes()).isEqualTo(List.of());
		assertThat(history().get(1).delivery()).isNull();
	}

	private void changedWithFailingListener() {
		save(teas().confirm(1));
		nextSlot();
		this.time.failure = new IllegalStateException("thrown on purpose");
		nextSlot(changed());
		assertThat(this.time.watchEvents).isEmpty();
	}

	private static Scenario changed() {
		return result("T2:2.50", "T3:3");
	}

}
