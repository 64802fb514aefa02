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
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.internal.store.WatchTable.WatchCounts;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When watches run.
 */
class WatchScheduleTests extends AbstractWatchTests {

	@Test
	void aWatchRunsAtEachSlotOfItsZone() {
		this.time.jumpTo(berlin("2027-01-10T08:00"));
		save(teas().cron("0 0 9 * * *").zone("Europe/Berlin"));
		assertThat(find().nextAt()).isEqualTo(berlin("2027-01-10T09:00"));
		this.time.jumpTo(berlin("2027-01-10T08:59:59"));
		assertThat(submissions()).isZero();
		this.time.jump(Duration.ofSeconds(1));
		assertThat(submissions()).isOne();
		assertThat(find().nextAt()).isEqualTo(berlin("2027-01-11T09:00"));
		save(teas().cron("0 0 9 * * *"));
		assertThat(find().nextAt()).isEqualTo(Instant.parse("2027-01-10T09:00:00Z"));
	}

	@Test
	void a0230ThatIsSkippedDoesNotRunThatDay() {
		this.time.jumpTo(berlin("2027-03-27T12:00"));
		save(teas().cron("0 30 2 * * *").zone("Europe/Berlin"));
		assertThat(nextSlots(2)).containsExactly(berlin("2027-03-29T02:30"), berlin("2027-03-30T02:30"));
	}

	@Test
	void a0230ThatComesTwiceRunsTwice() {
		this.time.jumpTo(berlin("2027-10-30T12:00"));
		save(teas().cron("0 30 2 * * *").zone("Europe/Berlin"));
		assertThat(nextSlots(3)).containsExactly(Instant.parse("2027-10-31T00:30:00Z"),
				Instant.parse("2027-10-31T01:30:00Z"), Instant.parse("2027-11-01T01:30:00Z"));
	}

	private List<Instant> nextSlots(int number) {
		return IntStream.range(0, number).mapToObj((i) -> {
			Instant next = find().nextAt();
			this.time.jumpTo(next);
			this.time.jump(VirtualTime.INTERVAL);
			assertThat(submissions()).isEqualTo(i + 1);
			return next;
		}).toList();
	}

	@Test
	void aLateSlotRunsOnceHoweverManyWereMissed() {
		save(teas());
		Instant due = find().nextAt();
		this.time.sleep(Duration.ofHours(5).plusMinutes(10));
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(submissions()).isOne();
		assertThat(history()).extracting(WatchResult::slot).containsExactly(due);
		assertThat(find().nextAt()).isBetween(this.time.now(), this.time.now().plus(Duration.ofHours(1)));
	}

	@Test
	void aSlotIsSubmittedOnceWithItsKey() {
		save(teas());
		Instant due = find().nextAt();
		this.time.jumpTo(due);
		assertThat(keys()).containsExactly("watch:teas:" + due);
		this.time.run();
		assertThat(submissions()).isOne();
	}

	@Test
	void noSecondRunIsStartedWhileOneIsOpen() {
		this.time.simulator.given(GOAL, Scenario.builder().neverEnds().build());
		save(teas());
		DurableRun open = this.time.watches.runNow("teas");
		assertThat(this.time.watches.runNow("teas").id()).isEqualTo(open.id());
		nextSlot();
		assertThat(submissions()).isOne();
		assertThat(history()).singleElement().satisfies((result) -> {
			assertThat(result.outcome()).isEqualTo(WatchOutcome.SKIPPED);
			assertThat(result.reason()).contains(open.id()).contains("still open");
		});
		assertThat(this.time.watches.runNow("teas").id()).isEqualTo(open.id());
		this.time.runs.cancel(open.id());
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(this.time.watches.runNow("teas").id()).isNotEqualTo(open.id());
	}

