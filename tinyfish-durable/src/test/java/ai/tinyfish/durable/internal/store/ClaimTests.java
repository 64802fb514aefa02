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

package ai.tinyfish.durable.internal.store;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Claim}.
 */
class ClaimTests {

	private static final Duration LONGEST = Duration.ofMinutes(1);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final AtomicInteger claims = new AtomicInteger();

	private final Semaphore turn = new Semaphore(1);

	@Test
	void oneCallIsBetweenItsClaimAndItsWriting() throws InterruptedException {
		Claim first = claim(() -> true);
		Claim second = claim(() -> true);
		first.make();
		Thread thread = new Thread(second::make);
		thread.start();
		await().until(this.turn::hasQueuedThreads);
		assertThat(this.claims).hasValue(1);
		first.written();
		thread.join();
		assertThat(this.claims).hasValue(2);
		assertThat(first.isMade()).isTrue();
		assertThat(second.isMade()).isTrue();
	}

	@Test
	void aCallThatIsRepeatedIsClaimedOnce() {
		Claim claim = claim(() -> true);
		claim.make();
		claim.make();
		claim.written();
		claim.written();
		claim.end();
		assertThat(this.claims).hasValue(1);
		assertThat(this.turn.availablePermits()).isEqualTo(1);
		assertThatIllegalStateException().isThrownBy(claim::make);
	}

	@Test
	void aCallThatCouldNotBeSentIsClaimedAtItsEnd() {
		Claim claim = claim(() -> true);
		claim.end();
		assertThat(claim.isMade()).isTrue();
		assertThat(this.claims).hasValue(1);
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	@Test
	void nothingIsSentThatIsNotClaimed() {
		Claim refused = claim(() -> false);
		assertThatIllegalStateException().isThrownBy(refused::make);
		refused.end();
		assertThat(refused.isMade()).isFalse();
		assertThat(refused.failure()).isNull();
		IllegalStateException failure = new IllegalStateException("the database is away");
		Claim failed = claim(() -> {
			throw failure;
		});
		assertThatIllegalStateException().isThrownBy(failed::make);
		failed.end();
		assertThat(failed.failure()).isSameAs(failure);
		assertThat(this.claims).hasValue(2);
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	@Test
	void nothingIsSentThatIsClaimedTooLate() {
		Claim late = claim(() -> {
			this.now.updateAndGet((time) -> time.plus(LONGEST));
			return true;
		});
		assertThatIllegalStateException().isThrownBy(late::make);
		assertThat(late.isMade()).isTrue();
		assertThat(late.isLate()).isTrue();
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	private Claim claim(BooleanSupplier claiming) {
		return new Claim(this.turn, this.now::get, LONGEST, () -> {
			this.claims.incrementAndGet();
			return claiming.getAsBoolean();
		});
	}

}
