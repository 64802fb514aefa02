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

import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Waits for runs that were queued, shared by both clients. Each is a session, so that an
 * outcome is published once.
 */
public final class RunWaits {

	/** No limit, since the poller polls many runs with one call. */
	private static final int CONCURRENCY = Integer.MAX_VALUE;

	private static final String ANY_KEY = RunWaits.class.getName() + ".anyKey";

	private final RunFollower follower;

	private final RunSessions sessions;

	public RunWaits(RunFollower follower, RunSessions sessions) {
		this.follower = follower;
		this.sessions = sessions;
	}

	/**
	 * Accept outcomes of any key at the same base URL for the awaited run.
	 */
	public static <T> Mono<T> withAnyKey(Mono<T> await) {
		return await.contextWrite((context) -> context.put(ANY_KEY, true));
	}

	static boolean isWithAnyKey(ContextView context) {
		return context.hasKey(ANY_KEY);
	}

	/**
	 * Wait for one run.
	 * @param run the run; checked before
	 * @param timeout the longest wait
	 * @param apiKey the key of the account
	 */
	public Mono<AgentRun> await(QueuedRun run, Duration timeout, String apiKey) {
		return Mono.deferContextual((context) -> {
			RunSession session = this.sessions.awaiting(run, apiKey, context);
			session.poll();
			return session.result()
				.timeout(timeout,
						Mono.error(() -> new TinyFishRunTimeoutException(
								"The run did not end within " + timeout + "; it was left running", null, run.runId())))
				// not an outcome: others may wait for the same run
				.doFinally((signal) -> session.leave());
		});
	}

	/**
	 * Cancel a run on the calling thread, even if that is interrupted.
	 * @param runId the run
	 * @param apiKey the key of the account
	 * @param blocking executes the call, unless the thread is interrupted
	 * @return the answer of the service
	 */
	public CancelledRun cancel(String runId, String apiKey, BlockingExecutor blocking) {
		return this.follower.cancel(runId, apiKey, blocking);
	}

	/**
	 * Wait for many runs.
	 * @param runs the runs; checked before
	 * @param timeout the longest wait for all of them
	 * @param apiKey the key of the account
	 * @return the outcomes as they arrive; the failure of one is last
	 */
	public Flux<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout, String apiKey) {
		return Flux.fromIterable(runs)
			.flatMapDelayError((run) -> await(run, timeout, apiKey), CONCURRENCY, 1)
			.onErrorMap(Exceptions::isMultiple, RunWaits::first);
	}

	/**
	 * Check the runs, and remove duplicates.
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

}