	@Test
	void aWatchWithoutAScheduleRunsOnDemandAlone() {
		save(teas().cron(Watch.NEVER));
		assertThat(find().nextAt()).isNull();
		this.time.jump(Duration.ofDays(2));
		assertThat(submissions()).isZero();
		this.time.watches.runNow("teas");
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE);
		this.time.jump(Duration.ofDays(2));
		assertThat(this.time.engine.counts().watches(WatchCounts::oldest)).isZero();
	}

	@Test
	void aPausedWatchGoesOnWithItsNextSlot() {
		save(teas());
		this.time.watches.pause("teas");
		assertThat(find()).extracting(WatchStatus::state, WatchStatus::nextAt).containsExactly(WatchState.PAUSED, null);
		this.time.jump(Duration.ofHours(3));
		save(teas());
		assertThat(find().state()).isEqualTo(WatchState.PAUSED);
		this.time.jump(Duration.ofHours(3));
		assertThat(submissions()).isZero();
		this.time.watches.resume("teas");
		this.time.watches.resume("teas");
		assertThat(find().nextAt()).isAfter(this.time.now());
		this.time.jump(Duration.ofHours(1));
		assertThat(submissions()).isOne();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> this.time.watches.pause("none"))
			.withMessage("There is no watch none");
	}

	@Test
	void theAgeOfTheLastGoodResultIsAShareOfThePeriod() {
		this.time.jumpTo(Instant.parse("2027-01-11T08:59:50Z"));
		save(teas().cron("0 0 9 * * *"));
		this.time.watches.save(Watch.of("weekly", teas().request()).cron("0 0 9 * * MON").key("sku"));
		this.time.watches.save(Watch.of("manual", teas().request()).key("sku"));
		nextSlot();
		assertThat(this.time.engine.counts().watches(WatchCounts::oldest)).isBetween(0.0, 0.001);
		this.time.watches.pause("teas");
		this.time.jump(Duration.ofDays(6));
		assertThat(this.time.engine.counts().watches(WatchCounts::oldest)).isBetween(0.85, 0.87);
		this.time.watches.resume("teas");
		assertThat(this.time.engine.counts().watches(WatchCounts::oldest)).isBetween(5.9, 6.1);
	}

	@Test
	void savingTheSameWatchAgainChangesNothing() {
		WatchStatus saved = save(teas());
		nextSlot();
		WatchStatus status = find();
		assertThat(save(teas())).isEqualTo(status);
		assertThat(status.nextAt()).isAfter(saved.nextAt());
		assertThat(this.time.watches.list()).containsExactly(status);
		nextSlot();
		assertThat(outcomes()).containsExactly(WatchOutcome.UNCHANGED, WatchOutcome.BASELINE);
	}

	@Test
	void aRollbackUndoesTheSave() {
		new TransactionTemplate(this.time.transactions()).executeWithoutResult((status) -> {
			save(teas());
			this.time.watches.runNow("teas");
			status.setRollbackOnly();
		});
		assertThat(this.time.watches.find("teas")).isNull();
		this.time.jump(Duration.ofHours(2));
		assertThat(submissions()).isZero();
	}

	@Test
	void deletingCancelsTheOpenRunAndRemovesTheHistory() {
		this.time.simulator.given(GOAL, TEAS, Scenario.builder().neverEnds().build());
		save(teas());
		nextSlot();
		DurableRun open = this.time.watches.runNow("teas");
		this.time.run();
		assertThat(this.time.watches.delete("teas")).isTrue();
		assertThat(this.time.watches.delete("teas")).isFalse();
		this.time.jump(VirtualTime.INTERVAL);
		this.time.jump(Duration.ofHours(2));
		assertThat(this.time.find(open.id())).isNull();
		assertThat(count("tinyfish_watch_result")).isZero();
		assertThat(count("tinyfish_run")).isZero();
		assertThat(submissions()).isEqualTo(2);
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(this.time.events).isEmpty();
	}

	@Test
	void aHundredWatchesThatAreDueAreSentInOneCall() {
		IntStream.range(0, 250)
			.forEach((i) -> this.time.watches.save(Watch.of("teas-" + i, teas().request()).cron(HOURLY).key("sku")));
		this.time.jumpTo(this.time.watches.find("teas-0").nextAt());
		this.time.run();
		assertThat(this.time.simulator.journal().requests("POST /v1/automation/run-batch")).isEqualTo(3);
		assertThat(this.time.simulator.journal().runsCreated()).isEqualTo(250);
	}

	@ParameterizedTest
	@ValueSource(strings = { "replace(definition, 'Europe/Berlin', 'Mars/Base')", "'{'" })
	void aWatchThatCannotBeReadStopsNoOther(String definition) {
		this.time.jumpTo(berlin("2027-01-10T08:00"));
		save(Watch.of("broken", teas().request()).cron("0 59 * * * *").zone("Europe/Berlin").key("sku"));
		save(teas());
		Instant due = find().nextAt();
		this.time.engine.database.jdbc()
			.sql("update tinyfish_watch set definition = " + definition + " where id = 'broken'")
			.update();
		this.time.jumpTo(due);
		this.time.jump(VirtualTime.INTERVAL);
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE);
		assertThat(this.time.engine.counts().watches(WatchCounts::failing)).isOne();
	}

	@Test
	void aDatabaseThatIsAwayDelaysASlotAndSkipsNone() {
		save(teas());
		this.time.away = 1;
		nextSlot();
		this.time.jump(Duration.ofSeconds(10));
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theNewestStartDecidesWhichWatchesAreDeclared(CapturedOutput output) {
		Instant older = this.time.now();
		Instant newer = older.plusSeconds(1);
		this.time.engine.watches().declare(List.of(teas(), other("left")), older);
		this.time.jump(Duration.ofSeconds(5));
		this.time.engine.watches().declare(List.of(teas().cron("0 30 * * * *"), other("new")), newer);
		assertThat(states()).containsExactly("left UNDECLARED", "new ACTIVE", "teas ACTIVE");
		assertThat(find().cron()).isEqualTo("0 30 * * * *");
		assertThat(output).contains("WARN").contains("does not declare (1): [left]");
		// an instance that was started before comes late
		this.time.engine.watches().declare(List.of(teas(), other("left")), older);
		assertThat(find().cron()).isEqualTo("0 30 * * * *");
		assertThat(states()).containsExactly("left UNDECLARED", "new ACTIVE", "teas ACTIVE");
		this.time.watches.save(other("saved"));
		this.time.watches.pause("new");
		this.time.engine.watches().declare(List.of(other("left")), newer.plusSeconds(1));
		assertThat(states()).containsExactly("left ACTIVE", "new PAUSED", "saved ACTIVE", "teas UNDECLARED");
		this.time.engine.watches().declare(List.of(teas(), other("new")), newer.plusSeconds(2));
		assertThat(states()).containsExactly("left UNDECLARED", "new PAUSED", "saved ACTIVE", "teas ACTIVE");
	}

	private static Watch other(String id) {
		return Watch.of(id, teas().request()).cron(HOURLY).key("sku");
	}

	private List<String> states() {
		return this.time.watches.list().stream().map((status) -> status.id() + " " + status.state()).toList();
	}

	@Test
	void aServiceThatIsAwayDelaysARun() {
		save(teas());
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.refusal(500, "INTERNAL_ERROR", "away"), 2);
		nextSlot();
		this.time.pass(Duration.ofSeconds(20));
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE);
		assertThat(this.time.simulator.journal().runsCreated()).isOne();
	}

	private static Instant berlin(String time) {
		return LocalDateTime.parse(time).atZone(ZoneId.of("Europe/Berlin")).toInstant();
	}

	private List<String> keys() {
		return this.time.engine.database.jdbc()
			.sql("select submission_key from tinyfish_run")
			.query(String.class)
			.list();
	}

}
