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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.internal.delivery.DeliveryCounters;
import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.delivery.ListenerDelivery;
import ai.tinyfish.internal.lifecycle.Counter;
import ai.tinyfish.internal.redaction.RunSecrets;

/**
 * Runs that clients share: the limit on those in flight, the outcomes that were
 * published, the counters of deliveries, and the stop of them all.
 */
public final class SharedRuns {

	private final PublishedOutcomes published = new PublishedOutcomes();

	private final Counter deliveries = new Counter();

	private final RunSecrets secrets = new RunSecrets();

	private final DeliveryCounters losses = new DeliveryCounters();

	private final OpenSubmissions submissions = new OpenSubmissions(this.deliveries);

	private final RunLimiter limiter;

	private SharedRuns(RunLimiter limiter) {
		this.limiter = limiter;
	}

	/**
	 * A registry without a limit.
	 * @return a new registry
	 */
	public static SharedRuns create() {
		return new SharedRuns(RunLimiter.unlimited());
	}

	/**
	 * A registry with a limit on the runs in flight: those that were sent by {@code run},
	 * {@code stream} or {@code start} and whose ending is not known yet. Further ones
	 * wait, first come, first served.
	 * @param maxInFlight the limit, 1 or more
	 * @param maxWait the longest wait; with zero nothing waits, and what would have to is
	 * refused
	 * @return a new registry
	 * @throws IllegalArgumentException if the limit is not positive, or the wait is
	 * negative
	 */
	public static SharedRuns limitedTo(int maxInFlight, Duration maxWait) {
		return new SharedRuns(RunLimiter.of(maxInFlight, maxWait));
	}

	/**
	 * How many runs are in flight: those that count against the limit, if there is one.
	 * @return their number
	 */
	public int inFlight() {
		return this.limiter.taken();
	}

	/**
	 * How many runs wait to be sent.
	 * @return their number
	 */
	public int waiting() {
		return this.limiter.waiting();
	}

	/**
	 * Whether nobody has to ask how a run ended for listeners to be told: they were, or
	 * will be because a submission by {@code stream} or {@code start} follows it. A run
	 * that was queued is not followed; awaiting it tells them.
	 * @param runId the run
	 * @return whether its ending is told without further ado
	 * @see #isFollowed
	 */
	public boolean tellsEndingOf(String runId) {
		return this.published.tells(runId);
	}

	/**
	 * Whether listeners are still to be told how a run ended, and will be without further
	 * ado: a submission by {@code stream} or {@code start} follows it, or its ending is
	 * on the way to them. True from when the run id is known until all listeners were
	 * told.
	 * @param runId the run
	 * @return whether something is still to be heard of it; false for a run that was
	 * queued and whose ending is not known yet
	 * @see #tellsEndingOf
	 */
	public boolean isFollowed(String runId) {
		return this.published.willTell(runId);
	}

	/**
	 * How many heartbeats were dropped because listeners were slower than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedHeartbeats() {
		return this.losses.heartbeats().sum();
	}

	/**
	 * How many progress events were dropped because listeners were slower than their run.
	 * @return their number, since this registry exists
	 */
	public long droppedProgress() {
		return this.losses.progress().sum();
	}

	/**
	 * How many calls of listeners failed.
	 * @return their number, since this registry exists
	 */
	public long failedListenerCalls() {
		return this.losses.failures().sum();
	}

	/**
	 * Take no more runs: what submits one throws {@link IllegalStateException} from now
	 * on. Those that are in flight, queued runs that are awaited among them, get some
	 * time to end. Then what the clients' {@code onClose} says becomes of those that are
	 * streamed, and how the others end is unknown. Clients stay open, so that runs can
	 * still be asked for.
	 * @param timeout how long runs may go on; zero ends them at once
	 * @return completes when all runs have ended and their listeners were told, or when
	 * that takes some seconds longer than it should; never fails
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public CompletableFuture<Void> stop(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("timeout must not be negative: " + timeout);
		}
		return this.submissions.stop(timeout).toFuture();
	}

	/**
	 * Take runs again after {@link #stop}.
	 */
	public void resume() {
		this.submissions.resume();
	}

	public PublishedOutcomes published() {
		return this.published;
	}

	public RunSecrets secrets() {
		return this.secrets;
	}

	/**
	 * Check that runs are accepted.
	 * @throws RunsStoppedException if they are not
	 */
	void requireAccepting() {
		this.submissions.requireAccepting();
	}

	/**
	 * Add sessions, all or none.
	 * @throws RunsStoppedException if runs are not accepted
	 */
	void add(List<RunSession> sessions) {
		this.submissions.add(sessions);
	}

	/**
	 * Add a wait for a run that was submitted before.
	 */
	void addWait(RunSession session) {
		this.submissions.addWait(session);
	}

	void remove(RunSession session) {
		this.submissions.remove(session);
	}

	public ListenerDelivery delivery(EventExecutor executor, int buffer) {
		return new ListenerDelivery(executor, buffer, this.deliveries, this.losses);
	}

	public RunLimiter limiter() {
		return this.limiter;
	}

}
