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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.support.RunLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Run of a {@link RunLedger}. The first of several equal calls starts it, and all of them
 * wait for its answer.
 */
final class LedgerRun {

	private static final Logger logger = LoggerFactory.getLogger(LedgerRun.class);

	/** Time after its end in which a run answers equal calls. */
	private static final long REPEATED = Duration.ofMinutes(10).toNanos();

	private final String call;

	private final @Nullable String tag;

	private final Function<AgentRun, ObjectNode> answering;

	private final Consumer<LedgerRun> notStarted;

	private final List<ToolProgressListener> waiting = new CopyOnWriteArrayList<>();

	private final AtomicBoolean claimed = new AtomicBoolean();

	private final CompletableFuture<String> id = new CompletableFuture<>();

	private volatile CompletableFuture<ObjectNode> answer = new CompletableFuture<>();

	private volatile @Nullable RunHandle handle;

	private volatile @Nullable RunStatus status;

	private volatile long endedAt;

	/**
	 * Create a run.
	 * @param call the digest of the request of the call that it is for
	 * @param tag the tag of its request, or null
	 * @param answering creates the answer from its outcome
	 * @param notStarted called if no run has been started after all
	 */
	LedgerRun(String call, @Nullable String tag, Function<AgentRun, ObjectNode> answering,
			Consumer<LedgerRun> notStarted) {
		this.call = call;
		this.tag = tag;
		this.answering = answering;
		this.notStarted = notStarted;
	}

	/**
	 * Return whether the caller is the first and has to start the run.
	 */
	boolean claim() {
		return this.claimed.compareAndSet(false, true);
	}

	void started(RunHandle started) {
		this.handle = started;
		started.started().whenComplete((runId, exception) -> {
			if (exception != null) {
				this.id.completeExceptionally(cause(exception));
			}
			else {
				this.id.complete(runId);
			}
		});
		started.result().whenComplete((run, exception) -> {
			if (exception != null) {
				failed(cause(exception));
			}
			else {
				ended(run, this.answer);
			}
		});
	}

	/**
	 * End a run that could not be started.
	 */
	void notStarted(Throwable exception) {
		this.notStarted.accept(this);
		this.id.completeExceptionally(exception);
		this.answer.completeExceptionally(exception);
	}

	private void failed(Throwable exception) {
		if (exception instanceof TinyFishException failure && !failure.mayHaveStartedRun()) {
			this.notStarted.accept(this);
		}
		this.answer.completeExceptionally(exception);
	}

	/**
	 * Set the outcome of a run whose outcome was unknown.
	 */
	void settle(AgentRun run) {
		CompletableFuture<ObjectNode> settled = new CompletableFuture<>();
		ended(run, settled);
		this.answer = settled;
	}

	/**
	 * Only the answer is kept: the outcome may be large, and the handle keeps it as well.
	 */
	private void ended(AgentRun run, CompletableFuture<ObjectNode> answered) {
		this.handle = null;
		this.endedAt = System.nanoTime();
		this.status = run.status();
		RunLog.about(run.runId(), this.tag, null, () -> answer(run, answered));
	}

	private void answer(AgentRun run, CompletableFuture<ObjectNode> answered) {
		try {
			answered.complete(this.answering.apply(run));
		}
		catch (RuntimeException | Error ex) {
			String text = (ex instanceof RuntimeException failure) ? FailureTexts.of(failure) : null;
			if (text == null) {
				logger.warn("The result of run {} could not be read for a tool", run.runId(), ex);
				text = "Run " + run.runId() + " has ended, but this application could not read its result. "
						+ FailureTexts.BILLED;
			}
			answered.completeExceptionally(new ToolFailure(text));
		}
	}

	private static Throwable cause(Throwable exception) {
		return (exception instanceof CompletionException && exception.getCause() != null) ? exception.getCause()
				: exception;
	}

	/**
	 * Return the listeners of the calls that wait for this run.
	 */
	List<ToolProgressListener> waiting() {
		return this.waiting;
	}

	/**
	 * Return whether this run is the answer to a call that is made again.
	 */
	boolean answers(String repeated) {
		return this.call.equals(repeated) && (this.status == null || System.nanoTime() - this.endedAt < REPEATED);
	}

	/**
	 * Return whether the run is in progress, as far as is known.
	 */
	boolean isOpen() {
		return !this.answer.isDone();
	}

	/**
	 * Return the id of the run.
	 * @return fails if the run was not started, or has ended without an id
	 */
	CompletableFuture<String> id() {
		return this.id;
	}

	/**
	 * Call an action that logs lines about the run.
	 */
	void about(Runnable action) {
		RunLog.about(runId(), this.tag, null, action);
	}

	/**
	 * Return the id of the run, or null if it is not known yet.
	 */
	@Nullable String runId() {
		return (this.id.isDone() && !this.id.isCompletedExceptionally()) ? this.id.join() : null;
	}

	/**
	 * Return the status with which the run has ended, or null if that is not known.
	 */
	@Nullable RunStatus status() {
		return this.status;
	}

	/**
	 * Return the answer of the outcome.
	 * @return fails if the run was not started, its outcome is unknown, or it has no
	 * result
	 */
	CompletableFuture<ObjectNode> answer() {
		return this.answer;
	}

	/**
	 * Cancel the run, unless its outcome is known, with the key that has started it.
	 * @param openRuns the open runs, which contain the run while it is open
	 */
	void cancel(OpenRuns openRuns) {
		RunHandle started = this.handle;
		if (started != null && !(isOpen() && isCancelled(openRuns))) {
			started.cancel();
		}
	}

	private boolean isCancelled(OpenRuns openRuns) {
		String runId = runId();
		try {
			return runId != null && openRuns.cancel(runId).join() != null;
		}
		catch (CompletionException ex) {
			throw (cause(ex) instanceof RuntimeException failure) ? failure : ex;
		}
	}

}
