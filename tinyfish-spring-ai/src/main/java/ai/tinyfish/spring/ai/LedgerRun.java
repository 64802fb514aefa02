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

package ai.tinyfish.spring.ai;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Run of a {@link RunLedger}. The first of several equal calls starts it, and all of them
 * wait for its outcome.
 */
final class LedgerRun {

	private static final long REPEATED = Duration.ofMinutes(10).toNanos();

	/** Stands for an outcome that has been answered. */
	private static final AgentRun FORGOTTEN = AgentRun.builder().build();

	private final RunLedger.Call call;

	private final Function<AgentRun, ObjectNode> answering;

	private final Consumer<LedgerRun> notStarted;

	private final AtomicBoolean claimed = new AtomicBoolean();

	private final CompletableFuture<String> id = new CompletableFuture<>();

	private volatile CompletableFuture<AgentRun> outcome = new CompletableFuture<>();

	private volatile @Nullable RunHandle handle;

	private volatile @Nullable Long endedAt;

	private @Nullable ObjectNode answer;

	private @Nullable ToolFailure failure;

	/**
	 * Create a run.
	 * @param call the call that it is for
	 * @param answering makes the answer of its outcome
	 * @param notStarted called if no run has been started after all
	 */
	LedgerRun(RunLedger.Call call, Function<AgentRun, ObjectNode> answering, Consumer<LedgerRun> notStarted) {
		this.call = call;
		this.answering = answering;
		this.notStarted = notStarted;
	}

	RunLedger.Call call() {
		return this.call;
	}

	/**
	 * Return whether the caller is the first, who has to start the run.
	 */
	boolean claim() {
		return this.claimed.compareAndSet(false, true);
	}

	void started(RunHandle started) {
		this.handle = started;
		started.started().whenComplete((runId, ex) -> {
			if (ex != null) {
				this.id.completeExceptionally(ex);
			}
			else {
				this.id.complete(runId);
			}
		});
		started.result().whenComplete(this::ended);
	}

	/**
	 * End a run that has not been started.
	 */
	void refused(RuntimeException exception) {
		this.notStarted.accept(this);
		this.id.completeExceptionally(exception);
		this.outcome.completeExceptionally(exception);
	}

	private void ended(@Nullable AgentRun run, @Nullable Throwable exception) {
		if (run != null) {
			this.endedAt = System.nanoTime();
			this.outcome.complete(run);
		}
		else if (exception != null) {
			Throwable cause = (exception instanceof CompletionException && exception.getCause() != null)
					? exception.getCause() : exception;
			if (!mayHaveStarted(cause)) {
				this.notStarted.accept(this);
			}
			this.outcome.completeExceptionally(cause);
		}
	}

	private static boolean mayHaveStarted(Throwable exception) {
		if (exception instanceof TinyFishRunOutcomeUnknownException
				|| exception instanceof TinyFishRunTimeoutException) {
			return true;
		}
		if (exception instanceof TinyFishStatusException response && !response.runIds().isEmpty()) {
			return true;
		}
		return !(exception instanceof TinyFishException failure) || failure.runId() != null;
	}

	/**
	 * Set the outcome of a run whose outcome was unknown.
	 */
	void settle(AgentRun run) {
		this.outcome = new CompletableFuture<>();
		ended(run, null);
	}

	/**
	 * Return whether a call that is made again is answered with this run.
	 */
	boolean answersRepeatedCalls() {
		Long ended = this.endedAt;
		return ended == null || System.nanoTime() - ended < REPEATED;
	}

	/**
	 * Return the id of the run.
	 * @return fails if the run was not started, or has ended without an id
	 */
	CompletableFuture<String> id() {
		return this.id;
	}

	/**
	 * Return the id of the run, or null as long as it is not known.
	 */
	@Nullable String runId() {
		return (this.id.isDone() && !this.id.isCompletedExceptionally()) ? this.id.join() : null;
	}

	/**
	 * Return the outcome.
	 * @return fails if the run was not started, or its outcome is unknown
	 */
	CompletableFuture<AgentRun> outcome() {
		return this.outcome;
	}

	/**
	 * Return the answer of the outcome. It is made once, and the outcome, which may be
	 * large, is forgotten then.
	 * @throws ToolFailure if the run has no result, or not the one that was asked for
	 */
	synchronized ObjectNode answer(AgentRun run) {
		if (this.answer == null && this.failure == null) {
			try {
				this.answer = this.answering.apply(run);
			}
			catch (TinyFishException | ToolFailure ex) {
				this.failure = new ToolFailure(FailureTexts.of(ex));
			}
			this.handle = null;
			this.outcome = CompletableFuture.completedFuture(FORGOTTEN);
		}
		if (this.failure != null) {
			throw this.failure;
		}
		return Objects.requireNonNull(this.answer);
	}

	/**
	 * Cancel the run. Has no effect if it has ended, or is not started.
	 */
	void cancel() {
		RunHandle started = this.handle;
		if (started != null) {
			started.cancel();
		}
	}

}
