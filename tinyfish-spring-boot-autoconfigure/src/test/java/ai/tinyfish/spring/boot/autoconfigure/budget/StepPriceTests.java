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

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import ai.tinyfish.wallet.Wallet;
import ai.tinyfish.wallet.Wallet.Rate;
import ai.tinyfish.wallet.Wallet.Rates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class StepPriceTests {

	private static final BigDecimal PRICE = new BigDecimal("0.016");

	private final AtomicInteger reads = new AtomicInteger();

	private final AtomicReference<Supplier<Wallet>> wallet = new AtomicReference<>(
			() -> wallet(rate("0.002", "minute"), rate("0.016", "Step"), rate("0.01", "step"), rate(null, "step")));

	private final Clock clock = mock();

	private final StepPrice price = new StepPrice(null, () -> {
		this.reads.incrementAndGet();
		return this.wallet.get().get();
	}, this.clock);

	@Test
	void theConfiguredPriceNeedsNoWallet() {
		assertThat(new StepPrice(BigDecimal.TEN, () -> {
			throw new AssertionError();
		}, Clock.systemUTC()).get()).isEqualTo(BigDecimal.TEN);
	}

	@Test
	void theHighestPriceOfAStepIsKeptForAnHour() {
		at(Duration.ZERO);
		assertThat(this.price.get()).isEqualTo(PRICE);
		at(Duration.ofMinutes(59));
		assertThat(this.price.get()).isEqualTo(PRICE);
		assertThat(this.reads).hasValue(1);
		this.wallet.set(() -> wallet(rate("0.02", "step")));
		at(Duration.ofHours(1));
		assertThat(this.price.get()).isEqualTo("0.02");
		assertThat(this.reads).hasValue(2);
	}

	@Test
	void aReadThatFailedIsRepeatedAfterAMinute() {
		Supplier<Wallet> first = this.wallet.getAndSet(() -> {
			throw new IllegalStateException("No wallet");
		});
		at(Duration.ZERO);
		assertThat(this.price.get()).isNull();
		at(Duration.ofSeconds(59));
		assertThat(this.price.get()).isNull();
		assertThat(this.reads).hasValue(1);
		this.wallet.set(first);
		at(Duration.ofMinutes(1));
		assertThat(this.price.get()).isEqualTo(PRICE);
	}

	@Test
	void theLastPriceIsKeptIfThereIsNoOtherOne() {
		at(Duration.ZERO);
		this.price.get();
		this.wallet.set(() -> wallet(rate("0", "step")));
		at(Duration.ofHours(1));
		assertThat(this.price.get()).isEqualTo(PRICE);
		this.wallet.set(() -> {
			throw new IllegalStateException("No wallet");
		});
		at(Duration.ofMinutes(61));
		assertThat(this.price.get()).isEqualTo(PRICE);
		assertThat(this.reads).hasValue(3);
	}

	@Test
	void aReadThatWasInterruptedIsNotKept() {
		Supplier<Wallet> first = this.wallet.getAndSet(() -> {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted");
		});
		at(Duration.ZERO);
		assertThat(this.price.get()).isNull();
		assertThat(Thread.interrupted()).isTrue();
		this.wallet.set(first);
		assertThat(this.price.get()).isEqualTo(PRICE);
	}

	private void at(Duration time) {
		given(this.clock.instant()).willReturn(Instant.EPOCH.plus(time));
	}

	private static Wallet wallet(Rate... rates) {
		return new Wallet(null, "USD", null, null, null, new Rates(List.of(rates)), null, Map.of());
	}

	private static Rate rate(@Nullable String amount, String unit) {
		return new Rate("Agent", (amount != null) ? new BigDecimal(amount) : null, "USD", unit);
	}

}
