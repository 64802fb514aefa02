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

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consequences of the results of watches.
 */
class WatchOutcomesTests extends AbstractWatchTests {

	@Test
	void theFirstResultIsSilentAndAChangeIsPublishedWhenItIsConfirmed() {
		save(teas());
		nextSlot();
		nextSlot(CHANGED);
		assertThat(this.time.watchEvents).isEmpty();
		nextSlot(CHANGED);
		assertThat(outcomes()).containsExactly(WatchOutcome.CHANGED, WatchOutcome.UNCONFIRMED, WatchOutcome.BASELINE);
		WatchChangedEvent event = (WatchChangedEvent) this.time.watchEvents.get(0);
		assertThat(event.watchId()).isEqualTo("teas");
		assertThat(event.added(Tea.class)).containsExactly(new Tea("T3", new BigDecimal("3"), "good"));
		assertThat(event.removed(Tea.class)).containsExactly(new Tea("T1", new BigDecimal("1.00"), "good"));
		assertThat(event.changed(Tea.class)).containsExactly(new Change<>(new Tea("T2", new BigDecimal("2.00"), "good"),
				new Tea("T2", new BigDecimal("2.50"), "good")));
		assertThat(event.run().slot()).isEqualTo(newest().slot());
		assertThat(event.run().runId()).isEqualTo(newest().runId());
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(this.time.watchEvents).hasSize(1);
		// runs of watches publish events of watches alone, and are gone
		assertThat(this.time.events).isEmpty();
		assertThat(count("tinyfish_run")).isZero();
		assertThat(find().openRun()).isNull();
	}

	@Test
	void aChangeThatIsGoneWithTheNextResultIsNotPublished() {
		save(teas());
		nextSlot();
		nextSlot(CHANGED);
		nextSlot(TEAS);
		nextSlot(CHANGED);
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(outcomes()).containsExactly(WatchOutcome.UNCONFIRMED, WatchOutcome.UNCHANGED,
				WatchOutcome.UNCONFIRMED, WatchOutcome.BASELINE);
	}

