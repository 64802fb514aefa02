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
import java.util.concurrent.atomic.AtomicBoolean;
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

	/**
	 * Such as one whose request the service does not read.
	 */
	@Test
	void aCallThatIsWrittenSlowlyKeepsNoOtherFromBeingSent() {
		Claim slow = claim(Duration.ofMillis(10), () -> true);
		slow.make();
		Claim next = claim(() -> true);
		next.make();
		assertThat(next.isMade()).isTrue();
		assertThat(this.turn.availablePermits()).isZero();
		slow.written();
		assertThat(this.turn.availablePermits()).isZero();
		next.written();
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	@Test
	void aCallWhoseTurnDoesNotComeIsNotClaimed() {
		this.turn.acquireUninterruptibly();
		Claim waiting = claim(Duration.ofMillis(10), () -> true);
		assertThatIllegalStateException().isThrownBy(waiting::make);
		// not even if the turn comes now
		this.turn.release();
		waiting.end();
		assertThat(waiting.isMade()).isFalse();
		assertThat(waiting.failure()).isNull();
		assertThat(this.claims).hasValue(0);
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	@Test
	void aCallThatIsInterruptedIsNotClaimed() throws InterruptedException {
		this.turn.acquireUninterruptibly();
		Claim waiting = claim(() -> true);
		AtomicBoolean interrupted = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			assertThatIllegalStateException().isThrownBy(waiting::make);
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		thread.start();
		await().until(this.turn::hasQueuedThreads);
		thread.interrupt();
		thread.join();
		assertThat(interrupted).isTrue();
		assertThat(waiting.isMade()).isFalse();
		assertThat(this.claims).hasValue(0);
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

	/** Such as by an interceptor that waits for the service. */
	@Test
	void nothingIsSentByACallThatIsRepeatedTooLate() {
		Claim claim = claim(() -> true);
		claim.make();
		this.now.updateAndGet((time) -> time.plus(LONGEST));
		assertThatIllegalStateException().isThrownBy(claim::make);
		claim.end();
		assertThat(claim.isMade()).isTrue();
		assertThat(claim.isLate()).isTrue();
		assertThat(this.claims).hasValue(1);
		assertThat(this.turn.availablePermits()).isEqualTo(1);
	}

	@Test
	void aCallWhoseAnswerTakesLongIsNotLate() {
		Claim claim = claim(() -> true);
		claim.make();
		this.now.updateAndGet((time) -> time.plus(LONGEST));
		claim.end();
		assertThat(claim.isLate()).isFalse();
	}

	private Claim claim(BooleanSupplier claiming) {
		return claim(LONGEST, claiming);
	}

	private Claim claim(Duration longestTurn, BooleanSupplier claiming) {
		return new Claim(this.turn, longestTurn, this.now::get, LONGEST, () -> {
			this.claims.incrementAndGet();
			return claiming.getAsBoolean();
		});
	}

}
