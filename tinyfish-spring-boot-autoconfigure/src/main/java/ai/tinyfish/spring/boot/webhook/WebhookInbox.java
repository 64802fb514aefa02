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

package ai.tinyfish.spring.boot.webhook;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.RunRegistry;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.spring.boot.TinyFishProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Runs that deliveries have named, until their outcomes are published. A run is proved
 * first, by reading it, and then awaited: awaiting publishes failures as well, and a
 * forged delivery must not publish anything. A run that belongs to a
 * {@link WebhookRunFollower} is left to it. Stops after the web server and before the
 * client is closed.
 */
final class WebhookInbox implements SmartLifecycle {

	static final int MAX_PENDING = 1_000;

	private static final int CONCURRENT_PROOFS = 16;

	/** The service waits 10 seconds for the answer. */
	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

	/** Longer than that: a slow answer of the API still serves the next delivery. */
	private static final RequestOptions PROOF = RequestOptions.builder().timeout(Duration.ofSeconds(30)).build();

	/** Boot stops web servers 2048 below the default. */
	private static final int PHASE = DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(WebhookInbox.class);

	private final ObjectProvider<ReactiveTinyFishClient> client;

	private final RunRegistry runRegistry;

	private final List<WebhookRunFollower> followers;

	private final TinyFishProperties.Run settings;

	/** Creating the client and resolving its key may block. */
	private final Scheduler scheduler;

	private final WebhookCounts counts = new WebhookCounts();

	private final ThrottledLog full = new ThrottledLog();

	private final ThrottledLog unknown = new ThrottledLog();

	private final Object lock = new Object();

	private final Map<Delivery, NamedRun> pending = new HashMap<>();

	private Sinks.Many<NamedRun> named = Sinks.many().unicast().onBackpressureBuffer();

	private volatile @Nullable Disposable processing;

	/** Null before the first delivery, since creating it may block. */
	private volatile @Nullable ReactiveTinyFishClient reader;

