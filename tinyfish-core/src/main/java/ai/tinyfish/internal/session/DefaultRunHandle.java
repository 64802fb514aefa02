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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * {@link RunHandle} over the engine's pipeline.
 */
public final class DefaultRunHandle implements RunHandle, SessionWatcher {

	private final RunOperations runs;

	private final CompletableFuture<String> started = new CompletableFuture<>();

	private final CompletableFuture<AgentRun> result = new CompletableFuture<>();

	private final Disposable.Swap subscription = Disposables.swap();

	private final RunSession session;

	private final Executor executor;

	private DefaultRunHandle(RunSession session, RunOperations runs, Executor executor) {
		this.session = session;
		this.runs = runs;
		this.executor = executor;
	}

	/**
	 * Submit the run, and follow it in the background.
	 * @param run the events, once the service has accepted the request
	 * @param session the session of the run
	 * @param runs cancels the run
	 * @param executor runs the continuations of futures
	 * @return the handle
	 */
	public static RunHandle start(Mono<Flux<List<AgentEvent>>> run, RunSession session, RunOperations runs,
			Executor executor) {
		DefaultRunHandle handle = new DefaultRunHandle(session, runs, executor);
		session.watch(handle);
		handle.subscription.replace(run.flatMapMany((events) -> events).subscribe((event) -> {
		}, session::failed, () -> {
		}, DroppedErrors.quiet().apply(Context.empty())));
		return handle;
	}

	@Override
	public void started(String runId) {
		this.started.complete(runId);
	}

	@Override
	public void ended(Outcome outcome) {
		AgentRun run = outcome.run();
		if (run == null) {
			Throwable failure = outcome.failure();
			this.started.completeExceptionally(failure);
			this.result.completeExceptionally(failure);
			return;
		}
		if (run.runId() != null) {
			this.started.complete(run.runId());
		}
		if (!this.started.isDone()) {
			this.started.completeExceptionally(Outcomes.neverStarted(run));
		}
		this.result.complete(run);
	}

	@Override
	public Optional<String> runId() {
		return Optional.ofNullable(this.session.runId());
	}

	@Override
	public CompletionStage<String> started() {
		return forCaller(this.started);
	}

	@Override
	public CompletableFuture<AgentRun> result() {
		return forCaller(this.result);
	}

	/**
	 * A copy whose continuations run on threads of their own: on the thread that
	 * completes ours they would keep other runs from being read, and on the listeners'
	 * they would wait for these.
	 */
	private <T> CompletableFuture<T> forCaller(CompletableFuture<T> future) {
		return future.isDone() ? future.copy() : future.whenCompleteAsync((value, failure) -> {
		}, this::execute);
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(task);
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
					null, this.session.runId());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw Outcomes.unknown(BlockingWait.INTERRUPTED, ex, this.session.runId());
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
		if (!this.session.isOpen()) {
			return;
		}
		String runId = this.session.runId();
		if (runId != null) {
			cancelRemote(runId);
			return;
		}
		if (!this.session.giveUp("Cancelled")) {
			this.session.settle(Outcome.unknown(Outcomes.unknown("Cancelled before the run had started", null, null)));
		}
		this.subscription.dispose();
	}

	private void cancelRemote(String runId) {
		try {
			this.runs.cancel(runId);
		}
		catch (IllegalArgumentException ex) {
			throw Outcomes.unknown("The service named the run with an id that it cannot be asked about", ex, runId);
		}
	}

}
