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
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpStatus;

/**
 * Reader of the records of runs whose streams have just reported their outcome. Each is
 * read once, and together with those that end in the same moment.
 */
final class OutcomeReader {

	/** Those that come within this time are read together. */
	private static final Duration GATHERING = Duration.ofMillis(5);

	/** The longest wait: an outcome that is known is held up no longer. */
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/** How many runs are read one by one at the same time. */
	private static final int SINGLE_READS = 8;

	private final ReactiveExecutor executor;

	private final Gathering<Run> gathering = new Gathering<>(GATHERING, this::read);

	OutcomeReader(ReactiveExecutor executor) {
		this.executor = executor.withoutRetries(TIMEOUT);
	}

	/**
	 * Read the record of a run.
	 * @param runId the run
	 * @param account the account of the run
	 * @return the record; fails where it cannot be had within two seconds
	 */
	Mono<Run> read(String runId, ApiAccount account) {
		return this.gathering.add(runId, account).timeout(TIMEOUT);
	}

	private void read(ApiAccount account, Map<String, Sinks.One<Run>> runs) {
		ReactiveExecutor as = this.executor.withOptions(account.options());
		Flux.fromIterable(List.copyOf(runs.keySet()))
			.buffer(RunCalls.BATCH_SIZE)
			.flatMap(
					(ids) -> records(as, account, ids).doOnNext((run) -> waiting(run.runId(), runs).tryEmitValue(run))
						.doOnError((ex) -> ids.forEach((id) -> waiting(id, runs).tryEmitError(ex)))
						.onErrorComplete()
						.doOnComplete(() -> ids
							.forEach((id) -> waiting(id, runs).tryEmitError(new NoSuchElementException(id)))),
					Integer.MAX_VALUE)
			.take(TIMEOUT)
			.subscribe();
	}

	private static Flux<Run> records(ReactiveExecutor executor, ApiAccount account, List<String> ids) {
		return (ids.size() == 1) ? executor.execute(RunCalls.get(ids.get(0)), account.apiKey()).flux() : executor
			.execute(RunCalls.getAll(ids), account.apiKey())
			.flatMapIterable(RunBatch::data)
			.onErrorResume(OutcomeReader::saysNothingOfSingleRuns, (ex) -> Flux.fromIterable(ids)
				.flatMap((id) -> executor.execute(RunCalls.get(id), account.apiKey()).onErrorComplete(), SINGLE_READS));
	}

	/**
	 * Return whether the service does not know the call for many runs, or its answer
	 * cannot be used.
	 */
	private static boolean saysNothingOfSingleRuns(Throwable failure) {
		return failure instanceof TinyFishStatusException answered && answered.status() < 500
				&& answered.status() != HttpStatus.TOO_MANY_REQUESTS.value();
	}

	/**
	 * Return the waiter for a run; one without effect for a run that was not asked for.
	 */
	private static Sinks.One<Run> waiting(String runId, Map<String, Sinks.One<Run>> runs) {
		return runs.getOrDefault(runId, Sinks.one());
	}

}