	@Test
	void ignoredPropertiesDoNotCount() {
		save(teas().confirm(1).ignore("note"));
		nextSlot();
		nextSlot(result("T2:2:\"better\"", "T1:1:null"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	@Test
	void missesLeaveTheBaselineAndThreeInARowAreADrift() {
		save(teas());
		nextSlot();
		nextSlot(Scenario.failed("SITE_BLOCKED", "Access denied"));
		assertThat(newest().reason()).contains("Access denied");
		nextSlot(Scenario.completed(Map.of("success", false, "reason", "a captcha")));
		assertThat(newest().reason()).contains("a captcha");
		assertThat(this.time.watchEvents).isEmpty();
		nextSlot(result("T1:1", "T1:2"));
		assertThat(newest().reason()).isEqualTo("$[1].sku occurs twice: $[0] has it, too");
		nextSlot(result());
		nextSlot(Scenario.builder().steps().resultJson("{\"items\":[{\"sku\":\"T1\"}]}").build());
		assertThat(newest().reason()).isEqualTo("$[0].price is missing");
		assertThat(outcomes().subList(0, 5)).containsOnly(WatchOutcome.MISSED);
		assertThat(this.time.watchEvents).singleElement().isInstanceOf(WatchDriftedEvent.class);
		WatchDriftedEvent drifted = (WatchDriftedEvent) this.time.watchEvents.get(0);
		assertThat(drifted.over()).isFalse();
		assertThat(drifted.reason()).contains("occurs twice");
		assertThat(find().misses()).isEqualTo(5);
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(this.time.watchEvents).hasSize(2)
			.last()
			.isEqualTo(new WatchDriftedEvent("teas", true, drifted.reason(), newest().slot()));
		assertThat(find().drift()).isNull();
		nextSlot();
		assertThat(this.time.watchEvents).hasSize(2);
	}

	@Test
	void aPropertyThatIsNullInAllRecordsIsADriftAtOnce() {
		save(teas().confirm(1));
		nextSlot();
		nextSlot(result("T1:1:null", "T2:2:null"));
		nextSlot();
		assertThat(this.time.watchEvents)
			.containsExactly(new WatchDriftedEvent("teas", false, "All records lack note", history().get(1).slot()));
		nextSlot(TEAS);
		assertThat(this.time.watchEvents).hasSize(2);
	}

	@Test
	void aPropertyThatIsLostWithAnotherChangeIsAChange() {
		save(teas().confirm(1));
		nextSlot();
		nextSlot(result("T1:1:null", "T2:2.50:null"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(newest().changes()).hasSize(2);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	@Test
	void theSpellingOfANumberAndFurtherPropertiesDoNotCount() {
		save(teas().confirm(1));
		nextSlot();
		nextSlot(json("""
				[{"sku":"T1","price":"1.00","note":"good","readAt":1},{"sku":"T2","price":2.0,"note":"good"}]"""));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		// they do not keep a change from being confirmed either
		save(teas().confirm(2));
		nextSlot(json("""
				[{"sku":"T1","price":"1.50","note":"good","readAt":2},{"sku":"T2","price":2.0,"note":"good"}]"""));
		nextSlot(json("""
				[{"sku":"T1","price":1.5,"note":"good","readAt":3},{"sku":"T2","price":2.0,"note":"good"}]"""));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(newest().changes()).hasSize(1);
	}

	@Test
	void aValueThatIsNotOfTheTypeIsAMissAndNotABaseline() {
		save(teas().confirm(1));
		nextSlot(json("[{\"sku\":\"T1\",\"price\":\"sold out\"}]"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.MISSED);
		assertThat(newest().reason()).isEqualTo("$[0].price is not of type number");
		assertThat(this.time.watches.baseline("teas", Tea.class)).isEmpty();
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	void textForAnIntegerIsAMiss() {
		save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL).withOutputType(Stock.class)).cron(HOURLY));
		nextSlot(json("{\"stock\":\"sold out\"}"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.MISSED);
		assertThat(newest().reason()).isEqualTo("$.stock is not of type integer");
		nextSlot(json("{\"stock\":1}"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void outcomesAreLoggedUnlessNothingHasHappened(CapturedOutput output) {
		save(teas());
		nextSlot();
		nextSlot(CHANGED);
		nextSlot();
		nextSlot(Scenario.failed("SITE_BLOCKED", "Access denied"));
		this.refusal = new IllegalStateException("The budget of today is used up");
		nextSlot();
		this.refusal = null;
		nextSlot(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(logged(output)).containsExactly("Watch teas: BASELINE", "Watch teas: UNCONFIRMED",
				"Watch teas: CHANGED", "Watch teas: MISSED. " + history().get(2).reason(),
				"Watch teas: SKIPPED. The budget of today is used up");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aSlotWithTheSamePageIsNotLogged(CapturedOutput output) {
		this.time.simulator.page("https://shop.example",
				"<html><body><main><p>T1 1.00, T2 2.00</p></main></body></html>");
		save(teas().skipUnchanged(3));
		nextSlot();
		nextSlot();
		nextSlot();
		assertThat(outcomes()).containsExactly(WatchOutcome.SAME_PAGE, WatchOutcome.UNCHANGED, WatchOutcome.BASELINE);
		assertThat(logged(output)).containsExactly("Watch teas: BASELINE");
	}

	private static List<String> logged(CapturedOutput output) {
		return output.getOut()
			.lines()
			.filter((line) -> line.contains("INFO") && line.contains("Watch teas"))
			.map((line) -> line.substring(line.indexOf("Watch teas")).replaceAll(", slot .*?Z", ""))
			.toList();
	}

	@Test
	void anIntegralDecimalIsReadAsAnInteger() {
		save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL).withOutputType(Stock.class))
			.cron(HOURLY)
			.confirm(1));
		nextSlot(json("{\"stock\":1.0}"));
		nextSlot(json("{\"stock\":\"2.00\"}"));
		assertThat(((WatchChangedEvent) this.time.watchEvents.get(0)).changed(Stock.class))
			.containsExactly(new Change<>(new Stock(1), new Stock(2)));
	}

	@Test
	void aChangeBelowTheToleranceIsSilentUntilItAddsUp() {
		save(teas().confirm(1).tolerance("price", Tolerance.percent(5)));
		nextSlot();
		for (String price : List.of("1.01", "1.02", "1.03", "1.04")) {
			nextSlot(result("T1:" + price, "T2:2"));
			assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		}
		nextSlot(result("T1:1.05", "T2:2"));
		assertThat(this.time.watchEvents).singleElement()
			.satisfies((event) -> assertThat(((WatchChangedEvent) event).changed(Tea.class))
				.containsExactly(new Change<>(new Tea("T1", new BigDecimal("1.00"), "good"),
						new Tea("T1", new BigDecimal("1.05"), "good"))));
	}

	@Test
	void aChangeIsConfirmedBeforeTheNextSlot() {
		save(teas().confirmAfter(Duration.ofMinutes(10)));
		nextSlot();
		Instant regular = find().nextAt();
		nextSlot(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCONFIRMED);
		assertThat(find().nextAt()).isEqualTo(regular.plus(VirtualTime.INTERVAL).plus(Duration.ofMinutes(10)));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(find().nextAt()).isEqualTo(regular.plus(Duration.ofHours(1)));
		assertThat(submissions()).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { HOURLY, Watch.NEVER })
	void aRunThatWouldConfirmNothingIsDropped(String cron) {
		this.time.jumpTo(this.time.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofMinutes(90)));
		save(teas().cron(cron).confirmAfter(Duration.ofMinutes(10)));
		runNow(TEAS);
		Instant regular = find().nextAt();
		runNow(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCONFIRMED);
		assertThat(find().nextAt()).isNotNull().isNotEqualTo(regular);
		runNow(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(find().nextAt()).isEqualTo(regular);
		// a difference that is gone
		runNow(TEAS);
		assertThat(find().nextAt()).isNotEqualTo(regular);
		runNow(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(find().nextAt()).isEqualTo(regular);
	}

	private void runNow(Scenario scenario) {
		this.time.simulator.given(GOAL, scenario);
		this.time.watches.runNow("teas");
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
	}

	@Test
	void resultsThatDifferEachTimeStartNoRunAfterTheOther() {
		save(teas().confirmAfter(Duration.ofMinutes(10)));
		nextSlot();
		for (int i = 1; i <= 4; i++) {
			nextSlot(result("T1:" + i + ".5", "T2:2"));
		}
		assertThat(outcomes().subList(0, 4)).containsOnly(WatchOutcome.UNCONFIRMED);
		// two slots, each with one more run
		assertThat(Duration.between(history().get(4).slot(), newest().slot())).isBetween(Duration.ofHours(2),
				Duration.ofHours(2).plusMinutes(11));
		this.time.watches.pause("teas");
		this.time.jump(Duration.ofHours(1));
		assertThat(submissions()).isEqualTo(5);
	}

	@Test
	void aConfirmationIsSkippedWithItsBudgetAndWhileAnotherRunIsOpen() {
		save(teas().confirmAfter(Duration.ofMinutes(10)));
		nextSlot();
		nextSlot(CHANGED);
		this.refusal = new IllegalStateException("The budget of today is used up");
		Instant confirmation = find().nextAt();
		nextSlot();
		assertThat(newest().slot()).isEqualTo(confirmation);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(find().nextAt()).isAfter(confirmation.plus(Duration.ofMinutes(10)));
		this.refusal = null;
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		nextSlot(TEAS);
		this.time.simulator.given(GOAL, Scenario.builder().neverEnds().build());
		this.time.watches.runNow("teas");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(newest().reason()).contains("is still open");
	}

	@Test
	void anEmptyListIsAResultIfTheWatchAcceptsIt() {
		save(teas().confirm(1).acceptEmpty(true));
		nextSlot();
		nextSlot(result());
		assertThat(this.time.watchEvents).singleElement()
			.satisfies((event) -> assertThat(((WatchChangedEvent) event).removed(Tea.class)).hasSize(2));
	}

	@Test
	void aRecordWithOneValueIsReadAsItsType() {
		save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL).withOutputType(Rate.class))
			.cron(HOURLY)
			.confirm(1));
		nextSlot(Scenario.builder().steps().resultJson("{\"value\":5}").build());
		nextSlot(Scenario.builder().steps().resultJson("6").build());
		WatchChangedEvent event = (WatchChangedEvent) this.time.watchEvents.get(0);
		assertThat(event.changed(Rate.class))
			.containsExactly(new Change<>(new Rate(new BigDecimal("5")), new Rate(new BigDecimal("6"))));
		assertThat(event.changed(BigDecimal.class))
			.containsExactly(new Change<>(new BigDecimal("5"), new BigDecimal("6")));
	}

	@Test
	void aSlotThatIsRefusedIsSkippedWithItsReason() {
		save(teas());
		this.refusal = new IllegalStateException("The budget of today is used up");
		times(3, this::nextSlot);
		assertThat(outcomes()).containsExactly(WatchOutcome.SKIPPED, WatchOutcome.SKIPPED, WatchOutcome.SKIPPED);
		assertThat(newest().reason()).isEqualTo("The budget of today is used up");
		this.refusal = null;
		this.time.simulator.fault(FaultPoint.runAsync(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit"), 1);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(newest().reason()).contains("No credit");
		assertThat(find().misses()).isZero();
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(this.time.events).isEmpty();
		assertThat(count("tinyfish_run")).isZero();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	void aRunThatIsUncertainIsGivenUpAndItsLateResultIsOnlyRecorded() {
		save(teas().confirm(1));
		nextSlot();
		this.time.simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"))
			.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		nextSlot();
		this.time.pass(Duration.ofSeconds(130));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNKNOWN);
		assertThat(this.time.events).isEmpty();
		RunRow given = this.time.engine.table.find(id(DurableRunState.ABANDONED)).orElseThrow();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		// a webhook shows its run
		String runId = post();
		this.time.engine.table.link(List.of(new Link(new Sent(given, given.token()), runId)));
		this.time.jump(VirtualTime.INTERVAL);
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes()).containsExactly(WatchOutcome.UNCHANGED, WatchOutcome.LATE, WatchOutcome.BASELINE);
		assertThat(history().get(1).runId()).isEqualTo(runId);
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(count("tinyfish_run")).isZero();
	}

	@Test
	void aRunThatIsLostIsGivenUp() {
		this.time.simulator.given(GOAL, Scenario.builder().unknownAtFirst(100).build());
		save(teas());
		nextSlot();
		this.time.pass(Duration.ofSeconds(30));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNKNOWN);
		assertThat(id(DurableRunState.ABANDONED)).isNotEmpty();
		assertThat(this.time.events).isEmpty();
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	void anotherGoalTypeOrKeyBeginsANewBaseline() {
		save(teas().confirm(1));
		nextSlot();
		DurableRun open = this.time.watches.runNow("teas");
		this.time.jump(Duration.ofSeconds(1));
		AgentRequest other = teas().request().toBuilder().goal(GOAL + " in stock").build();
		save(Watch.of("teas", other).cron(HOURLY).key("sku").confirm(1));
		this.time.simulator.given(GOAL, CHANGED);
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(this.time.find(open.id())).isNull();
		// an answer to the goal before
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.LATE);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		save(Watch.of("teas", other).cron(HOURLY).key("sku", "note").confirm(1));
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		assertThat(this.time.watchEvents).isEmpty();
	}

	@Test
	void anotherAccountBeginsANewBaseline() {
		save(teas().confirm(1).account("acme"));
		nextSlot();
		nextSlot(CHANGED);
		assertThat(this.time.watchEvents).hasSize(1);
		save(teas().confirm(1).account("acme"));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		save(teas().confirm(1).account("other"));
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		save(teas().confirm(1));
		nextSlot(CHANGED);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		assertThat(this.time.watchEvents).hasSize(1);
	}

	@Test
	void aLateSlotIsTheBaselineOfAnotherGoal() {
		save(teas());
		nextSlot();
		this.time.sleep(Duration.ofMinutes(70));
		AgentRequest other = teas().request().toBuilder().goal(GOAL + " in stock").build();
		save(Watch.of("teas", other).cron(HOURLY).key("sku"));
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	void aSlotThatAnOlderVersionHasHandedOverDoesNotHoldUpTheWatch() {
		save(teas());
		String id = this.time.watches.runNow("teas").id();
		this.time.engine.database.doInTransaction(() -> this.time.engine.table.delete(List.of(id)));
		nextSlot();
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE);
	}

	@Test
	void theHistoryIsBoundedByAgeAndNumber() {
		save(teas().cron("0 * * * * *"));
		times(102, this::nextSlot);
		assertThat(history()).hasSize(100).extracting(WatchResult::outcome).containsOnly(WatchOutcome.UNCHANGED);
		assertThat(newest().result().json()).contains("\"T1\"");
		this.time.watches.pause("teas");
		this.time.jump(Duration.ofDays(29));
		assertThat(history()).hasSize(100);
		this.time.jump(Duration.ofDays(1));
		this.time.jump(Duration.ofMinutes(1));
		assertThat(history()).isEmpty();
	}

	/**
	 * A key of an application does not belong to a watch.
	 */
	@Test
	void otherDurableRunsAreHandedOverAsBefore() {
		save(teas());
		this.time.runs.submit(DurableSubmission.of(AgentRequest.of("https://shop.example", "x")).withKey("watch:x"));
		nextSlot();
		assertThat(this.time.events).hasSize(1);
	}

	private String post() {
		this.time.simulator.clearFaults();
		this.time.simulator.given(GOAL, CHANGED);
		return this.time.post(GOAL);
	}

	private String id(DurableRunState state) {
		return this.time.engine.database.jdbc()
			.sql("select id from tinyfish_run where state = ?")
			.param(state.name())
			.query(String.class)
			.single();
	}

	private static void times(int number, Runnable action) {
		for (int i = 0; i < number; i++) {
			action.run();
		}
	}

	record Stock(long stock) {

	}

	record Rate(BigDecimal value) {

	}

}
