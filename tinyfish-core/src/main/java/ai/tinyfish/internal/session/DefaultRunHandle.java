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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@link RunHandle} over the engine's pipeline.
 */
public final class DefaultRunHandle implements RunHandle, Submission.Watcher {

	private final RunOperations runs;

	private final CompletableFuture<String> started = new CompletableFuture<>();

	private final CompletableFuture<AgentRun> result = new CompletableFuture<>();

	private final Disposable.Swap subscription = Disposables.swap();

	private final RunLimiter.Entry entry;

	private final Submission submission;

	private final Executor executor;

	private DefaultRunHandle(RunLimiter.Entry entry, Submission submission, RunOperations runs, Executor executor) {
		this.entry = entry;
		this.submission = submission;
		this.runs = runs;
		this.executor = executor;
	}

	public static RunHandle start(Mono<Flux<AgentEvent>> run, RunLimiter.Entry entry, Submission submission,
			RunOperations runs, Executor executor) {
		DefaultRunHandle handle = new DefaultRunHandle(entry, submission, runs, executor);
		submission.watch(handle);
		handle.subscription.replace(run.flatMapMany((events) -> events).subscribe((event) -> {
		}, submission::failed, () -> {
		}));
		return handle;
	}

	@Override
	public void started(String runId) {
		this.started.complete(runId);
	}

	/**
	 * The submission decides which ending is the one, so that the handle and the
	 * listeners are told the same.
	 */
	@Override
	public void ended(Submission.Ending ending) {
		AgentRun run = ending.run();
		if (run == null) {
			Throwable failure = ending.failure();
			this.started.completeExceptionally(failure);
			this.result.completeExceptionally(failure);
			return;
		}
		if (run.runId() != null) {
			this.started.complete(run.runId());
		}
		this.started.completeExceptionally(Outcomes.neverStarted(run));
		this.result.complete(run);
	}

	@Override
	public Optional<String> runId() {
		return Optional.ofNullable(this.submission.runId());
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
					null, this.submission.runId());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw Outcomes.unknown("Interrupted while waiting for the run to end; it goes on", ex,
					this.submission.runId());
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
		if (this.result.isDone()) {
			return;
		}
		String runId = this.submission.runId();
		if (runId != null) {
			cancelRemote(runId);
			return;
		}
		if (!RunAdmission.cancelled(this.entry, this.submission)) {
			this.submission.error(Outcomes.unknown("Cancelled before the run had started", null, null));
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
