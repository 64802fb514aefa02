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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.ENDLESS;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.SOON;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.TWO_STEPS;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.amount;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * The day to which a run belongs, at midnight and at the change of daylight saving time.
 */
class BudgetDayTests {

	@AutoClose
	private static final TinyFishSimulator simulator = Budgets.startSimulator();

	private final InMemoryBudgetLedger ledger = new InMemoryBudgetLedger();

	/**
	 * In Sao Paulo, the last day began at one o'clock: there was no midnight.
	 */
	@ParameterizedTest
	@CsvSource({ "UTC, 2026-11-28T00:00:00Z, 2026-11-29T00:00:00Z",
			"Europe/Berlin, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
			"Europe/Berlin, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
			"America/Sao_Paulo, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
			"America/Sao_Paulo, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z" })
	void theCountBeginsAgainWithTheNextDay(String zone, Instant begin, Instant end) {
		MovedClock clock = new MovedClock(begin);
		try (TinyFishClient client = client(budget(clock, zone))) {
			client.agent().run(request(TWO_STEPS));
			clock.now = end.minusMillis(1);
			TinyFishBudgetExceededException refusal = catchThrowableOfType(TinyFishBudgetExceededException.class,
					() -> client.agent().run(request(TWO_STEPS)));
			assertThat(refusal.property()).isEqualTo("tinyfish.budget.runs-per-day");
			assertThat(refusal.limit()).isOne();
			assertThat(refusal.used()).isOne();
			assertThat(refusal.requested()).isOne();
			assertThat(refusal.nextDay()).isEqualTo(end);
			assertThat(refusal).hasMessageContaining(end.toString());
			clock.now = end;
			assertThat(client.agent().run(request(TWO_STEPS)).isCompleted()).isTrue();
		}
	}

	@Test
	void aRunCountsForTheDayOfItsSubmission() {
		MovedClock clock = new MovedClock(Instant.parse("2026-11-28T23:59:59Z"));
		LocalDate day = LocalDate.parse("2026-11-28");
		try (TinyFishClient client = client(budget(clock, "UTC"))) {
			RunHandle run = client.agent().start(request(ENDLESS));
			run.started().join();
			clock.now = Instant.parse("2026-11-29T00:00:01Z");
			client.agent().queue(request(TWO_STEPS));
			assertThat(this.ledger.usage(null, day)).isEqualTo(amount(1, 150));
			run.cancel();
			await().atMost(SOON).until(() -> this.ledger.usage(null, day).equals(amount(1, 1)));
			assertThat(this.ledger.usage(null, day.plusDays(1))).isEqualTo(amount(1, 150));
		}
	}

	@Test
	void earlierDaysAreForgotten() {
		MovedClock clock = new MovedClock(Instant.parse("2026-11-28T12:00:00Z"));
		LocalDate day = LocalDate.parse("2026-11-28");
		try (TinyFishClient client = client(budget(clock, "UTC"))) {
			for (int i = 0; i < 3; i++) {
				client.agent().queue(request(TWO_STEPS));
				clock.now = clock.now.plusSeconds(86_400);
			}
		}
		assertThat(this.ledger.usage(null, day)).isEqualTo(amount(0, 0));
		assertThat(this.ledger.usage(null, day.plusDays(1))).isEqualTo(amount(1, 150));
	}

	private RunBudget budget(Clock clock, String zone) {
		return new RunBudget(new TinyFishBudgetProperties(1L, null, null, null, 150, ZoneId.of(zone)), this.ledger,
				null, clock);
	}

	private static TinyFishClient client(RunBudget budget) {
		return TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.runInterceptor(budget)
			.build();
	}

	private static final class MovedClock extends Clock {

		private volatile Instant now;

		MovedClock(Instant now) {
			this.now = now;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
