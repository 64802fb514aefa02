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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishRateLimitException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Cancelling of the runs of one client that all end at once: one call for many runs of an
 * account.
 */
final class BulkCancel {

	/** Those that come within this time are cancelled together. */
	private static final Duration GATHERING = Duration.ofMillis(20);

	private final ReactiveExecutor executor;

	private final Duration timeout;

	private final Gathering<CancelledRun> gathering = new Gathering<>(GATHERING, this::cancel);

	/**
	 * Create a new instance.
	 * @param executor executes the calls
	 * @param timeout the longest wait for what becomes of a run
	 */
	BulkCancel(ReactiveExecutor executor, Duration timeout) {
		this.executor = executor;
		this.timeout = timeout;
	}

	/**
	 * Cancel a run, together with others.
	 * @param runId the run
	 * @param account the account of the run
	 * @return what has become of it
	 */
	Mono<CancelledRun> cancel(String runId, ApiAccount account) {
		return this.gathering.add(runId, account).timeout(this.timeout);
	}

	private void cancel(ApiAccount account, Map<String, Sinks.One<CancelledRun>> runs) {
		Calls calls = new Calls(this.executor.withOptions(account.options()), account, runs);
		Flux.fromIterable(List.copyOf(runs.keySet()))
			.buffer(RunCalls.BATCH_SIZE)
			.flatMap(calls::cancel, Integer.MAX_VALUE)
			// the waiters have given up then
			.take(this.timeout)
			.subscribe();
	}

	/**
	 * Calls for the runs of one account. They never fail: each waiter gets its answer or
	 * failure.
	 */
	private record Calls(ReactiveExecutor executor, ApiAccount account, Map<String, Sinks.One<CancelledRun>> waiting) {

		Mono<Void> cancel(List<String> runs) {
			if (runs.size() == 1) {
				return cancelEach(runs);
			}
			return Mono.defer(() -> this.executor.execute(RunCalls.cancelAll(runs), this.account.apiKey()))
				.onErrorResume(Calls::saysNothingOfSingleRuns, (ex) -> Mono.just(new CancelledRuns(null, null)))
				.flatMap((answer) -> {
					List<String> passedOver = new ArrayList<>(runs);
					answer.results()
						.stream()
						.filter((run) -> passedOver.remove(run.runId()))
						.forEach((run) -> answer(run.runId(), run));
					return cancelEach(passedOver);
				})
				.onErrorResume((ex) -> Mono.fromRunnable(() -> runs.forEach((run) -> answer(run, ex))));
		}

		private Mono<Void> cancelEach(List<String> runs) {
			return Flux.fromIterable(runs)
				.flatMap((run) -> Mono.defer(() -> this.executor.execute(RunCalls.cancel(run), this.account.apiKey()))
					.doOnNext((answer) -> answer(run, answer))
					.onErrorResume((ex) -> Mono.fromRunnable(() -> answer(run, ex))), Integer.MAX_VALUE)
				.then();
		}

		/**
		 * Return whether one run may be the reason why all are refused, or the service
		 * cannot cancel many at once: the answers for single runs may say more.
		 */
		private static boolean saysNothingOfSingleRuns(Throwable failure) {
			return failure instanceof TinyFishStatusException answered && answered.status() < 500
					&& !(failure instanceof TinyFishAuthenticationException
							|| failure instanceof TinyFishPermissionDeniedException
							|| failure instanceof TinyFishRateLimitException);
		}

		private void answer(String run, CancelledRun answer) {
			sink(run).tryEmitValue(answer);
		}

		private void answer(String run, Throwable failure) {
			sink(run).tryEmitError(failure);
		}

		private Sinks.One<CancelledRun> sink(String run) {
			return Objects.requireNonNull(this.waiting.get(run));
		}

	}

}
