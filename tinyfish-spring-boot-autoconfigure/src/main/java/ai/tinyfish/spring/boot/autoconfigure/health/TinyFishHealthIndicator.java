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

package ai.tinyfish.spring.boot.autoconfigure.health;

import java.math.BigDecimal;
import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.function.SingletonSupplier;

/**
 * Health of one client: whether the service accepts its key and the account has credit.
 * The health is read with the first request for it and kept for a minute. The read
 * continues if the request is cancelled, so that the next request finds its result. It
 * runs on a thread without a web request, since a cached health must not depend on the
 * user of that request.
 */
final class TinyFishHealthIndicator implements ReactiveHealthIndicator {

	static final Duration CACHE_TIME = Duration.ofMinutes(1);

	static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(TinyFishHealthIndicator.class);

	/** Responds before the timeout, also if the service asks to wait. */
	private static final RetrySettings RETRY = RetrySettings.defaults()
		.withMaxRetries(1)
		.withDelays(Duration.ofMillis(200), 1, Duration.ofMillis(200), Duration.ofMillis(100))
		.withMaxRetryAfter(Duration.ofSeconds(1));

	private static final RunQuery ONE_RUN = RunQuery.builder().limit(1).build();

	private final Mono<Health> health;

	TinyFishHealthIndicator(TinyFishClient client) {
		this(client, Schedulers.parallel());
	}

	TinyFishHealthIndicator(TinyFishClient client, Scheduler timer) {
		SingletonSupplier<TinyFishClient> derived = SingletonSupplier.of(() -> client.mutate().retry(RETRY).build());
		this.health = Mono.fromCallable(() -> read(derived))
			.subscribeOn(Schedulers.boundedElastic())
			.timeout(TIMEOUT, Mono.fromCallable(() -> down("NO_CONNECTION", "No response within " + TIMEOUT)), timer)
			.cache(CACHE_TIME, timer);
	}

	@Override
	public Mono<Health> health() {
		return this.health;
	}

	private static Health read(SingletonSupplier<TinyFishClient> client) {
		try {
			return hasCredit(client.obtain()) ? Health.up().build() : down("NO_CREDIT", "The wallet is empty");
		}
		catch (TinyFishRateLimitException ex) {
			return of(Status.UNKNOWN, "RATE_LIMITED").build();
		}
		catch (TinyFishAuthenticationException ex) {
			return down("KEY_REFUSED", ex.getMessage());
		}
		catch (TinyFishInsufficientCreditsException ex) {
			return down("NO_CREDIT", ex.getMessage());
		}
		catch (TinyFishStatusException ex) {
			log(ex.getMessage());
			return of(Status.DOWN, "UNEXPECTED_RESPONSE").withDetail("status", ex.status()).build();
		}
		catch (TinyFishException ex) {
			return down("NO_CONNECTION", ex.getMessage());
		}
		catch (RuntimeException ex) {
			// no key for this call, or the client is closed
			logger.debug("The health of TinyFish was not read", ex);
			return of(Status.UNKNOWN, "NOT_SENT").build();
		}
	}

	/**
	 * Read the wallet, or a run if the account has no wallet: both are free.
	 */
	private static boolean hasCredit(TinyFishClient client) {
		try {
			BigDecimal balance = client.wallet().get().availableBalance();
			return balance == null || balance.signum() > 0;
		}
		catch (TinyFishNotFoundException ex) {
			client.runs().list(ONE_RUN);
			return true;
		}
	}

	private static Health down(String reason, @Nullable String message) {
		log(message);
		return of(Status.DOWN, reason).build();
	}

	private static void log(@Nullable String message) {
		// the timeout, which interrupts the read, is logged separately
		if (!Thread.currentThread().isInterrupted()) {
			logger.warn("TinyFish is DOWN: {}", LogText.of(message));
		}
	}

	private static Health.Builder of(Status status, String reason) {
		return Health.status(status).withDetail("reason", reason);
	}

}
