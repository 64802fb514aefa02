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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The claim of requests that are sent in one call. It is made when the call can be
 * written, and one after the other. So an instance that dies has claimed the requests of
 * at most one call that was not written.
 */
public final class Claim {

	/** Much longer than writing takes, unless the service does not read. */
	private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

	private final Semaphore turn;

	private final Duration longestTurn;

	private final CompletableFuture<Void> written = new CompletableFuture<>();

	private final Clock clock;

	private final Duration longest;

	private final BooleanSupplier claiming;

	private @Nullable Instant time;

	private boolean made;

	private boolean late;

	private boolean ended;

	private @Nullable RuntimeException failure;

	/**
	 * Create a new claim.
	 * @param turn the permit for the call between its claim and its writing
	 * @param longest how long a claim may take before other instances take over
	 * @param claiming claims all requests or none, and returns which
	 */
	public Claim(Semaphore turn, Clock clock, Duration longest, BooleanSupplier claiming) {
		this(turn, LONGEST_TURN, clock, longest, claiming);
	}

	Claim(Semaphore turn, Duration longestTurn, Clock clock, Duration longest, BooleanSupplier claiming) {
		this.turn = turn;
		this.longestTurn = longestTurn;
		this.clock = clock;
		this.longest = longest;
		this.claiming = claiming;
	}

	/**
	 * Claim the requests, unless that was done before: a call is repeated if nothing was
	 * sent. It may be repeated much later, when others have taken over.
	 * @throws IllegalStateException if nothing may be sent
	 */
	public synchronized void make() {
		attempt();
		this.late = this.late || isOver();
		if (!this.made || this.late || this.ended) {
			throw new IllegalStateException("The requests could not be claimed");
		}
	}

	private void attempt() {
		if (this.time != null) {
			return;
		}
		boolean turn = awaitTurn();
		this.time = this.clock.now();
		if (!turn) {
			return;
		}
		this.written.whenComplete((none, failure) -> this.turn.release());
		try {
			this.made = this.claiming.getAsBoolean();
			this.late = isOver();
		}
		catch (RuntimeException ex) {
			this.failure = ex;
		}
		finally {
			if (!this.made || this.late) {
				written();
			}
		}
		// a slow connection must not block the others
		this.written.completeOnTimeout(null, this.longestTurn.toMillis(), TimeUnit.MILLISECONDS);
	}

	private boolean isOver() {
		return !this.clock.now().isBefore(time().plus(this.longest));
	}

	/**
	 * Wait until another call is written. The wait is limited, since the connection may
	 * be closed and the scheduler may stop.
	 */
	private boolean awaitTurn() {
		try {
			return this.turn.tryAcquire(2 * this.longestTurn.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Called when the call was written.
	 */
	public void written() {
		this.written.complete(null);
	}

	/**
	 * Called when the call has ended. If it could not be sent, its requests are claimed
	 * now, so that the result can be stored in the same way.
	 */
	public synchronized void end() {
		attempt();
		written();
		this.ended = true;
	}

	/**
	 * Return when the requests were claimed, or could not be.
	 */
	public Instant time() {
		return Objects.requireNonNull(this.time);
	}

	/**
	 * Return whether the requests were claimed.
	 */
	public boolean isMade() {
		return this.made;
	}

	/**
	 * Return whether the process has stalled before the call, so that nothing was sent:
	 * other instances may have taken over.
	 */
	public boolean isLate() {
		return this.late;
	}

	/**
	 * Return why the claim has failed. It may be committed nevertheless.
	 */
	public @Nullable RuntimeException failure() {
		return this.failure;
	}

}
