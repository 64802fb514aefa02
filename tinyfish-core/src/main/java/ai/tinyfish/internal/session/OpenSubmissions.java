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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.internal.delivery.ListenerQueue;
import ai.tinyfish.internal.lifecycle.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The submissions that have not ended, and the waits for queued runs: what has to end
 * before an application may.
 */
public final class OpenSubmissions {

	private static final Logger logger = LoggerFactory.getLogger(OpenSubmissions.class);

	/** For what ends a run, and for its listeners, each. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final Set<RunSession> open = ConcurrentHashMap.newKeySet();

	private final Counter count = new Counter();

	private final Counter deliveries;

	private boolean stopped;

	/** How often runs were taken again, so that what is late does not end later runs. */
	private int resumes;

	public OpenSubmissions(Counter deliveries) {
		this.deliveries = deliveries;
	}

	/**
	 * Check that runs are taken.
	 * @throws RunsStoppedException if they are not
	 */
	synchronized void requireAccepting() {
		if (this.stopped) {
			throw new RunsStoppedException();
		}
	}

	/**
	 * Take submissions, all or none: those that are not in time for {@link #stop} to see
	 * them are refused.
	 * @throws RunsStoppedException if no more runs are taken
	 */
	synchronized void add(List<RunSession> submissions) {
		requireAccepting();
		submissions.forEach(this::addWait);
	}

	/**
	 * Take a wait for a run that was submitted before.
	 */
	void addWait(RunSession session) {
		this.count.begin();
		this.open.add(session);
	}

	void remove(RunSession session) {
		if (this.open.remove(session)) {
			this.count.end();
		}
	}

	public synchronized void resume() {
		this.stopped = false;
		this.resumes++;
	}

	private synchronized int stopAccepting() {
		this.stopped = true;
		return this.resumes;
	}

	/**
	 * What is open, unless runs were taken again: those that came after that go on.
	 */
	private synchronized List<RunSession> left(int since) {
		return (this.stopped && this.resumes == since) ? List.copyOf(this.open) : List.of();
	}

	/**
	 * Take no more, give those that are open some time, and end what is left of them.
	 */
	public Mono<Void> stop(Duration timeout) {
		int since = stopAccepting();
		// where a listener does that, all but itself are waited for
		int delivering = ListenerQueue.isDelivering(this.deliveries) ? 1 : 0;
		// what has not been sent is not going to be
		left(since).forEach((session) -> session.source().abandonUnsent());
		int runs = this.count.count();
		if (runs > 0 && !timeout.isZero()) {
			logger.info("Waiting up to {} for {} runs to end", timeout, runs);
		}
		return this.count.whenNone()
			.timeout(timeout, Mono.empty())
			.then(Mono.defer(() -> stopOpen(since)))
			.then(this.deliveries.whenNoMoreThan(delivering)
				.timeout(PATIENCE, Mono.fromRunnable(this::logUndelivered)));
	}

	private Mono<Void> stopOpen(int since) {
		List<RunSession> left = left(since);
		if (left.isEmpty()) {
			return Mono.empty();
		}
		logger.info("{} runs have not ended; they are followed no longer", left.size());
		return Flux.fromIterable(left)
			.flatMap((session) -> session.source().stop().onErrorComplete(), Integer.MAX_VALUE)
			.then(this.count.whenNone())
			.timeout(PATIENCE, Mono.empty())
			.then(Mono.fromRunnable(() -> {
				left.stream().filter(this.open::contains).forEach((session) -> session.source().abandon());
				// a wait may have begun meanwhile
				left(since).forEach((session) -> session.source().abandon());
			}));
	}

	private void logUndelivered() {
		logger.warn("Listeners of {} runs are still being told", this.deliveries.count());
	}

}
