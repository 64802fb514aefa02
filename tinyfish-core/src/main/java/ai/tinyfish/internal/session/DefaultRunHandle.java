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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.poll.RunFollower;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * {@link RunHandle} over the engine's pipeline.
 */
public final class DefaultRunHandle implements RunHandle {

	private final CompletableFuture<String> started;

	private final CompletableFuture<AgentRun> result;

	private final RunFollower follower;

	private final String apiKey;

	private final BlockingExecutor executor;

	private final Executor futureExecutor;

	/** Null once the run has ended, so that a kept handle does not keep the request. */
	private volatile @Nullable RunSession run;

	private DefaultRunHandle(RunSession session, BlockingExecutor executor, Executor futureExecutor) {
		this.started = session.started();
		this.result = session.resultFuture();
		this.follower = session.sources().follower();
		this.apiKey = session.apiKey();
		this.executor = executor;
		this.futureExecutor = futureExecutor;
		this.run = session;
		this.result.whenComplete((outcome, failure) -> this.run = null);
	}

	/**
	 * Submit the run, and follow it in the background.
	 * @param run the events, once the service has accepted the request
	 * @param session the session of the run
	 * @param executor cancels the run
	 * @param futureExecutor runs the continuations of futures
	 * @return the handle
	 */
	public static RunHandle start(Mono<Flux<List<AgentEvent>>> run, RunSession session, BlockingExecutor executor,
			Executor futureExecutor) {
		RunStream.follow(run, session, Context.empty());
		return new DefaultRunHandle(session, executor, futureExecutor);
	}

	@Override
	public @Nullable String runId() {
		RunSession current = this.run;
		if (current != null) {
			return current.runId();
		}
		return this.started.isCompletedExceptionally() ? null : this.started.join();
	}

	@Override
	public CompletableFuture<String> started() {
		return forCaller(this.started);
	}

	@Override
	public CompletableFuture<AgentRun> result() {
		return forCaller(this.result);
	}

	/**
	 * Return a copy whose continuations run on other threads. On the thread that
	 * completes ours they would delay the reading of other runs, and on the listeners'
	 * threads they would wait for listeners.
	 */
	private <T> CompletableFuture<T> forCaller(CompletableFuture<T> future) {
		return future.isDone() ? future.copy() : future.whenCompleteAsync((value, failure) -> {
		}, this::execute);
	}

	private void execute(Runnable task) {
		try {
			this.futureExecutor.execute(task);
		}
		catch (RuntimeException ex) {
			task.run();
		}
	}

	@Override
	public AgentRun await() {
		return await(null);
	}

	@Override
	public AgentRun await(@Nullable Duration timeout) {
		try {
			return (timeout != null) ? this.result.get(TimeUnit.MILLISECONDS.convert(timeout), TimeUnit.MILLISECONDS)
					: this.result.get();
		}
		catch (TimeoutException ex) {
			throw new TinyFishRunTimeoutException("The run did not end within " + timeout + "; it was left running",
					null, runId());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw OutcomeExceptions.unknown(BlockingWait.INTERRUPTED, ex, runId());
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public void cancel() {
		RunSession current = this.run;
		String runId = (current != null) ? current.handleCancelled(this.executor.isOpen()) : unknownRun();
		if (runId != null) {
			this.follower.cancel(runId, this.apiKey, this.executor);
		}
	}

	/**
	 * Return the run whose session has ended, if it may continue and can be cancelled.
	 */
	private @Nullable String unknownRun() {
		String runId = runId();
		boolean unknown = this.result.isCompletedExceptionally() && this.executor.isOpen();
		return (unknown && runId != null) ? OutcomeExceptions.requireValid(runId) : null;
	}

}
