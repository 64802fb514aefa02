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
 * Cancels the runs of one client that are all to end at once: one call for many runs of
 * an account, as the watcher looks at them.
 */
final class BulkCancel {

	/** Those that come within this time are cancelled together. */
	private static final Duration GATHERING = Duration.ofMillis(20);

	private final ReactiveExecutor executor;

	private final Duration timeout;

	private final Gathering<CancelledRun> gathering = new Gathering<>(GATHERING, this::cancel);

	/**
	 * Create a new canceller.
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
	 * @param asker on whose behalf
	 * @return what has become of it
	 */
	Mono<CancelledRun> cancel(String runId, ApiAccount asker) {
		return this.gathering.add(runId, asker).timeout(this.timeout);
	}

	private void cancel(ApiAccount asker, Map<String, Sinks.One<CancelledRun>> runs) {
		Calls calls = new Calls(this.executor.withOptions(asker.options()), asker, runs);
		Flux.fromIterable(List.copyOf(runs.keySet()))
			.buffer(RunCalls.BATCH_SIZE)
			.flatMap(calls::cancel, Integer.MAX_VALUE)
			// nobody waits any more then
			.take(this.timeout)
			.subscribe();
	}

	/**
	 * Cancels the runs of one account, and tells those who wait. Never fails.
	 */
	private record Calls(ReactiveExecutor executor, ApiAccount asker, Map<String, Sinks.One<CancelledRun>> waiting) {

		Mono<Void> cancel(List<String> runs) {
			if (runs.size() == 1) {
				return cancelEach(runs);
			}
			return Mono.defer(() -> this.executor.execute(RunCalls.cancelAll(runs), this.asker.apiKey()))
				.onErrorResume(Calls::saysNothingOfSingleRuns, (ex) -> Mono.just(new CancelledRuns(null, null)))
				.flatMap((answer) -> {
					List<String> passedOver = new ArrayList<>(runs);
					answer.results()
						.stream()
						.filter((run) -> passedOver.remove(run.runId()))
						.forEach((run) -> tell(run.runId(), run));
					return cancelEach(passedOver);
				})
				.onErrorResume((ex) -> Mono.fromRunnable(() -> runs.forEach((run) -> tell(run, ex))));
		}

		private Mono<Void> cancelEach(List<String> runs) {
			return Flux.fromIterable(runs)
				.flatMap((run) -> Mono.defer(() -> this.executor.execute(RunCalls.cancel(run), this.asker.apiKey()))
					.doOnNext((answer) -> tell(run, answer))
					.onErrorResume((ex) -> Mono.fromRunnable(() -> tell(run, ex))), Integer.MAX_VALUE)
				.then();
		}

		/**
		 * Whether one run may be why all are refused, or the service cannot cancel many
		 * at once: what the answer does not say, those for single runs may.
		 */
		private static boolean saysNothingOfSingleRuns(Throwable failure) {
			return failure instanceof TinyFishStatusException answered && answered.status() < 500
					&& !(failure instanceof TinyFishAuthenticationException
							|| failure instanceof TinyFishPermissionDeniedException
							|| failure instanceof TinyFishRateLimitException);
		}

		private void tell(String run, CancelledRun answer) {
			sink(run).tryEmitValue(answer);
		}

		private void tell(String run, Throwable failure) {
			sink(run).tryEmitError(failure);
		}

		private Sinks.One<CancelledRun> sink(String run) {
			return Objects.requireNonNull(this.waiting.get(run));
		}

	}

}
