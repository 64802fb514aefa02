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
import java.util.stream.Stream;

import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.poll.RunCalls;
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
public record DefaultRunOperations(OperationExecutor executor, RunWaits waits) implements RunOperations {

	@Override
	public Run get(String runId) {
		return this.executor.execute(RunCalls.get(runId));
	}

	@Override
	public Run get(String runId, ScreenshotMode screenshots) {
		return this.executor.execute(RunCalls.get(runId, screenshots));
	}

	@Override
	public Stream<Run> stream(RunQuery query) {
		Objects.requireNonNull(query, "query must not be null");
		String key = this.executor.apiKey().get();
		return PageWalk.stream(query, (next) -> this.executor.calls().execute(RunCalls.list(next), key));
	}

	@Override
	public RunPage list(RunQuery query) {
		return this.executor.execute(RunCalls.list(query));
	}

	@Override
	public RunBatch getAll(Collection<String> runIds) {
		return RunCalls.mergeRuns(this.executor.executeAll(RunCalls.getAllInBatches(runIds)));
	}

	@Override
	public AgentRun await(QueuedRun run, Duration timeout) {
		RunIds.require(run.runId());
		Duration limit = Timeouts.check("timeout", timeout);
		BlockingExecutor.requireBlockingThread("runs.await");
		return BlockingWait.block(this.waits.await(run, limit, this.executor.apiKey().get()), run.runId());
	}

	@Override
	public Stream<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout) {
		Collection<QueuedRun> checked = RunWaits.check(Checks.entries("runs", runs));
		Duration limit = Timeouts.check("timeout", timeout);
		BlockingExecutor.requireBlockingThread("runs.awaitAll");
		return BlockingWait.stream(this.waits.awaitAll(checked, limit, this.executor.apiKey().get()));
	}

	@Override
	public CancelledRun cancel(String runId) {
		return this.waits.cancel(runId, this.executor.apiKey().get(), this.executor.calls());
	}

	@Override
	public CancelledRuns cancelAll(Collection<String> runIds) {
		return RunCalls.mergeCancelled(this.executor.executeAll(RunCalls.cancelAllInBatches(runIds)));
	}

}
