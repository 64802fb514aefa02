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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.lifecycle.Counter;
import ai.tinyfish.internal.lifecycle.RunsStoppedException;
import ai.tinyfish.internal.listener.EventExecutor;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.internal.listener.RunCounters;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import ai.tinyfish.run.CancelledRun;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs that clients share: the limit on those in flight, the outcomes that were
 * published, the counters, and the stop of all runs.
 */
public final class SharedRuns {

	private static final Logger logger = LoggerFactory.getLogger(SharedRuns.class);

	private final PublishedOutcomes published = new PublishedOutcomes();

	private final Counter deliveries = new Counter();

	private final RunCounters counters = new RunCounters();

	private final RunLimiter limiter;

	/** The sessions without an outcome. */
	private final Set<RunSession> open = ConcurrentHashMap.newKeySet();

	private final Counter count = new Counter();

	private boolean stopped;

	/** Number of resumes, so that a late stop does not end later runs. */
	private int epoch;

	private @Nullable CloseBudget budget;

	public SharedRuns(RunLimiter limiter) {
		this.limiter = limiter;
	}

	/**
	 * Describe the runs without an outcome.
	 * @return the runs, the oldest first
	 */
	public List<OpenRun> openRuns() {
		long now = System.nanoTime();
		return this.open.stream()
			.map((run) -> run.describe(now))
			.sorted(Comparator.comparing(OpenRun::age).reversed())
			.toList();
	}

	/**
	 * Cancel a run without an outcome, with the key that submitted it if a session has
	 * it, else with those of its awaits until one is not refused.
	 * @param runId the run
	 * @return the answer of the service; empty if there is no such run. Fails with the
	 * first refusal if all keys are refused
	 */
	public Mono<CancelledRun> cancel(String runId) {
		Set<Account> accounts = new HashSet<>();
		return this.open.stream()
			.filter((run) -> runId.equals(run.runId()))
			.sorted(Comparator.comparing((run) -> run.kind() == SessionKind.AWAIT))
			.filter((run) -> accounts.add(run.account()))
			.map(RunSession::cancelByOperator)
			.reduce((first, next) -> first.onErrorResume(RunFollower::isRefused,
					(refusal) -> next.onErrorMap(RunFollower::isRefused, (other) -> refusal)))
			.orElse(Mono.empty());
	}

	/**
	 * Return whether the outcome of a run is published, or will be without an await.
	 * @param runId the run
	 * @param baseUrl the base URL of the accounts that count, or null for all of them
	 */
	public boolean publishesOutcomeOf(String runId, @Nullable String baseUrl) {
		return this.published.publishes(runId, (account) -> baseUrl == null || account.baseUrl().equals(baseUrl));
	}

	/**
	 * Return whether an await of a run is in progress.
	 * @param runId the run
	 * @param baseUrl the base URL of the accounts that count, or null for all of them
	 */
	public boolean isAwaited(String runId, @Nullable String baseUrl) {
		return this.open.stream()
			.filter((run) -> run.kind() == SessionKind.AWAIT && runId.equals(run.runId()))
			.anyMatch((run) -> baseUrl == null || baseUrl.equals(run.account().baseUrl()));
	}

	/**
	 * Return whether listeners will still be notified of a run. True from when its id is
	 * known until they were notified of its outcome.
	 */
	public boolean isFollowed(String runId) {
		return this.published.willPublish(runId);
	}

	public RunCounters counters() {
		return this.counters;
	}

