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
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand watches with the same hourly schedule, whose pages an account may fetch
 * with 150 URLs a minute.
 */
@Tag("slow")
class PageCheckLoadTests {

	private static final String URL = "https://shop.example/teas";

	private static final int WATCHES = 10_000;

	/** Calls with ten URLs. */
	private static final int CALLS_A_MINUTE = 15;

	private static final int CHECKS_AN_HOUR = CALLS_A_MINUTE * 10 * 60;

	private static final FaultPoint FETCH = FaultPoint.answerOf("POST /v1/fetch");

	private static final Fault TOO_MANY = Fault.refusal(429, "RATE_LIMIT_EXCEEDED", "Too many pages");

	private final VirtualTime time = new VirtualTime(AbandonPolicy.LEAVE);

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void eachSlotIsDecidedOnceAtTheLimitOfFetchAndInAnHourWithoutIt() {
		this.time.simulator.given("tea", Scenario.completed(Map.of("price", 5)));
		confirmed();
		copy();
		Instant first = this.time.watches.find("0").nextAt();
		this.time.sleep(Duration.between(this.time.now(), first));
		hourAtTheLimit();
		assertThat(outcomes(first)).isEqualTo(Map.of("SAME_PAGE", CHECKS_AN_HOUR));
		// the others run when the next slot comes, and answer it, too
		this.time.simulator.fault(FETCH, TOO_MANY);
		this.time.step();
		untilNoRunIsOpen();
		int others = WATCHES - CHECKS_AN_HOUR;
		assertThat(outcomes(first)).isEqualTo(Map.of("SAME_PAGE", CHECKS_AN_HOUR, "UNCHANGED", others));
		assertThat(runs()).isEqualTo(others);
		Instant second = first.plus(Duration.ofHours(1));
		assertThat(count("tinyfish_watch where next_at = ?", second)).isEqualTo(CHECKS_AN_HOUR);
		// an hour in which Fetch answers 429
		for (int i = 0; i < 10; i++) {
			this.time.sleep(Duration.ofMinutes(5));
			this.time.step();
		}
		assertThat(runs()).isEqualTo(others);
		this.time.sleep(Duration.between(this.time.now(), second.plus(Duration.ofHours(1))));
		this.time.step();
		untilNoRunIsOpen();
		assertThat(runs()).isEqualTo(WATCHES);
		assertThat(count("tinyfish_watch_result where slot = ? and outcome = 'UNCHANGED'", second))
			.isEqualTo(CHECKS_AN_HOUR);
		// no slot was decided twice, and none was left out
		assertThat(count("tinyfish_watch where next_at <= ?", second)).isZero();
		assertThat(count("tinyfish_watch_result where slot not in (?, ?) and watch <> '0'", first, second)).isZero();
	}

	/**
	 * Let a watch run until its page is confirmed.
	 */
	private void confirmed() {
		this.time.simulator.page(URL + "/0", "<p>A tea for 5</p>");
		this.time.watches.save(Watch.of("0", AgentRequest.of(URL + "/0", "Price of the tea").withOutputType(Tea.class))
			.cron("0 0 * * * *")
			.confirm(1)
			.skipUnchanged(23));
		this.time.jumpTo(this.time.watches.find("0").nextAt());
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(outcomes(null)).isEqualTo(Map.of("BASELINE", 1));
		this.time.engine.database.jdbc().sql("delete from tinyfish_watch_result").update();
	}

	/**
	 * Copy the watch, for another page each.
	 */
	private void copy() {
		String columns = "account, state, progress, good_at, failing, period_seconds, next_at";
		this.time.engine.database.jdbc()
			.sql("insert into tinyfish_watch (id, definition, " + columns + ") select x, replace(definition, '" + URL
					+ "/0', '" + URL + "/' || x), " + columns + " from tinyfish_watch cross join system_range(1, ?)")
			.param(WATCHES - 1)
			.update();
		for (int i = 1; i < WATCHES; i++) {
			this.time.simulator.page(URL + "/" + i, "<p>A tea for 5</p>");
		}
	}

	private void hourAtTheLimit() {
		for (int minute = 0; minute < 60; minute++) {
			this.time.simulator.clearFaults();
			long before = fetches();
			for (int steps = 0; fetches() - before < CALLS_A_MINUTE; steps++) {
				assertThat(steps).isLessThan(100);
				this.time.step();
			}
			if (minute % 10 == 0) {
				// the next call is refused, and the account pauses
				this.time.simulator.fault(FETCH, TOO_MANY);
				this.time.step();
			}
			this.time.sleep(Duration.ofMinutes(1));
		}
	}

	private void untilNoRunIsOpen() {
		for (int i = 0; i < 300 && count("tinyfish_watch where open_run is not null") > 0; i++) {
			this.time.sleep(Duration.ofSeconds(1));
			this.time.step();
		}
		assertThat(count("tinyfish_watch where open_run is not null")).isZero();
	}

	private long fetches() {
		return this.time.simulator.journal().requests("POST /v1/fetch");
	}

	/**
	 * Return how many runs were started, without the first one.
	 */
	private long runs() {
		return this.time.simulator.journal().runsCreated() - 1;
	}

	private Map<String, Integer> outcomes(Instant slot) {
		Map<String, Integer> outcomes = new TreeMap<>();
		this.time.engine.database.jdbc()
			.sql("select outcome, sum(slots) from tinyfish_watch_result where slot = coalesce(?, slot) group by outcome")
			.param(offset(slot))
			.query((row) -> {
				outcomes.put(row.getString(1), row.getInt(2));
			});
		return outcomes;
	}

	private long count(String from, Instant... parameters) {
		return this.time.engine.database.jdbc()
			.sql("select count(*) from " + from)
			.params(Arrays.stream(parameters).map(PageCheckLoadTests::offset).toList())
			.query(Long.class)
			.single();
	}

	private static Object offset(Instant time) {
		return (time != null) ? time.atOffset(ZoneOffset.UTC) : null;
	}

	record Tea(int price) {

	}

}