	WebhookInbox(ObjectProvider<ReactiveTinyFishClient> client, RunRegistry runRegistry,
			List<WebhookRunFollower> followers, TinyFishProperties.Run settings) {
		this.client = client;
		this.runRegistry = runRegistry;
		this.followers = followers;
		this.settings = settings;
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("tinyfish-webhook-");
		executor.setDaemon(true);
		this.scheduler = Schedulers.fromExecutor(executor);
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
	 * belongs to a follower. False if that is not known within a few seconds, or if too
	 * many runs are pending. Never fails
	 */
	Mono<Boolean> accept(String runId, @Nullable String token) {
		Delivery delivery = new Delivery(runId, token);
		synchronized (this.lock) {
			if (this.processing == null) {
				return Mono.just(false);
			}
			NamedRun run = this.pending.get(delivery);
			ReactiveTinyFishClient current = this.reader;
			if (run == null && token == null && current != null
					&& this.runRegistry.publishesOutcomeOf(runId, current)) {
				return Mono.just(true);
			}
			if (run == null && this.pending.size() < MAX_PENDING) {
				run = new NamedRun(delivery, Sinks.one());
				this.pending.put(delivery, run);
				this.named.emitNext(run, Sinks.EmitFailureHandler.FAIL_FAST);
			}
			if (run != null) {
				return run.accepted().asMono().timeout(ANSWER_TIMEOUT, Mono.just(false));
			}
		}
		this.full.log((count) -> logger.warn(
				"Webhook deliveries were answered with 503, because {} runs are pending: {} since last logged",
				MAX_PENDING, count));
		return Mono.just(false);
	}

	private Mono<Mono<Void>> process(NamedRun named) {
		return isFollowed(named.delivery()).flatMap((followed) -> followed ? followed(named) : prove(named))
			.onErrorResume((failure) -> failed(named, failure));
	}

	/**
	 * Ask the followers, again and again while they fail: the service stops delivering
	 * after a few seconds.
	 */
	private Mono<Boolean> isFollowed(Delivery delivery) {
		if (this.followers.isEmpty()) {
			return Mono.just(false);
		}
		return Mono.defer(() -> {
			long began = System.nanoTime();
			return Mono
				.fromCallable(() -> this.followers.stream()
					.anyMatch((follower) -> follower.follow(delivery.runId(), delivery.token())))
				.subscribeOn(this.scheduler)
				.retryWhen(repeatedly((failure) -> failure instanceof Exception, began));
		});
	}

	private <T> Mono<T> followed(NamedRun named) {
		settle(named, WebhookCounts.RunOutcome.FOLLOWED);
		return Mono.empty();
	}

	/**
	 * Prove that a run exists, then await it.
	 * @return gives what remains to be done once the run is proved; empty if the outcome
	 * is published for another account, which may be the only one that can read the run.
	 * Never fails
	 */
	private Mono<Mono<Void>> prove(NamedRun named) {
		return Mono.defer(() -> publishesOutcome(named) ? published(named) : read(named.id()))
			.subscribeOn(this.scheduler)
			.map((run) -> awaitOutcome(named, run))
			.onErrorResume((failure) -> isRefused(failure) ? refused(named, failure) : failed(named, failure));
	}

	private boolean publishesOutcome(NamedRun named) {
		return this.runRegistry.publishesOutcomeOf(named.id(), reader());
	}

	private ReactiveTinyFishClient reader() {
		ReactiveTinyFishClient current = this.client.getObject();
		this.reader = current;
		return current;
	}

	private <T> Mono<T> published(NamedRun named) {
		settle(named, WebhookCounts.RunOutcome.PUBLISHED);
		return Mono.empty();
	}

	/**
	 * Read a run, again and again while the API is down: the service stops delivering
	 * after a few seconds.
	 */
	private Mono<Run> read(String runId) {
		return Mono.defer(() -> {
			long began = System.nanoTime();
			return Mono.defer(() -> reader().withOptions(PROOF).runs().get(runId))
				.subscribeOn(this.scheduler)
				// a run may not be found everywhere at once
				.retryWhen(Retry.fixedDelay(1, this.settings.pollInterval())
					.filter((failure) -> failure instanceof TinyFishNotFoundException && !isCrowded())
					.onRetryExhaustedThrow((retry, signal) -> signal.failure()))
				.retryWhen(
						repeatedly((failure) -> failure instanceof TinyFishApiException && !isRefused(failure), began));
		});
	}

	private Retry repeatedly(Predicate<Throwable> failures, long began) {
		long tolerance = this.settings.pollTolerance().toNanos();
		return Retry.backoff(Long.MAX_VALUE, this.settings.pollInterval())
			.maxBackoff(Duration.ofSeconds(15))
			.filter((failure) -> failures.test(failure) && System.nanoTime() - began < tolerance);
	}

	/**
	 * Await a proved run, which publishes its outcome.
	 * @return completes when the outcome is published or the wait is over; never fails
	 */
	private Mono<Void> awaitOutcome(NamedRun named, Run run) {
		if (!run.status().isTerminal()) {
			named.accepted().tryEmitValue(true);
		}
		QueuedRun queued = new QueuedRun(named.id(), null, null, null, run.goal());
		// longer than the poller, which publishes that the outcome is unknown
		Duration timeout = this.settings.pollTolerance().multipliedBy(2);
		return whileAwaited(named)
			.then(Mono.defer(() -> publishesOutcome(named) ? Mono.empty() : reader().runs().await(queued, timeout)))
			.subscribeOn(this.scheduler)
			.then()
			.doOnSuccess((none) -> settle(named, WebhookCounts.RunOutcome.PUBLISHED))
			.onErrorResume((failure) -> failed(named, failure));
	}

	/**
	 * Leave the outcome to an await of the application, with whichever key: it publishes
	 * it with the tag of the run, and an await with another key would publish it again.
	 * @return completes when no await goes on
	 */
	private Mono<Boolean> whileAwaited(NamedRun named) {
		return Mono.fromCallable(() -> !this.runRegistry.isAwaited(named.id(), reader()))
			.filter(Boolean::booleanValue)
			.repeatWhenEmpty((times) -> times.doOnNext((time) -> named.accepted().tryEmitValue(true))
				.delayElements(this.settings.pollInterval(), this.scheduler));
	}

	private <T> Mono<T> refused(NamedRun named, Throwable failure) {
		settle(named, WebhookCounts.RunOutcome.REFUSED);
		this.unknown.log((count) -> logger
			.warn("Webhook deliveries named runs that cannot be read with this API key, such as {}: {} since last"
					+ " logged; nothing was published ({})", named.id(), count, failure.getMessage()));
		return Mono.empty();
	}

	private <T> Mono<T> failed(NamedRun named, Throwable failure) {
		settle(named, WebhookCounts.RunOutcome.GIVEN_UP);
		logger.warn("Outcome of run {}, which a webhook delivery named, is unknown. Check it with runs().get(\"{}\")",
				named.id(), named.id(), failure);
		return Mono.empty();
	}

	private void settle(NamedRun run, WebhookCounts.RunOutcome outcome) {
		boolean settled;
		synchronized (this.lock) {
			settled = this.pending.remove(run.delivery(), run);
		}
		if (settled) {
			// otherwise the inbox has been stopped and has given the run up
			this.counts.ended(outcome, 1);
		}
		run.accepted().tryEmitValue(outcome != WebhookCounts.RunOutcome.GIVEN_UP);
	}

	private boolean isCrowded() {
		synchronized (this.lock) {
			return this.pending.size() > CONCURRENT_PROOFS;
		}
	}

	/**
	 * Return whether the service itself refuses the run: the page of a gateway does not
	 * count.
	 */
	private static boolean isRefused(Throwable failure) {
		return failure instanceof TinyFishStatusException answered && answered.code() != null
				&& answered.status() / 100 == 4 && answered.status() != 408 && answered.status() != 429;
	}

	@Override
	public void start() {
		synchronized (this.lock) {
			this.named = Sinks.many().unicast().onBackpressureBuffer();
			this.processing = this.named.asFlux()
				.flatMap(this::process, CONCURRENT_PROOFS)
				.flatMap(Function.identity(), MAX_PENDING)
				.subscribe();
		}
	}

	@Override
	public void stop() {
		Disposable stopped;
		List<NamedRun> unsettled;
		synchronized (this.lock) {
			stopped = this.processing;
			this.processing = null;
			unsettled = List.copyOf(this.pending.values());
			this.pending.clear();
		}
		if (stopped != null) {
			stopped.dispose();
		}
		this.counts.ended(WebhookCounts.RunOutcome.GIVEN_UP, unsettled.size());
		unsettled.forEach((run) -> run.accepted().tryEmitValue(false));
		if (!unsettled.isEmpty()) {
			logger.warn("The application stops before the outcomes of {} runs are known that webhook deliveries named",
					unsettled.size());
		}
	}

	@Override
	public boolean isRunning() {
		return this.processing != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * A delivery: those that are alike are one.
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
	 * @param accepted gives the answer to its deliveries
	 */
	private record NamedRun(Delivery delivery, Sinks.One<Boolean> accepted) {

		String id() {
			return this.delivery.runId();
		}

	}

}
