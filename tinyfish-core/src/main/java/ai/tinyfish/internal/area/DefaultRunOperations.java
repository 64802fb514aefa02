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
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.follow.RunCalls;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.session.BlockingWait;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.settings.Timeouts;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;

/**
 * Executes the calls about runs on the calling thread.
 */
public final class DefaultRunOperations implements RunOperations {

	private final BlockingExecutor executor;

	private final Supplier<String> apiKey;

	private final RunWaits waits;

	public DefaultRunOperations(BlockingExecutor executor, Supplier<String> apiKey, RunWaits waits) {
		this.executor = executor;
		this.apiKey = apiKey;
		this.waits = waits;
	}

	@Override
	public Run get(String runId) {
		return execute(RunCalls.get(runId));
	}

	@Override
	public Run get(String runId, ScreenshotMode screenshots) {
		return execute(RunCalls.get(runId, screenshots));
	}

	@Override
	public Stream<Run> stream(RunQuery query) {
		Objects.requireNonNull(query, "query must not be null");
		String key = this.apiKey.get();
		return PageWalk.stream(query, (next) -> this.executor.execute(RunCalls.list(next), key));
	}

	@Override
	public RunPage list(RunQuery query) {
		return execute(RunCalls.list(query));
	}

	@Override
	public RunBatch getAll(Collection<String> runIds) {
		List<ApiCall<RunBatch>> calls = RunCalls.getAllInBatches(runIds);
		String key = this.apiKey.get();
		return RunCalls.mergeRuns(calls.stream().map((call) -> this.executor.execute(call, key)).toList());
	}

	@Override
	public AgentRun await(QueuedRun run, Duration timeout) {
		RunIds.require(run.runId());
		Duration limit = Timeouts.check("timeout", timeout);
		BlockingExecutor.requireBlockingThread("runs.await");
		return BlockingWait.block(this.waits.await(run, limit, this.apiKey.get()), run.runId());
	}

	@Override
	public Stream<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout) {
		Collection<QueuedRun> checked = RunWaits.check(Checks.entries("runs", runs));
		Duration limit = Timeouts.check("timeout", timeout);
		BlockingExecutor.requireBlockingThread("runs.awaitAll");
		return BlockingWait.stream(this.waits.awaitAll(checked, limit, this.apiKey.get()));
	}

	@Override
	public CancelledRun cancel(String runId) {
		return execute(RunCalls.cancel(runId));
	}

	@Override
	public CancelledRuns cancelAll(Collection<String> runIds) {
		List<ApiCall<CancelledRuns>> calls = RunCalls.cancelAllInBatches(runIds);
		String key = this.apiKey.get();
		return RunCalls.mergeCancelled(calls.stream().map((call) -> this.executor.execute(call, key)).toList());
	}

	private <T> T execute(ApiCall<T> call) {
		return this.executor.execute(call, this.apiKey.get());
	}

}
