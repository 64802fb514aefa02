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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.RunRegistry;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs of which deliveries say that they have ended. Each is asked for, and awaited only
 * once the service itself says so: what is awaited is told to listeners, and a forged
 * delivery must not be. Bounded: some are looked at at once, others wait, further ones
 * are refused.
 */
final class WebhookQueue {

	static final int MAX_PENDING = 1_000;

	private static final int MAX_ACTIVE = 16;

	private static final Duration GRACE = Duration.ofSeconds(5);

	private static final Duration IDLE_TIME = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(WebhookQueue.class);

	private final Supplier<ReactiveTinyFishClient> client;

	private final RunRegistry runRegistry;

	private final WebhookLooks.Settings settings;

	/** Gets the client and its keys, which may block. Has no thread while idle. */
	private final ScheduledThreadPoolExecutor executor;

	private final Scheduler scheduler;

	private final Sinks.Empty<Void> closing = Sinks.empty();

	private final RareEvent refused = new RareEvent();

	private final RareEvent unknown = new RareEvent();

	private final Object lock = new Object();

	/** Those that wait and those that are looked at. */
	private final Set<String> pending = new HashSet<>();

	private final Deque<String> waiting = new ArrayDeque<>();

	private boolean open = true;

	private @Nullable Runnable whenStopped;

	WebhookQueue(Supplier<ReactiveTinyFishClient> client, RunRegistry runRegistry, WebhookLooks.Settings settings) {
		this.client = client;
		this.runRegistry = runRegistry;
		this.settings = settings;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("tinyfish-webhook-");
		threads.setDaemon(true);
		this.executor = new ScheduledThreadPoolExecutor(1, threads);
		this.executor.setKeepAliveTime(IDLE_TIME.toMillis(), TimeUnit.MILLISECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setRemoveOnCancelPolicy(true);
		this.scheduler = Schedulers.fromExecutorService(this.executor, "tinyfish-webhook");
	}

	/**
	 * Take a run, unless it was taken before or its ending is told anyway.
	 * @return false if that is not possible now
	 */
	boolean accept(String runId) {
		if (this.runRegistry.tellsEndingOf(runId)) {
			return true;
		}
		synchronized (this.lock) {
			if (!this.open) {
				return false;
			}
			// once more: it may have been told since
			if (this.pending.contains(runId) || this.runRegistry.tellsEndingOf(runId)) {
				return true;
			}
			if (this.pending.size() < MAX_PENDING) {
				this.pending.add(runId);
				this.waiting.add(runId);
				startWaiting();
				return true;
			}
		}
		this.refused.happened((count) -> logger.warn(
				"Webhook deliveries were answered with 503, since {} runs wait to be looked at: {} since last reported",
				MAX_PENDING, count));
		return false;
	}

	private void startWaiting() {
		while (!this.waiting.isEmpty() && this.pending.size() - this.waiting.size() < MAX_ACTIVE) {
			String runId = this.waiting.remove();
			settle(runId).subscribeOn(this.scheduler)
				.takeUntilOther(this.closing.asMono())
				.doFinally((signal) -> settled(runId))
				.subscribe((none) -> {
				}, (failure) -> failed(runId, failure));
		}
	}

	private Mono<Void> settle(String runId) {
		WebhookLooks looks = new WebhookLooks(this.settings);
		return Mono.defer(() -> this.client.get().runs().get(runId))
			.onErrorResume(TinyFishException.class,
					(failure) -> looks.goOn(failure, isCrowded()) ? Mono.empty() : Mono.error(failure))
			.filter((run) -> run.status().isTerminal())
			.repeatWhenEmpty((repeats) -> repeats.concatMap((repeat) -> looks.pause(this.scheduler)))
			.flatMap((run) -> tell(runId, run));
	}

	/**
	 * Have listeners told by awaiting what has ended.
	 */
	private Mono<Void> tell(String runId, Run run) {
		if (this.runRegistry.tellsEndingOf(runId)) {
			return Mono.empty();
		}
		return this.client.get()
			.runs()
			.await(new QueuedRun(runId, null, null, null, run.goal()), this.settings.tolerance().multipliedBy(2))
			.subscribeOn(this.scheduler)
			.then();
	}

	private boolean isCrowded() {
		synchronized (this.lock) {
			return !this.waiting.isEmpty();
		}
	}

	private void failed(String runId, Throwable failure) {
		synchronized (this.lock) {
			if (!this.open) {
				return;
			}
		}
		if (WebhookLooks.isRefused(failure)) {
			this.unknown.happened((count) -> logger
				.warn("Webhook deliveries named runs that TinyFish does not give to this API key, such as {}: {} since"
						+ " last reported; nothing was published ({})", runId, count, failure.getMessage()));
			return;
		}
		logger.warn(
				"How the run {} ended, which a webhook delivery named, could not be learnt. runs().get(\"{}\") tells",
				runId, runId, failure);
	}

	private void settled(String runId) {
		boolean idle;
		synchronized (this.lock) {
			this.pending.remove(runId);
			startWaiting();
			idle = !this.open && this.pending.isEmpty();
		}
		if (idle) {
			close();
		}
	}

	/**
	 * Take no further runs, and give those that were taken a moment.
	 * @param callback told at the end
	 */
	void stop(Runnable callback) {
		boolean idle;
		synchronized (this.lock) {
			this.open = false;
			this.whenStopped = callback;
			idle = this.pending.isEmpty();
			if (!idle) {
				this.executor.schedule(this::close, GRACE.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		if (idle) {
			close();
		}
	}

	private void close() {
		Runnable callback;
		int lost;
		synchronized (this.lock) {
			callback = this.whenStopped;
			this.whenStopped = null;
			lost = this.pending.size();
			this.waiting.clear();
		}
		if (callback == null) {
			return;
		}
		if (lost > 0) {
			logger.warn("The application stops before it has learnt how {} runs ended that webhook deliveries named",
					lost);
		}
		this.closing.tryEmitEmpty();
		this.executor.shutdownNow();
		callback.run();
	}

}
