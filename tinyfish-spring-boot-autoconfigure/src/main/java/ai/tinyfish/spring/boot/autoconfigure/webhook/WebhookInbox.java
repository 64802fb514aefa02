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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import ai.tinyfish.support.BaseUrlSource;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.support.RunLog;
import ai.tinyfish.support.agent.ReadFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.Assert;

/**
 * Runs that deliveries have named, until their outcomes are published. A run is first
 * proved, by reading it, and then awaited: an await publishes failures as well, and a
 * forged delivery must not publish anything. A run that belongs to a
 * {@link WebhookRunFollower} is left to it. Failures are not retried, since the service
 * delivers again. Stops after the web server and before the client is closed.
 */
final class WebhookInbox implements SmartLifecycle {

	static final int MAX_PENDING = 1_000;

	private static final int CONCURRENT_PROOFS = 16;

	/** The service waits 10 seconds for the answer. */
	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

	/** Boot stops web servers 2048 phases below the default. */
	private static final int PHASE = DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(WebhookInbox.class);

	private final ObjectProvider<ReactiveTinyFishClient> client;

	private final RunControl runs;

	private final List<WebhookRunFollower> followers;

	private final TinyFishProperties.Run settings;

	private final WebhookCounts counts = new WebhookCounts();

	private final ThrottledLog full = new ThrottledLog();

	private final ThrottledLog refused = new ThrottledLog();

	private final ThrottledLog unread = new ThrottledLog();

	private final Object lock = new Object();

	private final Map<Delivery, NamedRun> pending = new HashMap<>();

	private final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

	private final Scheduler scheduler = Schedulers.fromExecutor(this.executor::execute);

	private volatile Sinks.Empty<Void> stopped = Sinks.empty();

	private volatile boolean running;

	WebhookInbox(ObjectProvider<ReactiveTinyFishClient> client, OpenRuns openRuns, List<WebhookRunFollower> followers,
			TinyFishProperties.Run settings) {
		this.client = client;
		this.runs = (RunControl) openRuns;
		this.followers = followers;
		this.settings = settings;
		this.executor.setThreadNamePrefix("tinyfish-webhook-");
		this.executor.setDaemon(true);
		this.executor.setCorePoolSize(CONCURRENT_PROOFS);
		this.executor.setAllowCoreThreadTimeOut(true);
		// without an interrupt, which would close some embedded databases of followers
		this.executor.setWaitForTasksToCompleteOnShutdown(true);
	}

	WebhookCounts counts() {
		return this.counts;
	}

	/**
	 * Return the number of runs whose outcome is not known yet.
	 */
	int pending() {
		synchronized (this.lock) {
			return this.pending.size();
		}
	}

	/**
	 * Accept a delivery.
	 * @param runId the run that it names
	 * @param token the token in its URL, or null
	 * @return true if it need not be delivered again: the outcome of the run is
	 * published, the run is awaited because it has not ended, the API refuses it, or it
	 * belongs to a follower. False if the API does not know the run, if the outcome is
	 * not known within a few seconds, or if too many runs are pending. Never fails
	 */
	Mono<Boolean> accept(String runId, @Nullable String token) {
		Delivery delivery = new Delivery(runId, token);
		synchronized (this.lock) {
			if (!this.running) {
				return Mono.just(false);
			}
			NamedRun run = this.pending.get(delivery);
			if (run == null && this.pending.size() < MAX_PENDING) {
				NamedRun named = new NamedRun(delivery, new CompletableFuture<>());
				long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
				this.executor.execute(() -> process(named, deadline));
				this.pending.put(delivery, named);
				run = named;
			}
			if (run != null) {
				return Mono.fromFuture(run.accepted(), true).timeout(ANSWER_TIMEOUT, Mono.just(false));
			}
		}
		this.full.log((count) -> logger.warn(
				"Webhook deliveries were answered with 503, because {} runs are pending: {} since last logged",
				MAX_PENDING, count));
		return Mono.just(false);
	}

	/**
	 * Ask the followers, else prove that the run exists and await it. May block: the
	 * followers do, and so may creating the client and resolving its key.
	 * @param deadline when the delivery is answered at the latest, in nanoseconds
	 */
	private void process(NamedRun named, long deadline) {
		if (!this.running) {
			return;
		}
		try {
			if (isFollowed(named.delivery())) {
				settle(named, true, WebhookCounts.RunOutcome.FOLLOWED);
				return;
			}
			ReactiveTinyFishClient reader = this.client.getObject();
			if (this.runs.publishesOutcomeOf(named.id(), serviceOf(reader))) {
				settle(named, true, null);
				return;
			}
			Duration left = Duration.ofNanos(deadline - System.nanoTime());
			Assert.state(!left.isNegative(), "Too many runs are being read");
			Run run = reader.runs().get(named.id()).block(left);
			awaitOutcome(named, Objects.requireNonNull(run), reader);
		}
		catch (Throwable ex) {
			unread(named, ex);
		}
	}

	private boolean isFollowed(Delivery delivery) {
		return this.followers.stream().anyMatch((follower) -> follower.follow(delivery.runId(), delivery.token()));
	}

