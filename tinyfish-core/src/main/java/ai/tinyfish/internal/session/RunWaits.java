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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Waits for runs, and reports their endings once. Shared by both clients.
 */
public final class RunWaits {

	/**
	 * How many runs are looked up in the same breath; the watcher batches their calls.
	 */
	private static final int CONCURRENCY = Integer.MAX_VALUE;

	private final RunFollower follower;

	private final RunSessions sessions;

	public RunWaits(RunFollower follower, RunSessions sessions) {
		this.follower = follower;
		this.sessions = sessions;
	}

	/**
	 * Wait for one run.
	 * @param run the run; checked before
	 * @param timeout the longest wait
	 * @param apiKey the key to ask with
	 */
	public Mono<AgentRun> await(QueuedRun run, Duration timeout, String apiKey) {
		return Mono.deferContextual((context) -> {
			String runId = String.valueOf(run.runId());
			RunSession session = this.sessions.awaiting(run, apiKey, context);
			return this.follower.await(runId, apiKey)
				.map(Outcome::of)
				.onErrorResume((ex) -> !(ex instanceof ClientClosedException),
						(ex) -> Mono.just(Outcome.unknown(unknown(ex, runId))))
				.takeUntilOther(session.whenEnded())
				.doOnNext(session::settle)
				.then(Mono.defer(session::result))
				.timeout(timeout,
						Mono.error(() -> new TinyFishRunTimeoutException(
								"The run did not end within " + timeout + "; it was left running", null, runId)))
				// no outcome: others may wait for the same run
				.onErrorMap(ClientClosedException.class, (ex) -> closed(runId))
				.doFinally((signal) -> session.leave());
		});
	}

	/**
	 * Wait for many runs.
	 * @param runs the runs; checked before
	 * @param timeout the longest wait for all of them
	 * @param apiKey the key to ask with
	 * @return the endings as they come; what kept one from being learnt comes last
	 */
	public Flux<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout, String apiKey) {
		return Flux.fromIterable(runs)
			.flatMapDelayError((run) -> await(run, timeout, apiKey), CONCURRENCY, 1)
			.onErrorMap(Exceptions::isMultiple, RunWaits::first);
	}

	/**
	 * The runs without repetitions.
	 * @throws IllegalArgumentException if one of them has no id, or not a valid one
	 */
	public static Collection<QueuedRun> check(Collection<QueuedRun> runs) {
		Map<String, QueuedRun> checked = new LinkedHashMap<>();
		for (QueuedRun run : runs) {
			checked.putIfAbsent(RunIds.require(run.runId()), run);
		}
		return checked.values();
	}

	private static Throwable first(Throwable failures) {
		List<Throwable> all = Exceptions.unwrapMultiple(failures);
		Throwable first = all.get(0);
		all.stream().skip(1).filter((other) -> other != first).forEach(first::addSuppressed);
		return first;
	}

	private static Throwable closed(String runId) {
		return new TinyFishRunOutcomeUnknownException(
				"The client was closed before the run had ended; it goes on. Check it with runs().get(\"" + runId
						+ "\").",
				null, runId);
	}

	private static TinyFishException unknown(Throwable failure, String runId) {
		return new TinyFishRunOutcomeUnknownException("The outcome of the run could not be read: "
				+ failure.getMessage() + ". Check it with runs().get(\"" + runId + "\").", failure, runId);
	}

}
