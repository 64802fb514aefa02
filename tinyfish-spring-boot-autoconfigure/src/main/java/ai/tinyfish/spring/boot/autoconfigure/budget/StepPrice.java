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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import ai.tinyfish.support.LogText;
import ai.tinyfish.wallet.Wallet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Price of a step: the configured one, or else the highest price in the wallet. The
 * wallet is read when the price is first requested, and again after an hour, or a minute
 * if it has no price or cannot be read. In that case, the last price is kept.
 */
final class StepPrice implements Supplier<@Nullable BigDecimal> {

	private static final Duration MAX_AGE = Duration.ofHours(1);

	private static final Duration RETRY_DELAY = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(StepPrice.class);

	private final @Nullable BigDecimal configured;

	private final Supplier<Wallet> wallet;

	private final Clock clock;

	private final Lock lock = new ReentrantLock();

	private @Nullable BigDecimal last;

	private volatile @Nullable RuntimeException failure;

	private Instant nextRead = Instant.MIN;

	StepPrice(@Nullable BigDecimal configured, Supplier<Wallet> wallet, Clock clock) {
		this.configured = configured;
		this.wallet = wallet;
		this.clock = clock;
	}

	/**
	 * Return the price of a step.
	 * @return the price, or null if it is not known
	 */
	@Override
	public @Nullable BigDecimal get() {
		if (this.configured != null) {
			return this.configured;
		}
		this.lock.lock();
		try {
			if (!this.clock.instant().isBefore(this.nextRead)) {
				read();
			}
			return this.last;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return why the wallet could not be read the last time.
	 * @return the failure, or null if it was read
	 */
	@Nullable RuntimeException failure() {
		return this.failure;
	}

	private void read() {
		Duration wait = RETRY_DELAY;
		this.failure = null;
		try {
			BigDecimal price = price(this.wallet.get().rates());
			if (price != null) {
				this.last = price;
				wait = MAX_AGE;
			}
			else {
				logger.warn("The wallet has no price of a step");
			}
		}
		catch (RuntimeException ex) {
			this.failure = ex;
			logger.warn("The price of a step could not be read from the wallet: {}", LogText.of(ex.getMessage()));
			if (Thread.currentThread().isInterrupted()) {
				// only this caller was interrupted
				return;
			}
		}
		this.nextRead = this.clock.instant().plus(wait);
	}

	private static @Nullable BigDecimal price(Wallet.@Nullable Rates rates) {
		BigDecimal highest = null;
		for (Wallet.Rate rate : (rates != null) ? rates.meters() : List.<Wallet.Rate>of()) {
			BigDecimal price = rate.unitAmount();
			if ("step".equalsIgnoreCase(rate.per()) && price != null && price.signum() > 0
					&& (highest == null || price.compareTo(highest) > 0)) {
				highest = price;
			}
		}
		return highest;
	}

}