	private void unread(NamedRun named, Throwable failure) {
		switch (ReadFailure.of(failure)) {
			// shortly after its end, not all servers of the service may know the run
			case UNKNOWN_RUN -> refused(named, failure, false, null);
			case REFUSED_RUN, ACCOUNT -> refused(named, failure, true, WebhookCounts.RunOutcome.REFUSED);
			case TOO_LARGE, NO_ANSWER, SERVICE -> {
				if (settle(named, false, null)) {
					named.about(() -> this.unread.log((count) -> logger.warn(
							"Run {}, which a webhook delivery named, could not be read: {} such runs since last logged."
									+ " Unless it is delivered again, check it with runs().get(\"{}\")",
							named.id(), count, named.id(), failure)));
				}
			}
		}
	}

	private void refused(NamedRun named, Throwable failure, boolean accepted,
			WebhookCounts.@Nullable RunOutcome outcome) {
		settle(named, accepted, outcome);
		named.about(() -> this.refused.log((count) -> logger
			.warn("Webhook deliveries named runs that cannot be read with this API key, such as {}: {} since last"
					+ " logged; nothing was published ({})", named.id(), count, failure.getMessage())));
	}

	/**
	 * Await a proved run, which publishes its outcome.
	 */
	private void awaitOutcome(NamedRun named, Run run, ReactiveTinyFishClient reader) {
		if (!run.status().isTerminal()) {
			named.accepted().complete(true);
		}
		QueuedRun queued = new QueuedRun(named.id(), null, null, null, run.goal());
		// longer than the poller, which then publishes that the outcome is unknown
		Duration timeout = this.settings.pollTolerance().multipliedBy(2);
		whileAwaited(named, reader)
			.then(Mono.defer(() -> this.runs.publishesOutcomeOf(named.id(), serviceOf(reader)) ? Mono.empty()
					: this.runs.withAnyKey(reader.runs().await(queued, timeout)))
				.subscribeOn(this.scheduler))
			.takeUntilOther(this.stopped.asMono())
			.subscribe((outcome) -> {
			}, (failure) -> givenUp(named, failure), () -> settle(named, true, WebhookCounts.RunOutcome.PUBLISHED));
	}

	/**
	 * Leave the outcome to an await of the application, with any key: it publishes the
	 * outcome with the tag of the run, and an await with another key would publish it
	 * again.
	 * @return completes when no await is in progress
	 */
	private Mono<Boolean> whileAwaited(NamedRun named, ReactiveTinyFishClient reader) {
		return Mono.fromCallable(() -> !this.runs.isAwaited(named.id(), serviceOf(reader)))
			.filter(Boolean::booleanValue)
			.repeatWhenEmpty((times) -> times.doOnNext((time) -> named.accepted().complete(true))
				.delayElements(this.settings.pollInterval()));
	}

	/**
	 * Return the service of a client, or null if it is not one of our builders.
	 */
	private static @Nullable BaseUrlSource serviceOf(ReactiveTinyFishClient reader) {
		return (reader instanceof BaseUrlSource service) ? service : null;
	}

	private void givenUp(NamedRun named, Throwable failure) {
		if (settle(named, false, WebhookCounts.RunOutcome.GIVEN_UP)) {
			named.about(() -> logger.warn(
					"Outcome of run {}, which a webhook delivery named, is unknown. Check it with runs().get(\"{}\")",
					named.id(), named.id(), failure));
		}
	}

	/**
	 * End a run, unless the inbox has been stopped.
	 * @param accepted the answer to its deliveries
	 * @param outcome the outcome to count, or null
	 * @return whether the run was pending
	 */
	private boolean settle(NamedRun named, boolean accepted, WebhookCounts.@Nullable RunOutcome outcome) {
		synchronized (this.lock) {
			if (!this.pending.remove(named.delivery(), named)) {
				return false;
			}
		}
		if (outcome != null) {
			this.counts.increment(outcome);
		}
		named.accepted().complete(accepted);
		return true;
	}

	@Override
	public void start() {
		synchronized (this.lock) {
			this.stopped = Sinks.empty();
			this.executor.initialize();
			this.running = true;
		}
	}

	@Override
	public void stop() {
		List<NamedRun> unsettled;
		synchronized (this.lock) {
			this.running = false;
			unsettled = List.copyOf(this.pending.values());
		}
		long givenUp = unsettled.stream()
			.filter((run) -> settle(run, false, WebhookCounts.RunOutcome.GIVEN_UP))
			.count();
		this.stopped.tryEmitEmpty();
		this.executor.shutdown();
		if (givenUp > 0) {
			logger.warn("The application stops while {} runs named by webhook deliveries are pending", givenUp);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * A delivery. Equal deliveries are handled once.
	 *
	 * @param runId the run that it names
	 * @param token the token in its URL, or null
	 */
	private record Delivery(String runId, @Nullable String token) {

		/**
		 * Return a description without the token.
		 */
		@Override
		public String toString() {
			return "Delivery[" + this.runId + "]";
		}

	}

	/**
	 * A run that a delivery has named.
	 *
	 * @param delivery the delivery
	 * @param accepted completes with the answer to its deliveries
	 */
	private record NamedRun(Delivery delivery, CompletableFuture<Boolean> accepted) {

		String id() {
			return this.delivery.runId();
		}

		void about(Runnable logging) {
			RunLog.about(id(), null, null, logging);
		}

	}

}
