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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.task.TaskKind;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for watches that run only if their page has changed.
 */
class PageCheckTests extends AbstractWatchTests {

	private static final String URL = "https://shop.example";

	private static final FaultPoint FETCH = FaultPoint.answerOf("POST /v1/fetch");

	private static final Fault TOO_MANY = Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Too many pages");

	private static final String FETCHES = "POST /v1/fetch";

	@BeforeEach
	void page() {
		page("T1 1.00, T2 2.00");
	}

	private void page(String text) {
		this.time.simulator.page(URL,
				"<html><body><main><table><tr><td>" + text + "</td></tr></table></main></body></html>");
	}

	private static Watch checked() {
		return teas().skipUnchanged(3);
	}

	/**
	 * Save a watch, and let it run until its page is confirmed.
	 */
	private void confirmed() {
		save(checked());
		nextSlot();
		nextSlot();
		assertThat(outcomes()).containsExactly(WatchOutcome.UNCHANGED, WatchOutcome.BASELINE);
	}

	private double checks(String result) {
		return this.time.meters.get("tinyfish.watch.checks").tag("result", result).counter().count();
	}

	@Test
	void slotsAreSkippedWhileThePageIsTheSameAndTheNextOneRunsAnyway() {
		confirmed();
		Instant first = find().nextAt();
		nextSlot();
		nextSlot();
		Instant last = find().nextAt();
		nextSlot();
		assertThat(submissions()).isEqualTo(2);
		assertThat(find().skipped()).isEqualTo(3);
		assertThat(find().goodAt()).isAfterOrEqualTo(last);
		assertThat(newest()).satisfies((skipped) -> {
			assertThat(skipped.outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
			assertThat(skipped.since()).isEqualTo(first);
			assertThat(skipped.slot()).isEqualTo(last);
			assertThat(skipped.slots()).isEqualTo(3);
			assertThat(skipped.runId()).isNull();
			assertThat(skipped.result().isEmpty()).isTrue();
		});
		nextSlot();
		assertThat(submissions()).isEqualTo(3);
		nextSlot();
		assertThat(outcomes()).containsExactly(WatchOutcome.SAME_PAGE, WatchOutcome.UNCHANGED, WatchOutcome.SAME_PAGE,
				WatchOutcome.UNCHANGED, WatchOutcome.BASELINE);
		assertThat(find().skipped()).isEqualTo(4);
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(7);
		assertThat(checks("changed")).isEqualTo(1);
		assertThat(checks("due")).isEqualTo(2);
		assertThat(checks("same")).isEqualTo(4);
	}

	@Test
	void changedPageIsRunUntilTheChangeIsConfirmed() {
		confirmed();
		nextSlot();
		page("T1 1.50, T2 2.00");
		nextSlot(result("T1:1.50", "T2:2.00"));
		nextSlot();
		assertThat(outcomes()).startsWith(WatchOutcome.CHANGED, WatchOutcome.UNCONFIRMED, WatchOutcome.SAME_PAGE);
		assertThat(this.time.watchEvents).singleElement().isInstanceOf(WatchChangedEvent.class);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(find().checkOff()).isNull();
	}

	@Test
	void whiteSpaceAndUnicodeFormDoNotCount() {
		page("Th\u00e9 1.00");
		confirmed();
		page("The\u0301   1.00 ");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void changeThatThePageHidesSwitchesTheCheckOffUntilItIsResumed() {
		confirmed();
		this.time.simulator.given(GOAL, result("T1:1.50", "T2:2.00"));
		for (int slot = 0; slot < 5; slot++) {
			nextSlot();
		}
		assertThat(outcomes()).startsWith(WatchOutcome.CHANGED, WatchOutcome.UNCONFIRMED, WatchOutcome.SAME_PAGE);
		assertThat(this.time.watchEvents).hasSize(2);
		assertThat(this.time.watchEvents.get(0)).isInstanceOf(WatchChangedEvent.class);
		assertThat((WatchDriftedEvent) this.time.watchEvents.get(1)).satisfies((event) -> {
			assertThat(event.over()).isFalse();
			assertThat(event.reason()).startsWith("A change did not show on the page");
		});
		assertThat(find().checkOff()).startsWith("A change did not show on the page");
		assertThat(find().drift()).isNull();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		nextSlot();
		nextSlot();
		nextSlot();
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches);
		assertThat(outcomes()).startsWith(WatchOutcome.UNCHANGED, WatchOutcome.UNCHANGED, WatchOutcome.UNCHANGED);
		this.time.watches.resume("teas");
		assertThat(find().checkOff()).isNull();
		nextSlot();
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(this.time.watchEvents).hasSize(2);
	}

	@Test
	void slotAfterAMissRunsAlthoughThePageIsTheSame() {
		confirmed();
		page("T1 sold out");
		nextSlot(Scenario.failed("SITE_BLOCKED", "Access denied"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.MISSED);
		page("T1 1.00, T2 2.00");
		nextSlot(TEAS);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void runThatWasHeldLeavesNoDigest() {
		save(checked().confirm(1));
		nextSlot();
		this.time.approval = (submission) -> DurableRunApproval.Decision.ASK;
		this.time.restart(null);
		page("T1 1.50, T2 2.00");
		nextSlot();
		String held = find().openRun();
		assertThat(this.time.find(held).state()).isEqualTo(DurableRunState.HELD);
		this.time.approval = null;
		this.time.restart(null);
		// the page is another one when the run is approved
		this.time.simulator.given(GOAL, result("T1:3.00", "T2:2.00"));
		this.time.runs.approve(held);
		this.time.jump(VirtualTime.INTERVAL);
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		nextSlot(result("T1:1.50", "T2:2.00"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 500, 503 })
	void failedCheckRunsTheSlot(int status) {
		confirmed();
		this.time.simulator.fault(FETCH, Fault.refusal(status, "TRY_AGAIN", "Try again"));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(submissions()).isEqualTo(3);
		assertThat(checks("failed")).isEqualTo(1);
		this.time.simulator.clearFaults();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void checkWithoutAnAnswerIsRepeatedOnce() {
		confirmed();
		this.time.simulator.fault(FETCH, Fault.disconnect(), 1);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void limitOfFetchPausesChecksAndNotRuns() {
		confirmed();
		this.time.simulator.fault(FETCH, TOO_MANY, 2);
		this.time.jumpTo(find().nextAt());
		assertThat(this.time.tasks(TaskKind.PAGE_CHECK)).isEqualTo(1);
		String other = this.time.runs.submit(AgentRequest.of(URL, "other")).id();
		this.time.jump(Duration.ofSeconds(5));
		assertThat(this.time.find(other).runId()).isNotNull();
		assertThat(submissions()).isEqualTo(2);
		this.time.jump(Duration.ofSeconds(6));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(this.time.tasks(TaskKind.PAGE_CHECK)).isZero();
	}

	@Test
	void limitOfFetchWithoutATimeToWaitDoesNotRunTheSlot() {
		confirmed();
		this.time.simulator.fault(FETCH,
				Fault.bytes("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII)),
				4);
		nextSlot();
		this.time.jump(Duration.ofSeconds(30));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(submissions()).isEqualTo(2);
	}

	@Test
	void slotThatCannotBeCheckedUntilTheNextOneRunsOnce() {
		confirmed();
		this.time.simulator.fault(FETCH, TOO_MANY);
		assertRunsAfterAnHour(find().nextAt());
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	@Test
	void slotThatCannotBeCheckedWaitsForAnHourAtMost() {
		save(checked().cron("0 0 9 * * *"));
		nextSlot();
		nextSlot();
		this.time.simulator.fault(FETCH, TOO_MANY);
		Instant slot = find().nextAt();
		assertRunsAfterAnHour(slot);
		assertThat(newest().slot()).isEqualTo(slot);
		assertThat(find().nextAt()).isEqualTo(slot.plus(Duration.ofDays(1)));
		this.time.simulator.clearFaults();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	private void assertRunsAfterAnHour(Instant slot) {
		this.time.jumpTo(slot);
		for (int i = 0; i < 3; i++) {
			this.time.jump(Duration.ofMinutes(19));
		}
		assertThat(submissions()).isEqualTo(2);
		this.time.jump(Duration.ofMinutes(4));
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(submissions()).isEqualTo(3);
	}

	@Test
	void runNowIsNeverChecked() {
		confirmed();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		this.time.watches.runNow("teas");
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void selectorsDecideWhatCounts(CapturedOutput output) {
		save(teas().skipUnchanged(3, "table"));
		nextSlot();
		nextSlot();
		this.time.simulator.page(URL,
				"<html><body><p>Visitor 4711</p><table><tr><td>T1 1.00, T2 2.00</td></tr></table></body></html>");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		this.time.simulator.page(URL, "<html><body><p>Sold out</p></body></html>");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(output).contains("could not be fetched, so that these run: watch teas: selector_not_matched");
	}

	@Test
	void otherSelectorsAndANewBaselineBeginAnew() {
		confirmed();
		save(teas().skipUnchanged(3, "table"));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		this.time.watches.rebaseline("teas");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		save(teas());
		nextSlot();
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	/**
	 * Results that were the same may differ by another comparison.
	 */
	@Test
	void anotherComparisonBeginsAnew() {
		save(checked().tolerance("price", Tolerance.percent(50)));
		nextSlot();
		page("T1 1.20, T2 2.00");
		nextSlot(result("T1:1.20", "T2:2.00"));
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		save(checked());
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
	}

	@Test
	void anotherGoalOrUrlBeginsAnew() {
		confirmed();
		AgentRequest request = checked().request().toBuilder().goal(GOAL + " and prices").build();
		save(Watch.of("teas", request).cron(HOURLY).key("sku").skipUnchanged(3));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		this.time.simulator.page(URL + "/teas", "<html><body><p>T1 1.00, T2 2.00</p></body></html>");
		save(Watch.of("teas", request.toBuilder().url(URL + "/teas").build()).cron(HOURLY).key("sku").skipUnchanged(3));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
	}

	@Test
	void anotherAccountBeginsAnew() {
		confirmed();
		save(checked().account("acme"));
		nextSlot();
		nextSlot();
		assertThat(outcomes()).startsWith(WatchOutcome.UNCHANGED, WatchOutcome.BASELINE, WatchOutcome.UNCHANGED);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void savingTheSameWatchAgainKeepsItsPage() {
		Watch watch = checked().tolerance("price", Tolerance.percent(5)).confirmAfter(Duration.ofMinutes(5));
		save(watch);
		nextSlot();
		nextSlot();
		save(watch);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		save(this.time.watches.get("teas"));
		nextSlot();
		assertThat(newest().slots()).isEqualTo(2);
	}

	@Test
	void previewLeavesThePageAlone() {
		confirmed();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		this.time.watches.preview(checked());
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void confirmingRunIsFetchedForItsDigestAndNotSkipped() {
		save(checked().confirmAfter(Duration.ofMinutes(10)));
		nextSlot();
		nextSlot();
		page("T1 1.50, T2 2.00");
		nextSlot(result("T1:1.50", "T2:2.00"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCONFIRMED);
		long fetches = this.time.simulator.journal().requests(FETCHES);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.CHANGED);
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches + 1);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void openRunSkipsTheSlotWithoutACheck() {
		confirmed();
		this.time.simulator.given(GOAL, Scenario.builder().neverEnds().build());
		this.time.watches.runNow("teas");
		long fetches = this.time.simulator.journal().requests(FETCHES);
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches);
	}

	@Test
	void watchThatIsPausedWhileItsCheckWaitsDoesNotRunUntilItIsResumed() {
		waiting();
		this.time.watches.pause("teas");
		this.time.simulator.clearFaults();
		this.time.jump(Duration.ofHours(3));
		assertThat(submissions()).isEqualTo(2);
		assertThat(outcomes()).hasSize(2);
		this.time.watches.resume("teas");
		nextSlot();
		nextSlot();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void anotherScheduleEndsTheCheckThatWaits() {
		waiting();
		Instant next = this.time.now().plus(Duration.ofMinutes(30));
		save(checked().cron("0 30 * * * *"));
		this.time.simulator.clearFaults();
		this.time.jump(Duration.ofSeconds(20));
		assertThat(outcomes()).hasSize(2);
		assertThat(find().nextAt()).isEqualTo(next);
		nextSlot();
		assertThat(newest().slot()).isEqualTo(next);
	}

	@Test
	void runNowAnswersASlotWhoseCheckWaits() {
		waiting();
		this.time.sleep(Duration.ofSeconds(1));
		this.time.watches.runNow("teas");
		this.time.jump(VirtualTime.INTERVAL);
		this.time.simulator.clearFaults();
		this.time.pass(Duration.ofSeconds(30));
		// the slot is decided once: it was skipped, or its page is the same
		assertThat(submissions()).isEqualTo(3);
		assertThat(outcomes()).hasSize(4);
	}

	@Test
	void pageOfALockedWatchIsNotFetched() {
		waiting();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		this.time.simulator.clearFaults();
		new TransactionTemplate(this.time.transactions()).executeWithoutResult((status) -> {
			this.time.engine.watches().table().lock("teas");
			CompletableFuture.runAsync(() -> this.time.pass(Duration.ofSeconds(30))).join();
		});
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches);
		this.time.pass(Duration.ofSeconds(3));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches + 1);
	}

	/**
	 * Let the check of a slot wait.
	 */
	private void waiting() {
		confirmed();
		this.time.simulator.fault(FETCH, TOO_MANY);
		this.time.jumpTo(find().nextAt());
		assertThat(this.time.tasks(TaskKind.PAGE_CHECK)).isEqualTo(1);
	}

	@Test
	void slotsAfterAnOutageAreChecked() {
		confirmed();
		this.time.sleep(Duration.ofHours(5).plusMinutes(10));
		this.time.run();
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
		assertThat(submissions()).isEqualTo(2);
	}

	static Stream<UnaryOperator<AgentRequest>> otherPages() {
		return Stream.concat(pagesThatOnlyARunSees(),
				Stream.of((request) -> request.toBuilder().url(URL + "/other").build(),
						(request) -> request.toBuilder().proxy(ProxyConfig.in(ProxyCountryCode.DE)).build()));
	}

	@ParameterizedTest
	@MethodSource("otherPages")
	void runThatAnInterceptorSendsElsewhereConfirmsNoPage(UnaryOperator<AgentRequest> change) {
		this.change = change;
		save(checked());
		for (int slot = 0; slot < 4; slot++) {
			nextSlot();
		}
		assertThat(outcomes()).containsExactly(WatchOutcome.UNCHANGED, WatchOutcome.UNCHANGED, WatchOutcome.UNCHANGED,
				WatchOutcome.BASELINE);
	}

	@Test
	void runThatAnInterceptorTagsConfirmsItsPage() {
		this.change = (request) -> request.withTag("teas");
		confirmed();
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SAME_PAGE);
	}

	@Test
	void checkWithoutAKeyRunsTheSlot() {
		save(checked().account("acme"));
		nextSlot();
		nextSlot();
		this.time.onKey = () -> {
			this.time.onKey = () -> {
			};
			throw new IllegalStateException("No key");
		};
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(checks("failed")).isEqualTo(1);
	}

	@Test
	void pagesAreFetchedTogetherAndEachOnce() {
		for (int i = 0; i < 25; i++) {
			String url = URL + "/" + i % 20;
			this.time.simulator.page(url, "<html><body><main><p>Teas of page " + i % 20 + "</p></main></body></html>");
			save(Watch
				.of("teas" + i, AgentRequest.of(url, GOAL).withOutputType(new ParameterizedTypeReference<List<Tea>>() {
				}))
				.cron(HOURLY)
				.key("sku")
				.skipUnchanged(3));
		}
		Instant next = this.time.watches.find("teas0").nextAt();
		for (int slot = 0; slot < 3; slot++) {
			long before = this.time.simulator.journal().requests(FETCHES);
			this.time.jumpTo(next);
			this.time.jump(VirtualTime.INTERVAL);
			assertThat(this.time.simulator.journal().requests(FETCHES) - before).isEqualTo(3);
			next = next.plus(Duration.ofHours(1));
		}
		assertThat(IntStream.range(0, 25).mapToObj((i) -> this.time.watches.history("teas" + i).get(0).outcome()))
			.containsOnly(WatchOutcome.SAME_PAGE);
	}

	@Test
	void pageThatIsRefusedDoesNotHoldUpOthers() {
		AgentRequest other = teas().request().toBuilder().url(URL + "/other").build();
		save(Watch.of("other", other).cron(HOURLY).key("sku").skipUnchanged(3));
		this.time.simulator.page(URL + "/other", "<p>T1 1.00, T2 2.00</p>");
		confirmed();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		// the call with both pages, and that of the first one
		this.time.simulator.fault(FETCH, Fault.refusal(422, "INVALID_INPUT", "Invalid selector"), 2);
		nextSlot();
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches + 3);
		assertThat(List.of(newest().outcome(), this.time.watches.history("other").get(0).outcome()))
			.containsExactlyInAnyOrder(WatchOutcome.UNCHANGED, WatchOutcome.SAME_PAGE);
	}

	@Test
	void callWithoutAnAnswerInTimeIsNotMadeForEachPage() {
		AgentRequest other = teas().request().toBuilder().url(URL + "/other").build();
		save(Watch.of("other", other).cron(HOURLY).key("sku").skipUnchanged(3));
		this.time.simulator.page(URL + "/other", "<p>T1 1.00, T2 2.00</p>");
		confirmed();
		long fetches = this.time.simulator.journal().requests(FETCHES);
		this.time.simulator.fault(FETCH, Fault.refusal(408, "REQUEST_TIMEOUT", "Too slow"));
		nextSlot();
		// the call, and its repetition
		assertThat(this.time.simulator.journal().requests(FETCHES)).isEqualTo(fetches + 2);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
		assertThat(this.time.watches.history("other").get(0).outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	@Test
	void refusedRunSkipsItsSlot() {
		confirmed();
		page("T1 1.50");
		this.refusal = new IllegalStateException("No budget");
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.SKIPPED);
		assertThat(newest().reason()).isEqualTo("No budget");
		this.refusal = null;
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.UNCHANGED);
	}

	static Stream<UnaryOperator<AgentRequest>> pagesThatOnlyARunSees() {
		return Stream.of((request) -> request.toBuilder().useProfile(true).build(),
				(request) -> request.toBuilder().useVault(true).build(),
				(request) -> request.toBuilder().proxy(ProxyConfig.custom("http://proxy.example")).build(),
				(request) -> request.toBuilder().url("https://anna:s3cret@shop.example/").build(),
				(request) -> request.toBuilder().url("https://anna:s3cret@my_shop.example/").build());
	}

	@ParameterizedTest
	@MethodSource("pagesThatOnlyARunSees")
	void pageThatOnlyARunSeesIsRefused(UnaryOperator<AgentRequest> change) {
		Watch watch = checked();
		Watch refused = new Watch("teas", change.apply(watch.request()), watch.cron(), watch.zone(), watch.key(),
				watch.ignore(), watch.tolerance(), 2, null, false, null, 3, List.of());
		assertThatIllegalArgumentException().isThrownBy(() -> save(refused))
			.withMessageStartingWith("skipUnchanged is not possible with")
			.withMessageNotContaining("s3cret");
		assertThat(this.time.watches.list()).isEmpty();
	}

}
