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

package ai.tinyfish.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/**
 * The reactive operations of runs in the shape of the blocking ones.
 */
record BlockingRunOperations(ReactiveRunOperations operations) implements RunOperations {

	@Override
	public Run get(String runId) {
		return Blocking.await(this.operations.get(runId));
	}

	@Override
	public Run get(String runId, ScreenshotMode screenshots) {
		return Blocking.await(this.operations.get(runId, screenshots));
	}

	@Override
	public Stream<Run> stream(RunQuery query) {
		// Reactor's stream asks for the first page at once
		return Stream.of(this.operations.stream(query)).flatMap(BlockingRunOperations::inOrder);
	}

	@Override
	public CancelledRuns cancelAll(Collection<String> runIds) {
		return Blocking.await(this.operations.cancelAll(runIds));
	}

	@Override
	public RunPage list() {
		return Blocking.await(this.operations.list());
	}

	@Override
	public RunPage list(RunQuery query) {
		return Blocking.await(this.operations.list(query));
	}

	@Override
	public RunBatch getAll(Collection<String> runIds) {
		return Blocking.await(this.operations.getAll(runIds));
	}

	@Override
	public AgentRun await(QueuedRun run, Duration timeout) {
		return Blocking.await(this.operations.await(run, timeout));
	}

	@Override
	public Stream<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout) {
		return inOrder(this.operations.awaitAll(runs, timeout));
	}

	/**
	 * The values as signals, since in Reactor's stream a failure overtakes the values
	 * before it.
	 */
	private static <T> Stream<T> inOrder(Flux<T> values) {
		return values.materialize()
			.toStream(1)
			.takeWhile((signal) -> !signal.isOnComplete())
			.map(BlockingRunOperations::outcome);
	}

	private static <T> T outcome(Signal<T> signal) {
		if (signal.getThrowable() instanceof RuntimeException failure) {
			throw failure;
		}
		return Objects.requireNonNull(signal.get());
	}

	@Override
	public CancelledRun cancel(String runId) {
		return Blocking.await(this.operations.cancel(runId));
	}

}
