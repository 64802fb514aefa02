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
import tools.jackson.databind.JsonNode;

/**
 * Run of a {@link RunLedger}. The first of several equal calls starts it, and all of them
 * wait for its outcome.
 */
final class LedgerRun {

	private static final long REPEATED = Duration.ofMinutes(10).toNanos();

	private final RunLedger.Call call;

	private final Function<AgentRun, JsonNode> content;

	private final Consumer<LedgerRun> notStarted;

	private final AtomicBoolean claimed = new AtomicBoolean();

	private final CompletableFuture<RunHandle> handle = new CompletableFuture<>();

	private volatile CompletableFuture<AgentRun> outcome;

	private volatile @Nullable Long endedAt;

	/**
	 * Create a run.
	 * @param call the call that it is for
	 * @param content makes the content of the answer of its outcome
	 * @param notStarted called if no run has been started after all
	 */
	LedgerRun(RunLedger.Call call, Function<AgentRun, JsonNode> content, Consumer<LedgerRun> notStarted) {
		this.call = call;
		this.content = content;
		this.notStarted = notStarted;
		this.outcome = this.handle.thenCompose(RunHandle::result).whenComplete(this::ended);
	}

	RunLedger.Call call() {
		return this.call;
	}

	JsonNode content(AgentRun run) {
		return this.content.apply(run);
	}

	/**
	 * Return whether the caller is the first, who has to start the run.
	 */
	boolean claim() {
		return this.claimed.compareAndSet(false, true);
	}

	void started(RunHandle started) {
		this.handle.complete(started);
	}

	void refused(RuntimeException exception) {
		this.handle.completeExceptionally(exception);
	}

	/**
	 * Set the outcome of a run whose outcome was unknown.
	 */
	void settle(AgentRun run) {
		this.outcome = CompletableFuture.completedFuture(run);
		ended(run, null);
	}

	private void ended(@Nullable AgentRun run, @Nullable Throwable failure) {
		if (run != null) {
			this.endedAt = System.nanoTime();
		}
		else if (this.handle.isCompletedExceptionally() || !mayHaveStarted(cause(failure))) {
			this.notStarted.accept(this);
		}
	}

	private static boolean mayHaveStarted(@Nullable Throwable failure) {
		if (failure instanceof TinyFishRunOutcomeUnknownException || failure instanceof TinyFishRunTimeoutException) {
			return true;
		}
		if (failure instanceof TinyFishStatusException response && !response.runIds().isEmpty()) {
			return true;
		}
		return !(failure instanceof TinyFishException exception) || exception.runId() != null;
	}

	static @Nullable Throwable cause(@Nullable Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	/**
	 * Return whether a call that is made again is answered with this run.
	 */
	boolean answersRepeatedCalls() {
		Long ended = this.endedAt;
		return ended == null || System.nanoTime() - ended < REPEATED;
	}

	/**
	 * Return the handle of the run, once it has one.
	 */
	CompletableFuture<RunHandle> handle() {
		return this.handle;
	}

	/**
	 * Return the outcome.
	 * @return fails if the run was not started, or its outcome is unknown
	 */
	CompletableFuture<AgentRun> outcome() {
		return this.outcome;
	}

	/**
	 * Return the id of the run, or null as long as it is not known.
	 */
	@Nullable String runId() {
		RunHandle started = (this.handle.isDone() && !this.handle.isCompletedExceptionally()) ? this.handle.join()
				: null;
		return (started != null) ? started.runId().orElse(null) : null;
	}

}
