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

package ai.tinyfish.internal.area;

import java.time.Duration;
import java.util.Collection;
import java.util.Objects;

import ai.tinyfish.internal.poll.RunCalls;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.settings.Timeouts;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Executes the calls about runs without blocking.
 */
public record DefaultReactiveRunOperations(ReactiveOperationExecutor executor,
		RunWaits waits) implements ReactiveRunOperations {

	@Override
	public Mono<Run> get(String runId) {
		return this.executor.execute(RunCalls.get(runId));
	}

	@Override
	public Mono<RunPage> list(RunQuery query) {
		return this.executor.execute(RunCalls.list(query));
	}

	@Override
	public Mono<RunBatch> getAll(Collection<String> runIds) {
		return this.executor.executeAll(RunCalls.getAllInBatches(runIds)).map(RunCalls::mergeRuns);
	}

	@Override
	public Mono<Run> get(String runId, ScreenshotMode screenshots) {
		return this.executor.execute(RunCalls.get(runId, screenshots));
	}

	@Override
	public Flux<Run> stream(RunQuery query) {
		Objects.requireNonNull(query, "query must not be null");
		return Flux.defer(() -> {
			String key = this.executor.apiKey().get();
			PageWalk walk = new PageWalk(query);
			return Mono.defer(() -> this.executor.calls().execute(RunCalls.list(walk.query()), key))
				.flatMapIterable(walk::read)
				.repeat(walk::hasMore);
		}).onErrorStop();
	}

	@Override
	public Mono<AgentRun> await(QueuedRun run, Duration timeout) {
		RunIds.require(run.runId());
		Duration limit = Timeouts.check("timeout", timeout);
		return Mono.defer(() -> this.waits.await(run, limit, this.executor.apiKey().get())).onErrorStop();
	}

	@Override
	public Flux<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout) {
		Collection<QueuedRun> checked = RunWaits.check(Checks.entries("runs", runs));
		Duration limit = Timeouts.check("timeout", timeout);
		return Flux.defer(() -> this.waits.awaitAll(checked, limit, this.executor.apiKey().get())).onErrorStop();
	}

	@Override
	public Mono<CancelledRun> cancel(String runId) {
		return this.executor.execute(RunCalls.cancel(runId));
	}

	@Override
	public Mono<CancelledRuns> cancelAll(Collection<String> runIds) {
		return this.executor.executeAll(RunCalls.cancelAllInBatches(runIds)).map(RunCalls::mergeCancelled);
	}

}