	/**
	 * Stop accepting runs, give open ones some time to end, and end the rest: streamed
	 * ones according to the {@code onClose} of their clients, the others with an unknown
	 * outcome. Clients stay open, so that runs can still be read.
	 * @param timeout the time in which runs may end; zero ends them at once
	 * @param browsers the open browser sessions, which end with the last run, or when
	 * this time is over
	 * @return completes when all runs and sessions have ended and their listeners were
	 * notified, or when the time of the drain is over; never fails
	 */
	public CompletableFuture<Void> stop(Duration timeout, Set<? extends ClientLifecycle.Member> browsers) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("timeout must not be negative: " + timeout);
		}
		int since = stopAccepting();
		// on the thread of a listener, wait for all other listeners
		int delivering = ListenerDelivery.isOnThisThread(this.deliveries) ? 1 : 0;
		// unsent runs will not be sent
		long unsent = left(since).stream().filter(RunSession::abandonUnsent).count();
		if (unsent > 0) {
			logger.warn("{} runs were not sent, since the application stops", unsent);
		}
		int runs = this.count.count();
		if (runs == 0 && browsers.isEmpty() && this.deliveries.count() <= delivering) {
			return CompletableFuture.completedFuture(null);
		}
		if (runs > 0 && !timeout.isZero()) {
			logger.info("Waiting up to {} for {} runs to end", timeout, runs);
		}
		Mono<Void> ended = timeout.isZero() ? Mono.empty() : this.count.whenNone().timeout(timeout, Mono.empty());
		return ended.then(Mono.defer(() -> stopOpen(since, browsers)))
			.then(Mono.defer(() -> deliver(since, delivering)))
			.toFuture();
	}

	private Mono<Void> stopOpen(int since, Set<? extends ClientLifecycle.Member> browsers) {
		if (!isStopped(since)) {
			return Mono.empty();
		}
		List<RunSession> left = left(since);
		List<Mono<Void>> ends = new ArrayList<>();
		browsers.forEach((browser) -> ends.addAll(browser.clientDraining()));
		if (!left.isEmpty()) {
			logger.info("{} runs have not ended. They are no longer followed, but go on at TinyFish and are billed,"
					+ " unless they are cancelled on close", left.size());
			RunSources.cancelOnClose(left);
			ends.add(Flux.fromIterable(left).flatMap(RunSession::stop, Integer.MAX_VALUE).then(this.count.whenNone()));
		}
		if (ends.isEmpty()) {
			return Mono.empty();
		}
		return Mono.when(ends).timeout(drain(since).leftToCancel(), Mono.empty()).then(Mono.fromRunnable(() -> {
			if (isStopped(since)) {
				browsers.forEach(ClientLifecycle.Member::clientClosed);
			}
			left.stream().filter(this.open::contains).forEach(RunSession::abandon);
			// a wait may have begun in the meantime
			left(since).forEach(RunSession::abandon);
		}));
	}

	private Mono<Void> deliver(int since, int delivering) {
		if (this.deliveries.count() <= delivering) {
			return Mono.empty();
		}
		return this.deliveries.whenNoMoreThan(delivering)
			.timeout(drain(since).leftToDeliver(), Mono.fromRunnable(
					() -> logger.warn("Still waiting for the listeners of {} runs", this.deliveries.count())));
	}

	/**
	 * Return the time left for the end of the runs, which begins with the first call, and
	 * is that of closing the clients, too.
	 */
	private synchronized CloseBudget drain(int since) {
		if (this.epoch != since) {
			// runs are accepted again, and their end has its own time
			return new CloseBudget();
		}
		if (this.budget == null) {
			this.budget = new CloseBudget();
		}
		return this.budget;
	}

	/**
	 * Cancel the runs of a client that is closed, if this is their policy.
	 * @param client the lifecycle of the client
	 * @return each completes when the outcome of one of the runs that are cancelled, or
	 * that have just ended, is published
	 */
	public List<Mono<Void>> cancelOnClose(ClientLifecycle client) {
		List<RunSession> runs = this.open.stream()
			.filter((run) -> run.sources().follower().lifecycle().isPartOf(client))
			.toList();
		RunSources.cancelOnClose(runs);
		return runs.stream().filter(RunSession::isEnding).map(RunSession::whenEnded).toList();
	}

	/**
	 * Return the time left for closing a client.
	 * @return that of the stop, if it has begun to end runs or to wait for listeners, so
	 * that their times do not add up
	 */
	public synchronized CloseBudget drainOfClient() {
		return (this.budget != null) ? this.budget : new CloseBudget();
	}

	/**
	 * Accept runs again after {@link #stop}.
	 */
	public synchronized void resume() {
		this.stopped = false;
		this.epoch++;
		this.budget = null;
	}

	private synchronized int stopAccepting() {
		this.stopped = true;
		return this.epoch;
	}

	/**
	 * Return the open runs. Empty if runs are accepted again, since later runs continue.
	 */
	private synchronized List<RunSession> left(int since) {
		return isStopped(since) ? List.copyOf(this.open) : List.of();
	}

	private synchronized boolean isStopped(int since) {
		return this.stopped && this.epoch == since;
	}

	/**
	 * Check that runs are accepted.
	 * @throws RunsStoppedException if they are not
	 */
	public synchronized void requireAccepting() {
		if (this.stopped) {
			throw new RunsStoppedException();
		}
	}

	/**
	 * Add runs, all or none: runs that are too late for {@link #stop} are refused.
	 * @throws RunsStoppedException if runs are not accepted
	 */
	synchronized void add(List<RunSession> runs) {
		requireAccepting();
		runs.forEach(this::addWait);
	}

	/**
	 * Add the wait for a run that was submitted before.
	 */
	void addWait(RunSession run) {
		this.count.begin();
		this.open.add(run);
	}

	/**
	 * Remove a run, which calls this when it has ended.
	 */
	void remove(RunLifecycle run) {
		if (this.open.remove(run)) {
			this.count.end();
		}
	}

	PublishedOutcomes published() {
		return this.published;
	}

	public ListenerDelivery delivery(EventExecutor executor, int buffer) {
		return new ListenerDelivery(executor, buffer, this.deliveries, this.counters);
	}

	public RunLimiter limiter() {
		return this.limiter;
	}

}
